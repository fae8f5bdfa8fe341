"""What is done on the shelf says which studies stand otherwise: those, no others, and only once it is written."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from core.changes import NOTHING, Changes
from core.errors import LibraryError
from core.job import QuietJob
from dicom.model import Header
from dicom.source import Content
from library.index.rows import ItemNote, StudyRow
from library.shelf import Library
from tests.unit.library.material import ANNA, BERTA, incoming, put, series_of

OF_ANNA, OF_BERTA, OTHER = f"{ANNA}:1.2.3", f"{BERTA}:1.2.3", f"{ANNA}:1.2.9"


class Heard:
    """What the shelf told, joined since it was last asked for."""

    def __init__(self, library: Library) -> None:
        self._changes = NOTHING
        library.tell_changes(self._take)

    def _take(self, changes: Changes) -> None:
        self._changes |= changes

    def studies(self) -> set[str]:
        changes, self._changes = self._changes, NOTHING
        assert not changes.shelf
        return set(changes.studies)


@pytest.fixture
def heard(library: Library) -> Heard:
    """Two studies of Anna are there, from two discs."""
    put(library, series_of(library, 3))
    put(library, series_of(library, 2, study_instance_uid="1.2.9"))
    return Heard(library)


def _import_more(library: Library) -> None:
    put(library, series_of(library, 1, start=8))


def _meet_again(library: Library) -> None:
    put(library, series_of(library, 3))


def _bin(library: Library) -> None:
    library.delete([OF_ANNA])


def _bin_and_restore(library: Library) -> None:
    library.restore(library.delete([OF_ANNA]).entries)


def _purge(library: Library) -> None:
    library.delete([OF_ANNA], now=True)


def _bin_an_image(library: Library) -> None:
    library.delete(["1.2.3.1.2"])


def _other_content(library: Library) -> None:
    put(library, [incoming(library, b"other", sop_instance_uid="1.2.3.1.1")])


def _choose_a_copy(library: Library) -> None:
    _other_content(library)
    library.choose_copy(library.twins("1.2.3.1.1")[0])


def _share(library: Library) -> None:
    library.note_shares("https://portal", {"1.2.3": 2})


def _send(library: Library) -> None:
    upload = library.begin_upload(OF_ANNA, "https://portal", "portal")
    notes = [ItemNote(item.sha256, "stored") for item in library.upload_items(upload)]
    library.finish_upload(upload, "complete", notes)


def _receipt(library: Library) -> None:
    (newest,) = {row.import_id for row in library.instance_refs(OF_ANNA)}
    library.save_receipt(newest, {"end": "complete", "imported": 3})


def _leave_unfinished(library: Library) -> None:
    (newest,) = {row.import_id for row in library.instance_refs(OF_ANNA)}
    library.settle_import(newest, "left")


def _find_it_missing(library: Library) -> None:
    for row in library.instance_refs(OF_ANNA):
        (library.folder / "objects" / row.sha256[:2] / f"{row.sha256}.dcm").unlink()
    library.verify(QuietJob())


@pytest.mark.parametrize(
    "change",
    [
        _import_more, _meet_again, _bin, _bin_and_restore, _purge, _bin_an_image, _other_content, _choose_a_copy,
        _share, _send, _receipt, _leave_unfinished, _find_it_missing,
    ],
)  # fmt: skip
def test_what_is_done_with_one_study_names_it_and_no_other(
    library: Library, heard: Heard, change: Callable[[Library], None]
) -> None:
    before = _rows(library)
    change(library)
    told, now = heard.studies(), _rows(library)
    differ = {study for study in before | now if before.get(study) != now.get(study)}
    assert differ <= told
    assert told == {OF_ANNA}


def test_what_differs_was_named_whatever_is_done_in_a_row(library: Library, heard: Heard) -> None:
    steps = (
        _other_content,
        _share,
        _send,
        _choose_a_copy,
        _bin_an_image,
        _receipt,
        _find_it_missing,
        _purge,
        _meet_again,
    )
    for step in steps:
        before = _rows(library)
        step(library)
        told, now = heard.studies(), _rows(library)
        assert {study for study in before | now if before.get(study) != now.get(study)} <= told, step
        shown = {study: row for study, row in before.items() if study not in told} | library.rows_of(told)
        assert shown == now, step


def test_another_persons_study_of_the_same_number_is_named_too(library: Library, heard: Heard) -> None:
    put(library, series_of(library, 1, start=30, patient_name="Other^Berta"), None)
    assert heard.studies() == {OF_ANNA}
    put(library, [incoming(library, b"hers", person=BERTA, patient_name="Other^Berta")])
    assert heard.studies() == {OF_ANNA, OF_BERTA}
    assert all(library.study(study).same_uid_elsewhere for study in (OF_ANNA, OF_BERTA))


def test_a_name_that_is_known_better_names_all_studies_of_the_person(library: Library) -> None:
    put(library, [incoming(library, b"nameless", patient_name=None)])
    put(library, [incoming(library, b"too", patient_name=None, study_instance_uid="1.2.9")])
    heard = Heard(library)
    put(library, [incoming(library, b"named", sop_instance_uid="1.2.3.77")])
    assert heard.studies() == {OF_ANNA, OTHER}


def test_a_portal_that_tells_the_same_shares_again_changes_nothing(library: Library, heard: Heard) -> None:
    library.note_shares("https://portal", {"1.2.3": 2, "1.2.77": 1})
    assert heard.studies() == {OF_ANNA}
    library.note_shares("https://portal", {"1.2.3": 2, "1.2.77": 1})
    assert heard.studies() == set()
    library.note_shares("https://portal", {"1.2.9": 1})
    assert heard.studies() == {OF_ANNA, OTHER}
    assert [library.study(study).shares for study in (OF_ANNA, OTHER)] == [0, 1]


def test_what_could_not_be_written_is_not_told(library: Library, heard: Heard, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_done: str) -> None:
        raise LibraryError("no-space")

    assert library._opened_writer is not None
    monkeypatch.setattr(library._opened_writer, "steps", lambda done: full(done) if done == "rows-written" else None)
    with pytest.raises(LibraryError):
        library.delete([OF_ANNA])
    monkeypatch.undo()
    assert heard.studies() == set()
    library.delete([OTHER])
    assert heard.studies() == {OTHER}


def test_an_index_made_again_says_that_all_may_be_another(library: Library) -> None:
    put(library, series_of(library, 1))
    told: list[Changes] = []
    library.tell_changes(told.append)

    def nothing_unknown(content: Content) -> Header:
        raise AssertionError(content)

    library.rebuild(nothing_unknown, QuietJob())
    assert told[-1].shelf
    told.clear()
    library.delete([OF_ANNA])
    assert [set(changes.studies) for changes in told] == [{OF_ANNA}], "it goes on telling"


def _rows(library: Library) -> dict[str, StudyRow]:
    return {f"{row.person_key}:{row.key}": row for row in library.studies()}
