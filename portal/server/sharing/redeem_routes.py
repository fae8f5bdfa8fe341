"""Where whoever has a code opens a share."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime

import anyio
from anyio import CapacityLimiter
from anyio.to_thread import run_sync
from fastapi import APIRouter, Request, Response

from portal.server.access.caller import SHARE_COOKIE
from portal.server.access.whence import whence
from portal.server.answers.even_time import remaining
from portal.server.base.networks import network_of
from portal.server.base.problems import Problem
from portal.server.base.turns import Turns
from portal.server.services import Services
from portal.server.sharing.guess_limits import Guesses
from portal.server.sharing.redeeming import Attempt, Opened, Refused, is_meant, read_attempt, try_code
from portal.wire.addresses import API_PATH, DICOMWEB_PATH
from portal.wire.sharing import Redeem, Redeemed

COOKIE_PATHS = (API_PATH, DICOMWEB_PATH)  # where images and reports are; the sign-in pages never see the cookie
AT_ONCE, OF_ONE = 8, 2  # of all, and of one address


def add(routes: APIRouter, services: Services) -> None:
    """Add the recipient's route."""
    guesses, turns = Guesses(services.tries), Turns(AT_ONCE, OF_ONE)

    @routes.post("/redeem")
    async def redeem(said: Redeem, request: Request, response: Response) -> Redeemed:
        """Open a share with link token and code, or with the typed share code. No account is needed."""
        attempt = replace(read_attempt(said), whence=whence(request))
        address = request.client.host if request.client else ""
        async with turns.turn(network_of(address)):
            began = time.monotonic()
            outcome = await run_sync(_tried, services, guesses, attempt, address, limiter=CapacityLimiter(1))
        if isinstance(outcome, Refused):
            if outcome.code == "not-found":
                await anyio.sleep(remaining(began))
            raise Problem(outcome.code, **outcome.facts)
        _hand_over(response, services, outcome)
        return outcome.redeemed


def _tried(services: Services, guesses: Guesses, attempt: Attempt, address: str) -> Opened | Refused:
    """Try a code; strangers who guess take no writer's turn from anybody."""
    guesses.check(address, typed=attempt.typed)
    outcome: Opened | Refused = Refused("not-found")
    with services.database.reading() as session:
        there = is_meant(session, attempt)
    if there:
        with services.database.writing() as session:
            outcome = try_code(session, services, attempt, services.clock())
    if isinstance(outcome, Refused) and outcome.wrong:
        guesses.count(address, typed=attempt.typed)
        services.wrong_codes.add(address)
    return outcome


def _hand_over(response: Response, services: Services, opened: Opened) -> None:
    """Give the session as a cookie that scripts cannot read."""
    for path in COOKIE_PATHS:
        response.set_cookie(
            SHARE_COOKIE,
            opened.redeemed.session,
            max_age=_seconds_left(opened.ends, services.clock()),
            path=path,
            secure=services.settings.public_url.startswith("https:"),
            httponly=True,
            samesite="lax",
        )


def _seconds_left(ends: datetime, now: datetime) -> int:
    return max(0, int((ends - now).total_seconds()))
