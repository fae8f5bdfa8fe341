"""The well-known page, the account, activation, staff invitations."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import APIRouter, Depends, Request, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow
from portal.server.people.account_shapes import account_shape, well_known
from portal.server.people.activation import activations
from portal.server.people.contact import change_contact
from portal.server.people.inviting import invite_and_tell
from portal.server.people.machine_tokens import end_all_others, end_token, living_tokens
from portal.server.people.practices.joining import join_practice
from portal.server.people.signing_in import addressed
from portal.server.services import Services
from portal.wire.accounts import (
    Account,
    AccountEdit,
    AccountTokens,
    Activated,
    Activation,
    Invitation,
    Invited,
    JoinedPractice,
)
from portal.wire.addresses import API_PATH, WELL_KNOWN_PATH
from portal.wire.well_known import WellKnown


def router(services: Services, known: Callable[[], object]) -> APIRouter:
    """Give the routes of this part; `known` is called after a person was made known to the practice."""
    routes = APIRouter(tags=["accounts"])
    callers = Callers(services)
    _on_the_portal(routes, services)
    _on_the_account(routes, services, callers)
    _on_coming_in(routes, services, callers, known)
    return routes


def _on_the_portal(routes: APIRouter, services: Services) -> None:
    @routes.get(WELL_KNOWN_PATH)
    def _well_known() -> WellKnown:
        """Say that this is a portal, and what it can."""
        with services.database.reading() as session:
            return well_known(session, services.settings)


def _on_the_account(routes: APIRouter, services: Services, callers: Callers) -> None:
    @routes.get(f"{API_PATH}/account")
    def _account(caller: Caller = Depends(callers.account)) -> Account:
        """Say who is signed in."""
        with services.database.reading() as session:
            return account_shape(session, session.get_one(AccountRow, caller.account))

    @routes.patch(f"{API_PATH}/account")
    def _edit(wanted: AccountEdit, caller: Caller = Depends(callers.account)) -> Account:
        """Change e-mail address and phone, where the practice leaves that to the person."""
        services.tries.take("contact-by-account", str(caller.account))  # each one is told to an address
        with services.database.writing() as session:
            row = change_contact(session, services.settings, str(caller.account), wanted, services.clock())
            return account_shape(session, row)

    @routes.post(f"{API_PATH}/account/practices")
    def _join(request: Request, wanted: JoinedPractice, caller: Caller = Depends(callers.account)) -> Account:
        """Bring another practice's exams under this sign-in, by the activation code it gave."""
        who = addressed(request)
        services.tries.check("code-by-address", who)
        try:
            with services.database.writing() as session:
                row = join_practice(
                    session, services.settings, services.secret, str(caller.account), wanted.code, services.clock(),
                    confirmed=wanted.person_confirmed,
                )  # fmt: skip
                return account_shape(session, row)
        except Problem as problem:
            if problem.code in {"not-found", "code-used"}:
                services.tries.count("code-by-address", who)
                services.wrong_codes.add(who)
            raise

    @routes.get(f"{API_PATH}/account/tokens")
    def _tokens(caller: Caller = Depends(callers.account)) -> AccountTokens:
        """List what opens the account now: tokens of the person's own programs, and sign-ins."""
        with services.database.reading() as session:
            return living_tokens(session, str(caller.account), services.clock(), caller.family)

    @routes.delete(f"{API_PATH}/account/tokens", status_code=204, response_class=Response)
    def _end_others(caller: Caller = Depends(callers.account)) -> Response:
        """End all of them at once but the one this is asked with."""
        with services.database.writing() as session:
            end_all_others(session, str(caller.account), caller.family, services.clock())
        return Response(status_code=204)

    @routes.delete(f"{API_PATH}/account/tokens/{{token_id}}", status_code=204, response_class=Response)
    def _end_token(token_id: str, caller: Caller = Depends(callers.account)) -> Response:
        """End one of them at once, by its id; a transfer that is under way with it is cut."""
        with services.database.writing() as session:
            end_token(session, str(caller.account), token_id, services.clock())
        return Response(status_code=204)


def _on_coming_in(routes: APIRouter, services: Services, callers: Callers, known: Callable[[], object]) -> None:
    @routes.post(f"{API_PATH}/activation")
    def _activate(request: Request, activation: Activation) -> Activated:
        """Take over the account an activation code was made for."""
        who = addressed(request)
        services.tries.check("code-by-address", who)
        try:
            account = activations(services).activate(activation)
        except Problem as problem:
            if problem.code in {"not-found", "code-used"}:
                services.tries.count("code-by-address", who)
                services.wrong_codes.add(who)
            raise
        with services.database.reading() as session:
            return Activated(session.get_one(AccountRow, account).user_name or "")

    @routes.post(f"{API_PATH}/staff/invitations", status_code=201)
    def _invite(invitation: Invitation, caller: Caller = Depends(callers.staff_with("reception"))) -> Invited:
        """Make an account for a person at the practice, or a new code for one that waits for its person."""
        assert caller.practice is not None
        with services.database.writing() as session:
            now = services.clock()
            made = invite_and_tell(session, services.settings, services.secret, caller.practice, invitation, now)
        known()
        return made
