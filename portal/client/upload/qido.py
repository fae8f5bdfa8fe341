"""Which instances of a study a DICOMweb server holds: QIDO-RS, page by page, also from servers that ignore pages."""

from __future__ import annotations

import json
from typing import Any

import requests

from core.errors import PortalError
from portal.client.connection import Connection
from portal.client.trouble import network_trouble, problem_of

PAGE = 500
_LIST_BYTES_MOST = 256 << 20  # a server that ignores `limit` lists 100,000 instances at once
_PAGES_MOST = 10_000
_SOP_INSTANCE_UID = "00080018"
_ACCEPT = {"Accept": "application/dicom+json", "Accept-Encoding": "identity"}


def held_instances(connection: Connection, root: str, study_instance_uid: str) -> set[str]:
    """List the SOP Instance UIDs of a study; a study the server does not know has none.

    Pages are asked for until one brings nothing new, so that a server may give less or more than was asked for, or
    the same page every time.
    """
    found: set[str] = set()
    for _ in range(_PAGES_MOST):
        params = {"limit": PAGE, "offset": len(found)}
        page = _page(connection, f"{root}/studies/{study_instance_uid}/instances", params)
        if page is None and not found:  # some do not know the parameters
            page = _page(connection, f"{root}/studies/{study_instance_uid}/instances", {})
        fresh = (page or set()) - found
        if not fresh:
            return found
        found |= fresh
    raise PortalError("portal-answer", reason="endless-list")


def holds_instance(connection: Connection, root: str, study_instance_uid: str, sop_instance_uid: str) -> bool:
    """Say whether the server lists one instance of a study."""
    path = f"{root}/studies/{study_instance_uid}/instances"
    page = _page(connection, path, {"SOPInstanceUID": sop_instance_uid, "limit": PAGE})
    return sop_instance_uid in (page or set())


def _page(connection: Connection, path: str, params: dict[str, Any]) -> set[str] | None:
    """Give one page, None where the server does not understand the question."""
    response = connection.send("GET", path, params=params, headers=_ACCEPT, stream=True)
    body = read_whole(connection, response, _LIST_BYTES_MOST)
    if response.status_code in (204, 404) or (response.status_code == 200 and not body.strip()):
        return set()
    if response.status_code == 400:
        return None
    if response.status_code != 200:
        raise problem_of(response, body)
    return _uids(body)


def _uids(body: bytes) -> set[str]:
    try:
        values = [item[_SOP_INSTANCE_UID]["Value"][0] for item in json.loads(body)]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as problem:
        raise PortalError("portal-answer", reason="not-a-list") from problem
    return {value.strip("\0 ") for value in values if isinstance(value, str)}


def read_whole(connection: Connection, response: requests.Response, most: int) -> bytes:
    """Read an answer of any status whole, unpacked, within bounds."""
    read = bytearray()
    with response, network_trouble(connection.url):
        while piece := response.raw.read(64 << 10, decode_content=True):
            read += piece
            if len(read) > most:
                raise PortalError("portal-answer", reason="too-large")
    return bytes(read)
