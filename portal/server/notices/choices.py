"""Which notices a person has switched off; never those that keep an account safe.

A letter's link switches its kind off without a sign-in: it bears a seal of the account and the kind, and nothing else.
"""

from __future__ import annotations

import hashlib
import hmac

from sqlalchemy.orm import Session

from portal.server.base.database import SEAL_KEY
from portal.server.base.problems import Problem
from portal.server.base.tables import AccountRow
from portal.server.notices.kinds import NoticeKind
from portal.wire.accounts import NoticeChoices

CAN_BE_OFF: tuple[NoticeKind, ...] = ("report", "share-opened", "share-last", "share-ends")
OFF_PATH = "/notices"
_SEAL_LETTERS = 32  # 128 bits


def is_wanted(account: AccountRow, kind: NoticeKind) -> bool:
    """Say whether a person is told of something of this kind."""
    return kind not in CAN_BE_OFF or kind not in switched_off(account)


def choices_of(account: AccountRow) -> NoticeChoices:
    """Give what a person chose."""
    off = switched_off(account)
    return NoticeChoices(can_be_off=CAN_BE_OFF, off=tuple(kind for kind in CAN_BE_OFF if kind in off))


def switched_off(account: AccountRow) -> frozenset[str]:
    """Give the kinds a person wants no more."""
    return frozenset((account.notices_off or "").split())


def off_address(session: Session, url: str, account: AccountRow, kind: NoticeKind) -> str | None:
    """Give the address that switches a kind off; None where it cannot be off, or there is no key to seal it with."""
    seal = _seal(session, account.id, kind)
    return None if seal is None or kind not in CAN_BE_OFF else f"{url}{OFF_PATH}/{account.id}.{kind}.{seal}"


def meant_by(session: Session, token: str) -> tuple[AccountRow, NoticeKind]:
    """Read what such an address names; raises `Problem("not-found")` where it was not made here."""
    account_id, kind, seal = (*token.split("."), "", "", "")[:3]
    row = session.get(AccountRow, account_id)
    known = next((each for each in CAN_BE_OFF if each == kind), None)
    wanted = _seal(session, account_id, kind)
    if row is None or known is None or wanted is None or not hmac.compare_digest(wanted.encode(), seal.encode()):
        raise Problem("not-found")
    return row, known


def _seal(session: Session, account: str, kind: str) -> str | None:
    key: bytes | None = session.info.get(SEAL_KEY)
    message = f"notices off\n{account}\n{kind}".encode("utf-8", "replace")
    return None if key is None else hmac.new(key, message, hashlib.sha256).hexdigest()[:_SEAL_LETTERS]
