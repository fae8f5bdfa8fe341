"""Sign in where there is no browser: a short code is typed on any other device (RFC 8628)."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from core.errors import PortalError
from core.job import Job
from portal.client.connecting.connection import Connection
from portal.client.connecting.shapes import read_shape
from portal.client.signing_in.oauth import Tokens, ask_tokens, own_path, post_form, read_metadata
from portal.client.signing_in.sign_in import STEP, settle
from portal.client.signing_in.signed_in import SignedIn
from portal.client.signing_in.vault import Vault
from portal.names import Link, Token

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
PAUSE = 0.2
PAUSE_MOST = 60


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the person types where; `verification_uri_complete` brings the code along."""

    device_code: Token
    user_code: str
    verification_uri: Link
    expires_in: int
    interval: int = 5
    verification_uri_complete: Link | None = None


def device_sign_in(url: str, show: Callable[[DeviceCode], None], job: Job, *, vault: Vault) -> SignedIn:
    """Show where to type which code, wait until it was done; ends signed in and kept, or with a `PortalError`."""
    with Connection(url) as connection:
        metadata = read_metadata(connection)
        token_path = own_path(connection, metadata.token_endpoint)
        path = own_path(connection, metadata.device_authorization_endpoint)
        code = read_shape(DeviceCode, connection.read_answer(post_form(connection, path, {})))
        for address in filter(None, (code.verification_uri, code.verification_uri_complete)):
            own_path(connection, address)
        show(code)
        tokens = _wait(connection, token_path, code, job)
    return settle(connection.url, tokens, vault)


def _wait(connection: Connection, token_path: str, code: DeviceCode, job: Job) -> Tokens:
    """Ask again and again, as slowly as the portal wants it."""
    ends, pause = time.monotonic() + min(code.expires_in, 3600), min(max(code.interval, 1), PAUSE_MOST)
    form = {"grant_type": GRANT, "device_code": code.device_code}
    while time.monotonic() < ends:
        job.report(0, 0, STEP)
        _rest(pause, job)
        try:
            return ask_tokens(connection, token_path, form)
        except PortalError as problem:
            pause = _patience(problem, pause)
    raise PortalError("sign-in-timeout")


def _patience(problem: PortalError, pause: int) -> int:
    """Say how long to wait before the next question, or raise what ended it."""
    reason = problem.facts.get("reason")
    if problem.code == "portal-unreachable" or reason == "authorization_pending":
        return pause
    if reason == "slow_down":
        return min(pause + 5, PAUSE_MOST)
    raise PortalError("sign-in-timeout") if reason == "expired_token" else problem


def _rest(seconds: float, job: Job) -> None:
    nothing, ends = threading.Event(), time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        job.check()
        nothing.wait(min(left, PAUSE))
