"""The well-known page, the account, activation, staff invitations."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request

from portal.server.accounts.invitations import invite
from portal.server.accounts.shape import account_shape, invited, well_known
from portal.server.accounts.signing import addressed
from portal.server.caller import Caller
from portal.server.callers import Callers
from portal.server.problems import Problem
from portal.server.services import Services
from portal.server.tables import AccountRow
from portal.wire import (
    API_PATH,
    WELL_KNOWN_PATH,
    Account,
    Activated,
    Activation,
    Invitation,
    Invited,
    WellKnown,
)


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(tags=["accounts"])
    callers = Callers(services)

    @routes.get(WELL_KNOWN_PATH)
    def _well_known() -> WellKnown:
        """Say that this is a portal, and what it can."""
        with services.database.reading() as session:
            return well_known(session, services.settings)

    @routes.get(f"{API_PATH}/account")
    def _account(caller: Caller = Depends(callers.account)) -> Account:
        """Say who is signed in."""
        with services.database.reading() as session:
            return account_shape(session, session.get_one(AccountRow, caller.account))

    @routes.post(f"{API_PATH}/activation")
    def _activate(request: Request, activation: Activation) -> Activated:
        """Take over the account an activation code was made for."""
        who = addressed(request)
        services.tries.check("code-by-address", who)
        try:
            account = services.activations.activate(activation)
        except Problem as problem:
            if problem.code in {"not-found", "code-used"}:
                services.tries.count("code-by-address", who)
            raise
        with services.database.reading() as session:
            return Activated(session.get_one(AccountRow, account).user_name or "")

    @routes.post(f"{API_PATH}/staff/invitations", status_code=201)
    def _invite(invitation: Invitation, caller: Caller = Depends(callers.staff)) -> Invited:
        """Make an account for a person at the practice, or a new code for one that waits for its person."""
        assert caller.practice is not None
        with services.database.writing() as session:
            made = invite(session, services.secret, caller.practice, invitation, services.clock())
        return invited(services.settings, made)

    return routes
