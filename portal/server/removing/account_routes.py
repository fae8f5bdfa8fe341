"""The end of an account: asked for by the person, done by the practice."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow
from portal.server.people.account_shapes import account_shape
from portal.server.removing.asking import ask_deletion
from portal.server.removing.deleting import delete_account
from portal.server.services import Services
from portal.wire.accounts import Account
from portal.wire.addresses import API_PATH


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=API_PATH, tags=["accounts"])
    callers = Callers(services)

    @routes.post("/account/deletion", status_code=202)
    def _ask(caller: Caller = Depends(callers.account)) -> Account:
        """Ask the practice to delete the account; everything shared ends at once."""
        with services.database.writing() as session:
            row = ask_deletion(session, services.settings, str(caller.account), services.clock())
            return account_shape(session, row)

    @routes.delete("/staff/accounts/{account}", status_code=204, response_class=Response)
    def _delete(account: str, caller: Caller = Depends(callers.staff_with("administrator"))) -> Response:
        """Delete an account of the practice, with what the person brought; what the practice sent stays.

        One that stands at other practices too loses what it has here alone.
        """
        with services.database.reading() as session:
            row = session.get(AccountRow, account)
            if row is None or all(link.person.practice != caller.practice for link in row.patients):
                raise Problem("not-found")
        assert caller.practice is not None
        delete_account(services.database, services.settings, account, caller.practice, services.clock)
        return Response(status_code=204)

    return routes
