"""A whole copy heals a damaged one, whichever came first; what contradicts stays apart; nothing is lost."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.build import Workers
from core.job import QuietJob
from core.workers.worker import WorkerPool
from dicom.source import FileContent
from importer.copy.combine import combine
from importer.copy.copies import Copy, copy_of
from importer.copy.importing import import_files
from importer.copy.twins import heal
from importer.plan import make_plan
from importer.receipts.receipt import ImportReport
from importer.scan.scanning import scan
from importer.sources.kinds_of_source import open_source
from library.objects.incoming import Incoming
from library.shelf import Library
from tests.discs import ANNA, BERT, Disc, image
from tests.discs.files import BIG_ENDIAN, DEFLATED, IMPLICIT, Form, Person
from tests.importer_tools import StrictJudge, assert_receipt_adds_up, shelf_hashes

pytestmark = pytest.mark.shared_workers

Damage = Callable[[bytes], bytes]
SECTOR = 2048
NOISE = random.Random(7).randbytes(128 * 128 * 2)
PRIVATE = ((0x00090010, "LO", b"SAMPLE"), (0x00091001, "OB", random.Random(8).randbytes(5000)))


def big(person: Person = ANNA, *, form: Form = Form(extra=PRIVATE), **values: object) -> bytes:  # noqa: B008
    """Make an image of many sectors, its patient group in the third."""
    noise = np.frombuffer(NOISE, "<u2") & 0x0FFF
    order = ">u2" if form.syntax == BIG_ENDIAN else "<u2"
    pixels = noise.astype(order).tobytes()
    given = {"rows": 128, "columns": 128, "pixel_data": pixels, "number": 2} | values
    return image(person, form=form, **given)  # type: ignore[arg-type]


WHOLE = big()
NAME = WHOLE.index(b"SAMPLE^ANNA")
STUDY = WHOLE.index(b"\x20\x00\x0d\x00UI")
PIXELS = WHOLE.index(b"\xe0\x7f\x10\x00OW")
NUMBER = WHOLE.index(b"\x08\x00\x18\x00UI")


def zeroed(*sectors: int) -> Damage:
    def damage(data: bytes) -> bytes:
        lost = bytearray(data)
        for sector in sectors:
            lost[sector * SECTOR : (sector + 1) * SECTOR] = bytes(SECTOR)
        return bytes(lost)

    return damage


def cut(at: int) -> Damage:
    return lambda data: data[:at]


def cut_and_filled(data: bytes) -> bytes:
    return data[: len(data) * 2 // 3] + bytes(len(data) - len(data) * 2 // 3)


DAMAGES: dict[str, Damage] = {
    "cut in its pixels": cut(len(WHOLE) - 9001),
    "cut in its last bytes": cut(len(WHOLE) - 2),
    "cut between its header and its pixels": cut(PIXELS),
    "cut before the study's number": cut(STUDY),
    "cut in the study's number": cut(STUDY + 20),
    "cut in the name": cut(NAME + 4),
    "cut before the name": cut(NAME - 8),
    "cut in the private group": cut(NAME - 2000),
    "cut before the image's number": cut(NUMBER),
    "cut in its meta group": cut(NUMBER - 60),
    "the sector of the name is garbled": lambda data: (
        data[: NAME // SECTOR * SECTOR] + random.Random(3).randbytes(SECTOR) + data[(NAME // SECTOR + 1) * SECTOR :]
    ),
    "cut in the image's number": cut(NUMBER + 14),
    "sectors are zeros": zeroed(6, 7, 11),
    "one sector is zeros": zeroed(9),
    "the sector of the name is zeros": zeroed(NAME // SECTOR),
    "the rest is zeros": cut_and_filled,
}


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(decode_workers=1) as found:
        yield found


class Shelf:
    """A shelf that discs are put on."""

    def __init__(self, folder: Path, library: Library, media: WorkerPool, workers: Workers) -> None:
        self.folder = folder
        self.library = library
        self.media = media
        self.workers = workers
        self.hashes: set[str] = set()

    def put(self, name: str, files: dict[str, bytes], *, judge: StrictJudge | None = None) -> ImportReport:
        """Import a disc of these files and check that its receipt adds up."""
        disc = Disc(self.folder / name)
        for path, data in files.items():
            disc.write(path, data)
            self.hashes.add(disc.sha256(path))
        job, decoder = QuietJob(), judge or self.workers
        found = scan(open_source(str(disc.folder)), self.media, decoder, job)
        report = import_files(make_plan(found, everything=True), self.library, self.media, decoder, job)
        assert_receipt_adds_up(report)
        return report

    def figures(self) -> list[tuple[str | None, int, int, int]]:
        return [(one.patient_name, one.instances, one.damaged, one.conflicts) for one in self.library.studies()]

    def assert_nothing_is_lost(self) -> None:
        assert shelf_hashes(self.library) >= self.hashes
        assert self.library.verify(QuietJob()).problems == ()
        assert list(self.library.incoming.iterdir()) == []


@pytest.fixture
def shelf(tmp_path: Path, library: Library, media: WorkerPool, workers: Workers) -> Shelf:
    return Shelf(tmp_path, library, media, workers)


def healed(shelf: Shelf, count: int = 1) -> None:
    """Insist on one whole image of Anna (beside `count` - 1 others), on nobody else, and on every byte."""
    assert shelf.figures() == [("SAMPLE^ANNA", count, 0, 0)]
    assert [person.patient_name for person in shelf.library.patients()] == ["SAMPLE^ANNA"]
    shelf.assert_nothing_is_lost()


@pytest.mark.sweep(keep=16)
@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("order", ["damaged first", "whole first", "on one disc"])
def test_a_whole_copy_heals_a_damaged_one(shelf: Shelf, damage: Damage, order: str) -> None:
    bad, good = {"BAD/IM2": damage(WHOLE)}, {"GOOD/IM2": WHOLE}
    if order == "on one disc":
        reports = [shelf.put("disc", bad | good)]
    else:
        discs = [("bad", bad), ("good", good)] if order == "damaged first" else [("good", good), ("bad", bad)]
        reports = [shelf.put(name, files) for name, files in discs]
    healed(shelf)
    assert [one.sha256 for one in shelf.library.instances()] == [shelf_sha(WHOLE)]
    assert sum(report.conflicts for report in reports) == 0
    (completion,) = [one for report in reports for one in report.completions]
    assert (completion.instance_number, completion.how in {"completed", "covered"}) == (2, True)
    if order == "damaged first":
        assert (completion.how, completion.source, reports[1].exit_status) == ("completed", "bad", 0)
    assert shelf.library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob()).problems == ()
    healed(shelf)


def shelf_sha(data: bytes) -> str:
    import hashlib

    return hashlib.sha256(data).hexdigest()


def other_meta(data: bytes) -> bytes:
    """Write the meta group anew, as every burner does: all that follows lies elsewhere."""
    return big(form=Form(extra=PRIVATE, preamble=b"BURNED" + bytes(122))).replace(
        b"2.25.330129181931131\0\0"[:20], b"2.25.330129181931132"
    )


WRAPPINGS: dict[str, bytes] = {
    "other meta group": other_meta(WHOLE),
    "no meta group": big(form=Form(extra=PRIVATE, preamble=None, meta=False)),
    "implicit": big(form=Form(syntax=IMPLICIT, extra=PRIVATE)),
    "big endian": big(form=Form(syntax=BIG_ENDIAN, extra=PRIVATE)),
    "deflated": big(form=Form(syntax=DEFLATED, extra=PRIVATE)),
}


@pytest.mark.sweep(keep=10)
@pytest.mark.parametrize("whole", WRAPPINGS.values(), ids=WRAPPINGS)
@pytest.mark.parametrize("damage", ["cut in its pixels", "cut between its header and its pixels", "cut in the name"])
@pytest.mark.parametrize("first", ["damaged", "whole"])
def test_a_whole_copy_in_other_wrapping_heals(shelf: Shelf, whole: bytes, damage: str, first: str) -> None:
    discs = {"damaged": {"IM2": DAMAGES[damage](WHOLE)}, "whole": {"IM2": whole}}
    for name in sorted(discs, key=lambda name: name != first):
        shelf.put(name, discs[name])
    healed(shelf)
    assert [one.sha256 for one in shelf.library.instances()] == [shelf_sha(whole)]


@pytest.mark.parametrize("first", [0, 1, 2])
def test_of_three_copies_the_whole_one_counts(shelf: Shelf, first: int) -> None:
    copies = [cut(len(WHOLE) // 2)(WHOLE), cut(len(WHOLE) // 3)(WHOLE), WHOLE]
    for number in range(3):
        shelf.put(f"disc {number}", {"IM2": copies[(first + number) % 3]})
    healed(shelf)


def test_of_two_cut_copies_the_longer_one_counts_until_a_whole_one_comes(shelf: Shelf) -> None:
    shelf.put("long", {"IM2": WHOLE[:-5000]})
    shelf.put("short", {"IM2": WHOLE[:-9000]})
    again = shelf.put("shorter", {"IM2": WHOLE[:-12000]})
    assert (again.completions, again.still_damaged) == ([], 1)  # a longer one is no whole one
    assert shelf.figures() == [("SAMPLE^ANNA", 1, 1, 0)]
    assert [one.size for one in shelf.library.instances()] == [len(WHOLE) - 5000]
    shelf.put("whole", {"IM2": WHOLE})
    healed(shelf)
    assert len(shelf.library.copies_aside(shelf.library.studies()[0].key)) == 3


def on_its_way(shelf: Shelf, name: str, data: bytes, lost: tuple[tuple[int, int], ...], damaged: str) -> Copy:
    """Put a damaged copy on the shelf as a rescue leaves it: what no drive could read is zero, and known."""
    temp = shelf.library.incoming / name
    temp.write_bytes(data)
    report = shelf.put(f"{name} other", {"IM1": image(number=1)})
    header = report.plan.items[0].instance.header
    from tests.discs.files import uid

    header = replace(header, sop_instance_uid=uid("P-1/T1/S1/2"), instance_number=2)
    item = Incoming(
        temp,
        shelf_sha(data),
        len(data),
        header,
        f"DICOM/{name}",
        report.plan.items[0].person,
        damaged,
        lost=lost,  # type: ignore[arg-type]
    )
    shelf.library.commit([item], report.import_id)
    shelf.hashes.add(item.sha256)
    row = next(row for row in shelf.library.twins(uid("P-1/T1/S1/2")) if row.sha256 == item.sha256)
    return copy_of(row, shelf.library.object_content(row.sha256))


def lost_in(*sectors: int) -> tuple[tuple[int, int], ...]:
    return tuple((sector * SECTOR, SECTOR) for sector in sectors)


def test_two_damaged_copies_are_combined_where_each_has_what_the_other_lacks(shelf: Shelf) -> None:
    on_its_way(shelf, "one", zeroed(5, 6)(WHOLE), lost_in(5, 6), "unreadable")
    on_its_way(shelf, "two", zeroed(9)(WHOLE), lost_in(9), "unreadable")
    assert shelf.figures() == [("SAMPLE^ANNA", 3, 2, 0)]
    (completion,) = heal(shelf.library, shelf.workers, QuietJob())
    assert (completion.how, completion.instance_number) == ("combined", 2)
    healed(shelf, 2)
    assert shelf_sha(WHOLE) in {one.sha256 for one in shelf.library.instances()}
    assert [one.why for one in shelf.library.copies_aside(shelf.library.studies()[0].key)] == ["combined"] * 2


def test_a_cut_copy_and_one_with_lost_sectors_are_combined_at_the_import(shelf: Shelf) -> None:
    on_its_way(shelf, "one", zeroed(5, 6)(WHOLE), lost_in(5, 6), "unreadable")
    report = shelf.put("cut", {"IM2": WHOLE[:-5000]})
    assert report.still_damaged == 0
    assert [one.how for one in report.completions] == ["combined"]
    healed(shelf, 2)
    assert shelf_sha(WHOLE) in {one.sha256 for one in shelf.library.instances()}


@pytest.mark.parametrize(
    "one, two",
    [
        (zeroed(5)(WHOLE), zeroed(8, 9)(WHOLE)),
        (zeroed(8, 9)(WHOLE), zeroed(5)(WHOLE)),
        (zeroed(5)(WHOLE), WHOLE[:-5000]),
        (WHOLE[:-5000], zeroed(5)(WHOLE)),
        (zeroed(5)(WHOLE).replace(bytes(SECTOR), b"\xff" * SECTOR), zeroed(9)(WHOLE)),
    ],
)
def test_copies_that_look_whole_are_combined_where_each_lost_what_the_other_has(
    shelf: Shelf, one: bytes, two: bytes
) -> None:
    shelf.put("one", {"IM2": one})
    report = shelf.put("two", {"IM2": two})
    assert (report.conflicts, report.still_damaged) == (0, 0)
    assert [completion.how for completion in report.completions] == ["combined"]
    healed(shelf)
    assert shelf_sha(WHOLE) in {one.sha256 for one in shelf.library.instances()}
    shelf.assert_nothing_is_lost()


def rewritten(data: bytes) -> bytes:
    """Write the meta group as another burner would: longer by a version name."""
    length = int.from_bytes(data[140:144], "little")
    added = b"\x02\0\x13\0SH\x0a\0BURNER 2.0"
    end = 144 + length
    return data[:140] + (length + len(added)).to_bytes(4, "little") + data[144:end] + added + data[end:]


REWRITTEN = rewritten(WHOLE)


@pytest.mark.parametrize("damage", [zeroed(5), zeroed(5, 6, 9), lambda data: data[:-5000]])
@pytest.mark.parametrize("first", ["damaged", "whole"])
def test_a_copy_whose_meta_group_was_rewritten_heals_what_looks_whole(shelf: Shelf, damage: Damage, first: str) -> None:
    discs = {"damaged": {"IM2": damage(WHOLE)}, "whole": {"IM2": REWRITTEN}}
    for name in sorted(discs, key=lambda name: name != first):
        shelf.put(name, discs[name])
    healed(shelf)
    assert shelf_sha(REWRITTEN) in {one.sha256 for one in shelf.library.instances()}


def test_images_blackened_in_places_that_hold_little_are_not_combined(shelf: Shelf) -> None:
    plain = np.frombuffer(NOISE, "<u2").reshape(128, 128) & 0x0FFF
    pair = []
    for row in (10, 30):  # a word in another place of a black border
        lettered = plain.copy()
        lettered[:40] = 0
        lettered[row : row + 2, 5:40] = 4000
        pair.append(big(pixel_data=lettered.astype("<u2").tobytes()))
    shelf.put("one", {"IM2": pair[0]})
    assert shelf.put("two", {"IM2": pair[1]}).conflicts == 1


def test_what_both_copies_lack_stays_damaged_and_is_healed_by_a_third(shelf: Shelf) -> None:
    on_its_way(shelf, "one", zeroed(5, 6)(WHOLE), lost_in(5, 6), "unreadable")
    on_its_way(shelf, "two", zeroed(6, 9)(WHOLE), lost_in(6, 9), "unreadable")
    assert heal(shelf.library, shelf.workers, QuietJob()) == []
    assert shelf.figures() == [("SAMPLE^ANNA", 2, 1, 0)]
    shelf.assert_nothing_is_lost()
    shelf.put("whole", {"IM2": WHOLE})
    healed(shelf, 2)


def test_damaged_copies_that_contradict_each_other_are_not_combined(shelf: Shelf) -> None:
    one = on_its_way(shelf, "one", zeroed(5)(WHOLE), lost_in(5), "unreadable")
    other = bytearray(zeroed(9)(WHOLE))
    other[12 * SECTOR] ^= 1
    two = on_its_way(shelf, "two", bytes(other), lost_in(9), "unreadable")
    assert combine(one, two, shelf.library.incoming, "heal-", lambda: None) is None
    assert heal(shelf.library, shelf.workers, QuietJob()) == []
    assert len(shelf.library.instances()) == 3
    shelf.assert_nothing_is_lost()


@pytest.mark.parametrize("first", ["damaged", "whole"])
@pytest.mark.parametrize("missing", [9001, 2])
def test_copies_of_two_persons_never_heal_each_other(shelf: Shelf, first: str, missing: int) -> None:
    values = {"sop_instance_uid": "2.25.77", "study_instance_uid": "2.25.7", "series_instance_uid": "2.25.70"}
    discs = {"damaged": {"IM2": big(BERT, **values)[:-missing]}, "whole": {"IM2": big(ANNA, **values)}}
    for name in sorted(discs, key=lambda name: name != first):
        shelf.put(name, discs[name])
    assert sorted(shelf.figures(), key=str) == [("SAMPLE^ANNA", 1, 0, 0), ("SAMPLE^BERT", 1, 1, 0)]
    assert heal(shelf.library, shelf.workers, QuietJob()) == []


def test_a_copy_that_names_somebody_else_before_its_end_is_not_taken_for_nobody(shelf: Shelf) -> None:
    values = {"sop_instance_uid": "2.25.77", "study_instance_uid": "2.25.7", "series_instance_uid": "2.25.70"}
    other = big(BERT, **values)
    shelf.put("whole", {"IM2": big(ANNA, **values)})
    shelf.put("damaged", {"IM2": other[: other.index(b"SAMPLE^BERT") + 12]})
    assert len(shelf.library.studies()) == 2
    assert ("SAMPLE^ANNA", 1, 0, 0) in shelf.figures()


@pytest.mark.parametrize("damaged", [True, False])
def test_other_pixels_under_one_number_stay_a_conflict(shelf: Shelf, damaged: bool) -> None:
    other = big(pixel_data=bytes(reversed(NOISE)))
    shelf.put("one", {"IM2": other[:-5000] if damaged else other})
    report = shelf.put("two", {"IM2": WHOLE})
    assert report.conflicts == 1
    assert shelf.figures() == [("SAMPLE^ANNA", 2, int(damaged), 2)]
    assert report.exit_status == 1
    shelf.assert_nothing_is_lost()


def test_letters_drawn_into_a_black_border_are_no_lost_sectors(shelf: Shelf) -> None:
    plain = np.frombuffer(NOISE, "<u2").reshape(128, 128) & 0x0FFF
    plain = plain.copy()
    plain[:40] = 0
    lettered = plain.copy()
    lettered[10:12, 5:40] = 4000
    pair = [big(pixel_data=pixels.astype("<u2").tobytes()) for pixels in (plain, lettered)]
    shelf.put("one", {"IM2": pair[0]})
    assert shelf.put("two", {"IM2": pair[1]}).conflicts == 1


def smooth(rows: int, columns: int, *, top: int = 4000) -> np.ndarray:
    """Draw a picture that stays recognisable when it is made smaller."""
    y, x = np.mgrid[0 : 1 : rows * 1j, 0 : 1 : columns * 1j]
    return ((np.sin(x * 9) * np.cos(y * 5) + x) / 4 + 0.4) * top


def original() -> bytes:
    return big(rows=256, columns=256, pixel_data=smooth(256, 256).astype("<u2").tobytes())


def viewer_copy(**values: object) -> bytes:
    small = smooth(256, 256, top=250)[::4, ::4].clip(0, 255).astype(np.uint8)
    told = {
        "pixel_data": small.tobytes(),
        "bits_allocated": 8,
        "bits_stored": 8,
        "high_bit": 7,
        "image_type": "DERIVED\\SECONDARY",
    }
    return big(rows=64, columns=64, **(told | values))


@pytest.mark.parametrize("first", ["reduced", "original"])
def test_of_a_reduced_copy_and_its_original_the_original_counts(shelf: Shelf, first: str) -> None:
    discs = {"reduced": {"VIEWER/IM2": viewer_copy()}, "original": {"DICOM/IM2": original()}}
    reports = {name: shelf.put(name, discs[name]) for name in sorted(discs, key=lambda name: name != first)}
    healed(shelf)
    assert [one.sha256 for one in shelf.library.instances()] == [shelf_sha(original())]
    last = reports["original" if first == "reduced" else "reduced"]
    assert (last.exit_status, [one.how for one in last.completions]) == (0, ["reduced"])
    assert "duplicate" in {problem.code for problem in last.problems}
    assert [one.why for one in shelf.library.copies_aside(shelf.library.studies()[0].key)] == ["reduced"]


def test_a_smaller_image_of_something_else_is_a_conflict(shelf: Shelf) -> None:
    other = np.flipud(np.tri(64)).astype(np.uint8) * 200
    shelf.put("one", {"DICOM/IM2": original()})
    assert shelf.put("two", {"VIEWER/IM2": viewer_copy(pixel_data=other.tobytes())}).conflicts == 1


def test_copies_no_import_compared_are_healed_when_their_study_is_met_again(shelf: Shelf) -> None:
    """So it is on shelves of before, where both were kept as a conflict."""
    shelf.put("bad", {"IM2": WHOLE[:-5000]}, judge=StrictJudge())
    library = shelf.library
    whole = shelf.put("elsewhere", {"IM1": image(number=1)}, judge=StrictJudge())
    temp = library.incoming / "whole"
    temp.write_bytes(WHOLE)
    header = replace(whole.plan.items[0].instance.header, sop_instance_uid=library.instances()[1].sop_instance_uid)
    kept = Incoming(temp, shelf_sha(WHOLE), len(WHOLE), header, "IM2", whole.plan.items[0].person)
    library.commit([kept], whole.import_id)
    assert shelf.figures() == [("SAMPLE^ANNA", 3, 1, 2)]
    shelf.put("elsewhere", {"IM1": image(number=1)})
    healed(shelf, 2)


def test_a_damaged_copy_that_comes_again_is_there_already(shelf: Shelf) -> None:
    bad = {"IM2": WHOLE[:-5000]}
    shelf.put("bad", bad)
    shelf.put("good", {"IM2": WHOLE})
    again = shelf.put("bad", bad)
    assert (again.imported, again.already, again.damaged) == (0, 1, 0)
    healed(shelf)


def test_a_whole_copy_in_the_bin_heals_when_it_is_put_in_again(shelf: Shelf) -> None:
    shelf.put("bad", {"IM2": WHOLE[:-5000]})
    shelf.put("good", {"IM2": WHOLE})
    shelf.library.delete([shelf.library.studies()[0].key])
    assert shelf.library.studies() == []
    shelf.put("bad", {"IM2": WHOLE[:-5000]})
    assert shelf.figures() == [("SAMPLE^ANNA", 1, 1, 0)]
    shelf.put("good", {"IM2": WHOLE})
    healed(shelf)


def test_the_bytes_of_a_damaged_copy_stay_findable(shelf: Shelf) -> None:
    bad = WHOLE[:-5000]
    shelf.put("bad", {"DIR/IM2": bad})
    shelf.put("good", {"IM2": WHOLE})
    (aside,) = shelf.library.copies_aside(shelf.library.studies()[0].key)
    assert (aside.sha256, aside.source, aside.source_path, aside.damaged) == (
        shelf_sha(bad),
        "bad",
        "DIR/IM2",
        "truncated",
    )
    assert Path(shelf.library.object_content(aside.sha256).path).read_bytes() == bad


def test_a_shelf_that_was_healed_can_be_moved_and_opened(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("bad", {"IM2": WHOLE[:-5000]})
    shelf.put("good", {"IM2": WHOLE})
    shutil.copytree(shelf.library.folder, tmp_path / "moved")
    (tmp_path / "moved" / "library.db").unlink()
    with Library.open(tmp_path / "moved") as moved:
        assert [(one.instances, one.damaged) for one in moved.studies()] == [(1, 0)]
        assert moved.verify(QuietJob()).problems == ()


def test_what_cannot_be_opened_is_not_compared(shelf: Shelf, tmp_path: Path) -> None:
    one = on_its_way(shelf, "one", WHOLE[:-5000], (), "truncated")
    from importer.copy.copies import relation

    gone = replace(one, content=FileContent(str(tmp_path / "nowhere"), "x"), sha256="0" * 64)
    assert relation(one, gone, shelf.workers, QuietJob()) is None


def test_a_copy_an_older_program_took_for_a_whole_one_of_nobody_is_healed(shelf: Shelf) -> None:
    at = NAME - 8  # exactly between two elements
    report = shelf.put("good", {"IM2": WHOLE, "IM1": image(number=1)})
    library, number = shelf.library, report.plan.items[0].instance.header.sop_instance_uid
    (whole,) = [row for row in library.instances() if row.instance_number == 2]
    temp = library.incoming / "cut"
    temp.write_bytes(WHOLE[:at])
    header = replace(report.plan.items[0].instance.header, sop_instance_uid=whole.sop_instance_uid, patient_name=None)
    header = replace(header, patient_id=None, patient_birth_date=None, patient_sex=None, study_instance_uid=None)
    item = Incoming(temp, shelf_sha(WHOLE[:at]), at, replace(header, series_instance_uid=None), "OLD/IM2", "0" * 12)
    library.commit([item], report.import_id)
    shelf.hashes.add(item.sha256)
    assert number
    assert len(library.studies()) == 2
    (completion,) = heal(library, shelf.workers, QuietJob())
    assert (completion.how, completion.path, completion.other_path) == ("completed", "IM2", "OLD/IM2")
    healed(shelf, 2)
