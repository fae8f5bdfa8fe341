"""Tells recipients of shares made for them, and owners of what happens with theirs (N1, S2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, PracticeRow, ShareRow
from portal.server.notices.kinds import NoticeKind
from portal.server.notices.outbox import Reader, put
from portal.server.notices.wording import Told
from portal.server.people.telling import moment_of, tell
from portal.server.sharing.share_shapes import share_link


def tell_recipient(session: Session, settings: ServerSettings, share: ShareRow, token: str, now: datetime) -> None:
    """Send the link to the address the owner gave; the code never goes with it (S3)."""
    if not (share.email and settings.post.mails):
        return  # without a way to send, the owner sends it: it must not go out a second time days later
    practice = _practice(session, share)
    facts = {"until": moment_of(practice, share.expires_at), "most": str(share.max_accesses)}
    told = Told("share", facts, share_link(settings, token), share.message, share.id)
    put(session, practice, Reader("email", share.email), told, now, local=settings.local, until=share.expires_at)


def tell_opened(session: Session, settings: ServerSettings, share: ShareRow, now: datetime) -> None:
    """Tell the owner of an opening, and when one is left."""
    last = share.max_accesses - share.accesses_used == 1
    facts = {"number": str(share.accesses_used), "most": str(share.max_accesses)}
    _tell_owner(session, settings, share, "share-last" if last else "share-opened", facts, now)


def tell_wrong_code(session: Session, settings: ServerSettings, share: ShareRow, left: int, now: datetime) -> None:
    """Tell the owner of the first wrong code, and of the one that locks the share; those between would be a flood."""
    tried = settings.limits.wrong_codes_most - left
    if tried == 1 or not left:
        _tell_owner(session, settings, share, "wrong-codes", {"left": str(left)}, now)


def tell_ending(session: Session, settings: ServerSettings, share: ShareRow, now: datetime) -> None:
    """Tell the owner that a share ends soon."""
    until = moment_of(_practice(session, share), share.expires_at)
    _tell_owner(session, settings, share, "share-ends", {"until": until}, now)


def _tell_owner(
    session: Session, settings: ServerSettings, share: ShareRow, kind: NoticeKind, facts: dict[str, str], now: datetime
) -> None:
    account = session.get_one(AccountRow, share.account)
    said = {**facts, "at": moment_of(_practice(session, share), now)}
    tell(session, settings, account, Told(kind, said, about=share.id), now)


def _practice(session: Session, share: ShareRow) -> PracticeRow:
    return session.get_one(PracticeRow, share.person.practice)
