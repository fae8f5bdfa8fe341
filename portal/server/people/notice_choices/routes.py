"""What a person wants to be told, asked for and changed by who is signed in."""

from __future__ import annotations

from fastapi import APIRouter, Depends

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.base.tables import AccountRow
from portal.server.notices.choices import choices_of
from portal.server.people.notice_choices.choosing import choose
from portal.server.services import Services
from portal.wire.accounts import NoticeChoices, NoticeEdit
from portal.wire.addresses import API_PATH


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=API_PATH, tags=["accounts"])
    callers = Callers(services)

    @routes.get("/account/notices")
    def _what(caller: Caller = Depends(callers.account)) -> NoticeChoices:
        """Say which letters can be switched off, and which are."""
        with services.database.reading() as session:
            return choices_of(session.get_one(AccountRow, caller.account))

    @routes.patch("/account/notices")
    def _change(wanted: NoticeEdit, caller: Caller = Depends(callers.account)) -> NoticeChoices:
        """Switch letters of these kinds off, and all others on."""
        with services.database.writing() as session:
            return choices_of(choose(session, str(caller.account), wanted.off, services.clock()))

    return routes
