"""One key per person as a disc names them: spellings of one name, date or ID give one key."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from typing import Final, Protocol

from dicom.people.dates import parse_date
from dicom.people.names import normalised_name


class Named(Protocol):
    """Whatever says whose it is: a `Header`, a `Patient`, an `Identity`."""

    @property
    def patient_name(self) -> str | None: ...
    @property
    def patient_birth_date(self) -> str | None: ...
    @property
    def patient_id(self) -> str | None: ...
    @property
    def issuer_of_patient_id(self) -> str | None: ...
    @property
    def patient_sex(self) -> str | None: ...


def person_key(named: Named) -> str:
    """Return the 12 hex digits by which a person is chosen on the command line.

    The first 12 hex digits of the sha256 over four lines in UTF-8, joined by "\\n": `normalised_name`, `plain_date`,
    and `plain_id` of Patient ID and issuer; absent ones are empty lines. Of a name that had to be guessed the bytes
    count, not the guess, so that no guess makes two persons one and the key stays whatever is guessed.
    """
    return _key(
        _name_line(named),
        plain_date(named.patient_birth_date),
        plain_id(named.patient_id),
        plain_id(named.issuer_of_patient_id),
    )


def person_key_as_read(named: Named) -> str:
    """Return the key older shelves gave: date, ID and issuer as they were written."""
    texts = (named.patient_birth_date, named.patient_id, named.issuer_of_patient_id)
    return _key(normalised_name(named.patient_name), *((text or "").strip() for text in texts))


def name_is_guessed(named: Named) -> bool:
    """Tell whether a name had to be guessed, by whatever says so."""
    return bool(getattr(named, "doubtful_name", None) or getattr(named, "name_guessed", False))


def _name_line(named: Named) -> str:
    raw: str | None = getattr(named, "doubtful_name", None)
    if raw and any(not word.isascii() and not _PLAIN_LETTER.search(word) for word in _WORDS.findall(raw)):
        return f"\0{raw}"
    return normalised_name(named.patient_name)


# Words of a name without a plain letter: no European writes so, whatever they turn out to be.
_WORDS: Final = re.compile(r"[^\x00-\x40\x5b-\x60\x7b-\x7f]+")
_PLAIN_LETTER: Final = re.compile(r"[A-Za-z]")


@lru_cache(maxsize=1024)
def _key(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:12]


def plain_date(text: str | None) -> str:
    """Write a date with digits alone, however it was written; nothing but zeros is none, else it stays as it is."""
    day = parse_date(text)
    if day is None:
        return (text or "").strip() if (text or "").strip("0.-/ \0") else ""
    return f"{day.year:04}{day.month:02}{day.day:02}"


@lru_cache(maxsize=1024)
def plain_id(text: str | None) -> str:
    """Write an ID in capitals, without width and superfluous blanks; leading zeros count."""
    return " ".join(unicodedata.normalize("NFKC", text or "").upper().split())
