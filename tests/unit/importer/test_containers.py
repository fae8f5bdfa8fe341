"""Containers on a stick: opened whatever they are called, or named with the true reason; nothing passes in silence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from core.job import QuietJob
from core.workers.worker import WorkerPool
from importer.containers.bytes_at import FileBytes
from importer.containers.search import judge
from importer.plan import make_plan
from importer.reasons import TOO_MUCH, not_looked_into, word_key
from importer.receipts.report import exit_status
from importer.results import ScanResult
from importer.scan.scanning import scan
from importer.sources.kinds_of_source import open_source
from library.shelf import Library
from tests.discs import image
from tests.discs.containers import (
    answer_bytes,
    iso_bytes,
    mail_bytes,
    program_bytes,
    raw_sectors,
    streamed_zip,
    tar_bytes,
    zip_bytes,
    zip_of_method,
)
from tests.discs.files import DEFLATED, Form, encapsulated, fragments
from tests.importer_tools import (
    StrictJudge,
    all_paths,
    assert_adds_up,
    codes_by_path,
    import_folder,
    scan_folder,
    shelf_hashes,
)

FILES = {f"DICOM/IM{number}": image(series="C", number=number) for number in (1, 2, 3)}
HEADERS = b'HTTP/1.1 200 OK\r\nContent-Type: multipart/related; type="application/dicom"; boundary=b0undary\r\n\r\n'
JUNK = bytes(place * place % 251 for place in range(5000))
Make = Callable[[Path], bytes]


def in_pieces(data: bytes) -> bytes:
    """Pack a file in several streams, one behind the other."""
    return gzip.compress(data[:300]) + gzip.compress(data[300:])


# Name on the stick -> its bytes, and how many of the three images are in it.
OPENED: dict[str, tuple[Make, int]] = {
    "cd.iso": (lambda folder: iso_bytes(FILES, folder), 3),
    "without_ending": (lambda folder: iso_bytes(FILES, folder), 3),
    "study.tar": (lambda _: tar_bytes(FILES), 3),
    "old.tar": (lambda _: tar_bytes(FILES, format=tarfile.USTAR_FORMAT), 3),
    "study.tar.gz": (lambda _: tar_bytes(FILES, "w:gz"), 3),
    "study.tgz": (lambda _: tar_bytes(FILES, "w:gz"), 3),
    "study.tar.bz2": (lambda _: tar_bytes(FILES, "w:bz2"), 3),
    "study.tar.xz": (lambda _: tar_bytes(FILES, "w:xz"), 3),
    "IM1.dcm.gz": (lambda _: gzip.compress(FILES["DICOM/IM1"]), 1),
    "IM1.dcm.bz2": (lambda _: bz2.compress(FILES["DICOM/IM1"]), 1),
    "IM1.dcm.xz": (lambda _: lzma.compress(FILES["DICOM/IM1"]), 1),
    "in_two_pieces.gz": (
        lambda _: gzip.compress(FILES["DICOM/IM1"][:300]) + gzip.compress(FILES["DICOM/IM1"][300:]),
        1,
    ),
    "cd.iso.gz": (lambda folder: gzip.compress(iso_bytes(FILES, folder)), 3),
    "deflate64.zip": (lambda _: zip_of_method(FILES, 9), 3),
    "bzip2.zip": (lambda _: zip_bytes(FILES, zipfile.ZIP_BZIP2), 3),
    "lzma.zip": (lambda _: zip_bytes(FILES, zipfile.ZIP_LZMA), 3),
    "stored.zip": (lambda _: zip_bytes(FILES, zipfile.ZIP_STORED), 3),
    "streamed.zip": (lambda _: streamed_zip(FILES), 3),
    "iso_in.zip": (lambda folder: zip_bytes({"cd.iso": iso_bytes(FILES, folder)}), 3),
    "zip_in.iso": (lambda folder: iso_bytes({"DATA/A.ZIP": zip_bytes(FILES)}, folder), 3),
    "zip_in.tar.gz": (lambda _: tar_bytes({"a.zip": zip_bytes(FILES)}, "w:gz"), 3),
    "self_extracting.exe": (lambda _: program_bytes() + zip_bytes(FILES), 3),
    "bytes_before.zip": (lambda _: JUNK + zip_bytes(FILES), 3),
    "picture.jpg": (lambda _: b"\xff\xd8\xff\xe0\0\x10JFIF\0" + JUNK + zip_bytes(FILES), 3),
    "images.docx": (lambda _: zip_bytes(FILES), 3),
    "mode1.bin": (lambda folder: raw_sectors(iso_bytes(FILES, folder)), 3),
    "mode2.img": (lambda folder: raw_sectors(iso_bytes(FILES, folder), mode=2), 3),
    "subchannel.mdf": (lambda folder: raw_sectors(iso_bytes(FILES, folder), subchannel=96), 3),
    "nero.nrg": (lambda folder: bytes(307_200) + iso_bytes(FILES, folder) + b"NER5" + bytes(8), 3),
    "without_sync.bin": (lambda folder: raw_sectors(iso_bytes(FILES, folder), mode=2, sync=False), 3),
    "late_track.img": (lambda folder: JUNK * 2 + raw_sectors(iso_bytes(FILES, folder)), 3),
    "letter.eml": (lambda _: mail_bytes(zip_bytes(FILES)), 3),
    "answer": (lambda _: answer_bytes(FILES), 3),
    "saved_with_headers.txt": (lambda _: answer_bytes(FILES, headers=HEADERS), 3),
    "bytes_before.img": (lambda _: b"PROPRIETARY\0\1\2" * 40 + FILES["DICOM/IM1"], 1),
    "behind_something_packed.pak": (lambda _: JUNK + gzip.compress(b"a text") + FILES["DICOM/IM1"], 1),
    "two_in_one.dat": (lambda _: JUNK + FILES["DICOM/IM1"] + FILES["DICOM/IM2"], 2),
}


def found_on(tmp_path: Path, media: WorkerPool, name: str, data: bytes) -> ScanResult:
    """Scan a stick with one file on it."""
    folder = tmp_path / "stick"
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(data)
    result = scan_folder(folder, media)
    assert_adds_up(result)
    return result


@pytest.mark.parametrize("name", OPENED)
def test_a_container_is_opened_whatever_it_is_called(
    name: str, tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    make, images = OPENED[name]
    result = found_on(tmp_path, media, name, make(tmp_path))
    assert len(result.instances()) == images
    assert all(path.startswith(f"{name}/") for path in all_paths(result))
    assert (result.totals.entries, result.totals.not_dicom, result.totals.instances) == (1, 1, 0)
    assert codes_by_path(result.problems)[name] == {"archive"}
    assert sum(one.totals.instances for one in result.archives) == images
    assert exit_status(result.problems) == 0
    report = import_folder(tmp_path / "stick", library, media)
    assert (report.imported, report.damaged, report.exit_status) == (images, 0, 0)


@pytest.mark.parametrize("name", ["study.tar.bz2", "cd.iso.gz", "deflate64.zip", "mode1.bin", "iso_in.zip"])
def test_images_in_a_container_are_kept_byte_for_byte(
    name: str, tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    import hashlib

    found_on(tmp_path, media, name, OPENED[name][0](tmp_path))
    import_folder(tmp_path / "stick", library, media)
    assert shelf_hashes(library) == {hashlib.sha256(data).hexdigest() for data in FILES.values()}


@pytest.mark.parametrize("name", ["study.tar.gz", "cd.iso.gz", "self_extracting.exe", "answer", "IM1.dcm.gz"])
def test_a_container_can_itself_be_the_source(name: str, tmp_path: Path, media: WorkerPool, library: Library) -> None:
    make, images = OPENED[name]
    (tmp_path / name).write_bytes(make(tmp_path))
    assert len(scan_folder(tmp_path / name, media).instances()) == images
    assert import_folder(tmp_path / name, library, media).imported == images


NAMED: dict[str, tuple[bytes, str]] = {
    "study.7z": (b"7z\xbc\xaf\x27\x1c\0\4" + JUNK, "archive:packing"),
    "study.rar": (b"Rar!\x1a\x07\x01\0" + JUNK, "archive:packing"),
    "setup.exe": (program_bytes() + b"7z\xbc\xaf\x27\x1c\0\4" + JUNK, "archive:packing"),
    "images.cab": (b"MSCF\0\0\0\0" + JUNK, "archive:packing"),
    "study.zst": (b"\x28\xb5\x2f\xfd" + JUNK, "archive:packing"),
    "disc.vhd": (bytes(4096) + b"conectix" + bytes(504), "archive:disk-image"),
    "Images.dmg": (b"x\x01" + JUNK + b"koly" + bytes(508), "archive:disk-image"),
    "stick.img": (b"\xeb\x58\x90MSDOS5.0" + bytes(71) + b"FAT32   " + bytes(9000), "archive:disk-image"),
    "study.zip": (b"<!DOCTYPE html><html>Please sign in</html>", "archive:broken"),
    "empty.iso": (b"", "archive:broken"),
    "zeros.tar.gz": (bytes(9000), "archive:broken"),
    "old.arj": (b"\x60\xea" + JUNK, "archive:packing"),
    "copy.mdf": (JUNK, "archive:disk-image"),
    "hidden.dat": (JUNK + b"7z\xbc\xaf\x27\x1c\0\4" + JUNK, "archive:packing"),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_cannot_be_opened_is_named_with_the_true_reason(name: str, tmp_path: Path, media: WorkerPool) -> None:
    data, words = NAMED[name]
    result = found_on(tmp_path, media, name, data)
    (problem,) = result.problems
    assert (problem.path, problem.code, word_key(problem)) == (name, "archive", words)
    assert exit_status(result.problems) == 1


def test_a_member_packed_in_an_unknown_way_is_named_and_the_others_are_read(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    result = found_on(tmp_path, media, "ppmd.zip", zip_of_method(FILES, 98))
    assert {word_key(one) for one in result.problems} == {"archive", "unreadable:packing"}
    assert result.archives[0].totals.unreadable == 3
    assert exit_status(result.problems) == 1


CUT: dict[str, bytes] = {
    "no_table.zip": zip_bytes(FILES)[:-230],
    "stored.zip": zip_bytes(FILES, zipfile.ZIP_STORED)[:-400],
    "streamed.zip": streamed_zip(FILES)[:-250],
    "cut.exe": program_bytes() + zip_bytes(FILES)[:-230],
    "cut.tar": tar_bytes(FILES)[:5800],
    "cut.tar.gz": tar_bytes(FILES, "w:gz")[:-250],
    "answer": answer_bytes(FILES, whole=False),
}


@pytest.mark.parametrize("name", CUT)
def test_whole_images_are_saved_out_of_a_container_that_breaks_off(
    name: str, tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    result = found_on(tmp_path, media, name, CUT[name])
    assert {f"{name}/DICOM/IM1", f"{name}/DICOM/IM2"} <= set(all_paths(result)) or name == "answer"
    assert "archive:broken" in {word_key(one) for one in result.problems if one.path == name}
    assert exit_status(result.problems) == 1
    assert import_folder(tmp_path / "stick", library, media).imported >= 2


def test_what_is_left_of_a_cut_image_is_kept_and_never_called_whole(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    whole = FILES["DICOM/IM1"]
    for name, data in {"a.gz": gzip.compress(whole)[:-60], "b.zip": zip_bytes({"IM": whole}, 0)[: len(whole)]}.items():
        result = found_on(tmp_path, media, name, data)
        assert "truncated" in {one.code for one in result.problems if one.path.startswith(f"{name}/")}
    report = import_folder(tmp_path / "stick", library, media)
    assert (report.imported, report.damaged) == (2, 2)


def test_the_parts_of_a_split_archive_give_the_images_that_lie_in_one_of_them(
    tmp_path: Path, media: WorkerPool
) -> None:
    packed = zip_bytes(FILES, zipfile.ZIP_STORED)
    middle = packed.index(b"PK\3\4", 10) + 200
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "study.z01").write_bytes(b"PK\7\x08" + packed[:middle])
    result = found_on(tmp_path, media, "study.zip", packed[middle:])
    assert {"study.z01/DICOM/IM1", "study.zip/DICOM/IM3"} <= set(all_paths(result))
    assert {word_key(one) for one in result.problems} >= {"archive:part", "unreadable:part"}
    assert exit_status(result.problems) == 1


def test_a_spanned_archive_tells_what_lies_in_its_other_parts(tmp_path: Path, media: WorkerPool) -> None:
    packed = bytearray(zip_bytes(FILES, zipfile.ZIP_STORED))
    table = packed.index(b"PK\1\2")
    last = packed[table:]
    last[last.index(b"PK\5\6") + 4 : last.index(b"PK\5\6") + 8] = b"\1\0\1\0"  # this is part 1, the table begins here
    last[last.index(b"PK\5\6") + 16 : last.index(b"PK\5\6") + 20] = bytes(4)
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "study.z01").write_bytes(b"PK\7\x08" + packed[:table])
    result = found_on(tmp_path, media, "study.zip", bytes(last))
    assert set(all_paths(result)) == {f"study.z01/{name}" for name in FILES}
    assert {word_key(one) for one in result.problems if "study.zip" in one.path} == {"archive:part", "unreadable:part"}


def test_a_table_of_contents_with_false_places_hides_no_image(tmp_path: Path, media: WorkerPool) -> None:
    for name, place in (("too_far.zip", b"\xff\xff\xff\x7f"), ("too_near.zip", b"\1\0\0\0")):
        packed = bytearray(zip_bytes(FILES))
        end = packed.rindex(b"PK\5\6")
        packed[end + 16 : end + 20] = place
        result = found_on(tmp_path, media, name, bytes(packed))
        assert {path for path in all_paths(result) if path.startswith(name)} == {f"{name}/{one}" for one in FILES}
    assert exit_status(result.problems) == 0


def test_a_locked_message_is_called_encrypted(tmp_path: Path, media: WorkerPool) -> None:
    for name in ("images.zip.gpg", "images.p7m", "safe.hc"):
        assert codes_by_path(found_on(tmp_path, media, name, JUNK).problems)[name] == {"encrypted"}


def test_names_that_begin_with_a_slash_or_a_drive_are_read_and_only_ways_out_refused(
    tmp_path: Path, media: WorkerPool
) -> None:
    names = [
        "/DICOM/1",
        "\\DICOM\\2",
        "C:\\X\\3",
        "./DICOM/4",
        "//srv/export/5",
        "DICOM/A: pre/6",
        "a/../7",
        "a/../../8",
    ]
    files = {name: image(series="N", number=number) for number, name in enumerate(names, 1)}
    for name, data in {"a.zip": zip_bytes(files), "b.tar": tar_bytes(files)}.items():
        result = found_on(tmp_path, media, name, data)
        inside = {path.removeprefix(f"{name}/") for path in all_paths(result) if path.startswith(name)}
        assert inside == {"DICOM/1", "DICOM/2", "C:/X/3", "DICOM/4", "srv/export/5", "DICOM/A: pre/6", "7"}
        totals = next(one.totals for one in result.archives if one.path == name)
        assert (totals.dicom, totals.refused) == (7, 1)


def test_names_that_become_the_same_stay_apart(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    files = {name: image(series="N", number=number) for number, name in enumerate(["A/IM", "A\\IM", "/A/IM"], 1)}
    found_on(tmp_path, media, "same.zip", zip_bytes(files))
    assert import_folder(tmp_path / "stick", library, media).imported == 3


def test_links_and_devices_in_a_tar_file_are_never_followed(tmp_path: Path, media: WorkerPool) -> None:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        plain = tarfile.TarInfo("IM")
        plain.size = len(FILES["DICOM/IM1"])
        archive.addfile(plain, io.BytesIO(FILES["DICOM/IM1"]))
        for name, kind, target in (
            ("again", tarfile.LNKTYPE, "IM"),
            ("out", tarfile.LNKTYPE, "/etc/passwd"),
            ("soft", tarfile.SYMTYPE, "/etc/passwd"),
            ("device", tarfile.CHRTYPE, ""),
        ):
            link = tarfile.TarInfo(name)
            link.type, link.linkname = kind, target
            archive.addfile(link)
    result = found_on(tmp_path, media, "links.tar", packed.getvalue())
    assert set(all_paths(result)) == {"links.tar/IM", "links.tar/again"}
    assert (result.archives[0].totals.refused, result.archives[0].totals.dicom) == (3, 2)


HARMLESS: dict[str, tuple[bytes, str]] = {
    "viewer.exe": (program_bytes(9000), "viewer-program"),
    "viewer.jar": (zip_bytes({"META-INF/MANIFEST.MF": b"x", "A.class": b"\xca\xfe\xba\xbe"}), "viewer-program"),
    "letter.docx": (zip_bytes({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "not-dicom"),
    "help.html": (b"<html>DICM\r\n" + b"text " * 5000, "not-dicom"),
    "manual.pdf": (b"%PDF-1.4\n" + JUNK, "not-dicom"),
    "knows_the_word.dll": (program_bytes(9000) + b"DICM\0DICM", "viewer-program"),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_is_known_to_hold_no_image_needs_nothing_to_be_done(name: str, tmp_path: Path, media: WorkerPool) -> None:
    data, code = HARMLESS[name]
    result = found_on(tmp_path, media, name, data)
    assert ([(one.path, word_key(one)) for one in result.problems], result.archives) == ([(name, code)], [])


def test_an_archive_is_one_even_where_chance_bytes_look_like_an_element(tmp_path: Path, media: WorkerPool) -> None:
    files = {"x" * length: FILES["DICOM/IM1"] for length in range(92, 110)}
    for length, data in files.items():
        packed = bytearray(zip_bytes({length: data}, zipfile.ZIP_STORED))
        packed[128:132] = b"\4\0\x20\x12"
        result = found_on(tmp_path, media, f"{len(length)}.zip", bytes(packed))
        assert "archive" in codes_by_path(result.problems)[f"{len(length)}.zip"]


def test_an_unknown_file_is_searched_and_not_called_harmless(tmp_path: Path, media: WorkerPool) -> None:
    result = found_on(tmp_path, media, "unknown.dat", b"\1\2\3" + JUNK * 40)
    (problem,) = result.problems
    assert (problem.code, word_key(problem), exit_status([problem])) == ("not-dicom", "not-dicom:unknown", 0)


@pytest.mark.long
def test_a_bomb_in_a_packed_file_is_refused_and_costs_only_itself(tmp_path: Path, media: WorkerPool) -> None:
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb") as stream:
        for _ in range(530):
            stream.write(bytes(1 << 20))
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "GOOD").write_bytes(FILES["DICOM/IM1"])
    result = found_on(tmp_path, media, "bomb.gz", packed.getvalue())
    assert codes_by_path(result.problems)["bomb.gz"] == {"archive", "refused-bomb"}
    assert set(all_paths(result)) == {"GOOD"}


def test_marks_without_number_are_bounded(tmp_path: Path, media: WorkerPool) -> None:
    result = found_on(tmp_path, media, "marks.dat", b"\1junk" * 40 + b"DICM\2\0\0\0UL\4\0" * 100_000)
    assert sum(one.totals.entries for one in result.archives) < 5000


@pytest.mark.parametrize("name", ["study.tar.gz", "zip_in.iso", "study.zip"])
def test_an_image_in_a_container_is_looked_at_without_being_imported(
    name: str, tmp_path: Path, media: WorkerPool
) -> None:
    make = OPENED[name][0] if name in OPENED else lambda _: zip_bytes(FILES)
    (tmp_path / name).write_bytes(make(tmp_path))
    result = scan(open_source(str(tmp_path / name)), media, StrictJudge(), QuietJob())
    read = {}
    for instance in reversed(result.instances()):
        with result.content(instance).open() as stream:
            read[instance.path.rpartition("/")[2]] = stream.read()
    assert read == {path.rpartition("/")[2]: data for path, data in FILES.items()}


def test_what_is_only_looked_at_does_not_hold_its_disc(tmp_path: Path, media: WorkerPool) -> None:
    path = tmp_path / "study.tar.gz"
    path.write_bytes(OPENED["study.tar.gz"][0](tmp_path))
    result = scan(open_source(str(path)), media, StrictJudge(), QuietJob())
    result.content(result.instances()[0]).open().close()
    import psutil

    open_files = [one.path for child in psutil.Process().children(recursive=True) for one in child.open_files()]
    assert str(path) not in open_files


def test_an_import_out_of_a_container_goes_on_where_it_was(
    tmp_path: Path, media: WorkerPool, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.errors import Cancelled
    from importer.copy import keeper
    from importer.copy.importing import import_files

    monkeypatch.setattr(keeper, "_BATCH_FILES", 2)
    files = {f"IM{number}": image(series="R", number=number) for number in range(1, 9)}
    (tmp_path / "stick").mkdir()
    (tmp_path / "stick" / "study.tar.xz").write_bytes(tar_bytes(files, "w:xz"))
    found = scan_folder(tmp_path / "stick", media)

    class StopAfterSome(QuietJob):
        def report(self, done: int, total: int, step: str) -> None:
            if step == "copy" and done > total // 2:
                raise Cancelled

    with pytest.raises(Cancelled):
        import_files(make_plan(found), library, media, StrictJudge(), StopAfterSome())
    before = len(shelf_hashes(library))
    report = import_folder(tmp_path / "stick", library, media)
    assert 0 < before < 8
    assert (report.imported + report.already, report.already, len(shelf_hashes(library))) == (8, before, 8)


PRIVATE = ((0x00090010, "LO", b"SAMPLE"), (0x00091001, "OB", image(series="J", number=9)))
LARGE = [
    image(series="J", number=number, rows=256, columns=256, pixel_data=bytes(range(256)) * 512) for number in (1, 2)
]


@pytest.mark.parametrize(
    "data, count",
    [
        (FILES["DICOM/IM1"] + FILES["DICOM/IM2"], 2),
        (FILES["DICOM/IM1"] + bytes(512) + FILES["DICOM/IM2"] + FILES["DICOM/IM3"], 3),
        (b"".join(LARGE), 2),
        (LARGE[0] + FILES["DICOM/IM1"], 2),
        (image(series="J", number=5, form=Form(DEFLATED)) + FILES["DICOM/IM1"], 2),
        (gzip.compress(FILES["DICOM/IM1"]) + gzip.compress(FILES["DICOM/IM2"]), 2),
    ],
)
def test_images_one_behind_the_other_in_one_file_are_all_read(
    data: bytes, count: int, tmp_path: Path, media: WorkerPool
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "IM").write_bytes(data)
    found = scan_folder(stick, media)
    assert_adds_up(found)
    assert (len(found.instances()), exit_status(found.problems)) == (count, 0)


def test_an_image_inside_a_value_of_another_makes_it_no_archive(tmp_path: Path, media: WorkerPool) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    (stick / "IM").write_bytes(image(series="J", form=Form(extra=PRIVATE)) + bytes(300))
    assert scan_folder(stick, media).totals.dicom == 1


def test_an_image_behind_a_large_compressed_one_is_named_at_the_import(tmp_path: Path, media: WorkerPool) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    frames = fragments(JUNK * 20, offsets=bytes(4))
    first = encapsulated(frames, "1.2.840.10008.1.2.4.90")
    (stick / "IM").write_bytes(first + FILES["DICOM/IM1"])
    with Library.open(tmp_path / "shelf") as library:
        report = import_folder(stick, library, media)
    (told,) = [problem for problem in report.problems if problem.code == "archive"]
    assert (told.path, word_key(told), report.exit_status) == ("IM", "archive:behind", 1)


def test_a_file_of_nothing_but_beginnings_of_packed_files_is_given_up_and_said() -> None:
    content = b"?" + b"\x1f\x8b\x08\x00" * 300_000
    found = judge("DATA", FileBytes(lambda: io.BytesIO(content)), content[: 64 << 10], "unknown", lambda: None)
    assert (found.code, found.detail) == ("archive", not_looked_into(TOO_MUCH))


def test_a_member_without_a_name_costs_no_other(tmp_path: Path, media: WorkerPool) -> None:
    packed = zip_bytes({"A": FILES["DICOM/IM1"], "B": FILES["DICOM/IM2"]})
    central, end = packed.index(b"PK\x01\x02"), packed.index(b"PK\x05\x06")
    nameless = packed[central : central + 28] + b"\0\0" + packed[central + 30 : central + 46]
    smaller = (int.from_bytes(packed[end + 12 : end + 16], "little") - 1).to_bytes(4, "little")
    rest = packed[central + 47 : end + 12] + smaller + packed[end + 16 :]
    (tmp_path / "study.zip").write_bytes(packed[:central] + nameless + rest)
    result = scan_folder(tmp_path, media)
    assert set(all_paths(result)) == {"study.zip/B"}
    assert codes_by_path(result.problems)["study.zip/unnamed"] == {"refused-path"}
