"""Which instances of a study a DICOMweb server holds: QIDO-RS, page by page, also from servers that ignore pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.errors import PortalError
from portal.client.connecting.connection import Connection
from portal.client.connecting.pages import in_path
from portal.client.connecting.shapes import read_json
from portal.client.connecting.trouble import problem_of

PAGE = 500
_LIST_BYTES_MOST = 256 << 20  # a server that ignores `limit` lists all instances at once
_LIST_SECONDS_MOST = 900.0
_PAGES_MOST = 10_000
_SOP_INSTANCE_UID = "00080018"
_ACCEPT = {"Accept": "application/dicom+json", "Accept-Encoding": "identity"}


@dataclass(frozen=True, slots=True)
class Listing:
    """SOP Instance UIDs a server listed; `whole` is false where it may hold more than it says."""

    uids: frozenset[str]
    whole: bool = True


@dataclass(frozen=True, slots=True)
class _Page:
    uids: frozenset[str]
    cut: bool = False


def held_instances(connection: Connection, root: str, study_instance_uid: str) -> Listing:
    """List the SOP Instance UIDs of a study; a study the server does not know has none.

    Pages are asked for until an empty one comes. A server that gives the same page again, or does not understand the
    question, is asked for all at once.
    """
    path = f"{root}/studies/{in_path(study_instance_uid)}/instances"
    found: set[str] = set()
    for _ in range(_PAGES_MOST):
        page = _page(connection, path, {"limit": PAGE, "offset": len(found)})
        if page is None:
            return _all_at_once(connection, path, found)
        if page.uids <= found:
            return _all_at_once(connection, path, found) if page.uids else Listing(frozenset(found))
        found |= page.uids
    raise PortalError("portal-answer", reason="endless-list")


def _all_at_once(connection: Connection, path: str, found: set[str]) -> Listing:
    page = _page(connection, path, {}) or _Page(frozenset(), cut=True)
    return Listing(page.uids | found, whole=not page.cut)


def holds_instance(connection: Connection, root: str, study_instance_uid: str, sop_instance_uid: str) -> bool:
    """Say whether the server lists one instance of a study."""
    path = f"{root}/studies/{in_path(study_instance_uid)}/instances"
    page = _page(connection, path, {"SOPInstanceUID": sop_instance_uid, "limit": PAGE})
    return page is not None and sop_instance_uid in page.uids


def _page(connection: Connection, path: str, params: dict[str, Any]) -> _Page | None:
    """Give one page, None where the server does not understand the question."""
    response = connection.send("GET", path, params=params, headers=_ACCEPT, stream=True)
    body = connection.read_any(response, most=_LIST_BYTES_MOST, seconds=_LIST_SECONDS_MOST)
    if response.status_code in (204, 404) or (response.status_code == 200 and not body.strip()):
        return _Page(frozenset())
    if response.status_code == 400:
        return None
    if response.status_code != 200:
        raise problem_of(response, body)
    return _Page(_uids(body), cut="299" in response.headers.get("Warning", ""))


def _uids(body: bytes) -> frozenset[str]:
    try:
        values = [item[_SOP_INSTANCE_UID]["Value"][0] for item in read_json(body)]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as problem:
        raise PortalError("portal-answer", reason="not-a-list") from problem
    return frozenset(value.strip("\0 ") for value in values if isinstance(value, str))
