"""What a portal says, in the words of "My portal"."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import born_words, date_words, name_words, size_words
from app.window.appearance.person_buttons import given_name, share_text
from core.language.isolates import isolated
from core.ui import dates
from core.ui.amounts import counted_said
from core.ui.parts import Tone
from dicom.amounts import amount_words
from dicom.people.dates import parse_birth_date
from portal.exam_amounts import all_mixed, exam_amount
from portal.exam_names import exam_name
from portal.ui.entries import (
    AccountChoice,
    ExamCard,
    Found,
    IdentityRow,
    NewShareCard,
    ShareCard,
    ShareQuestion,
    ShelfPersonChoice,
    Who,
)
from portal.whole_words import HELD_REPORTS, LATER, OLDER_PORTAL, away_sentences, here_words, wholeness_sentences
from portal.wire.accounts import Account
from portal.wire.exams import Exam
from portal.wire.moments import parse_utc
from portal.wire.people import Person
from portal.wire.sharing import NewShare, Share
from portal.wire.well_known import Limits, WellKnown
from portal.wire.wholeness import Wholeness, together

if TYPE_CHECKING:
    from library.index.rows import StudyRow
    from portal.client.known_portals import KnownPortal

COUNT_MOST = (1 << 31) - 1  # Qt counts no further
WARNED_BEFORE = timedelta(days=30)
STATUS_TONES: dict[str, Tone] = {"active": "", "viewed": "good", "expired": "amber", "revoked": ""}


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Portal", text, None, min(n, COUNT_MOST))


def quoted(title: str) -> str:
    """Put a title into quotation marks."""
    return f"“{isolated(title)}”"


def moment_text(moment: str | None) -> str:
    """Write a moment of the wire in the person's own time."""
    if not moment:
        return ""
    at = _local(moment)
    if at is None:
        return moment
    return dates.moment_text(at)


def day_text(moment: str) -> str:
    """Write the day of a moment of the wire; what is no moment stays as it was said."""
    at = _local(moment)
    return moment if at is None else dates.day_text(at.date())


def day_iso(moment: str) -> str:
    """Give the day of a moment as an editor of dates takes it, "" for what is no moment."""
    at = _local(moment)
    return "" if at is None else at.strftime("%Y-%m-%d")


def end_of_day(day: str) -> str:
    """Give the last second of a day here, as the wire holds it."""
    last = datetime.fromisoformat(f"{day}T23:59:59").astimezone()
    return last.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def person_text(person: Person) -> str:
    """Write a person with their birth date."""
    return f"{isolated(name_words(person.patient_name))}, {born_words(person.patient_birth_date)}"


def who_of(account: Account, portal: WellKnown, url: str, lasting: bool, warning: str = "") -> Who:
    """Say who is signed in, and where: at the address that is asked, whatever the portal says of itself."""
    person = account.persons[0] if account.persons else Person()
    note = "" if lasting else words("signed in until Scanshelf is closed, because this computer keeps no passwords")
    warning = " ".join(filter(None, [resting_words(account, datetime.now(UTC)), warning]))
    return Who(person_text(person), account.user_name, portal.portal, url, portal.local, note, warning)


def account_choices(accounts: Sequence[KnownPortal]) -> list[AccountChoice]:
    """Offer the accounts that are signed in, by the name of their person."""
    return [
        AccountChoice(one.url, one.user_name or "", isolated(one.person or ""), isolated(one.name or one.url))
        for one in sorted(accounts, key=lambda one: (one.person or "", one.url))
    ]


def resting_words(account: Account, now: datetime) -> str:
    """Warn before an account rests, which only a new sign-in puts off (A8)."""
    if not account.rests_at or not (rests := _local(account.rests_at)):
        return ""
    if rests - now > WARNED_BEFORE:
        return ""
    said = words(
        "Nobody signed in for long: your account rests from {day}. Sign out and in again before, to keep it open."
    )
    return said.format(day=day_text(account.rests_at))


def found_of(url: str, portal: WellKnown) -> Found:
    """Show a portal that answered."""
    facts = tuple(" · ".join(part for part in (one.name, one.phone, one.email) if part) for one in portal.practices)
    return Found(
        portal.portal, tuple(dict.fromkeys(fact for fact in facts if fact != portal.portal)), url, portal.local
    )


