"""Discs that were made to hurt: whatever is on them, the good files beside it are imported."""

from __future__ import annotations

import io
import os
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from tests.discs.directory import Record, dicomdir, image_record, long_dicomdir, person_tree
from tests.discs.disc import Disc, disc_with_good_files, good_records
from tests.discs.files import (
    ANNA,
    DEFLATED,
    IMPLICIT,
    JPEG_2000,
    JPEG_BASELINE,
    JPEG_LS,
    PLAIN,
    RLE,
    Form,
    dicom_file,
    encapsulated,
    fragments,
    image,
    image_values,
    meta_bytes,
    uid,
)

Builder = Callable[[Path], Disc]


def _listed(disc: Disc, *more: Record, **bent: dict[int, int]) -> Disc:
    tree = person_tree(ANNA, "T1", "S1", [*good_records(disc), *more])
    disc.write("DICOMDIR", dicomdir([tree], **bent))
    return disc


# --- DICOMDIR ---


def offset_to_itself(folder: Path) -> Disc:
    """The first IMAGE record (3) names itself as its next."""
    return _listed(disc_with_good_files(folder), next_of={3: 3})


def child_to_parent(folder: Path) -> Disc:
    """The SERIES record (2) names the PATIENT record as its lower level."""
    return _listed(disc_with_good_files(folder), child_of={2: 0})


def offset_into_nowhere(folder: Path) -> Disc:
    """An offset far behind the end of the file."""
    return _listed(disc_with_good_files(folder), raw_next_of={3: 0xFFFFFF00})


def million_records(folder: Path) -> Disc:
    """1,000,001 chained records."""
    disc = disc_with_good_files(folder)
    disc.write("DICOMDIR", long_dicomdir(1_000_001))
    return disc


def record_without_keys(folder: Path) -> Disc:
    """A PATIENT, a STUDY and an IMAGE record without any key."""
    disc = disc_with_good_files(folder)
    bare = Record("PATIENT", children=[Record("STUDY", children=[Record("SERIES", children=[Record("IMAGE")])])])
    disc.write("DICOMDIR", dicomdir([bare, person_tree(ANNA, "T1", "S1", good_records(disc))]))
    disc.unlisted = 0
    return disc


def private_record(folder: Path) -> Disc:
    """PRIVATE records at every level, one of them with a file."""
    disc = disc_with_good_files(folder)
    tree = person_tree(ANNA, "T1", "S1", [Record("PRIVATE", {0x00091010: ("UN", b"\0\1")}), *good_records(disc)])
    disc.write("DICOMDIR", dicomdir([Record("PRIVATE"), tree]))
    disc.unlisted = 0
    return disc


BAD_FILE_IDS: dict[str, str | bytes] = {
    "parent": "..\\..\\..\\OUTSIDE",
    "parent-inside": "GOOD\\..\\..\\OUTSIDE",
    "absolute": "\\ETC\\PASSWD",
    "absolute-slash": "/etc/passwd",
    "drive": "C:\\WINDOWS\\WIN.INI",
    "unc": "\\\\HOST\\SHARE\\A1",
    "nul": b"GOOD\\A1\0\\..\\X ",
    "device": "CON",
    "device-2": "GOOD\\NUL",
    "device-3": "GOOD\\COM1",
    "stream": "GOOD\\A1:HIDDEN",
    "dots": ".\\.\\.",
    "nothing": "",
    "wildcard": "*\\*",
    "format": "%s%s%n",
    "newline": b"GOOD\nA7",
}


def bad_file_ids(folder: Path) -> Disc:
    """ReferencedFileIDs with `..`, absolute paths, drive letters, NUL and device names."""
    disc = disc_with_good_files(folder / "disc")
    (folder / "OUTSIDE").write_bytes(image(series="S8", number=66))
    records = [image_record(file_id, uid(f"bad {name}")) for name, file_id in BAD_FILE_IDS.items()]
    disc.expect("../../../OUTSIDE", "refused-path")
    disc.expect("WINDOWS/WIN.INI", "missing")
    return _listed(disc, *records)


