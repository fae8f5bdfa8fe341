"""One key per person as a disc names them: spellings of one name, date or ID give one key."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache
from typing import Protocol

from dicom.dates import parse_date
from dicom.names import normalised_name


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
    and `plain_id` of Patient ID and issuer; absent ones are empty lines.
    """
    return _key(
        normalised_name(named.patient_name),
        plain_date(named.patient_birth_date),
        plain_id(named.patient_id),
        plain_id(named.issuer_of_patient_id),
    )


def person_key_as_read(named: Named) -> str:
    """Return the key older shelves gave: date, ID and issuer as they were written."""
    texts = (named.patient_birth_date, named.patient_id, named.issuer_of_patient_id)
    return _key(normalised_name(named.patient_name), *((text or "").strip() for text in texts))


@lru_cache(maxsize=1024)
def _key(*lines: str) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:12]


def plain_date(text: str | None) -> str:
    """Write a date with digits alone, however it was written; one that cannot be read stays as it is."""
    day = parse_date(text)
    return f"{day.year:04}{day.month:02}{day.day:02}" if day else (text or "").strip()


@lru_cache(maxsize=1024)
def plain_id(text: str | None) -> str:
    """Write an ID in capitals, without width and superfluous blanks; leading zeros count."""
    return " ".join(unicodedata.normalize("NFKC", text or "").upper().split())
