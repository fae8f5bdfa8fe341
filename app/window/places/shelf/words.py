"""Rows of the shelf in the words of "My shelf"."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import (
    born_words,
    date_words,
    id_words,
    kind_words,
    moment_words,
    name_words,
    person_words,
    sex_words,
    size_words,
    stamp_day_words,
    study_words,
)
from app.window.appearance.person_buttons import send_text, share_text
from app.window.places.shelf.kept_words import receipt_line
from app.window.places.shelf.order import in_order
from app.words.unfinished import mark_words
from core.language.isolates import isolated
from core.ui.amounts import counted_said
from dicom.amounts import amount_words
from dicom.study_names import study_name
from library.ui.entries import BinLine, Order, SeriesLine, ShelfPerson, ShelfStudy, StudyPreview

if TYPE_CHECKING:
    from library.index.rows import BinEntry, ReceiptRow, SeriesRow, StudyRow


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Shelf", text, None, n)


def study_id(row: StudyRow) -> str:
    """Name a study of one person, as `Library.instance_refs` takes it."""
    return f"{row.person_key}:{row.key}"


def persons_of(rows: Iterable[StudyRow], order: Order | None = None) -> list[ShelfPerson]:
    """Write studies, which come newest first, under their persons, in the order asked for."""
    return [_person(members[0].person_key, members) for members in in_order(rows, order or Order())]


def without(persons: Sequence[ShelfPerson], studies: Collection[str]) -> list[ShelfPerson]:
    """Leave studies out, and who has no other."""
    if not studies:
        return list(persons)
    left = (
        replace(person, studies=tuple(one for one in person.studies if one.key not in studies)) for person in persons
    )
    return [person for person in left if person.studies]


def preview_of(row: StudyRow, series: Sequence[SeriesRow], receipts: Sequence[ReceiptRow]) -> StudyPreview:
    """Write the chosen study."""
    receipt, tone = receipt_line(receipts, row)
    images = amount_words(row.amount, counted_said)
    facts = [moment_words(row.study_date, row.study_time), row.institution_name or "", kind_words(row.modalities)]
    facts.append(f"{images} · {size_words(row.bytes)}")
    return StudyPreview(
        study_id(row),
        study_words(row.study_description, row.modalities),
        whose(row),
        tuple(fact for fact in facts if fact),
        tuple(_series(one) for one in series),
        receipt,
        tone,
        tuple(warnings_of(row)),
        *_at_portal(row),
    )


def exam_lines(row: StudyRow) -> tuple[str, ...]:
    """Name one exam and whose it is, for a page about a part of it."""
    what = isolated(study_words(row.study_description, row.modalities))
    return f"{what} · {date_words(row.study_date)}", whose(row)


def whose(row: StudyRow) -> str:
    """Name the person of a study, with what tells namesakes apart."""
    ids = row.patient_id, row.issuer_of_patient_id
    return person_words(row.patient_name, row.patient_birth_date, *ids, guessed=row.name_guessed)


def warnings_of(row: StudyRow) -> Iterable[str]:
    """Name what should be looked at."""
    if row.unfinished:
        yield mark_words(row.awaited, row.instances, words)
    if row.damaged:
        yield words("%n file(s) (is|are) damaged.", row.damaged)
    if row.conflicts:
        yield words(
            "%n image(s) (is|are) here in two versions that are not the same. Compare them and say which one counts;"
            " until then none of them is sent.",
            row.conflicts,
        )
    if row.same_uid_elsewhere:
        yield words("Another person's exam on this shelf has the same number. Check whose it is.")


def portal_line(row: StudyRow) -> str:
    """Say whether a study is at the portal, and how often it is shared."""
    said = {
        "complete": words("All that is on your shelf is at the portal."),
        "partly": words("A part of it is at the portal."),
    }
    shared = words("It is shared %n time(s).", row.shares) if row.shares else ""
    return " ".join(part for part in (said.get(row.uploaded, ""), shared) if part)


def bin_lines(entries: Iterable[BinEntry]) -> list[BinLine]:
    """Write what is in the bin."""
    return [BinLine(entry.id, _binned(entry), _until(entry.expires_at)) for entry in entries]


def _person(key: str, rows: Sequence[StudyRow]) -> ShelfPerson:
    first = rows[0]
    details = [  # where there is no room for all, what tells namesakes apart goes last
        born_words(first.patient_birth_date),
        id_words(first.patient_id, first.issuer_of_patient_id),
        sex_words(first.patient_sex),
    ]
    studies = tuple(_study(row) for row in rows)
    return ShelfPerson(
        key,
        name_words(first.patient_name, guessed=first.name_guessed),
        " · ".join(part for part in details if part),
        studies,
    )


def _study(row: StudyRow) -> ShelfStudy:
    return ShelfStudy(
        study_id(row),
        date_words(row.study_date),
        study_words(row.study_description, row.modalities),
        kind_words(row.modalities),
        row.instances,
        row.institution_name or "",
        " ".join(warnings_of(row)),
        _portal_mark(row),
        portal_line(row),
        row.instances + row.awaited if row.awaited else 0,
        row.besides.total,
        amount_words(row.amount, counted_said) if row.besides.total else "",
    )


def _portal_mark(row: StudyRow) -> str:
    mark = {"complete": "✓", "partly": words("partly")}.get(row.uploaded, "")
    return " · ".join(part for part in (mark, words("shared %n", row.shares) if row.shares else "") if part)


def _at_portal(row: StudyRow) -> tuple[str, str, str]:
    """Give the line of the preview, and what the buttons say."""
    if row.study_instance_uid is None:
        return "", "", ""
    send = send_text(row.patient_name, row.modalities) if row.uploaded != "complete" else ""
    return portal_line(row), send, share_text(row.patient_name, row.modalities)


def _series(row: SeriesRow) -> SeriesLine:
    number = f"{row.series_number}. " if row.series_number is not None else ""
    title = study_words(row.series_description or row.body_part_examined, (row.modality,))
    caption = amount_words(row.amount, counted_said)
    if row.damaged:
        caption += " · " + words("%n damaged", row.damaged)
    return SeriesLine(row.key, f"{number}{title}", caption)


def binned_what(entry: BinEntry) -> str:
    """Name what lies in the bin in a few words."""
    return study_name(entry.study_description) or words("exam")


def _binned(entry: BinEntry) -> str:
    what = study_name(entry.study_description) or words("Exam")
    images = amount_words(entry.amount, counted_said)
    person = person_words(entry.patient_name, entry.patient_birth_date, entry.patient_id)
    return f"{person} · {isolated(what)} · {date_words(entry.study_date)} · {images}"


def _until(moment: str) -> str:
    return words("Stays here until {day}").format(day=stamp_day_words(moment)) if moment else ""
