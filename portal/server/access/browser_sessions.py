"""Sessions of people who look at the portal in a browser: a cookie that stands for one sign-in.

A browser sends a cookie along with whatever it is made to ask, so the cookie alone opens only what is read. Whatever
changes something brings the session's token as well, which only our own pages are told, and comes from one of them.
A page also sends the token with what it reads: after somebody else signed in, a page left open gets nothing of theirs.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request, Response
from sqlalchemy import update
from sqlalchemy.orm import Session

from portal.server.access.form_guard import is_secure, origin_of, seal
from portal.server.base.database import Database
from portal.server.base.problems import Problem
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import BrowserSessionRow
from portal.server.base.tokens import new_token, token_hash

IDLE, LONGEST = timedelta(minutes=30), timedelta(hours=12)
IDLE_AT_THE_PRACTICE = timedelta(minutes=15)  # a screen at the desk shows many people's records
TOKEN_HEADER = "X-Form-Token"
OWN_PAGE = ("as", "account")  # what the query of our own pages' plain links says: a browser sends no header with those
SAFE_METHODS = frozenset({"GET", "HEAD"})
_MOVED_ON = timedelta(minutes=1)  # a page of a hundred pictures is one sign of life
_SECRET_LONGEST = 200


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A session that has not ended; `family` is the sign-in it came from."""

    hash: str
    family: str
    began: datetime
    expires_at: datetime


class BrowserSessions:
    """Reads and writes the cookie, and knows which session it names."""

    def __init__(self, settings: ServerSettings, secret: bytes) -> None:
        self._settings = settings
        self._secret = secret
        self._secure = is_secure(settings)
        # browsers take a cookie of the first name from this very host alone, by https, and from no page of another
        self._cookie = "__Host-session" if self._secure else "portal_session"

    def found(self, session: Session, request: Request, now: datetime) -> OpenSession | None:
        """Give the session a request's cookie names; None without one, and once it has ended."""
        secret_text = self._secret_of(request)
        row = session.get(BrowserSessionRow, token_hash(secret_text)) if secret_text else None
        if row is None or row.family is None or row.expires_at <= now:
            return None
        return OpenSession(row.session_hash, row.family, row.created_at, row.expires_at)

    def is_meant(self, request: Request) -> bool:
        """Say whether a page of the account's, and not that of a share in the same browser, is what asks."""
        name, value = OWN_PAGE
        return TOKEN_HEADER in request.headers or request.query_params.get(name) == value

    def may_ask(self, request: Request) -> bool:
        """Say whether what asks with a session's cookie is a page that was made for this session.

        Raises `Problem("not-allowed")` where something is to be changed by a request no page of ours has sent.
        """
        said, secret_text = request.headers.get(TOKEN_HEADER), self._secret_of(request)
        fits = said is None or hmac.compare_digest(said.encode(), self.token(secret_text).encode())
        if request.method in SAFE_METHODS:
            return fits
        if said is None or not fits or not self._comes_from_here(request):
            raise Problem("not-allowed", reason="form-token")
        return True

    def token(self, secret_text: str) -> str:
        """Give what the pages of a session send along."""
        return seal(self._secret, "session", secret_text)

    def token_of(self, request: Request) -> str:
        """Give what a page that answers this request is to send along."""
        return self.token(self._secret_of(request))

    def begin(self, session: Session, family: str, now: datetime) -> str:
        """Open a session of a sign-in; gives its secret, of which only the hash is kept."""
        secret_text = new_token()
        row = BrowserSessionRow(
            session_hash=token_hash(secret_text), family=family, created_at=now, expires_at=now + IDLE
        )
        session.add(row)
        return secret_text

    def hand_over(self, response: Response, secret_text: str) -> None:
        """Give the browser the session: for as long as it runs, and nothing a script could read."""
        response.set_cookie(self._cookie, secret_text, httponly=True, samesite="lax", secure=self._secure, path="/")

    def take_back(self, response: Response) -> None:
        """Let the browser forget it, and what it kept of what it was shown."""
        response.delete_cookie(self._cookie, httponly=True, samesite="lax", secure=self._secure, path="/")
        response.headers["Clear-Site-Data"] = '"cache"'

    def move_on(self, database: Database, opened: OpenSession, now: datetime, idle: timedelta = IDLE) -> None:
        """Note that somebody is there: the session ends a while from now, and half a day after it began."""
        until = min(now + idle, opened.began + LONGEST)
        if abs(until - opened.expires_at) < _MOVED_ON:
            return
        living = (BrowserSessionRow.session_hash == opened.hash, BrowserSessionRow.expires_at > now)
        with database.writing() as session:
            session.execute(update(BrowserSessionRow).where(*living).values(expires_at=until))

    def _secret_of(self, request: Request) -> str:
        said = request.cookies.get(self._cookie, "")
        return said if len(said) <= _SECRET_LONGEST else ""

    def _comes_from_here(self, request: Request) -> bool:
        site = request.headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        return request.headers.get("origin") == origin_of(self._settings.public_url)
