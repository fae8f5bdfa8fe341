"""Whether what the tables of contents list is really here.

A reference is met only by a readable instance of the record's SOP Instance UID, and of its person; a name proves
nothing. What stands in the place of one that is not met is said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from dicom.model import MEDIA_STORAGE_DIRECTORY, Header, Rejection
from dicom.people.same_person import Identity, identity_of, person_key
from dicom.reading.header import is_uid
from importer.listing_rows import DETAILS, TABLE_DAMAGED, Absent, Instead, Listings, OtherName, SeriesListing
from importer.people.whose import names_another
from importer.scan.adopt import adopt_identities
from importer.scan.classify import Classified, count_instances
from importer.sources.names import fold, is_hostile, shown
from importer.sources.resolve import Matcher, Reference
from importer.sources.wire import DirectoryFound, Look

# Files of these codes have a problem of their own that is as loud as "missing".
_TOLD = frozenset(
    {"unreadable", "truncated", "header-damaged", "encrypted", "refused-limit", "refused-bomb", "password-needed"}
)
_BY_KIND: dict[str, Instead] = {
    "empty": "empty",
    "zeros": "zeros",
    "html": "web-page",
    "xml": "web-page",
    **dict.fromkeys(("jpeg", "png", "gif", "bitmap", "tiff", "jpeg2000", "icon", "video", "riff"), "picture"),
    **dict.fromkeys(("pdf", "office"), "document"),
    **dict.fromkeys(("program", "script", "autorun"), "program"),
}
_NOT_DICOM_RECORDS = frozenset({"HL7 STRUC DOC", "PRIVATE"})  # PS3.3 F.5: these may lead to files of other kinds


@dataclass(frozen=True, slots=True)
class _Image:
    path: str
    header: Header


@dataclass(slots=True)
class _Images:
    """Every readable instance of a source, by its UID and by its place in its series."""

    by_uid: dict[str, list[_Image]] = field(default_factory=lambda: defaultdict(list))
    by_number: dict[tuple[str, int], list[_Image]] = field(default_factory=lambda: defaultdict(list))
    persons: dict[str, Header] = field(default_factory=dict)

    def add(self, image: _Image) -> None:
        header = image.header
        self.persons.setdefault(person_key(header), header)
        if header.sop_instance_uid:
            self.by_uid[header.sop_instance_uid].append(image)
        if header.series_instance_uid and header.instance_number is not None:
            self.by_number[(header.series_instance_uid, header.instance_number)].append(image)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One record and what became of it: the images that meet it, or what there is instead.

    `path` is the name the record gives, `place` that of the file which stands for it, from the top of the source.
    """

    reference: Reference
    path: str
    place: str
    met: tuple[str, ...] = ()
    instead: Instead | None = None
    found: Header | None = None


def check_listings(all_classified: Sequence[Classified]) -> Listings:
    """Compare every table of contents with what was read, and count: what is missing, and what nobody listed."""
    for classified in all_classified:
        adopt_identities(classified)
        count_instances(classified)
    images = _images(all_classified)
    judged = [one for classified in all_classified for one in _check(classified, images)]
    under_another_name = len({fold(one.path) for one in judged if one.instead == "other-person"})
    return Listings(tuple(_by_series(judged)), tuple(_other_names(judged, images)), under_another_name)


def _images(all_classified: Iterable[Classified]) -> _Images:
    images = _Images()
    for classified in all_classified:
        for path, look in classified.looks.items():
            if look.code is None and look.header is not None:
                images.add(_Image(classified.walk.prefix + path, look.header))
    return images


