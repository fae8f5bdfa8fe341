"""Finds out who asks. Parts use it as `Depends(callers.account)`.

Access and machine tokens and staff tokens come as `Authorization: Bearer`, a share's session as `Authorization: Share`
or as its cookie, a browser's as its cookie. Cookies come along with whatever a browser is made to send, so a share's
opens only what is read (GET), and a browser's the rest with a token of our own pages. Where both are there, the share
counts unless a page of the account's says that it asks.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from fastapi import Request
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from portal.server.access.browser_sessions import IDLE, IDLE_AT_THE_PRACTICE, SAFE_METHODS, BrowserSessions
from portal.server.access.caller import SHARE_COOKIE, Caller
from portal.server.access.lapsing import is_lapsed
from portal.server.access.roles import LOOKING, need_role
from portal.server.access.share_sessions import share_caller
from portal.server.access.staff_members import member_caller
from portal.server.base.problems import CHALLENGE, Problem
from portal.server.base.tables import AccessTokenRow, AccountPatientRow, AccountRow, StaffTokenRow, TokenFamilyRow
from portal.server.base.tokens import token_hash
from portal.server.services import Services
from portal.wire.addresses import SHARE_SCHEME
from portal.wire.desk.members import Role


class Callers:
    """Names the caller of a request, or ends it with a problem."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._sessions = BrowserSessions(services.settings, services.secret)

    def any(self, request: Request) -> Caller:
        """Give whoever asks and may look: account, share, doctor, or staff who have to do with images and reports."""
        caller = self.anybody(request)
        need_role(caller, *LOOKING)
        return caller

    def anybody(self, request: Request) -> Caller:
        """Give whoever asks, also staff of other roles."""
        caller = self.optional(request)
        if caller is None:
            raise Problem("not-signed-in", headers={"WWW-Authenticate": challenge(request)})
        return caller

    def account(self, request: Request) -> Caller:
        """Give the account that asks; shares and staff may not."""
        return self._of_kind(request, "account")

    def staff(self, request: Request) -> Caller:
        """Give the practice's own program, or staff of any role."""
        return self._of_kind(request, "staff")

    def staff_with(self, *roles: Role) -> StaffQuestion:
        """Give the question for the practice's own program, or staff with one of these roles."""
        return StaffQuestion(self, roles)

    def member(self, request: Request) -> Caller:
        """Give the staff member or referring doctor who is signed in; programs of the practice may not ask."""
        caller = self.anybody(request)
        if caller.member is None:
            raise Problem("not-allowed")
        return caller

    def own(self, request: Request) -> Caller:
        """Give whoever is signed in to an account of their own, be it a patient, staff or a doctor, by that account."""
        caller = self.anybody(request)
        account = caller.account if caller.kind == "account" else caller.member
        if account is None:
            raise Problem("not-allowed")
        return replace(caller, account=account)

    def optional(self, request: Request) -> Caller | None:
        """Give whoever asks, or `None` where nobody is named or what names them has ended; looked up once a request."""
        if not hasattr(request.state, "caller"):
            now = self._services.clock()
            with self._services.database.reading() as session:
                request.state.caller = find_caller(session, request, now, self._sessions)
            if (opened := getattr(request.state, "browser_session", None)) is not None:
                at_work = request.state.caller is not None and request.state.caller.member is not None
                idle = IDLE_AT_THE_PRACTICE if at_work else IDLE
                self._sessions.move_on(self._services.database, opened, now, idle)
        caller: Caller | None = request.state.caller
        return caller

    def is_known(self, request: Request) -> bool:
        """Say whether anybody at all is named; one whose account rests is, and is told so by the part that asks."""
        try:
            return self.optional(request) is not None
        except Problem:
            return True

    def _of_kind(self, request: Request, kind: str) -> Caller:
        caller = self.anybody(request)
        if caller.kind != kind:
            raise Problem("not-allowed")
        return caller


