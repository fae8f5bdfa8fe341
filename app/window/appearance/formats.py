"""Values as people read them: dates in the person's format, sizes, times left, kinds of images."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from core.language.isolates import isolated
from core.ui.dates import day_text, moment_text, time_text
from core.ui.kind_words import kind_said
from dicom.kind_names import ATTACHED, kind_name
from dicom.people.dates import parse_birth_date, parse_date, parse_time
from dicom.people.person_key import plain_date
from dicom.people.same_person import display_name
from dicom.study_names import study_name

BIRTH_DATE_LETTERS = 24  # of a birth date that is none, as many as tell something


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Formats", text, None, n)


def date_words(text: str | None) -> str:
    """Write a DICOM date in the person's format without the weekday; what is no date stays as it was read."""
    day = parse_date(text)
    if day is None:
        return text.strip() if text and text.strip() else words("no date")
    return day_text(day)


def moment_words(date: str | None, time: str | None) -> str:
    """Write date and time."""
    at = parse_time(time)
    day = date_words(date)
    if at is None:
        return day
    return f"{day}, {time_text(at)}"


def stamp_words(stamp: str | None) -> str:
    """Write a moment kept in UTC ("2025-11-22T09:14:05.000000Z") in local time; what is no moment stays as it was."""
    try:
        at = datetime.fromisoformat((stamp or "").replace("Z", "+00:00")).astimezone()
    except (ValueError, OverflowError):
        return stamp or ""
    return moment_text(at)


def stamp_day_words(stamp: str | None) -> str:
    """Write the local day of a moment kept in UTC; what is no moment stays as it was."""
    try:
        return day_text(datetime.fromisoformat((stamp or "").replace("Z", "+00:00")).astimezone().date())
    except (ValueError, OverflowError):
        return stamp or ""


def born_words(text: str | None) -> str:
    """Write a birth date as "born 4 May 1951"; what is no date stays as it was read, so that namesakes stay apart."""
    day = parse_birth_date(text)
    if day is not None:
        return words("born {date}").format(date=day_text(day))
    given = plain_date(text) if parse_date(text) is None else ""
    if not given:
        return words("birth date not given")
    return words("birth date given as {text}").format(text=isolated(given[:BIRTH_DATE_LETTERS]))


def person_words(
    name: str | None, born: str | None, patient_id: str | None, issuer: str | None = None, *, guessed: bool = False
) -> str:
    """Write who somebody is with all that tells namesakes apart; an ID nobody gave is not spoken of."""
    parts = [isolated(name_words(name, guessed=guessed)), born_words(born)]
    return ", ".join([*parts, id_words(patient_id, issuer)] if patient_id else parts)


def sex_words(text: str | None) -> str:
    """Write PatientSex as people do; nothing where it is not given."""
    said = {"F": words("woman"), "M": words("man"), "O": words("other")}
    return said.get((text or "").strip().upper(), "")


def id_words(patient_id: str | None, issuer: str | None) -> str:
    """Write the hospital's number for a person."""
    if not patient_id:
        return words("no ID")
    number = f"ID {isolated(patient_id)}"
    return f"{number} ({isolated(issuer)})" if issuer else number


def name_words(text: str | None, *, guessed: bool = False) -> str:
    """Write a person's name as people do; one whose letters had to be guessed is marked."""
    name = display_name(text) or words("No name on the disc")
    return f"{name} {words('(name guessed)')}" if guessed else name


def kind_list(modalities: Iterable[str | None]) -> list[str]:
    """Name the kinds of images of a study, what is only attached left out where there is anything else."""
    codes = [code.strip().upper() for code in modalities if code and code.strip()]
    main = [code for code in codes if code not in ATTACHED] or codes
    return list(dict.fromkeys(kind_said(kind_name(code)) for code in main)) or [words("Images")]


def kind_words(modalities: Iterable[str | None]) -> str:
    """Write the kinds of images of a study, as `kind_list` names them."""
    return ", ".join(kind_list(modalities))


def study_words(description: str | None, modalities: Iterable[str | None]) -> str:
    """Name a study: what the hospital wrote, else its kind."""
    return study_name(description) or kind_words(modalities)


def size_words(count: int) -> str:
    """Write a number of bytes in MB or GB."""
    if count >= 1_000_000_000:
        return f"{count / 1_000_000_000:,.1f} GB"
    megabytes = count / 1_000_000
    return f"{megabytes:,.0f} MB" if megabytes >= 10 else f"{max(megabytes, 0.1):,.1f} MB" if count else "0 MB"


def left_words(seconds: float) -> str:
    """Write the time that is left, never more exactly than it is known."""
    if seconds < 50:
        return words("less than a minute left")
    minutes = round(seconds / 60)
    if minutes < 90:
        return words("about %n minute(s) left", max(1, minutes))
    return words("about %n hour(s) left", round(minutes / 60))