def _check(classified: Classified, images: _Images) -> list[_Judged]:
    """Judge every record of one walk and tell what follows from it."""
    prefix = classified.walk.prefix
    directories = [one for one in classified.walk.directories if _is_a_table(classified, one)]
    if not directories:
        return []
    judge = _Judge(classified, images)
    judged = [
        judge.judge(reference, directory.path)
        for directory in directories
        for reference in _trusted(directory.references, images)
        if reference.parts or reference.sop_instance_uid
    ]
    classified.listed = len({fold(one.path) for one in judged if one.reference.in_use})
    missing = {fold(one.path): one for one in judged if one.instead not in (None, "told")}
    classified.totals.missing = len(missing)
    for one in missing.values():
        classified.problems.append(Rejection(shown(one.place), "missing", DETAILS[one.instead or "absent"]))
    hostile = dict.fromkeys(one.path for one in judged if is_hostile(one.reference.full) and one.reference.parts)
    classified.problems.extend(Rejection(shown(prefix + path), "refused-path") for path in hostile)
    _tell_unlisted(classified, {path for one in judged for path in one.met})
    return [one for one in judged if one.reference.in_use]


def _is_a_table(classified: Classified, directory: DirectoryFound) -> bool:
    """Tell whether a file called DICOMDIR lists anything; one that could not be read, or not to its end, is told."""
    look = classified.looks.get(directory.path)
    if look is None or look.code is None:
        return False  # an image of that name
    if not directory.whole and look.code not in _TOLD:
        detail = "; ".join((TABLE_DAMAGED, *directory.problems))
        classified.problems.append(Rejection(shown(classified.walk.prefix + directory.path), "unreadable", detail))
    return look.code == "dicomdir"


def _tell_unlisted(classified: Classified, listed: set[str]) -> None:
    prefix = classified.walk.prefix
    for path, look in classified.looks.items():
        if look.entry.target and prefix + path in listed:
            listed.add(prefix + look.entry.target)
    for path, look in classified.looks.items():
        if look.code is None and not {prefix + path, prefix + (look.entry.target or path)} & listed:
            classified.totals.unlisted += 1
            classified.problems.append(Rejection(shown(prefix + path), "unlisted"))


def _trusted(references: Sequence[Reference], images: _Images) -> Iterator[Reference]:
    """Leave out UIDs that cannot be those of one image: no UIDs at all, or the same for several files."""
    names: dict[str, set[str]] = defaultdict(set)
    for reference in references:
        if reference.sop_instance_uid and reference.in_use:
            names[reference.sop_instance_uid].add(fold(reference.path))
    for reference in references:
        uid = reference.sop_instance_uid
        usable = uid is None or (len(names[uid]) < 2 and (is_uid(uid) or uid in images.by_uid))
        yield reference if usable else replace(reference, sop_instance_uid=None)


class _Judge:
    """Judges the records of one walk."""

    def __init__(self, classified: Classified, images: _Images) -> None:
        self._prefix = classified.walk.prefix
        self._looks = classified.looks
        self._matcher = Matcher(list(classified.looks))
        self._images = images

    def judge(self, reference: Reference, directory: str) -> _Judged:
        """Say what meets one record, or what there is in its place."""
        path = reference.path or directory
        hostile = not reference.parts or is_hostile(reference.full)
        named = [] if hostile else self._matcher.find(reference.folder, reference.parts)
        look = self._looks[named[0]] if named else None
        place = self._prefix + (named[0] if named else path)
        if look is not None and _needs_no_image(reference, look):
            return _Judged(reference, path, place, (self._prefix + named[0],))
        candidates = self._candidates(reference, look, self._prefix + named[0] if named else "")
        person = reference.header
        fitting = [one for one in candidates if person is None or not names_another(person, one.header)]
        if fitting or not reference.in_use:
            return _Judged(reference, path, place, tuple(one.path for one in fitting))
        if candidates:  # it is listed and here, under another name
            listed = tuple(one.path for one in candidates)
            return _Judged(reference, path, place, listed, "other-person", candidates[0].header)
        return _Judged(reference, path, place, (), _instead(look))

    def _candidates(self, reference: Reference, look: Look | None, named: str) -> list[_Image]:
        """Find the images a record means: by its UID; without one by its name, if nothing speaks against it."""
        uid = reference.sop_instance_uid
        if uid is not None:
            found = self._images.by_uid.get(uid, [])
            return [one for one in found if one.path == named] or found
        said = reference.header
        if look is not None and look.code is None and look.header is not None and not _contradict(said, look.header):
            return [_Image(named, look.header)]
        if said is None or not said.series_instance_uid or said.instance_number is None:
            return []
        return self._images.by_number.get((said.series_instance_uid, said.instance_number), [])


