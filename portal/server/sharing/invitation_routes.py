"""The invitation as the server can print it: it keeps neither link nor code, only their hashes."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Response
from sqlalchemy.orm import Session

from portal.exam_names import ExamName, beside
from portal.invitation import InvitationSheet, invitation_pdf, not_whole_words
from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.base.tables import PracticeRow, ShareRow
from portal.server.base.tokens import token_hash
from portal.server.base.typed_codes import normalised
from portal.server.people.account_shapes import practice_shape
from portal.server.services import Services
from portal.server.sharing.editing import owned_share
from portal.server.sharing.share_secrets import code_fits
from portal.server.sharing.share_shapes import share_link, share_wholeness, shared

PDF_HEADERS = {"Content-Disposition": 'inline; filename="invitation.pdf"'}

Code = Annotated[str | None, Header(alias="Verification-Code", max_length=100)]
Token = Annotated[str | None, Header(alias="Share-Token", max_length=200)]
Flag = Annotated[bool, Query()]


def add(routes: APIRouter, services: Services) -> None:
    """Add the route."""
    signed_in = Depends(Callers(services).account)

    @routes.get("/shares/{share_id}/invitation.pdf", response_class=Response, responses={200: _PDF})
    def invitation(
        share_id: str,
        code: Code = None,
        token: Token = None,
        second_sheet: Flag = False,
        with_title: Flag = False,
        caller: Caller = signed_in,
    ) -> Response:
        """Print an invitation; code and link are on it where the owner brings them and they are right.

        Without the link the sheet leads to the page where the share code is typed, of which the first half is known.
        """
        with services.database.reading() as session:
            share = owned_share(session, caller, share_id)
            sheet = _sheet(session, services, share, code, token, second_sheet=second_sheet, with_title=with_title)
        return Response(invitation_pdf(sheet), media_type="application/pdf", headers=PDF_HEADERS)


_PDF = {"content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}}}


def _named(session: Session, share: ShareRow) -> ExamName:
    return beside(shared(session, share.id).name, share.title)


def _sheet(
    session: Session,
    services: Services,
    share: ShareRow,
    code: str | None,
    token: str | None,
    *,
    second_sheet: bool,
    with_title: bool,
) -> InvitationSheet:
    right_code = code is not None and code_fits(services.secret, share.id, code, share.code_hmac)
    right_token = token is not None and hmac.compare_digest(token_hash(token), share.token_hash)
    return InvitationSheet(
        practice=practice_shape(session.get_one(PracticeRow, share.person.practice)),
        page=share_link(services.settings),
        locator=share.locator,
        expires_at=share.expires_at,
        link=share_link(services.settings, token) if right_token else None,
        verification_code=normalised(code or "") if right_code else None,
        accesses=share.max_accesses,
        session_minutes=services.settings.limits.share_session_minutes,
        local=services.settings.local,
        second_sheet=second_sheet,
        exam=_named(session, share) if with_title else None,
        made_at=share.created_at,
        not_whole=not_whole_words(share_wholeness(session, share, services.clock())),
    )
