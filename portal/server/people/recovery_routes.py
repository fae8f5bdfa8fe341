"""Forgotten passwords and user names, asked by programs; people use the pages of `oauth/sign_in_pages`."""

from __future__ import annotations

from fastapi import APIRouter, Request

from portal.server.people.recovery import MINUTES, Recovery, ask
from portal.server.people.signing_in import addressed
from portal.server.services import Services
from portal.wire.accounts import Activated, NewPassword, RecoveryNoted, RecoveryQuestion
from portal.wire.addresses import API_PATH


def router(services: Services) -> APIRouter:
    """Give the routes."""
    routes = APIRouter(tags=["accounts"])
    recovery = Recovery(services)

    @routes.post(f"{API_PATH}/account/recovery", status_code=202)
    def _ask(request: Request, question: RecoveryQuestion) -> RecoveryNoted:
        """Send user name and a way to a new password to this address, if an account has it; nobody is told whether."""
        ask(services, question.email, addressed(request))
        return RecoveryNoted(MINUTES)

    @routes.post(f"{API_PATH}/account/recovery/{{token}}")
    def _use(token: str, chosen: NewPassword) -> Activated:
        """Set the password by a letter's link, once; everybody is signed out."""
        return Activated(recovery.use(token, chosen.password))

    return routes
