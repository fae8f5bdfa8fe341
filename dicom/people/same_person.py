"""Whose is it: one key per person as a disc names them, and same / perhaps / other for two such names."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Literal

from dicom.model import Patient
from dicom.people.dates import likeness_of_dates, parse_birth_date
from dicom.people.names import ComparableName, comparable_names, display_name, is_newborn, normalised_name
from dicom.people.person_key import Named, name_is_guessed, person_key, plain_id

__all__ = [
    "Identity",
    "Named",
    "Verdict",
    "compare",
    "compare_names",
    "display_name",
    "identity_of",
    "is_of_nobody",
    "normalised_name",
    "person_key",
    "resemble",
    "sexes_differ",
]

Verdict = Literal["same", "perhaps", "other"]
Names = Literal["equal", "shared", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known about whose images these are, as text that was read."""

    patient_name: str | None = None
    patient_birth_date: str | None = None
    patient_id: str | None = None
    issuer_of_patient_id: str | None = None
    patient_sex: str | None = None
    name_guessed: bool = field(default=False, compare=False)


def identity_of(named: Named) -> Identity:
    """Take the identity out of a header or a patient."""
    return Identity(
        named.patient_name,
        named.patient_birth_date,
        named.patient_id,
        named.issuer_of_patient_id,
        named.patient_sex,
        name_is_guessed(named),
    )


# Objects that describe machines, colours and implants, not a person (PS3.3 A.44, A.58, A.61-A.63, A.82, A.88).
_OF_NOBODY: Final = frozenset(
    f"1.2.840.10008.5.1.4.{ending}"
    for ending in ("38.1", "39.1", "43.1", "44.1", "45.1", "1.1.200.1", "1.1.200.3", "1.1.200.7", "1.1.201.1")
)


def is_of_nobody(patient: Patient) -> bool:
    """Tell whether all that is there of a "person" are objects that belong to no person: nobody is asked about them."""
    if patient.patient_name or patient.patient_id or patient.patient_birth_date:
        return False
    classes = {
        one.header.sop_class_uid for study in patient.studies for series in study.series for one in series.instances
    }
    return bool(classes) and classes <= _OF_NOBODY


def compare(first: Named, second: Named) -> Verdict:
    """Tell whether two identities are one person: "same", "perhaps" (never joined silently) or "other".

    Same: birth dates equal and a family and a given name equal, or Patient ID and issuer equal, with nothing against
    it and no name guessed. Other: birth dates differ by more than a swap or one digit and no name is shared. Else
    perhaps. The table in tests/unit/dicom/test_person.py is the definition.
    """
    dates = likeness_of_dates(parse_birth_date(first.patient_birth_date), parse_birth_date(second.patient_birth_date))
    names = compare_names(first.patient_name, second.patient_name)
    if dates == "different" and names == "none":
        return "other"
    if _contradict(first, second) or dates in ("near", "different"):
        return "perhaps"
    if name_is_guessed(first) or name_is_guessed(second):
        return "perhaps"
    newborn = is_newborn(first.patient_name) or is_newborn(second.patient_name)
    if names == "equal":
        return "same" if dates == "equal" and not newborn else _by_id(first, second, dates == "equal" or not newborn)
    known_issuer = bool(plain_id(first.issuer_of_patient_id))
    return _by_id(first, second, known_issuer and names == "unknown")


def resemble(first: Named, second: Named) -> bool:
    """Tell whether two who are not known to be one deserve the word "perhaps the same".

    Something has to speak for it: a shared name, an ID, or a birth date where nobody is named. Relatives of one name
    with quite other birth dates are not meant, nor are strangers of whom no date is known.
    """
    verdict = compare(first, second)
    if verdict != "perhaps":
        return verdict == "same"
    dates = likeness_of_dates(parse_birth_date(first.patient_birth_date), parse_birth_date(second.patient_birth_date))
    names = compare_names(first.patient_name, second.patient_name)
    speaks = names in ("equal", "shared") or _ids_equal(first, second) or (names == "unknown" and dates == "equal")
    return dates != "different" and speaks


def _by_id(first: Named, second: Named, agreed: bool) -> Verdict:
    """Let the Patient ID decide where the rest agrees but does not prove."""
    return "same" if agreed and _ids_equal(first, second) else "perhaps"


def _ids_equal(first: Named, second: Named) -> bool:
    return (
        bool(plain_id(first.patient_id))
        and plain_id(first.patient_id) == plain_id(second.patient_id)
        and plain_id(first.issuer_of_patient_id) == plain_id(second.issuer_of_patient_id)
    )


def _contradict(first: Named, second: Named) -> bool:
    """Tell whether sex, or two IDs of one issuer, speak against one person."""
    if sexes_differ(first, second):
        return True
    issuer = plain_id(first.issuer_of_patient_id)
    one, other = plain_id(first.patient_id), plain_id(second.patient_id)
    return bool(issuer and issuer == plain_id(second.issuer_of_patient_id) and one and other and one != other)


def sexes_differ(first: Named, second: Named) -> bool:
    """Tell whether one is said to be a man and the other a woman."""
    return {(one.patient_sex or "").strip().upper() for one in (first, second)} == {"M", "F"}


def compare_names(first: str | None, second: str | None) -> Names:
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
