"""Shares of the account: made, listed, moved, ended."""

from __future__ import annotations

from uuid import uuid4

from core.errors import PortalError
from portal.client.connecting.connection import Connection
from portal.client.connecting.known_answers import KnownAnswers
from portal.client.connecting.pages import all_items, in_path, named
from portal.client.connecting.shapes import read_shape
from portal.client.download import looks_like_pdf
from portal.names import is_id, is_loopback
from portal.wire.addresses import API_PATH
from portal.wire.json_values import to_json
from portal.wire.sharing import NewShare, Share, ShareEdit, SharePage, ShareRequest

PATH = f"{API_PATH}/shares"


def create(connection: Connection, request: ShareRequest) -> NewShare:
    """Make a share; asked once more where the answer got lost, which makes no second one."""
    headers = {"Idempotency-Key": str(uuid4())}
    try:
        made = connection.ask(NewShare, "POST", PATH, json=to_json(request), headers=headers)
    except PortalError as problem:
        if problem.code != "portal-unreachable":
            raise
        made = connection.ask(NewShare, "POST", PATH, json=to_json(request), headers=headers)
    if is_loopback(made.url) and not is_loopback(connection.url):
        raise PortalError("portal-answer", reason="link")  # programs of this computer are no portal's to point at
    return made


def list_shares(known: KnownAnswers) -> list[Share]:
    """List every share ever made, newest first."""
    return all_items(
        lambda params: known.ask(SharePage, PATH, params),
        lambda page: page.next_cursor,
        lambda page: page.shares,
        lambda share: share.id,
    )


def one_share(connection: Connection, share_id: str) -> Share:
    """Give one share; raises `PortalError` "no-such-share"."""
    return _read(connection, share_id)[0]


def edit(connection: Connection, share_id: str, until: str) -> Share:
    """Move its end, unless somebody else changed it in between."""
    _, version = _read(connection, share_id)
    headers = {"If-Match": version} if version else {}
    return connection.ask(Share, "PATCH", _path(share_id), json=to_json(ShareEdit(until)), headers=headers)


def revoke(connection: Connection, share_id: str) -> Share:
    """End it now and for good."""
    with named("no-such-share", share_id):
        return connection.ask(Share, "POST", f"{_path(share_id)}/revoke")


def invitation(connection: Connection, share_id: str, link: str | None, code: str | None) -> bytes:
    """Have its invitation drawn (PDF), with the link and the code where they are known; raises `PortalError`."""
    headers = {"Accept": "application/pdf"}
    if link:
        headers["Share-Token"] = link.rpartition("/")[2]
    if code:
        headers["Verification-Code"] = code
    response = connection.send("GET", f"{_path(share_id)}/invitation.pdf", headers=headers, stream=True)
    pdf = connection.read_answer(response)
    if not looks_like_pdf(pdf):
        raise PortalError("portal-answer", reason="no-pdf")
    return pdf


def _read(connection: Connection, share_id: str) -> tuple[Share, str | None]:
    with named("no-such-share", share_id):
        response = connection.send("GET", _path(share_id), headers={"Accept": "application/json"}, stream=True)
        return read_shape(Share, connection.read_answer(response)), response.headers.get("ETag")


def _path(share_id: str) -> str:
    if not is_id(share_id):
        raise PortalError("no-such-share", id=share_id)
    return f"{PATH}/{in_path(share_id)}"
