"""Whatever fits the description of the API, and whatever does not: no mistake of ours, and every answer as described.

Requests are made up by schemathesis from the OpenAPI document, always the same ones; half of them name things that are
really there.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)

from portal.server.base.problems import STATUS
from portal.wire.problems import PROBLEM_PREFIX
from tests.portal_tools import TIMEOUT, Portal
from tests.unit.portal.server.http.test_who_may_ask import World, furnished

CHECKS = [content_type_conformance, response_headers_conformance, response_schema_conformance]
OWN_FORMS = ("/oauth/token", "/oauth/revoke", "/oauth/device_authorization")  # RFC 6749's way to refuse
CALLERS = ("owner", "staff", "download", "nobody")
ENDS_SOMETHING = {  # what would leave nothing for the others to ask for
    ("DELETE", "/api/v1/staff/exams/{exam}"),
    ("DELETE", "/api/v1/staff/exams/{exam}/studies/{study}"),
    ("DELETE", "/api/v1/staff/accounts/{account}"),
    ("POST", "/api/v1/account/deletion"),
    ("POST", "/api/v1/view/close"),
}


@schemathesis.serializer("application/pdf", "application/hl7-v2", "multipart/related")
def as_it_is(_: Any, value: Any) -> bytes:
    """Send what was made up for a body that is no JSON as it is."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture
def world(portal: Portal) -> World:
    return furnished(portal)


def described(portal: Portal, mode: Any) -> Iterator[Any]:
    """Give every operation of the API."""
    schema = schemathesis.openapi.from_dict(portal.said(200, portal.get("/openapi.json")))
    schema.config.generation.update(modes=[mode])
    for found in schema.get_all_operations():
        yield found.ok()


def ask_all(world: World, mode: Any, examples: int) -> tuple[int, list[str]]:
    """Ask all that is described; gives how many requests that were, and what was wrong."""
    asked: list[str] = []
    with requests.Session() as session:
        session.trust_env = False
        for operation in described(world.portal, mode):
            asking(world, session, operation, examples, asked)()
    return len(asked), sorted({trouble for trouble in asked if trouble})


def asking(
    world: World, session: requests.Session, operation: Any, examples: int, asked: list[str]
) -> Callable[[], None]:
    """Make what asks for one operation some times; what was wrong is put into `asked`, "" where all was right."""

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        verbosity=Verbosity.quiet,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(), who=st.sampled_from(CALLERS), there=st.booleans())
    def ask(case: Any, who: str, there: bool) -> None:
        if there and (operation.method.upper(), operation.path) not in ENDS_SOMETHING:
            said = case.path_parameters or {}
            case.path_parameters = {name: world.names.get(name, value) for name, value in said.items()}
        asked.append("; ".join(trouble_of(case, session, world, who)))

    return ask


def trouble_of(case: Any, session: requests.Session, world: World, who: str) -> list[str]:
    """Send one request, and say what is wrong with its answer."""
    secret = world.callers[who]
    headers = {} if secret is None else {"Authorization": secret}
    said = case.call(
        base_url=world.portal.url, session=session, headers=headers, timeout=TIMEOUT[1], allow_redirects=False
    )
    named = f"{case.method} {case.path} as {who}: {said.status_code}"
    if said.status_code >= 500:
        return [f"{named} {said.text[:200]}"]
    if said.status_code >= 400:
        return [f"{named} {why}" for why in refusal_trouble(case.path, said)]
    try:
        case.validate_response(said, checks=CHECKS)
    except Exception as failure:  # noqa: BLE001 - whatever it finds is told with all the rest
        return [f"{named} {str(failure)[:300]}"]
    return []


def refusal_trouble(path: str, said: Any) -> Iterator[str]:
    """Say what keeps a refusal from being understood by its type alone."""
    kind = (said.headers.get("content-type") or ["none"])[0].partition(";")[0]
    if path in OWN_FORMS:
        if not json.loads(said.content).get("error"):
            yield "has no word of OAuth"
    elif kind == "application/problem+json":
        problem = json.loads(said.content)
        code = problem["code"]
        if (problem["type"], STATUS.get(code), problem["status"]) != (
            PROBLEM_PREFIX + code,
            said.status_code,
            said.status_code,
        ):
            yield f"is no known problem: {problem}"
    elif kind not in ("text/html", "application/dicom+json", "application/dicom+xml"):
        yield f"is refused as {kind}: {said.content[:100]!r}"


def test_what_fits_the_description_is_answered_as_described(world: World) -> None:
    asked, wrong = ask_all(world, schemathesis.GenerationMode.POSITIVE, 1)
    assert (asked > 60, wrong) == (True, [])


@pytest.mark.long
@pytest.mark.parametrize("mode", ["POSITIVE", "NEGATIVE"])
def test_whatever_is_asked_there_is_no_mistake_of_ours(world: World, mode: str) -> None:
    asked, wrong = ask_all(world, schemathesis.GenerationMode[mode], 4)
    assert (asked > 200, wrong) == (True, [])
