"""A recipient's session between pages: going on after the page was loaded anew, and closing before the hour is over."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from portal.server.access.caller import SHARE_COOKIE
from portal.server.access.share_sessions import end_session, open_session
from portal.server.base.problems import Problem
from portal.server.services import Services
from portal.server.sharing.redeem_routes import COOKIE_PATHS
from portal.server.sharing.redeeming import redeemed_shape
from portal.wire.addresses import SHARE_SCHEME
from portal.wire.sharing import Redeemed


def add(routes: APIRouter, services: Services, prefix: str) -> None:
    """Add the routes; both want the session itself in the header, a cookie is not enough."""

    @routes.get(prefix + "/session")
    def going_on(request: Request, response: Response) -> Redeemed:
        """Say again what a session opens; this is not another access."""
        response.headers["Cache-Control"] = "no-store"
        secret, now = _secret(request), services.clock()
        with services.database.reading() as session:
            found = open_session(session, secret, now)
            if found is None:
                raise Problem("not-signed-in")
            share, ends = found
            return redeemed_shape(session, share, secret, ends, now)

    @routes.post(prefix + "/close", status_code=204, response_class=Response)
    def close(request: Request) -> Response:
        """End a session at once, on a computer others use too."""
        with services.database.writing() as session:
            end_session(session, _secret(request), services.clock())
        response = Response(status_code=204)
        for path in COOKIE_PATHS:
            response.delete_cookie(SHARE_COOKIE, path=path)
        return response


def _secret(request: Request) -> str:
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != SHARE_SCHEME.lower() or not secret.strip():
        raise Problem("not-signed-in")
    return secret.strip()