@dataclass(frozen=True)
class StaffQuestion:
    """Asks for the practice's own program, or a member of the staff with one of some roles; else 403 `role-needed`."""

    callers: Callers
    roles: tuple[Role, ...]

    def __call__(self, request: Request) -> Caller:
        """Give who asks."""
        caller = self.callers.staff(request)
        need_role(caller, *self.roles)
        return caller


def challenge(request: Request) -> str:
    """Ask to sign in as RFC 6750 3 does: what was brought and is not, or no longer, good is named as that."""
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    name = {"bearer": "Bearer", SHARE_SCHEME.lower(): SHARE_SCHEME}.get(scheme.lower())
    if name is None or not secret.strip():
        return CHALLENGE
    plain = CHALLENGE.replace("Bearer", name, 1)
    return f'{plain}, error="invalid_token", error_description="It is not known here, has ended or was taken back."'


def find_caller(session: Session, request: Request, now: datetime, sessions: BrowserSessions) -> Caller | None:
    """Look up what a request brings; a header that is there decides alone, so that a cookie cannot stand in for it.

    Raises `Problem("not-allowed")` where a browser's cookie alone is to change something.
    """
    header = request.headers.get("authorization")
    if header is not None:
        scheme, _, secret = header.partition(" ")
        return _by_scheme(session, scheme.lower(), secret.strip(), now)
    cookie = request.cookies.get(SHARE_COOKIE)
    if cookie and request.method in SAFE_METHODS and not sessions.is_meant(request):
        shared = share_caller(session, cookie, now)
        if shared is not None:
            return shared
    return _browser_caller(session, request, now, sessions)


def _browser_caller(session: Session, request: Request, now: datetime, sessions: BrowserSessions) -> Caller | None:
    opened = sessions.found(session, request, now)
    if opened is None or not sessions.may_ask(request):
        return None
    caller = _signed_in(session, TokenFamilyRow.id == opened.family, now)
    request.state.browser_session = None if caller is None else opened
    return caller


def _by_scheme(session: Session, scheme: str, secret: str, now: datetime) -> Caller | None:
    if not secret:
        return None
    if scheme == "bearer":
        return account_caller(session, secret, now) or staff_caller(session, secret, now)
    if scheme == SHARE_SCHEME.lower():
        return share_caller(session, secret, now)
    return None


def account_caller(session: Session, token: str, now: datetime) -> Caller | None:
    """Give the account of an access token whose sign-in has not ended; raises `Problem("account-lapsed")`."""
    living = (AccessTokenRow.token_hash == token_hash(token), AccessTokenRow.expires_at > now)
    return _signed_in(session, TokenFamilyRow.id.in_(select(AccessTokenRow.family).where(*living)), now)


def _signed_in(session: Session, which: ColumnElement[bool], now: datetime) -> Caller | None:
    found = session.execute(
        select(AccountRow, TokenFamilyRow.id)
        .join(TokenFamilyRow, TokenFamilyRow.account == AccountRow.id)
        .where(which, TokenFamilyRow.ended_at.is_(None), AccountRow.state == "active")
    ).first()
    if found is None:
        return None
    account, family = found
    return signed_in_caller(session, account, family, now)


def signed_in_caller(session: Session, account: AccountRow, family: str | None, now: datetime) -> Caller:
    """Give whom an active account stands for: a patient, a staff member, a doctor; raises `Problem("account-lapsed")`.

    Every way of signing in ends here.
    """
    if is_lapsed(account, now):
        raise Problem("account-lapsed")
    member = member_caller(session, account, family)
    if member is not None:
        return member
    patients = session.scalars(select(AccountPatientRow.patient).where(AccountPatientRow.account == account.id))
    return Caller("account", account=account.id, patients=frozenset(patients), family=family)


def staff_caller(session: Session, token: str, now: datetime) -> Caller | None:
    """Give the practice of a staff token."""
    row = session.get(StaffTokenRow, token_hash(token))
    if row is None or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    return Caller("staff", practice=row.practice)
