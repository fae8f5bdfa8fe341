"""Account security: passkeys."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from portal.server.access.caller import Caller
from portal.server.access.callers import Callers
from portal.server.base.problems import Problem
from portal.server.factors.passkeys.keeping import add_passkey, begin_passkey, remove_passkey, rename_passkey
from portal.server.factors.passkeys.using import Passkeys
from portal.server.factors.showing import shown_who
from portal.server.services import Services
from portal.wire.addresses import API_PATH
from portal.wire.second_factor import (
    AddedPasskey,
    NewPasskey,
    Passkey,
    PasskeyName,
    PasskeyOptions,
    PasswordAndCode,
)


def router(services: Services) -> APIRouter:
    """Give the routes of this part."""
    routes = APIRouter(prefix=f"{API_PATH}/account/passkeys", tags=["accounts"])
    callers = Callers(services)
    _on_adding(routes, services, callers)
    _on_one(routes, services, callers)
    return routes


def _on_adding(routes: APIRouter, services: Services, callers: Callers) -> None:
    @routes.post("/begin")
    def _begin(request: Request, shown: PasswordAndCode, caller: Caller = Depends(callers.own)) -> PasskeyOptions:
        """Begin with a passkey: what the browser is asked to make, for ten minutes."""
        account = shown_who(services, request, caller, shown)
        with services.database.reading() as session:
            return begin_passkey(session, services, account, services.clock())

    @routes.post("", status_code=201)
    def _add(wanted: NewPasskey, caller: Caller = Depends(callers.own)) -> AddedPasskey:
        """Keep the passkey the browser made; the first one brings recovery codes, shown this once."""
        account = str(caller.account)
        services.tries.take("factor-by-account", account)
        with services.database.writing() as session:
            added = add_passkey(session, services, account, wanted, services.clock())
        services.tries.forget("factor-by-account", account)
        return added

    @routes.post("/ask")
    def _ask(caller: Caller = Depends(callers.own)) -> PasskeyOptions:
        """Give what a passkey of this account signs, to prove once more who it is (`passkey` in place of `code`)."""
        with services.database.reading() as session:
            options = Passkeys(services).options(session, str(caller.account))
        if options is None:
            raise Problem("not-found")
        return PasskeyOptions(options)


def _on_one(routes: APIRouter, services: Services, callers: Callers) -> None:
    @routes.patch("/{passkey_id}")
    def _rename(passkey_id: str, wanted: PasskeyName, caller: Caller = Depends(callers.own)) -> Passkey:
        """Name a passkey."""
        with services.database.writing() as session:
            return rename_passkey(session, str(caller.account), passkey_id, wanted.name)

    @routes.post("/{passkey_id}/remove", status_code=204, response_class=Response)
    def _remove(
        request: Request, passkey_id: str, shown: PasswordAndCode, caller: Caller = Depends(callers.own)
    ) -> Response:
        """Take a passkey away, by the password and a code of the app, a recovery code or a passkey."""
        account = shown_who(services, request, caller, shown)
        with services.database.writing() as session:
            remove_passkey(session, services, account, passkey_id, services.clock())
        return Response(status_code=204)
