"""A file whose header is destroyed may take its identity from the record that lists it, if the record is whole."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import fields, replace

from dicom.model import DAMAGE, Header, Rejection
from dicom.people.same_person import person_key
from importer.people.whose import names_another
from importer.scan.classify import Classified
from importer.sources.names import is_hostile, shown
from importer.sources.resolve import Matcher, Reference
from importer.sources.wire import Look

FROM_RECORD = "from-record"  # the mark of a header that was completed
_DETAIL = "name and numbers were taken from the table of contents"
_REPLACED = frozenset({"no-uid", "header-damaged"})
_TAKEN = tuple(
    field.name for field in fields(Header) if field.name not in {"specific_character_set", "doubtful", "marks"}
)
_OF_THE_PERSON = ("patient_name", "patient_id", "issuer_of_patient_id", "patient_birth_date", "patient_sex")


def adopt_identities(classified: Classified) -> None:
    """Complete damaged headers from the records that name their files; each is marked and told."""
    damaged = {path for path, look in classified.looks.items() if _lacks_identity(look)}
    if not damaged or not classified.walk.directories:
        return
    matcher = Matcher(list(classified.looks))
    named = _named_by_study(classified)
    references = [reference for directory in classified.walk.directories for reference in directory.references]
    whole = [reference for reference in references if reference.in_use and _is_whole(reference.header)]
    adopted: dict[str, Header] = {}
    for reference in whole:
        if not reference.parts or is_hostile(reference.full):
            continue
        found = matcher.find(reference.folder, reference.parts)
        if found and found[0] in damaged:
            look = classified.looks[found[0]]
            said = _with_person_of_study(reference, named)
            if look.header is not None and _is_its_own(said, look.header):
                damaged.discard(found[0])
                adopted[found[0]] = completed(look.header, said)
    _adopt(classified, adopted)


def completed(header: Header, said: Header) -> Header:
    """Give a damaged header with what it lacks, marked."""
    missing = {name: getattr(said, name) for name in _TAKEN if getattr(header, name) is None}
    marks = tuple(mark for mark in header.marks if mark != "no-uid") or ("header-damaged",)
    doubtful = (*header.doubtful, *(one for one in said.doubtful if one[0] in missing))
    return replace(header, **missing, doubtful=doubtful, marks=tuple(dict.fromkeys((*marks, FROM_RECORD))))


def fits(said: Header, found: Header | None) -> bool:
    """Tell whether nothing that is left of a header speaks against what is said of it."""
    if found is None:
        return True
    left = [name for name in _TAKEN if name.endswith("_uid") or name in {"modality", "instance_number"}]
    pairs = [(getattr(said, name), getattr(found, name)) for name in left if name != "transfer_syntax_uid"]
    return not names_another(said, found) and all(one == other or None in (one, other) for one, other in pairs)


def _is_its_own(said: Header, found: Header) -> bool:
    """Tell whether a record surely speaks of this file: a number they share proves it, a name alone never."""
    numbers = ("sop_instance_uid", "study_instance_uid", "series_instance_uid")
    shared = any(getattr(found, name) is not None and getattr(found, name) == getattr(said, name) for name in numbers)
    return shared and fits(said, found)


def _lacks_identity(look: Look) -> bool:
    if look.entry.kind != "file" or look.entry.size == 0:
        return False
    if look.code is not None or look.header is None:
        return False  # of which nothing is left, nothing can be completed
    header = look.header
    nobody = header.patient_name is None and header.patient_id is None
    numbers = (header.sop_instance_uid, header.study_instance_uid, header.series_instance_uid)
    if header.study_instance_uid is None and header.series_instance_uid is None:
        return True
    return bool(DAMAGE & set(header.marks)) and (nobody or None in numbers)


def _is_whole(said: Header | None) -> bool:
    return (
        said is not None
        and bool(said.patient_name or said.patient_id)
        and None not in (said.sop_instance_uid, said.study_instance_uid, said.series_instance_uid)
    )


def _named_by_study(classified: Classified) -> dict[str, dict[str, Header]]:
    """Name the persons of each study's files."""
    found: dict[str, dict[str, Header]] = defaultdict(dict)
    for file in classified.files:
        if file.header.study_instance_uid and (file.header.patient_name or file.header.patient_id):
            found[file.header.study_instance_uid].setdefault(person_key(file.header), file.header)
    return found


def _with_person_of_study(reference: Reference, named: dict[str, dict[str, Header]]) -> Header:
    """Name the person as the whole files of the same study do, so that one person stays one."""
    said = reference.header or Header()
    for header in named.get(said.study_instance_uid or "", {}).values():
        if not names_another(said, header):
            person = {name: getattr(header, name) for name in _OF_THE_PERSON}
            doubtful = [one for one in said.doubtful if one[0] not in _OF_THE_PERSON]
            doubtful += [one for one in header.doubtful if one[0] in _OF_THE_PERSON]
            return replace(said, **person, doubtful=tuple(doubtful))
    return said


def _adopt(classified: Classified, adopted: dict[str, Header]) -> None:
    """Put the completed headers in the place of the damaged ones."""
    prefix = classified.walk.prefix
    for path, header in adopted.items():
        classified.looks[path] = replace(classified.looks[path], header=header)
    for file in classified.files:
        file.header = adopted.get(file.path.removeprefix(prefix), file.header)
    told = {shown(prefix + path) for path in adopted}
    classified.problems = [one for one in classified.problems if one.path not in told or one.code not in _REPLACED]
    classified.problems += [Rejection(path, "header-damaged", _DETAIL) for path in sorted(told)]
