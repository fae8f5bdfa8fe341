"""Signing in, and out, in the browser itself: the sign-in is one like any other, and a session of it is open."""

from __future__ import annotations

from datetime import datetime

from fastapi import Request, Response
from sqlalchemy.orm import Session

from portal.server.access.browser_sessions import BrowserSessions
from portal.server.access.browser_words import browser_words
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow, TokenFamilyRow
from portal.server.oauth.token_families import begin_family, closed
from portal.server.people.machine_tokens import end_sign_ins, end_tokens
from portal.server.people.telling import tell_sign_in
from portal.server.services import Services

BROWSER_CLIENT = "browser"


class BrowserSignIn:
    """Begins and ends the sign-in of the browser that asks."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self.sessions = BrowserSessions(services.settings, services.secret)

    def begin(self, request: Request, response: Response, account: str) -> None:
        """Sign in whoever just showed who they are, with a session nobody knew before; an earlier one ends.

        Raises `Problem("not-signed-in")` where the account was closed meanwhile.
        """
        with self._services.database.writing() as session:
            now = self._services.clock()
            if closed(session, account, now):
                raise Problem("not-signed-in")
            self._end(session, request, now)
            family = begin_family(session, account, BROWSER_CLIENT, "page", now)
            family.label = browser_words(request.headers.get("user-agent", ""))
            secret_text = self.sessions.begin(session, family.id, now)
            tell_sign_in(session, self._services.settings, session.get_one(AccountRow, account), now)
        self.sessions.hand_over(response, secret_text)

    def end(self, request: Request, response: Response, *, everywhere: bool = False) -> None:
        """Sign out here, or wherever the person is signed in; the person's own programs keep their tokens."""
        with self._services.database.writing() as session:
            self._end(session, request, self._services.clock(), everywhere=everywhere)
        self.sessions.take_back(response)

    def _end(self, session: Session, request: Request, now: datetime, *, everywhere: bool = False) -> None:
        opened = self.sessions.found(session, request, now)
        family = None if opened is None else session.get(TokenFamilyRow, opened.family)
        if family is not None and everywhere:
            end_sign_ins(session, family.account, now)
        elif family is not None:
            end_tokens(session, family, now)
