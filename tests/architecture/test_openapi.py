"""docs/openapi.json is what the reference portal publishes, and it says what client and server have agreed on."""

from __future__ import annotations

import dataclasses
import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

import pytest

import portal.wire
from portal.server.base.problems import STATUS, TITLES
from portal.wire.addresses import WELL_KNOWN_PATH
from portal.wire.problems import PROBLEM_CODES
from tests.portal_tools import Portal

ROOT = Path(__file__).resolve().parents[2]
SUBJECTS = [import_module(found.name) for found in iter_modules(portal.wire.__path__, "portal.wire.")]
SHAPES = [
    shape
    for subject in SUBJECTS
    for shape in vars(subject).values()
    if dataclasses.is_dataclass(shape) and isinstance(shape, type) and shape.__module__ == subject.__name__
]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    said: dict[str, Any] = json.loads((ROOT / "docs" / "openapi.json").read_text("utf-8"))
    return said


def test_the_document_is_what_the_portal_publishes() -> None:
    command = [sys.executable, str(ROOT / "packaging" / "openapi.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: str(shape.__name__))
def test_a_shape_of_the_wire_is_in_it_with_the_same_fields(document: dict[str, Any], shape: type) -> None:
    described = document["components"]["schemas"][shape.__name__]
    fields = dataclasses.fields(shape)
    needed = [
        field.name
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    ]
    assert list(described["properties"]) == [field.name for field in fields]
    assert described.get("required", []) == needed


def test_every_problem_has_a_status_and_a_title_and_is_in_it(document: dict[str, Any]) -> None:
    assert set(STATUS) == set(TITLES) == PROBLEM_CODES
    assert set(document["components"]["schemas"]["Problem"]["properties"]["code"]["enum"]) == PROBLEM_CODES


def test_every_operation_says_how_it_refuses_and_no_shape_is_made_up(document: dict[str, Any]) -> None:
    operations = [operation for path in document["paths"].values() for operation in path.values()]
    assert operations
    assert all(operation["responses"]["default"]["$ref"].endswith("Problem") for operation in operations)
    assert "HTTPValidationError" not in document["components"]["schemas"]


@pytest.mark.parametrize(
    "path,method,asked",
    [
        ("/api/v1/exams/{exam}", "get", [{"account": []}, {"share": []}, {"staff": []}, {"doctor": []}]),
        ("/api/v1/shares", "post", [{"account": []}]),
        ("/api/v1/staff/invitations", "post", [{"staff": []}]),
    ],
)
def test_it_says_who_may_ask(document: dict[str, Any], path: str, method: str, asked: list[Any]) -> None:
    assert document["paths"][path][method]["security"] == asked


@pytest.mark.parametrize("path", [WELL_KNOWN_PATH, "/api/v1/activation", "/api/v1/redeem"])
def test_what_anybody_may_ask_needs_no_sign_in(document: dict[str, Any], path: str) -> None:
    assert all("security" not in operation for operation in document["paths"][path].values())


def test_what_needs_a_sign_in_is_refused_without_one(document: dict[str, Any], portal: Portal) -> None:
    asked = {path: said["get"] for path, said in document["paths"].items() if "get" in said}
    for path, operation in asked.items():
        status = portal.get(re.sub(r"\{\w+\}", "1", path)).status_code
        assert (status == 401) == bool(operation.get("security")), (path, status)


@pytest.mark.parametrize(
    "path, method, status, kinds",
    [
        ("/dicomweb/studies", "get", "204", []),
        ("/dicomweb/studies", "post", "202", ["application/dicom+json"]),
        ("/dicomweb/studies/{study}", "get", "200", ["multipart/related", "application/dicom"]),
        ("/oauth/authorize", "get", "200", ["text/html"]),
        ("/oauth/device", "post", "200", ["text/html"]),
    ],
)
def test_it_says_in_which_kinds_an_answer_comes(
    document: dict[str, Any], path: str, method: str, status: str, kinds: list[str]
) -> None:
    assert list(document["paths"][path][method]["responses"][status].get("content", {})) == kinds


def test_it_says_what_a_store_request_carries(document: dict[str, Any]) -> None:
    for path in ("/dicomweb/studies", "/dicomweb/studies/{study}"):
        assert list(document["paths"][path]["post"]["requestBody"]["content"]) == ["multipart/related"]
