"""Account security: the second factor, asked for and changed by who is signed in."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.factors.authenticators import (
    begin_authenticator,
    confirm_authenticator,
    remove_authenticator,
    renew_recovery_codes,
)
from portal.server.factors.overview import second_factor
from portal.server.factors.showing import shown_who
from portal.server.services import Services
from portal.wire.addresses import API_PATH
from portal.wire.second_factor import (
    FactorCode,
    NewAuthenticator,
    PasswordAndCode,
    RecoveryCodes,
    SecondFactor,
)

PATH = f"{API_PATH}/account/second-factor"


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=PATH, tags=["accounts"])
    callers = Callers(services)
    _on_the_app(routes, services, callers)
    _on_what_is_there(routes, services, callers)
    return routes


def _on_the_app(routes: APIRouter, services: Services, callers: Callers) -> None:
    @routes.post("/authenticator", status_code=201)
    def _begin(request: Request, shown: PasswordAndCode, caller: Caller = Depends(callers.own)) -> NewAuthenticator:
        """Begin with an authenticator app: its QR code; nothing changes before `confirm`."""
        account = shown_who(services, request, caller, shown)
        with services.database.writing() as session:
            return begin_authenticator(session, services, account, services.clock())

    @routes.post("/authenticator/confirm")
    def _confirm(shown: FactorCode, caller: Caller = Depends(callers.own)) -> RecoveryCodes:
        """Switch it on by a first code of the app; gives the recovery codes, this once."""
        account = str(caller.account)
        services.tries.take("factor-by-account", account)
        with services.database.writing() as session:
            codes = confirm_authenticator(session, services, account, shown.code, services.clock())
        services.tries.forget("factor-by-account", account)
        return codes

    @routes.post("/authenticator/remove", status_code=204, response_class=Response)
    def _remove(request: Request, shown: PasswordAndCode, caller: Caller = Depends(callers.own)) -> Response:
        """Switch it off, by the password and a code of the app or a recovery code."""
        account = shown_who(services, request, caller, shown)
        with services.database.writing() as session:
            remove_authenticator(session, services, account, services.clock())
        return Response(status_code=204)


def _on_what_is_there(routes: APIRouter, services: Services, callers: Callers) -> None:
    @routes.get("")
    def _what(caller: Caller = Depends(callers.own)) -> SecondFactor:
        """Say what the account has besides its password."""
        with services.database.reading() as session:
            return second_factor(session, services.settings, str(caller.account))

    @routes.post("/recovery-codes")
    def _renew(request: Request, shown: PasswordAndCode, caller: Caller = Depends(callers.own)) -> RecoveryCodes:
        """Give ten new recovery codes, this once; those of before open nothing any more."""
        account = shown_who(services, request, caller, shown)
        with services.database.writing() as session:
            return renew_recovery_codes(session, services, account, services.clock())
