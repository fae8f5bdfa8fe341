"""ZIP files and ISO images, chosen as a source or lying on one."""

from __future__ import annotations

import io
import os
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pycdlib
import pytest

from core.errors import SourceError
from core.workers.worker import WorkerPool
from importer.containers import iso_walk
from importer.reasons import word_key
from importer.receipts.report import exit_status
from importer.sources.container_source import ContainerSource
from importer.sources.kinds_of_source import open_source
from library.shelf import Library
from tests.discs import Disc, disc_with_good_files, image, listed_disc
from tests.importer_tools import all_paths, assert_adds_up, codes_by_path, import_folder, scan_folder, shelf_hashes


def zip_of(disc: Disc, target: Path, **more: bytes) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(disc.folder.rglob("*")):
            archive.write(path, path.relative_to(disc.folder))
        for name, data in more.items():
            archive.writestr(name, data)
    return target


def good_hashes(disc: Disc) -> set[str]:
    return {disc.sha256(path) for path in disc.good}


def test_a_zip_file_is_a_source(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    disc = listed_disc(tmp_path / "disc", 3)
    path = zip_of(disc, tmp_path / "disc.zip")
    result = scan_folder(path, media)
    assert (result.source.kind, set(all_paths(result))) == ("zip", set(disc.good))
    assert (result.totals.entries, result.totals.missing, result.totals.unlisted) == (4, 0, 0)
    import_folder(path, library, media)
    assert shelf_hashes(library) == good_hashes(disc)


def test_a_zip_file_on_a_disc_is_one_entry_and_its_content_comes_apart(
    tmp_path: Path, media: WorkerPool, library: Library
) -> None:
    inner = disc_with_good_files(tmp_path / "inner", 3)
    disc = disc_with_good_files(tmp_path / "disc", 2)
    inner.add_image("EXTRA", series="S5")
    zip_of(inner, disc.folder / "MORE.ZIP")
    result = scan_folder(disc.folder, media)
    assert_adds_up(result)
    assert (result.totals.entries, result.totals.dicom, result.totals.instances, result.totals.not_dicom) == (
        3,
        2,
        2,
        1,
    )
    assert codes_by_path(result.problems)["MORE.ZIP"] == {"archive"}
    assert [(one.path, one.totals.entries, one.totals.instances) for one in result.archives] == [("MORE.ZIP", 4, 4)]
    assert {"MORE.ZIP/EXTRA", "MORE.ZIP/GOOD/A1", "GOOD/A1"} <= set(all_paths(result))
    assert len(result.instances()) == 4
    for instance in result.instances():
        with result.content(instance).open() as stream:
            assert len(stream.read()) == instance.size
    import_folder(disc.folder, library, media)
    assert shelf_hashes(library) == good_hashes(disc) | good_hashes(inner)


def test_archives_in_each_other_are_read_four_deep_and_named_beyond(tmp_path: Path, media: WorkerPool) -> None:
    packed = b""
    for number in range(6, 0, -1):
        holder = io.BytesIO()
        with zipfile.ZipFile(holder, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("IM", image(number=number))
            if packed:
                archive.writestr("x.zip", packed)
        packed = holder.getvalue()
    disc = disc_with_good_files(tmp_path / "disc", 1)
    disc.write("x.zip", packed)
    result = scan_folder(disc.folder, media)
    assert {path for path in all_paths(result) if "zip" in path} == {"x.zip/" * deep + "IM" for deep in range(1, 5)}
    beyond = next(one for one in result.problems if one.path == "x.zip/" * 4 + "x.zip")
    assert (beyond.code, word_key(beyond), exit_status(result.problems)) == ("archive", "archive:deep", 1)
    assert_adds_up(result)


SLIPS = ["../slip", "/../slip", "C:\\..\\..\\slip", "a/../../slip", "..\\slip", "//host/../../slip"]


@pytest.mark.parametrize("name", SLIPS)
def test_a_name_that_leads_out_of_a_zip_file_is_refused(name: str, tmp_path: Path, media: WorkerPool) -> None:
    with zipfile.ZipFile(tmp_path / "slip.zip", "w") as archive:
        archive.writestr(name, image(number=1))
        archive.writestr("GOOD", image(number=2))
    result = scan_folder(tmp_path / "slip.zip", media)
    assert (result.totals.entries, result.totals.refused, result.totals.dicom) == (2, 1, 1)
    assert "refused-path" in {problem.code for problem in result.problems}
    assert_adds_up(result)


def test_a_link_in_a_zip_file_is_refused(tmp_path: Path, media: WorkerPool) -> None:
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        link = zipfile.ZipInfo("link")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert scan_folder(tmp_path / "link.zip", media).totals.refused == 1


def test_two_members_of_one_name_are_two_entries(tmp_path: Path, media: WorkerPool) -> None:
    with zipfile.ZipFile(tmp_path / "twice.zip", "w") as archive:
        archive.writestr("IM", image(number=1))
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("IM", image(number=2))
    assert len(scan_folder(tmp_path / "twice.zip", media).instances()) == 2


def test_a_bomb_in_a_zip_file_is_refused_unopened(tmp_path: Path, media: WorkerPool) -> None:
    with (
        zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("BOMB", "w", force_zip64=True) as member,
    ):
        for _ in range(513):
            member.write(bytes(1 << 20))
    result = scan_folder(tmp_path / "bomb.zip", media)
    assert codes_by_path(result.problems) == {"BOMB": {"refused-bomb"}}


def _encrypted(data: bytes) -> bytes:
    """Set the flag that says a member needs a password, in both places of a ZIP file of one member."""
    marked = bytearray(data)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[marked.index(sign) + offset] |= 1
    return bytes(marked)


def test_a_password_is_asked_for(tmp_path: Path, media: WorkerPool) -> None:
    with zipfile.ZipFile(tmp_path / "plain.zip", "w") as archive:
        archive.writestr("IM", image(number=1))
    locked = tmp_path / "locked.zip"
    locked.write_bytes(_encrypted((tmp_path / "plain.zip").read_bytes()))
    with pytest.raises(SourceError, match="password-needed"):
        scan_folder(locked, media)
    disc = disc_with_good_files(tmp_path / "disc", 1)
    disc.write("LOCKED.ZIP", locked.read_bytes())
    result = scan_folder(disc.folder, media)
    assert codes_by_path(result.problems)["LOCKED.ZIP"] == {"archive", "password-needed"}
    assert set(all_paths(result)) == {"GOOD/A1"}


def test_a_damaged_member_costs_only_itself(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 3)
    path = zip_of(disc, tmp_path / "disc.zip")
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("GOOD/A2").header_offset
    data = bytearray(path.read_bytes())
    data[start + 60 : start + 90] = b"\xff" * 30
    path.write_bytes(data)
    result = scan_folder(path, media)
    assert result.totals.unreadable == 1
    report = import_folder(path, library, media)
    assert report.imported == 2
    assert shelf_hashes(library) == {disc.sha256("GOOD/A1"), disc.sha256("GOOD/A3")}


def test_a_zip_file_of_which_nothing_is_left_is_told(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 3)
    path = zip_of(disc, tmp_path / "cut.zip")
    path.write_bytes(path.read_bytes()[:10])
    with pytest.raises(SourceError, match="source-unopenable"):
        scan_folder(path, media)


# --- ISO images ---

Maker = Callable[[Disc, Path], Path]


def iso_of(disc: Disc, target: Path, **options: object) -> Path:
    iso = pycdlib.PyCdlib()
    iso.new(interchange_level=3, **options)
    names = {"rock_ridge": "rr_name", "joliet": "joliet_path", "udf": "udf_path"}
    for number, path in enumerate(sorted(disc.folder.rglob("*"))):
        relative = path.relative_to(disc.folder).as_posix()
        plain = "/" + relative.upper()
        more: dict[str, str] = {}
        for option, argument in names.items():
            if options.get(option):
                more[argument] = path.name if option == "rock_ridge" else "/" + relative
        if path.is_dir():
            iso.add_directory(plain, **more)
        else:
            iso.add_file(str(path), f"{plain}.;1", **more)
        assert number < 1000
    iso.write(str(target))
    iso.close()
    return target


FLAVOURS: dict[str, dict[str, object]] = {
    "plain": {},
    "joliet": {"joliet": 3},
    "rock-ridge": {"rock_ridge": "1.09"},
    "all": {"joliet": 3, "rock_ridge": "1.12"},
    "udf-bridge": {"udf": "2.60"},
}


@pytest.mark.parametrize("flavour", FLAVOURS)
def test_an_iso_image_is_a_source(flavour: str, tmp_path: Path, media: WorkerPool, library: Library) -> None:
    disc = listed_disc(tmp_path / "disc", 5)
    path = iso_of(disc, tmp_path / "disc.iso", **FLAVOURS[flavour])
    result = scan_folder(path, media)
    assert (result.source.kind, set(all_paths(result))) == ("iso", set(disc.good))
    assert (result.totals.entries, result.totals.missing, result.totals.unlisted) == (6, 0, 0)
    import_folder(path, library, media)
    assert shelf_hashes(library) == good_hashes(disc)


def test_long_names_of_a_disc_are_shown(tmp_path: Path) -> None:
    disc = Disc(tmp_path / "disc")
    disc.add_image("A1")
    iso = pycdlib.PyCdlib()
    iso.new(rock_ridge="1.09", joliet=3)
    long_name = "Röntgen " + "x" * 150
    data = image()
    iso.add_fp(io.BytesIO(data), len(data), "/A.;1", rr_name=long_name, joliet_path="/B")
    iso.write(str(tmp_path / "long.iso"))
    iso.close()
    assert [entry.path for entry in open_source(str(tmp_path / "long.iso")).entries()] == [long_name]


def test_a_cut_iso_image_gives_the_files_that_exist(tmp_path: Path, media: WorkerPool, library: Library) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 8)
    path = iso_of(disc, tmp_path / "disc.iso")
    places = sorted(entry.position or 0 for entry in open_source(str(path)).entries())
    os.truncate(path, places[4] + 100)
    result = scan_folder(path, media)
    assert (result.totals.entries, result.totals.dicom, result.totals.unreadable) == (8, 4, 4)
    import_folder(path, library, media)
    assert len(shelf_hashes(library)) == 4


def test_an_image_without_a_known_file_system_is_told(tmp_path: Path, media: WorkerPool) -> None:
    for name, sign in {"udf.iso": b"\0BEA01\1", "nsr.iso": b"\0NSR02\1"}.items():
        data = bytearray(40 * 2048)
        data[16 * 2048 : 16 * 2048 + 7] = b"\0BEA01\1"
        data[17 * 2048 : 17 * 2048 + len(sign)] = sign
        (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError) as told:
        scan_folder(tmp_path / "nsr.iso", media)
    assert told.value.facts["reason"] == "only a UDF file system"


def _folder_record(extent: int, size: int, name: bytes, flags: int = 2) -> bytes:
    length = 33 + len(name) + (1 - len(name) % 2)
    head = struct.pack("<BB", length, 0) + struct.pack("<I", extent) + struct.pack(">I", extent)
    head += (
        struct.pack("<I", size) + struct.pack(">I", size) + bytes(7) + bytes([flags]) + bytes(6) + bytes([len(name)])
    )
    return (head + name).ljust(length, b"\0")


def test_folders_that_lead_in_a_circle_end(tmp_path: Path) -> None:
    data = bytearray(40 * 2048)
    root = _folder_record(20, 2048, b"\0")
    volume = bytearray(2048)
    volume[:7] = b"\1CD001\1"
    volume[128:130] = struct.pack("<H", 2048)
    volume[156:190] = root
    data[16 * 2048 : 17 * 2048] = volume
    data[17 * 2048 : 17 * 2048 + 7] = b"\xffCD001\1"
    inside = root + _folder_record(20, 2048, b"\1") + _folder_record(20, 2048, b"LOOP")
    inside += _folder_record(21, 2048, b"SUB") + _folder_record(9_999_999, 2048, b"NOWHERE")
    inside += _folder_record(22, 1 << 30, b"HUGE") + _folder_record(30, 5, b"../../ETC;1", flags=0)
    inside += _folder_record(30, 5, b"FILE.;1", flags=0)
    data[20 * 2048 : 20 * 2048 + len(inside)] = inside
    back = _folder_record(20, 2048, b"UP")
    data[21 * 2048 : 21 * 2048 + len(back)] = back
    told: list[str] = []

    def read(offset: int, length: int) -> bytes:
        return bytes(data[offset : offset + length])

    files = iso_walk.walk_iso(read, told.append)
    assert {file.path for file in files} == {".._.._ETC", "FILE"}
    assert set(told) == {"HUGE", "NOWHERE"}


def test_an_archive_stays_open_for_as_long_as_it_is_asked_to(tmp_path: Path) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 3)
    source = open_source(str(zip_of(disc, tmp_path / "a.zip")))
    assert isinstance(source, ContainerSource)
    with source:
        for entry in source.entries():
            with source.open(entry) as stream:
                assert stream.read() == (disc.folder / entry.path).read_bytes()