def five_hundred_file_ids(folder: Path) -> Disc:
    """500 spellings of a path out of the disc."""
    disc = disc_with_good_files(folder / "disc")
    (folder / "OUTSIDE").write_bytes(image(series="S8", number=66))
    parts = ["..", "...", ". .", "..;1", "%2E%2E", "..\x00", "..\u00a0", " ..", "~", "$HOME"]
    file_ids = ["\\".join([parts[number % 10]] * (1 + number // 10) + ["OUTSIDE"]) for number in range(500)]
    records = [
        image_record(file_id.encode("latin-1") + b" " * (len(file_id) % 2), uid(f"v{number}"))
        for number, file_id in enumerate(file_ids)
    ]
    return _listed(disc, *records)


def cut_directory(folder: Path) -> Disc:
    """A DICOMDIR that ends in the middle of a record."""
    disc = disc_with_good_files(folder, 3)
    _listed(disc)
    path = folder / "DICOMDIR"
    path.write_bytes(path.read_bytes()[:-200])
    return disc


def directory_as_image(folder: Path) -> Disc:
    """A file named DICOMDIR that is an image, and one that is noise in a sub-folder."""
    disc = disc_with_good_files(folder)
    disc.add_good("DICOMDIR", image(series="S2", number=5), uid("P-1/T1/S2/5"))
    disc.write("SUB/DICOMDIR", b"this is no directory")
    return disc


# --- names on the stick ---


def links(folder: Path) -> Disc:
    """Links out of the disc, to nowhere, in a circle, and one that stays inside."""
    disc = disc_with_good_files(folder / "disc")
    outside = folder / "SECRET.dcm"
    outside.write_bytes(image(series="S8", number=66))
    (folder / "OUTFOLDER").mkdir()
    (folder / "OUTFOLDER" / "B1").write_bytes(image(series="S8", number=67))
    home = disc.folder
    (home / "out").symlink_to(outside)
    (home / "passwd").symlink_to("/etc/passwd")
    (home / "nowhere").symlink_to("no/such/file")
    (home / "outfolder").symlink_to(folder / "OUTFOLDER")
    (home / "circle").symlink_to(home)
    (home / "self").symlink_to("self")
    (home / "inside").symlink_to("GOOD/A1")
    for name in ("out", "passwd", "nowhere", "self"):
        disc.expect(name, "refused-link")
    return disc


def pipes_and_sockets(folder: Path) -> Disc:
    """A FIFO nobody writes to and a socket; reading either would wait for ever."""
    disc = disc_with_good_files(folder)
    os.mkfifo(folder / "pipe.dcm")
    os.mkfifo(folder / "DICOMDIR")
    here = Path.cwd()
    with socket.socket(socket.AF_UNIX) as listener:
        os.chdir(folder)  # a socket's path is short
        try:
            listener.bind("socket.dcm")
        finally:
            os.chdir(here)
    for name in ("pipe.dcm", "socket.dcm", "DICOMDIR"):
        disc.expect(name, "refused-special")
    return disc


# --- headers ---


def deep_sequences(folder: Path) -> Disc:
    """Sequences in sequences, 300 deep with undefined lengths and 5,000 deep, before the wanted elements."""
    disc = disc_with_good_files(folder)
    for depth in (300, 5_000):
        opening = (b"\x08\x00\x40\x11SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * depth
        closing = (b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0") * depth
        _insert_before_group_0010(disc, f"BAD/DEEP{depth}", opening + closing, depth)
    return disc


def huge_length(folder: Path) -> Disc:
    """An element of length 0xFFFFFFF0, and a sequence of that length, before the patient's name."""
    disc = disc_with_good_files(folder)
    _insert_before_group_0010(disc, "BAD/LENGTH", b"\x09\x00\x10\x10OB\0\0\xf0\xff\xff\xff", 21)
    _insert_before_group_0010(disc, "BAD/SQLENGTH", b"\x09\x00\x10\x10SQ\0\0\xf0\xff\xff\xff", 22)
    return disc


def _insert_before_group_0010(disc: Disc, path: str, raw: bytes, number: int) -> None:
    values = image_values(ANNA, "T1", "S9", number)
    whole = dicom_file(values)
    place = whole.index(b"\x10\x00\x10\x00PN")
    disc.write(path, whole[:place] + raw + whole[place:])


def many_empty_elements(folder: Path) -> Disc:
    """40 million empty elements in a deflated file of some 300 KB."""
    disc = disc_with_good_files(folder)
    many = (b"\x09\x00\x10\x10" + b"LO\0\0") * 131_072
    disc.write("BAD/ELEMENTS", _bomb(image_values(ANNA, "T1", "S9", 31), many, 305))
    return disc


def many_empty_items(folder: Path) -> Disc:
    """3 million empty items in one sequence before the patient's name."""
    disc = disc_with_good_files(folder)
    items = b"\xfe\xff\x00\xe0\0\0\0\0" * 3_000_000
    raw = b"\x08\x00\x40\x11SQ\0\0" + struct.pack("<I", len(items)) + items
    _insert_before_group_0010(disc, "BAD/ITEMS", raw, 32)
    return disc


def _bomb(values: dict[str, object], block: bytes, times: int) -> bytes:
    """Deflate a header followed by `times` blocks without ever holding them: flushed blocks repeat as they are."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head_values = {keyword: value for keyword, value in values.items() if keyword.startswith(("sop", "image_type"))}
    head = dicom_file(head_values, Form(preamble=None, meta=False))  # type: ignore[arg-type]
    start = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    meta = meta_bytes(str(values["sop_class_uid"]), str(values["sop_instance_uid"]), DEFLATED)
    return bytes(128) + b"DICM" + meta + start + first * times + packer.flush(zlib.Z_FINISH)


def deflate_bomb(folder: Path) -> Disc:
    """Half a megabyte that inflates to 512 MB, and a little more that inflates to 4 GB."""
    disc = disc_with_good_files(folder)
    zeros = bytes(1 << 20)
    disc.write("BAD/BOMB512M", _bomb(image_values(ANNA, "T1", "S9", 33), zeros, 512))
    disc.write("BAD/BOMB4G", _bomb(image_values(ANNA, "T1", "S9", 34), zeros, 4096))
    return disc


def deflate_noise(folder: Path) -> Disc:
    """A deflated data set that is no deflate stream."""
    disc = disc_with_good_files(folder)
    meta = meta_bytes(uid("c"), uid("noise"), DEFLATED)
    disc.write("BAD/NOISE", bytes(128) + b"DICM" + meta + bytes(range(256)) * 8)
    return disc


def odd_values(folder: Path) -> Disc:
    """A 60,000-digit integer string, UIDs that are paths, an unknown character set, control characters."""
    disc = disc_with_good_files(folder)
    disc.write("BAD/DIGITS", image(series="S9", number=1, instance_number="9" * 60_000))
    disc.write("BAD/DIGITS2", image(series="S9", number=12, series_number="-" + "1" * 9_999))
    disc.write("BAD/PATHUID", image(series="S9", number=2, sop_instance_uid="/home/x/y"))
    disc.write("BAD/PATHUID2", image(series="S9", number=3, study_instance_uid="../../../../tmp/evil"))
    disc.write("BAD/PATHUID3", image(series="S9", number=4, sop_instance_uid="C:\\WINDOWS\\x"))
    disc.write("BAD/CHARSET", image(series="S9", number=5, specific_character_set="\\..\\ISO_9999"))
    disc.write("BAD/CONTROL", image(series="S9", number=6, study_description="a\x1b[2J\x00\x07b\r\n<script>"))
    disc.write("BAD/SQL", image(series="S9", number=7, study_description="'; DROP TABLE studies; --"))
    disc.write("BAD/LONGNAME", image(series="S9", number=8, patient_name="X" * 60_000))
    disc.write("BAD/INFINITE", image(series="S9", number=9, instance_number="1e400", window_width="1e400"))
    disc.kept |= {f"BAD/{name}" for name in ("DIGITS", "PATHUID2", "CHARSET", "CONTROL", "SQL", "INFINITE")}
    return disc


def cut_headers(folder: Path) -> Disc:
    """Files that end inside the preamble, the meta group, the header and a value; an empty file."""
    disc = disc_with_good_files(folder)
    whole = image(series="S9", number=1)
    place = whole.index(b"\x10\x00\x10\x00PN")
    for name, end in {"EMPTY": 0, "PREAMBLE": 100, "MAGIC": 132, "META": 150, "CLASS": 400, "NAME": place + 12}.items():
        disc.write(f"BAD/{name}", whole[:end])
    for name in ("CLASS", "NAME"):
        disc.expect(f"BAD/{name}", "truncated")
    return disc


# --- pixels ---


def lying_pixels(folder: Path) -> Disc:
    """Sizes, bit depths and frame counts that do not fit the bytes that are there."""
    disc = disc_with_good_files(folder)
    lies: dict[str, dict[str, object]] = {
        "HUGE": {"rows": 65_535, "columns": 65_535},
        "ROWSUL": {"rows": struct.pack("<I", 16)},
        "NOROWS": {"rows": None},
        "ZERO": {"rows": 0, "columns": 0},
        "BITS0": {"bits_stored": 0},
        "BITS99": {"bits_stored": 99},
        "BITSTEXT": {"bits_stored": b"16"},
        "ALLOC": {"bits_allocated": 64},
        "FRAMES": {"number_of_frames": "2147483648"},
        "FRAMESNEG": {"number_of_frames": "-5"},
        "SAMPLES": {"samples_per_pixel": 65_535},
        "NOPIXELS": {"pixel_data": None},
        "SHORT": {"pixel_data": bytes(100)},
        "ODDLEN": {"pixel_data": bytes(511)},
        "PALETTE": {"photometric_interpretation": "PALETTE COLOR"},
        "WINDOW": {"window_center": "NaN", "window_width": "-0"},
    }
    for number, (name, values) in enumerate(lies.items(), 1):
        disc.write(f"BAD/{name}", image(ANNA, "T1", "S9", number, PLAIN, **values))  # type: ignore[arg-type]
        disc.kept.add(f"BAD/{name}")
    return disc


def lying_fragments(folder: Path) -> Disc:
    """Fragment tables that point outside, codestreams that are noise, RLE segments out of range."""
    disc = disc_with_good_files(folder)
    jpeg = b"\xff\xd8\xff\xdb\0\x43\0" + bytes(64) + b"\xff\xd9"
    outside = struct.pack("<3I", 0, 0x7FFFFFFF, 0xFFFFFFF0)
    rle = struct.pack("<16I", 15, *([0xFFFFFF00] * 15)) + bytes(64)
    elements = {
        "TABLE": (fragments(jpeg, offsets=outside), JPEG_BASELINE),
        "OPENEND": (fragments(jpeg, closed=False), JPEG_BASELINE),
        "NOFRAG": (fragments(), JPEG_BASELINE),
        "RLE": (fragments(rle), RLE),
        "J2K": (fragments(b"\xff\x4f\xff\x51\0\x29" + b"\xff" * 200), JPEG_2000),
        "JLS": (fragments(b"\xff\xd8\xff\xf7\0\x0b\x10\xff\xff\xff\xff\x01\x01\x11\0" + b"\0" * 90), JPEG_LS),
        "UNKNOWN": (fragments(b"\0" * 64), "1.2.3.4.5"),
    }
    for number, (name, (element, syntax)) in enumerate(elements.items(), 1):
        disc.write(f"BAD/{name}", encapsulated(element, syntax, number))
        disc.kept.add(f"BAD/{name}")
    return disc


def cut_pixels(folder: Path) -> Disc:
    """Truncated pixel data: of ten frames, four and a half are there."""
    disc = disc_with_good_files(folder)
    whole = image(series="S9", number=1, number_of_frames=10, pixel_data=bytes(512) * 10)
    disc.write("BAD/CUT", whole[: len(whole) - 512 * 5 - 256])
    disc.write("BAD/CUTIMP", image(series="S9", number=2, form=Form(IMPLICIT))[:-100])
    disc.kept |= {"BAD/CUT", "BAD/CUTIMP"}
    disc.expect("BAD/CUT", "truncated")
    disc.expect("BAD/CUTIMP", "truncated")
    return disc


# --- programs and archives ---


def programs_in_preamble(folder: Path) -> Disc:
    """A PE, an ELF and a script header in the preamble of valid images: kept byte for byte."""
    disc = disc_with_good_files(folder)
    preambles = {
        "PE": b"MZ\x90\0\x03" + bytes(55) + b"\x80\0\0\0",
        "ELF": b"\x7fELF\x02\x01\x01",
        "SCRIPT": b"#!/bin/sh\ntouch /tmp/owned\n",
        "HTML": b"<html><script>alert(1)</script>",
        "TIFF": b"II*\0\x08\0\0\0",
    }
    for number, (name, head) in enumerate(preambles.items(), 1):
        form = Form(preamble=head.ljust(128, b"\0"))
        disc.add_good(f"BAD/{name}", image(series="S9", number=number, form=form), uid(f"P-1/T1/S9/{number}"))
    return disc


def programs_beside(folder: Path) -> Disc:
    """Programs, scripts and pages on the disc, one named as an image."""
    disc = disc_with_good_files(folder)
    disc.write("AUTORUN.INF", b"[autorun]\r\nopen=evil.exe\r\n")
    disc.write("evil.exe", b"MZ" + bytes(1000))
    disc.write("run.sh", b"#!/bin/sh\ntouch /tmp/owned\n")
    disc.write("index.html", b"<html><script>alert(1)</script></html>")
    disc.write("GOOD/A9.dcm", b"MZ" + bytes(1000))
    (folder / "run.sh").chmod(0o755)
    for name in ("AUTORUN.INF", "evil.exe", "run.sh", "index.html", "GOOD/A9.dcm"):
        disc.expect(name, "viewer-program", "not-dicom")
    return disc


def archives(folder: Path) -> Disc:
    """A ZIP that climbs out of its folder and a ZIP bomb, lying on the disc."""
    disc = disc_with_good_files(folder)
    slip = io.BytesIO()
    with zipfile.ZipFile(slip, "w") as archive:
        archive.writestr("../../../../tmp/scanshelf-slip.dcm", image(series="S8", number=66))
        archive.writestr("/tmp/scanshelf-slip2.dcm", image(series="S8", number=67))
    disc.write("slip.zip", slip.getvalue())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(4):
            archive.writestr(f"{number}.dcm", bytes(32 << 20))
    disc.write("bomb.zip", bomb.getvalue())
    disc.write("broken.zip", slip.getvalue()[:60])
    disc.expect("slip.zip", "archive", "refused-path", "refused-bomb")
    disc.expect("bomb.zip", "archive", "refused-bomb")
    return disc


def deep_folders(folder: Path) -> Disc:
    """Folders in folders, 200 deep, with an image at the bottom; a name of 255 bytes."""
    disc = disc_with_good_files(folder)
    disc.add_image("/".join(["d"] * 200) + "/A1", series="S2", number=1)
    disc.add_image("N" * 255, series="S2", number=2)
    return disc


HOSTILE_DISCS: dict[str, Builder] = {
    builder.__name__: builder
    for builder in (
        offset_to_itself,
        child_to_parent,
        offset_into_nowhere,
        million_records,
        record_without_keys,
        private_record,
        bad_file_ids,
        five_hundred_file_ids,
        cut_directory,
        directory_as_image,
        links,
        pipes_and_sockets,
        deep_sequences,
        huge_length,
        many_empty_elements,
        many_empty_items,
        deflate_bomb,
        deflate_noise,
        odd_values,
        cut_headers,
        lying_pixels,
        lying_fragments,
        cut_pixels,
        programs_in_preamble,
        programs_beside,
        archives,
        deep_folders,
    )
}