def _needs_no_image(reference: Reference, look: Look) -> bool:
    """Tell whether a record leads to something that is no instance by right, and that is there."""
    if look.code == "dicomdir":
        return reference.header is not None and reference.header.sop_class_uid == MEDIA_STORAGE_DIRECTORY
    of_other_kind = reference.record_type in _NOT_DICOM_RECORDS and reference.sop_instance_uid is None
    return of_other_kind and look.entry.size > 0 and look.code in {"not-dicom", "archive", "viewer-program"}


def _contradict(said: Header | None, found: Header) -> bool:
    """Tell whether a record without a UID of its own means another image than the one of its name."""
    if said is None:
        return False
    names = ("study_instance_uid", "series_instance_uid", "instance_number", "sop_class_uid")
    pairs = [(getattr(said, name), getattr(found, name)) for name in names]
    return any(one is not None and other is not None and one != other for one, other in pairs)


def _instead(look: Look | None) -> Instead:
    """Say what stands in the place of an image that is not here."""
    if look is None:
        return "absent"
    if look.code is None:
        return "other-image"
    if look.code in _TOLD:
        return "told"
    if look.code == "dicomdir":
        return "table-of-contents"
    if look.code.startswith("refused-"):
        return "link"
    return "archive" if look.code == "archive" else _BY_KIND.get(look.detail, "not-an-image")


def _by_series(judged: Iterable[_Judged]) -> Iterator[SeriesListing]:
    """Say of each series that is not whole how much of it is listed and here."""
    series: dict[str | None, dict[object, _Judged]] = defaultdict(dict)
    for one in judged:
        said = one.reference.header
        known = series[said.series_instance_uid if said else None]
        key = one.reference.sop_instance_uid or fold(one.path)
        if key not in known or known[key].instead is not None:  # the same image in two tables is one
            known[key] = one
    for uid, members in series.items():
        absent = [one for one in members.values() if one.instead is not None]
        if absent:
            yield _series(uid, absent, len(members))


def _series(uid: str | None, absent: Sequence[_Judged], listed: int) -> SeriesListing:
    said = absent[0].reference.header or Header()
    gone = sorted((_absent(one) for one in absent), key=lambda one: (one.instance_number or 0, one.path))
    here = listed - sum(one.instead != "other-person" for one in gone)
    about = (said.series_number, said.modality, said.series_description)
    study = (said.study_instance_uid, said.study_date)
    return SeriesListing(uid, *about, listed, here, tuple(gone), identity_of(said), *study)


def _absent(one: _Judged) -> Absent:
    said = one.reference.header
    number = said.instance_number if said else None
    return Absent(shown(one.place), number, one.instead or "absent", one.reference.sop_instance_uid)


def _other_names(judged: Sequence[_Judged], images: _Images) -> Iterator[OtherName]:
    """Say where the records name one person and the files another, or where nothing of that person is here."""
    named: dict[Identity, list[_Judged]] = defaultdict(list)
    for one in judged:
        if one.reference.header is not None:
            named[identity_of(one.reference.header)].append(one)
    for listed, ones in named.items():
        others: dict[str, list[Header]] = defaultdict(list)
        for one in ones:
            if one.found is not None:
                others[person_key(one.found)].append(one.found)
        for found in others.values():
            yield OtherName(listed, identity_of(found[0]), len(found))
        if others or not images.persons or not (listed.patient_name or listed.patient_id):
            continue
        if any(one.met and one.reference.sop_instance_uid for one in ones):
            continue  # an image of that person met it: nobody else need be compared
        if all(names_another(listed, header) for header in images.persons.values()):
            yield OtherName(listed, None, len(ones))
