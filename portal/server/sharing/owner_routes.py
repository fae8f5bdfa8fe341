"""What an owner asks of their shares."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy.orm import Session

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.answers.unchanged import UNCHANGED, Known, if_new
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, ShareRow
from portal.server.services import Services
from portal.server.sharing.editing import allow_typed_codes, move_last_day, owned_share, revoke
from portal.server.sharing.idempotency import remember, secrets_for, share_made_before
from portal.server.sharing.listing import share_page
from portal.server.sharing.making import make_share, new_share
from portal.server.sharing.share_shapes import etag, share_shape
from portal.server.sharing.telling import tell_recipient
from portal.wire.sharing import NewShare, Share, ShareEdit, SharePage, ShareRequest

PAGE_MOST = 200

Most = Annotated[int, Query(alias="limit", ge=1, le=PAGE_MOST)]
Key = Annotated[str | None, Header(alias="Idempotency-Key")]
Match = Annotated[str | None, Header(alias="If-Match")]


def add(routes: APIRouter, services: Services) -> None:
    """Add the owner's routes."""
    signed_in = Depends(Callers(services).account)
    shares = OwnersShares(services)

    @routes.post("/shares", status_code=201)
    def create(wanted: ShareRequest, response: Response, key: Key = None, caller: Caller = signed_in) -> NewShare:
        """Share whole exams of one person; link and codes are in this answer and in no other."""
        made = shares.create(caller, wanted, key)
        response.headers["Location"] = f"{routes.prefix}/shares/{made.share.id}"
        return made

    @routes.get("/shares", response_model=SharePage, responses=UNCHANGED)
    def every_one(
        cursor: str | None = None, most: Most = 50, known: Known = None, caller: Caller = signed_in
    ) -> Response:
        """Give every share ever made, newest first."""
        return if_new(shares.page(caller, cursor, most), known)

    @routes.get("/shares/{share_id}")
    def one(share_id: str, response: Response, caller: Caller = signed_in) -> Share:
        """Give one share, and its version as ETag."""
        return shares.shown(caller, share_id, response)

    @routes.patch("/shares/{share_id}")
    def edit(
        share_id: str, edit: ShareEdit, response: Response, match: Match = None, caller: Caller = signed_in
    ) -> Share:
        """Share longer or shorter; needs If-Match."""
        shares.edit(caller, share_id, edit.expires_at, match)
        return shares.shown(caller, share_id, response)

    @routes.post("/shares/{share_id}/revoke")
    def end(share_id: str, response: Response, caller: Caller = signed_in) -> Share:
        """Stop sharing at once, for good. What was downloaded already cannot be called back."""
        shares.revoke(caller, share_id)
        return shares.shown(caller, share_id, response)

    @routes.post("/shares/{share_id}/unlock")
    def unlock(share_id: str, response: Response, caller: Caller = signed_in) -> Share:
        """Allow typed share codes again after strangers guessed at them; a lock of the link stays."""
        shares.unlock(caller, share_id)
        return shares.shown(caller, share_id, response)


class OwnersShares:
    """Does what an owner asks, each in one transaction."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._database = services.database
        self._limits = services.settings.limits

    def create(self, caller: Caller, wanted: ShareRequest, key: str | None) -> NewShare:
        """Make a share, or give the one this Idempotency-Key made before."""
        account = str(caller.account)
        given = secrets_for(self._services, account, key)
        if wanted.email:
            self._services.tries.take("share-mail-by-account", account)
        with self._database.writing() as session:
            now = self._services.clock()
            held(session, AccountRow, account)  # the same request at once makes one share
            before = None if key is None else share_made_before(session, account, key, wanted, given, now)
            if before is not None:
                share = session.get_one(ShareRow, before)
            else:
                share = make_share(session, self._services, caller, wanted, given, now)
                tell_recipient(session, self._services.settings, share, given.token, now)
                if key is not None:
                    remember(session, account, key, wanted, share.id, now)
            return new_share(session, self._services, share, given, now)

    def page(self, caller: Caller, cursor: str | None, most: int) -> SharePage:
        """Give one page of all shares."""
        with self._database.reading() as session:
            return share_page(session, caller, cursor, most, self._services.clock(), self._limits)

    def shown(self, caller: Caller, share_id: str, response: Response) -> Share:
        """Give one share with its ETag."""
        with self._database.reading() as session:
            share = owned_share(session, caller, share_id)
            response.headers["ETag"] = etag(share)
            return share_shape(session, share, self._services.clock(), self._limits)

    def edit(self, caller: Caller, share_id: str, until: str, match: str | None) -> None:
        """Move the last day."""
        with self._database.writing() as session:
            share = self._held(session, caller, share_id)
            move_last_day(session, share, until, match, self._services.clock(), self._limits)

    def revoke(self, caller: Caller, share_id: str) -> None:
        """End a share."""
        with self._database.writing() as session:
            revoke(session, self._held(session, caller, share_id), self._services.clock())

    def unlock(self, caller: Caller, share_id: str) -> None:
        """Allow typed codes again."""
        with self._database.writing() as session:
            allow_typed_codes(session, self._held(session, caller, share_id), self._services.clock())

    def _held(self, session: Session, caller: Caller, share_id: str) -> ShareRow:
        """Find a share of the caller that nobody else changes meanwhile."""
        held(session, AccountRow, caller.account)
        return owned_share(session, caller, share_id)
