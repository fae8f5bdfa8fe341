"""Opening a share with link and code, or with the typed share code; no account.

One right code is one access. To whoever has not the right code, a link that is locked, revoked, expired or unknown is
the same: nothing there. Counting is the database's, so twenty at once cannot open more than are allowed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from core.language.english_numbers import counted
from dicom.amounts import NOTHING
from portal.exam_amounts import all_mixed, exam_amount
from portal.exam_names import exam_name
from portal.server.access.share_sessions import begin_session, recipient_of
from portal.server.access.share_state import ending, link_locked, opens, typed_locked
from portal.server.activity.log import note
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.settings import ServerSettings
from portal.server.base.tables import AccountRow, ExamRow, ShareRow
from portal.server.base.tokens import token_hash
from portal.server.exams.exam_shapes import person_shape, shapes_for
from portal.server.services import Services
from portal.server.sharing.share_request import plain
from portal.server.sharing.share_secrets import code_fits, split_share_code
from portal.server.sharing.share_shapes import shared
from portal.server.sharing.telling import tell_opened, tell_wrong_code
from portal.whole_words import as_of_words, away_sentences, wholeness_sentences
from portal.wire.activity import ActivityKind
from portal.wire.exams import Exam
from portal.wire.moments import utc_text
from portal.wire.problems import ProblemCode
from portal.wire.sharing import Redeem, Redeemed
from portal.wire.well_known import Limits
from portal.wire.wholeness import Wholeness, together

NAME_LONGEST = 200
SECRET_LONGEST = 200
NO_CODE = "0" * 64


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try: which share is meant, by the hash of a token or by a locator, and the code."""

    typed: bool
    share: str
    code: str
    recipient_name: str | None = None
    whence: Mapping[str, str] = field(default_factory=dict)  # as `access/whence.py` tells it


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing is opened. A value, since what was counted is kept; `wrong` is held against the address."""

    code: ProblemCode
    facts: dict[str, Any] = field(default_factory=dict)
    wrong: bool = True


@dataclass(frozen=True, slots=True)
class Opened:
    """An accepted code, and when its session ends."""

    redeemed: Redeemed
    ends: datetime


def read_attempt(said: Redeem) -> Attempt:
    """Take what was sent as one of the two ways; anything else does not fit."""
    name = plain((said.recipient_name or "")[:NAME_LONGEST])
    if said.share_code is not None and said.token is None and said.code is None:
        return Attempt(True, *(split_share_code(said.share_code) or ("", "")), name)
    if said.token and said.code and said.share_code is None and len(said.token) <= SECRET_LONGEST:
        return Attempt(False, token_hash(said.token), said.code, name)
    raise Problem("invalid-request", fields=[{"field": "token", "reason": "token-and-code-or-share-code"}])


def is_meant(session: Session, attempt: Attempt) -> bool:
    """Say whether there is such a share."""
    return _meant(session, attempt) is not None


def try_code(session: Session, services: Services, attempt: Attempt, now: datetime) -> Opened | Refused:
    """Open the share, or say why not. Every way goes through the same comparison, also where there is no share."""
    share = _held(session, attempt)
    right = code_fits(services.secret, share.id if share else "", attempt.code, share.code_hmac if share else NO_CODE)
    limits = services.settings.limits
    if share is None or _locked(share, attempt, limits):
        return Refused("not-found")
    if not right:
        return _wrong(session, services.settings, share, attempt, now)
    ended = ending(share, now)
    if ended is None and _count_access(session, share, now):
        return _open(session, services.settings, share, attempt, now)
    return Refused("share-ended", {"reason": ended or "used-up"}, wrong=False)


def _meant(session: Session, attempt: Attempt) -> ShareRow | None:
    column = ShareRow.locator if attempt.typed else ShareRow.token_hash
    return session.scalar(select(ShareRow).where(column == attempt.share))


def _held(session: Session, attempt: Attempt) -> ShareRow | None:
    """Find the share; its account is held first, as by whoever changes the share or writes into its activity."""
    share = _meant(session, attempt)
    if share is not None:
        held(session, AccountRow, share.account)
        session.refresh(share)
    return share


def _locked(share: ShareRow, attempt: Attempt, limits: Limits) -> bool:
    return link_locked(share, limits) or (attempt.typed and typed_locked(share, limits))


def _count_access(session: Session, share: ShareRow, now: datetime) -> bool:
    """Take one access, where one is left at this very moment."""
    counted = session.execute(
        update(ShareRow)
        .where(ShareRow.id == share.id, opens(now))
        .values(accesses_used=ShareRow.accesses_used + 1, last_opened_at=now)
        .returning(ShareRow.accesses_used)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(share)
    return counted is not None


def _wrong(session: Session, settings: ServerSettings, share: ShareRow, attempt: Attempt, now: datetime) -> Refused:
    """Count a wrong code and tell the owner; a share that has ended still says nothing of itself."""
    limits = settings.limits
    tried = _count_wrong(session, share, ShareRow.wrong_typed_codes if attempt.typed else ShareRow.wrong_codes, limits)
    if tried is None:
        return Refused("not-found")
    left = max(0, limits.wrong_codes_most - tried)
    details = {"way": "typed-code" if attempt.typed else "link", "remaining_attempts": left}
    _note(session, share, "wrong-code", now, attempt, details)
    tell_wrong_code(session, settings, share, left, now)
    if not left:
        _note(session, share, "share-locked", now, attempt, {"way": details["way"]})
    return Refused("not-found") if ending(share, now) else Refused("wrong-code", {"remaining_attempts": left})


def _count_wrong(session: Session, share: ShareRow, column: InstrumentedAttribute[int], limits: Limits) -> int | None:
    counted = session.execute(
        update(ShareRow)
        .where(ShareRow.id == share.id, column < limits.wrong_codes_most)
        .values({column: column + 1})
        .returning(column)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(share)
    return None if counted is None else int(counted[0])


def _open(session: Session, settings: ServerSettings, share: ShareRow, attempt: Attempt, now: datetime) -> Opened:
    minutes = settings.limits.share_session_minutes
    secret, ends = begin_session(session, share, now=now, minutes=minutes, recipient_name=attempt.recipient_name)
    tell_opened(session, settings, share, now)
    _note(session, share, "share-opened", now, attempt, {"access": share.accesses_used, "of": share.max_accesses})
    return Opened(redeemed_shape(session, share, secret, ends, now), ends)


def redeemed_shape(session: Session, share: ShareRow, secret: str, ends: datetime, now: datetime) -> Redeemed:
    """Describe what a session opens."""
    caller = recipient_of(session, share)
    studies = shared(session, share.id)
    rows = list(session.scalars(select(ExamRow).where(ExamRow.id.in_(studies.exams)).order_by(ExamRow.id)))
    rows.sort(key=lambda row: row.exam_date or "", reverse=True)  # the newest first, as on the shelf
    exams = tuple(shapes_for(session, caller, rows, now))
    return Redeemed(
        session=secret,
        studies=studies.uids,
        accesses_left=share.max_accesses - share.accesses_used,
        expires_at=utc_text(ends),
        exams=exams,
        person=person_shape(share.person),
        message=share.message,
        include_images=share.include_images,
        include_report=share.include_report,
        allow_download=share.allow_download,
        shared_until=utc_text(share.expires_at),
        not_here=_not_here(exams) if share.include_images else (),
        images_note=_images_note(exams) if share.include_images else "",
        shared_at=utc_text(share.created_at),
        held_note=as_of_words(share.created_at),
    )


def _not_here(exams: Sequence[Exam]) -> tuple[str, ...]:
    """Say what is not here, of which exam where there are several."""
    said = [(exam_name(exam).main, " ".join(away_sentences(_whole(exam)))) for exam in exams]
    return tuple(f"{title}: {words}" if len(exams) > 1 else words for title, words in said if words)


def _images_note(exams: Sequence[Exam]) -> str:
    whole = together(_whole(exam) for exam in exams)
    practice = all(exam.origin == "practice" for exam in exams)
    amount = all_mixed(sum(map(exam_amount, exams), start=NOTHING), counted)
    said = wholeness_sentences(whole, "practice" if practice else "upload", amount=amount)
    return "" if away_sentences(whole) else " ".join(said)


def _whole(exam: Exam) -> Wholeness | None:
    return together(study.wholeness for study in exam.studies)


def _note(
    session: Session, share: ShareRow, kind: ActivityKind, now: datetime, attempt: Attempt, details: dict[str, Any]
) -> None:
    named = {"recipient_name": attempt.recipient_name} if attempt.recipient_name else {}
    note(
        session,
        account=share.account,
        kind=kind,
        at=now,
        exams=shared(session, share.id).exams,
        share=share.id,
        actor=attempt.recipient_name,
        details={**details, **attempt.whence, **named},
    )