def exam_card(exam: Exam, on_shelf: bool, several_persons: bool) -> ExamCard:
    """Show one exam."""
    name = exam_name(exam).isolated()
    report, tone = report_words(exam)
    modalities = [modality for study in exam.studies for modality in study.modalities]
    whole = together(study.wholeness for study in exam.studies)
    facts = [images_words(exam), size_words(sum(study.bytes for study in exam.studies))]
    if exam.origin == "upload":
        facts.append(words("added by you"))
    if exam.report.held:
        facts.append(words(HELD_REPORTS, exam.report.held))
    waits = exam.report.state in {"awaited", "held"}
    return ExamCard(
        exam.id,
        name.main,
        date_words(exam.exam_date),
        person_text(exam.person) if several_persons else "",
        (*filter(None, [name.plain]), *facts),
        report,
        tone,
        share_text(exam.person.patient_name, modalities) if exam.shareable else "",
        words("Shared %n time(s)", exam.shares) if exam.shares else "",
        True,
        on_shelf,
        words("It can be shared once its report is there.") if waits and not exam.shareable else _not_whole(exam),
        exam.report.state == "released",
        " ".join(wholeness_sentences(whole, exam.origin, words, all_mixed(exam_amount(exam), counted_said))),
        "amber" if away_sentences(whole, words) else "",
    )


def images_words(exam: Exam) -> str:
    """Say how many images are there; of how many, where some are known not to be."""
    whole = together(study.wholeness for study in exam.studies)
    if whole is not None and whole.here < whole.of:
        return here_words(whole, words)
    return amount_words(exam_amount(exam), counted_said)


def report_words(exam: Exam) -> tuple[str, Tone]:
    """Say where the report is; nothing where none is awaited."""
    report = exam.report
    if report.state == "not-expected":
        return "", ""
    if report.state == "released":
        title = isolated(report.title) if report.title else ""
        return (words("Report is there: {title}").format(title=title) if title else words("Report is there")), ""
    when = moment_text(report.available_at)
    if when:
        return words("Report is Unavailable. It will be there on {when}.").format(when=when), "amber"
    return words("Report is Unavailable. The practice has not finished it yet."), "amber"


def share_card(share: Share, url: str) -> ShareCard:
    """Show one share as its owner sees it."""
    lives = share.status in {"active", "viewed"}
    by_date = share.status == "expired" and share.accesses_used < share.max_accesses
    until = words("Until {date}") if lives else words("Was shared until {date}")
    if share.status == "revoked":  # the day it would have ended says nothing any more
        until, ends = words("You stopped sharing it on {date}"), share.revoked_at or share.expires_at
    else:
        ends = share.expires_at
    return ShareCard(
        share.id,
        whom_words(share),
        _what(share),
        status_words(share.status),
        STATUS_TONES.get(share.status, ""),
        opened_words(share),
        until.format(date=day_text(ends)),
        day_iso(share.expires_at),
        day_text(share.created_at),
        _warning(share),
        "loss" if share.locked else "amber",
        " ".join(away_sentences(share.wholeness, words)) if lives else "",
        words(LATER, len(share.later)) if share.later else "",
        url if lives else "",
        can_edit=lives or by_date,
        can_stop=lives or by_date,
        can_print=lives,
    )


def whom_words(share: Share) -> str:
    """Say whom a share is for."""
    if share.label:
        return words("For {whom}").format(whom=isolated(share.label))
    return words("For somebody you gave the link")


def status_words(status: str) -> str:
    """Write a share's status."""
    said = {
        "active": words("Active"),
        "viewed": words("Viewed"),
        "expired": words("Expired"),
        "revoked": words("Stopped"),
    }
    return said.get(status, status)


def opened_words(share: Share) -> str:
    """Say how often of how often, and when last."""
    said = words("Opened {used} of %n time(s)", share.max_accesses).format(used=f"{share.accesses_used:,}")
    last = moment_text(share.last_opened_at)
    return f"{said}, {words('last on {when}').format(when=last)}" if last else said


