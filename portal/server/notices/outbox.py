"""The outbox: a notice is written down in the transaction of what it tells of, so that both are kept, or neither."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from portal.server.base.tables import NoticeRow, PracticeRow
from portal.server.base.tokens import new_id
from portal.server.notices.kinds import LANGUAGES, Language
from portal.server.notices.wording import Sender, Told, Written, written

KEPT_TRYING = timedelta(days=3)
Channel = Literal["email", "sms"]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who is told, and where; `account` is that of the person, `None` for a stranger such as a share's recipient."""

    channel: Channel
    address: str
    account: str | None = None


def put(
    session: Session,
    practice: PracticeRow,
    reader: Reader,
    told: Told,
    now: datetime,
    *,
    local: bool,
    until: datetime | None = None,
    wanted: bool = True,
) -> None:
    """Write a notice down to be sent; after `until` it is not sent any more: what it opens has ended then.

    One that its reader does not want is noted without its words, so that nobody looks for it again.
    """
    words = written(told, Sender(practice.name, practice.phone, local), language_of(practice))
    last = now + KEPT_TRYING
    row = _row(reader, told, words, now, min(last, until) if until else last)
    if not wanted:
        row.state, row.ended_at, row.address = "unwanted", now, ""
        row.subject = row.text = row.html = row.off_address = None
    session.add(row)


def readers(account: str, email: str | None, phone: str | None) -> list[Reader]:
    """Give where a person can be told something: by e-mail, or where none is known by text message."""
    if email:
        return [Reader("email", email, account)]
    return [Reader("sms", phone, account)] if phone else []


def language_of(practice: PracticeRow) -> Language:
    """Give the language of a practice's letters."""
    return practice.language if practice.language in LANGUAGES else LANGUAGES[0]


def _row(reader: Reader, told: Told, words: Written, now: datetime, until: datetime) -> NoticeRow:
    by_mail = reader.channel == "email"
    return NoticeRow(
        id=new_id(),
        kind=told.kind,
        about=told.about,
        account=reader.account,
        channel=reader.channel,
        address=reader.address,
        subject=words.subject if by_mail else None,
        text=words.text if by_mail else words.short,
        html=words.html if by_mail else None,
        off_address=told.off if by_mail else None,
        state="waiting",
        tries=0,
        created_at=now,
        due_at=now,
        until=until,
    )
