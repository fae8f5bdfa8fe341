"""Whether what a record says of the person fits the file it lists; records say little, in a spelling of their own."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache

from dicom.people.names import comparable_names
from dicom.people.same_person import Identity, Named, compare, identity_of
from importer.listing_rows import Listings, OtherName

_TELLING = 4  # letters of a word that are enough to know it by, where it is cut off or a letter of it is lost


def names_another(listed: Named, found: Named) -> bool:
    """Tell whether a record names somebody else than the file; one that names nobody, or the same in part, does not."""
    return _names_another(identity_of(listed), identity_of(found))


@lru_cache(maxsize=4096)
def _names_another(listed: Identity, found: Identity) -> bool:
    verdict = compare(listed, found)
    if verdict != "perhaps":
        return verdict == "other"
    ids = _same_id(listed.patient_id, found.patient_id)
    names = _names_agree(listed.patient_name, found.patient_name)
    if names is False:
        spelt = (listed.patient_name or "").isascii() and (found.patient_name or "").isascii()
        if spelt or ids is not None:
            return spelt or not ids
        return _is_latin(listed.patient_name) == _is_latin(found.patient_name)  # else one may be the other's spelling
    birth = (listed.patient_birth_date or "").strip(), (found.patient_birth_date or "").strip()
    return ids is False and not (names and birth[0] and birth[0] == birth[1])


def of_persons(listings: Listings, chosen: Sequence[Named], *, everyone: bool) -> Listings:
    """Leave out what is said of persons that were not chosen."""
    if everyone:
        return listings

    def is_chosen(person: Identity | None) -> bool:
        return person is not None and any(not names_another(person, one) for one in chosen)

    series = tuple(one for one in listings.series if is_chosen(one.person))
    names = tuple(
        OtherName(_own(one.listed, is_chosen), one.found and _own(one.found, is_chosen), one.images)
        for one in listings.other_names
        if is_chosen(one.found) or is_chosen(one.listed)
    )
    return Listings(series, names, sum(one.images for one in names if one.found is not None))


def _own(person: Identity, is_chosen: Callable[[Identity], bool]) -> Identity:
    """Say nothing of who a person is that was not chosen."""
    return person if is_chosen(person) else Identity()


def _same_id(one: str | None, other: str | None) -> bool | None:
    """Compare two Patient IDs; None where one of them says nothing."""
    first, second = ((text or "").strip().casefold().lstrip("0") for text in (one, other))
    return first == second if first and second else None


def _names_agree(one: str | None, other: str | None) -> bool | None:
    """Tell whether two names share a word, or the beginning or end of one; None where one of them names nobody."""
    ours, theirs = comparable_names(one), comparable_names(other)
    if not ours or not theirs:
        return None
    mine = {word for name in ours for word in name.words}
    yours = {word for name in theirs for word in name.words}
    return any(_alike(first, second) for first in mine for second in yours)


def _is_latin(name: str | None) -> bool:
    return all(not sign.isalpha() or unicodedata.name(sign, "").startswith("LATIN") for sign in name or "")


def _alike(one: str, other: str) -> bool:
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= _TELLING and longer.startswith(shorter) | longer.endswith(shorter))
