"""Who is signed in shows once more who it is, before anything of the sign-in changes: a stolen token is not enough."""

from __future__ import annotations

from fastapi import Request

from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.factors.passkeys.using import Passkeys
from portal.server.factors.proving import Proving, has_second_factor
from portal.server.people.signing_in import addressed, signing_in
from portal.server.services import Services
from portal.wire.second_factor import PasswordAndCode


def shown_who(services: Services, request: Request, caller: Caller, shown: PasswordAndCode) -> str:
    """Give the account; raises `Problem("not-proved")` where password or second factor, if it has one, is not right."""
    account, address = str(caller.account), addressed(request)
    signing_in(services).demand(account, shown.password, address)
    with services.database.reading() as session:
        if not has_second_factor(session, account):
            return account
    if shown.passkey:
        if Passkeys(services).prove(shown.passkey, account, address) is None:
            raise Problem("not-proved", field="passkey")
    else:
        Proving(services).demand(account, shown.code, address)
    return account