def share_question(exam: Exam, portal: WellKnown) -> ShareQuestion:
    """Ask what a share of this exam is to be."""
    limits: Limits = portal.limits
    when = f"{date_words(exam.exam_date)} · {images_words(exam)}"
    name = exam_name(exam).isolated()
    facts = tuple(filter(None, (name.plain, when, person_text(exam.person))))
    told = together(study.wholeness for study in exam.studies)
    away = away_sentences(told, words)
    known = [*away, words("The recipient is told this.")] if away else _not_known(told)
    whole = words("It is shared whole, with all its %n parts.", len(exam.studies)) if len(exam.studies) > 1 else ""
    return ShareQuestion(
        exam.id,
        given_name(exam.person.patient_name),
        name.main,
        facts,
        exam.report.state == "released" or _has_papers(exam),
        portal.portal,
        portal.local,
        whole,
        limits.share_days_default,
        limits.share_days_most,
        limits.share_accesses_default,
        limits.share_accesses_most,
        " ".join(known),
        "amber" if away else "",
    )


def _not_known(told: Wholeness | None) -> list[str]:
    """Say before a share that its portal tells its recipient nothing, and who then has to."""
    if told is not None:
        return []
    return [words(OLDER_PORTAL), words("If you know that some are missing, tell the recipient yourself.")]


def _has_papers(exam: Exam) -> bool:
    """Tell whether a report came with the images themselves, as PDFs on discs do; the portal shares it as one."""
    return exam_amount(exam).documents > 0 or any("DOC" in study.modalities for study in exam.studies)


def new_share_card(made: NewShare, portal: WellKnown) -> NewShareCard:
    """Show a share that was just made."""
    share = made.share
    return NewShareCard(
        share.id,
        whom_words(share)[:1].lower() + whom_words(share)[1:] if share.label else "",
        str(exam_name(share).isolated()),
        made.url,
        made.verification_code,
        made.share_code,
        words("until {date}").format(date=day_text(share.expires_at)),
        words("may be opened %n time(s)", share.max_accesses),
        portal.local,
        share.email or "",
        made.mailed,
    )


def identity_rows(images: Person, account: Person, *, guessed: bool = False) -> tuple[IdentityRow, ...]:
    """Put two identities side by side; `guessed` marks a name whose letters are not said by the images."""
    rows = [
        (words("Name"), name_words(images.patient_name, guessed=guessed), name_words(account.patient_name)),
        (words("Born"), _day(images.patient_birth_date), _day(account.patient_birth_date)),
    ]
    if images.patient_id or account.patient_id:
        rows.append((words("Patient ID"), images.patient_id or "", account.patient_id or ""))
    return tuple(
        IdentityRow(name, isolated(one) if one else "", isolated(other) if other else "", _differ(one, other))
        for name, one, other in rows
    )


def choices_of(rows: Iterable[StudyRow]) -> list[ShelfPersonChoice]:
    """Offer the persons of the shelf whose name and birth date are known."""
    known: dict[str, ShelfPersonChoice] = {}
    for row in rows:
        name, born = row.patient_name, row.patient_birth_date
        if name and born and parse_birth_date(born) is not None:
            person = isolated(name_words(name))
            choice = ShelfPersonChoice(person, born_words(born), name, born, row.patient_id or "")
            known.setdefault(row.person_key, choice)
    return list(known.values())


def _what(share: Share) -> str:
    name = exam_name(share).isolated()
    parts = [name.main, name.plain] if name.plain else [name.main]
    if len(share.studies) > 1:
        parts.append(words("%n parts", len(share.studies)))
    if share.include_images:
        parts.append(words("images and report") if share.include_report else words("images"))
    else:
        parts.append(words("report"))
    if share.allow_download:
        parts.append(words("may be downloaded"))
    parts.append(words("as of {date}").format(date=day_text(share.created_at)))
    return " · ".join(parts)


def _warning(share: Share) -> str:
    if share.locked:
        return words("Locked: too many wrong codes were tried. Stop sharing it and make a new share.")
    if share.wrong_codes:
        return words("%n wrong code(s) (was|were) tried.", share.wrong_codes)
    return ""


def _not_whole(exam: Exam) -> str:
    if exam.origin == "upload" and not exam.shareable:
        return words("It can be shared once all its images have arrived.")
    return ""


def _differ(one: str, other: str) -> bool:
    return bool(one and other) and one.casefold() != other.casefold()


def _day(text: str | None) -> str:
    return date_words(text) if text else ""


def _local(moment: str) -> datetime | None:
    try:
        return parse_utc(moment).astimezone()
    except (ValueError, OverflowError):
        return None
