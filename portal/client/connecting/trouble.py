"""What an answer that is no success means, as a `PortalError` with facts for words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests
import urllib3

from core.errors import PortalError
from portal.client.connecting.shapes import FACTS_MOST, clean_facts, read_json
from portal.wire.problems import PROBLEM_CODES, PROBLEM_PREFIX

_OWN_MEMBERS = {"type", "title", "status", "code", "instance", "self", "args"}
_OURS_TO_TELL = {"url", "folder", "parts", "ended_with"}  # words about this computer, written out as they are
_BY_STATUS = {401: "sign-in-needed", 413: "too-large", 429: "too-many-tries", 507: "no-space"}


@contextmanager
def network_trouble(url: str) -> Iterator[None]:
    """Turn what the network does while something is sent or read into `PortalError`."""
    try:
        yield
    except requests.exceptions.SSLError as problem:
        raise PortalError("portal-certificate", url=url) from problem
    except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, UnicodeError) as problem:
        raise PortalError("not-a-portal", url=url) from problem
    except (requests.RequestException, urllib3.exceptions.HTTPError, ConnectionError, TimeoutError) as problem:
        raise PortalError("portal-unreachable", url=url) from problem


def problem_of(response: requests.Response, body: bytes) -> PortalError:
    """Say what an answer of 3xx, 4xx or 5xx means; RFC 9457 members become facts."""
    said = _members(response, body)
    code = _code(said)
    facts = _facts(said) | {"status": response.status_code}
    if wait := _seconds(response.headers.get("Retry-After")):
        facts["retry_after"] = wait
    if code == "not-signed-in":
        return PortalError("sign-in-needed", **facts)
    return PortalError(code or _by_status(response.status_code), **facts)


def _members(response: requests.Response, body: bytes) -> dict[str, Any]:
    if "application/problem+json" not in response.headers.get("Content-Type", ""):
        return {}
    try:
        said = read_json(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _facts(said: dict[str, Any]) -> dict[str, Any]:
    """Give what is said beside the code, as far as words can be made of it."""
    facts = {
        name: value
        for name, value in clean_facts(said).items()
        if name.isidentifier() and name not in _OWN_MEMBERS | _OURS_TO_TELL
    }
    if isinstance(fields := said.get("fields"), list):
        facts["fields"] = [clean_facts(each) for each in fields[:FACTS_MOST] if isinstance(each, dict)]
    return facts


def _code(said: dict[str, Any]) -> str | None:
    kind = said.get("type")
    code = kind.removeprefix(PROBLEM_PREFIX) if isinstance(kind, str) else None
    return code if code in PROBLEM_CODES else None


def _by_status(status: int) -> str:
    return _BY_STATUS.get(status) or ("portal-unavailable" if status >= 500 else "portal-answer")


def _seconds(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None
