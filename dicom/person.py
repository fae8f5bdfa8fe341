"""Whose is it: one key per person as a disc names them, and same / perhaps / other for two such names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, Protocol

from dicom.dates import likeness_of_dates, parse_birth_date
from dicom.names import ComparableName, comparable_names, display_name, is_newborn, normalised_name

__all__ = ["Identity", "Verdict", "compare", "display_name", "identity_of", "normalised_name", "person_key"]

Verdict = Literal["same", "perhaps", "other"]
_Names = Literal["equal", "shared", "none", "unknown"]


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


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known about whose images these are, as text that was read."""

    patient_name: str | None = None
    patient_birth_date: str | None = None
    patient_id: str | None = None
    issuer_of_patient_id: str | None = None
    patient_sex: str | None = None


def identity_of(named: Named) -> Identity:
    """Take the identity out of a header or a patient."""
    return Identity(
        named.patient_name,
        named.patient_birth_date,
        named.patient_id,
        named.issuer_of_patient_id,
        named.patient_sex,
    )


def person_key(named: Named) -> str:
    """Return the 12 hex digits by which a person is chosen on the command line.

    The first 12 hex digits of the sha256 over four lines in UTF-8, joined by "\\n": `normalised_name`, birth date,
    Patient ID and issuer, the last three as read without surrounding blanks, absent ones as empty lines.
    """
    return _key(named.patient_name, named.patient_birth_date, named.patient_id, named.issuer_of_patient_id)


@lru_cache(maxsize=1024)
def _key(name: str | None, birth_date: str | None, patient_id: str | None, issuer: str | None) -> str:
    lines = [normalised_name(name), *((value or "").strip() for value in (birth_date, patient_id, issuer))]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:12]


def compare(first: Named, second: Named) -> Verdict:
    """Tell whether two identities are one person: "same", "perhaps" (never joined silently) or "other".

    Same: birth dates equal and a family and a given name equal, or Patient ID and issuer equal, with nothing against
    it. Other: birth dates differ by more than a swap or one digit and no name is shared. Else perhaps. The table in
    tests/unit/dicom/test_person.py is the definition.
    """
    dates = likeness_of_dates(parse_birth_date(first.patient_birth_date), parse_birth_date(second.patient_birth_date))
    names = _compare_names(first.patient_name, second.patient_name)
    if dates == "different" and names == "none":
        return "other"
    if _contradict(first, second) or dates in ("near", "different"):
        return "perhaps"
    newborn = is_newborn(first.patient_name) or is_newborn(second.patient_name)
    if names == "equal":
        return "same" if dates == "equal" and not newborn else _by_id(first, second, dates == "equal" or not newborn)
    known_issuer = bool(_plain(first.issuer_of_patient_id))
    return _by_id(first, second, known_issuer and names == "unknown")


def _by_id(first: Named, second: Named, agreed: bool) -> Verdict:
    """Let the Patient ID decide where the rest agrees but does not prove."""
    return "same" if agreed and _ids_equal(first, second) else "perhaps"


def _plain(text: str | None) -> str:
    return (text or "").strip().casefold()


def _ids_equal(first: Named, second: Named) -> bool:
    return (
        bool(_plain(first.patient_id))
        and _plain(first.patient_id) == _plain(second.patient_id)
        and _plain(first.issuer_of_patient_id) == _plain(second.issuer_of_patient_id)
    )


def _contradict(first: Named, second: Named) -> bool:
    """Tell whether sex, or two IDs of one issuer, speak against one person."""
    sexes = {_plain(first.patient_sex), _plain(second.patient_sex)}
    if sexes == {"m", "f"}:
        return True
    issuer = _plain(first.issuer_of_patient_id)
    one, other = _plain(first.patient_id), _plain(second.patient_id)
    return bool(issuer and issuer == _plain(second.issuer_of_patient_id) and one and other and one != other)


def _compare_names(first: str | None, second: str | None) -> _Names:
    """Compare two PNs over all their groups."""
    ours, theirs = comparable_names(first), comparable_names(second)
    if not ours or not theirs:
        return "unknown"
    if any(_one_name(one, other) for one in ours for other in theirs):
        return "shared" if _ideographs_differ(ours, theirs) else "equal"
    if any(one.words & other.words for one in ours for other in theirs):
        return "shared"
    return "none"


def _one_name(one: ComparableName, other: ComparableName) -> bool:
    """Tell whether family and given name are equal, in this order or the other, or written in one piece."""
    if not (one.family and one.given and other.family and other.given):
        whole = sorted(one.family + one.given), sorted(other.family + other.given)
        return whole[0] == whole[1] and len(whole[0]) > 1
    straight = _parts_equal(one.family, other.family) and _given_equal(one.given, other.given)
    crossed = _parts_equal(one.family, other.given) and _parts_equal(one.given, other.family)
    return straight or crossed


def _parts_equal(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    return "".join(one) == "".join(other)


def _given_equal(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Tell whether given names agree: all of them, or those that the shorter list has, first name first."""
    if _parts_equal(one, other):
        return True
    if one[0] != other[0] or len(one[0]) < 2:
        return False
    shorter, longer = sorted((one, other), key=len)
    return all(any(_word_or_initial(word, full) for full in longer) for word in shorter)


def _word_or_initial(one: str, other: str) -> bool:
    return one == other or (len(min(one, other, key=len)) == 1 and one[0] == other[0])


def _ideographs_differ(ours: tuple[ComparableName, ...], theirs: tuple[ComparableName, ...]) -> bool:
    """Tell whether both names have ideographs and none of them are equal: one sound, two names."""
    mine = {name for name in ours if _is_ideographic(name)}
    yours = {name for name in theirs if _is_ideographic(name)}
    return bool(mine and yours) and not any(one.words == other.words for one in mine for other in yours)


def _is_ideographic(name: ComparableName) -> bool:
    return any("\u3400" <= sign <= "\u9fff" or "\U00020000" <= sign <= "\U0003ffff" for sign in "".join(name.words))
