"""Before an import it is told how much of a source seems to be on the shelf, and never more than was looked at."""

from __future__ import annotations

from dataclasses import astuple
from pathlib import Path

import pytest

from app.words.known import known_words
from core.job import QuietJob
from core.workers.worker import WorkerPool
from importer.copy.importing import import_files
from importer.people.who_is_here import questions_of
from importer.plan import make_plan
from importer.scan.known import Known, known_of_nothing, known_on_shelf
from library.shelf import Library
from tests.discs import Disc, two_persons
from tests.discs.files import ANNA, BIG_ENDIAN, Form, image
from tests.importer_tools import StrictJudge, import_folder, scan_folder

pytestmark = pytest.mark.shared_workers


@pytest.fixture
def disc(tmp_path: Path) -> Disc:
    return two_persons(tmp_path / "disc")


def known(disc: Disc, media: WorkerPool, library: Library) -> tuple[int, ...]:
    return astuple(known_on_shelf(scan_folder(disc.folder, media), library))


def test_nothing_is_known_on_an_empty_shelf(disc: Disc, media: WorkerPool, library: Library) -> None:
    assert known(disc, media, library) == (9, 0, 0, 0)
    assert known_of_nothing(scan_folder(disc.folder, media)) == Known(9)


def test_what_was_put_there_seems_to_be_there(disc: Disc, media: WorkerPool, library: Library) -> None:
    import_folder(disc.folder, library, media)
    assert known(disc, media, library) == (9, 9, 0, 0)
    disc.add_image("IMAGES/NEW", ANNA, "T1", number=9)
    assert known(disc, media, library) == (10, 9, 0, 0)


def test_only_the_same_person_counts(disc: Disc, media: WorkerPool, library: Library) -> None:
    first = questions_of(scan_folder(disc.folder, media).patients)[0].main.key
    scan = scan_folder(disc.folder, media)
    import_files(make_plan(scan, [first]), library, media, StrictJudge(), QuietJob())
    here = len(library.instances())
    assert 0 < here < 9
    assert known(disc, media, library) == (9, here, 0, 0)
    with library._index.writing() as connection:
        connection.execute("UPDATE patient SET person_key = 'ffffffffffff'")
    assert known(disc, media, library) == (9, 0, 0, 0)


def test_what_lies_in_the_bin_is_not_on_the_shelf(disc: Disc, media: WorkerPool, library: Library) -> None:
    import_folder(disc.folder, library, media)
    row = library.studies()[0]
    library.delete([f"{row.person_key}:{row.key}"])
    assert known(disc, media, library) == (9, 9 - row.instances, 0, row.instances)


def test_another_size_or_packing_under_one_number_is_not_called_here(
    disc: Disc, media: WorkerPool, library: Library
) -> None:
    import_folder(disc.folder, library, media)
    one = disc.folder / "IMAGES" / "A1"
    one.write_bytes(image(ANNA, "T1", number=1, form=Form(BIG_ENDIAN)))
    assert known(disc, media, library) == (9, 8, 1, 0)


def test_images_without_a_number_are_new(library: Library) -> None:
    from library.index.rows import PlannedImage

    nameless = PlannedImage("aaaaaaaaaaaa", None, None, None, 10, "x")
    strange = PlannedImage("aaaaaaaaaaaa", "1\udc80", "1'\0\ud800\"]", "…", 10, "x")
    assert library.seen_before([nameless, strange] * 700) == ["new"] * 1400
    assert library.seen_before([]) == []


@pytest.mark.parametrize(
    "known, words",
    [
        (None, ""),
        (Known(0), ""),
        (Known(60), ""),
        (Known(60, 60), "By number and size all 60 seem to be on your shelf already."),
        (Known(1, 1), "By number and size it seems to be on your shelf already."),
        (Known(60, 48), "12 new of 60. By number and size 48 seem to be on your shelf already."),
        (Known(60, 1), "59 new of 60. By number and size 1 seems to be on your shelf already."),
        (
            Known(1060, 1000, 3, 7),
            "50 new of 1,060. By number and size 1,000 seem to be on your shelf already. 3 differ in size or"
            " packing from what is there: their content will be compared. 7 lie in your bin.",
        ),
        (
            Known(63, 62, 1),
            "0 new of 63. By number and size 62 seem to be on your shelf already. 1 differs in size or"
            " packing from what is there: its content will be compared.",
        ),
        (Known(9, 0, 0, 9), "0 new of 9. 9 lie in your bin."),
    ],
)
def test_it_is_said_as_far_as_it_was_looked_at(known: Known | None, words: str) -> None:
    assert known_words(known) == words
