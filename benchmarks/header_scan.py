"""Headers per second against GDCM's Scanner and against `cat`, and a DICOMDIR of 5,000 records.

    python benchmarks/header_scan.py [--files 5000] [--size 524288] [--runs 5] [--folder DIR]

Writes the files (2.5 GB as it stands) into a temporary folder, unless `--folder` names one that has them.
"""

from __future__ import annotations

import argparse
import os
import struct
import sys
import tempfile
import time
from pathlib import Path

from measure import ChildRun, Table, machine, medians, megabytes, milliseconds, ratio, run_child

EXPLICIT = "1.2.840.10008.1.2.1"
CT = "1.2.840.10008.5.1.4.1.1.2"
FIRST = 64 * 1024


def element(tag: int, vr: str, value: str | bytes) -> bytes:
    """Write one element, explicit VR little endian."""
    raw = value.encode("ascii") if isinstance(value, str) else value
    raw += (b"\0" if vr in ("UI", "OB", "UN") else b" ") * (len(raw) % 2)
    head = struct.pack("<HH2s", tag >> 16, tag & 0xFFFF, vr.encode())
    if vr in ("OB", "OW", "SQ", "UN"):
        return head + struct.pack("<HI", 0, len(raw)) + raw
    return head + struct.pack("<H", len(raw)) + raw


def code_item(value: str, meaning: str) -> bytes:
    """Write one item of a code sequence."""
    content = element(0x00080100, "SH", value) + element(0x00080102, "SH", "DCM") + element(0x00080104, "LO", meaning)
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content


def reference_items(number: int) -> bytes:
    """Write the items of a sequence that refers to other instances."""
    items = b""
    for index in range(3):
        content = element(0x00081150, "UI", CT) + element(0x00081155, "UI", f"2.25.{number}.9.{index}")
        items += struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content
    return items


def ct_file(number: int, size: int) -> bytes:
    """Make a CT image with the elements a scanner writes, about 110 before group 0028."""
    uid = f"2.25.77{number:08d}"
    meta = element(0x00020001, "OB", b"\0\1") + element(0x00020002, "UI", CT) + element(0x00020003, "UI", uid)
    meta += (
        element(0x00020010, "UI", EXPLICIT) + element(0x00020012, "UI", "2.25.1") + element(0x00020013, "SH", "BENCH")
    )
    values = _identification(number, uid) + _acquisition(number) + _relationship(number) + _pixels(size)
    return b"\0" * 128 + b"DICM" + element(0x00020000, "UL", struct.pack("<I", len(meta))) + meta + values


def _identification(number: int, uid: str) -> bytes:
    parts = [
        element(0x00080005, "CS", "ISO_IR 100"),
        element(0x00080008, "CS", "ORIGINAL\\PRIMARY\\AXIAL\\CT_SOM5 SPI"),
        element(0x00080012, "DA", "20240105"),
        element(0x00080013, "TM", "101112.130000"),
        element(0x00080016, "UI", CT),
        element(0x00080018, "UI", uid),
        *(element(0x00080020 + offset, "DA", "20240105") for offset in range(4)),
        *(element(0x00080030 + offset, "TM", "101112.130000") for offset in range(4)),
        element(0x00080050, "SH", "A123456"),
        element(0x00080060, "CS", "CT"),
        element(0x00080070, "LO", "MAKER"),
        element(0x00080080, "LO", "Hospital on the Hill"),
        element(0x00080081, "ST", "1 Long Road, Town"),
        element(0x00080090, "PN", "REFERRER^RITA"),
        element(0x00081010, "SH", "CT1"),
        element(0x00081030, "LO", "Chest with contrast"),
        element(0x00081032, "SQ", code_item("C1", "Chest CT")),
        element(0x0008103E, "LO", "Chest 1.0 B30f"),
        element(0x00081040, "LO", "Radiology"),
        *(element(0x00081048 + 2 * offset, "PN", "READER^ROBIN") for offset in range(3)),
        element(0x00081090, "LO", "Scanner 64"),
        element(0x00081140, "SQ", reference_items(number)),
        element(0x00082112, "SQ", reference_items(number + 1)),
        element(0x00090010, "LO", "MAKER PRIVATE"),
        *(element(0x00091001 + offset, "UN", b"\1\2\3\4" * 20) for offset in range(12)),
        element(0x00100010, "PN", f"TEST^PERSON {number % 7}"),
        element(0x00100020, "LO", f"ID{number % 7}"),
        element(0x00100021, "LO", "HILL"),
        element(0x00100030, "DA", "19510504"),
        element(0x00100040, "CS", "F"),
        element(0x00101010, "AS", "072Y"),
    ]
    return b"".join(parts)


def _acquisition(number: int) -> bytes:
    tags = [0x0022, 0x0050, 0x0060, 0x0090, 0x1000, 0x1020, 0x1030, 0x1100, 0x1110, 0x1111, 0x1120, 0x1130, 0x1140]
    tags += [0x1150, 0x1151, 0x1152, 0x1160, 0x1170, 0x1190, 0x1200, 0x1201, 0x1210, 0x5100, 0x9305, 0x9306, 0x9311]
    parts = [element(0x00180015, "CS", "CHEST")] + [element(0x00180000 | tag, "DS", "123.456") for tag in tags]
    parts += [element(0x00190010, "LO", "MAKER PRIVATE")]
    parts += [element(0x00191000 + offset, "UN", b"7.5 " * 4) for offset in range(20)]
    return b"".join(parts)


def _relationship(number: int) -> bytes:
    return b"".join(
        [
            element(0x0020000D, "UI", f"2.25.88{number // 500}"),
            element(0x0020000E, "UI", f"2.25.99{number // 250}"),
            element(0x00200010, "SH", "S1"),
            element(0x00200011, "IS", str(number // 250 + 1)),
            element(0x00200012, "IS", "1"),
            element(0x00200013, "IS", str(number % 250 + 1)),
            element(0x00200032, "DS", "-250.0\\-250.0\\12.5"),
            element(0x00200037, "DS", "1\\0\\0\\0\\1\\0"),
            element(0x00200052, "UI", "2.25.5"),
            element(0x00200060, "CS", ""),
            element(0x00201041, "DS", "12.5"),
        ]
    )


def _pixels(size: int) -> bytes:
    short = [(0x0002, 1), (0x0010, 512), (0x0011, 512), (0x0100, 16), (0x0101, 12), (0x0102, 11), (0x0103, 0)]
    parts = [element(0x00280000 | tag, "US", struct.pack("<H", value)) for tag, value in short]
    parts.insert(1, element(0x00280004, "CS", "MONOCHROME2"))
    return b"".join(parts) + element(0x7FE00010, "OW", bytes(size))


def directory_file(count: int) -> bytes:
    """Make a DICOMDIR of `count` image records of 32 elements below one patient, study and series."""
    leaf = b"".join(element(0x00081000 + 2 * number, "LO", "some description") for number in range(18))
    chain = [_record("PATIENT", element(0x00100010, "PN", "TEST^PERSON") + element(0x00100020, "LO", "ID1"))]
    chain += [_record("STUDY", element(0x00080020, "DA", "20240105") + element(0x0020000D, "UI", "2.25.88"))]
    chain += [_record("SERIES", element(0x00080060, "CS", "CT") + element(0x0020000E, "UI", "2.25.99"))]
    chain += [_record("IMAGE", leaf + element(0x00200013, "IS", str(number)), number) for number in range(count)]
    meta = element(0x00020002, "UI", "1.2.840.10008.1.3.10") + element(0x00020010, "UI", EXPLICIT)
    head = b"\0" * 128 + b"DICM" + element(0x00020000, "UL", struct.pack("<I", len(meta))) + meta
    head += element(0x00041130, "CS", "BENCH")
    start = len(head) + 3 * 12 - 2 + 12
    places = [start]
    for record in chain:
        places.append(places[-1] + len(record))
    linked = b"".join(_linked(record, index, places, len(chain)) for index, record in enumerate(chain))
    top = element(0x00041200, "UL", struct.pack("<I", start)) + element(0x00041202, "UL", struct.pack("<I", start))
    return head + top + element(0x00041212, "US", b"\0\0") + element(0x00041220, "SQ", linked)


def _record(kind: str, keys: bytes, number: int | None = None) -> bytes:
    content = element(0x00041400, "UL", bytes(4)) + element(0x00041410, "US", b"\xff\xff")
    content += element(0x00041420, "UL", bytes(4)) + element(0x00041430, "CS", kind)
    if number is not None:
        content += element(0x00041500, "CS", f"DICOM\\S{number // 250:05d}\\I{number:07d}")
        content += element(0x00041510, "UI", CT) + element(0x00041511, "UI", f"2.25.77{number:08d}")
        content += element(0x00041512, "UI", EXPLICIT) + element(0x00080005, "CS", "ISO_IR 100")
        content += element(0x00080008, "CS", "ORIGINAL\\PRIMARY") + element(0x00080016, "UI", CT)
        content += element(0x00080018, "UI", f"2.25.77{number:08d}") + element(0x00080023, "DA", "20240105")
    content += keys
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content


def _linked(record: bytes, index: int, places: list[int], count: int) -> bytes:
    following = places[index + 1] if index + 1 < count else 0
    next_offset, lower = (following, 0) if index > 2 else (0, following)
    return record[:16] + struct.pack("<I", next_offset) + record[20:38] + struct.pack("<I", lower) + record[42:]


def names_of(folder: Path) -> list[str]:
    """Name the files to scan, in order."""
    return sorted(str(path) for path in folder.iterdir() if path.suffix == ".dcm")


def scan_ours(names: list[str]) -> float:
    """Read every header the way the importer does: open, size, 64 KB, read on where needed, close."""
    from dicom.reading.header import read_header

    start = time.perf_counter()
    for name in names:
        descriptor = os.open(name, os.O_RDONLY)
        try:
            size = os.fstat(descriptor).st_size
            read_header(
                os.pread(descriptor, FIRST, 0), size, lambda at, length, fd=descriptor: os.pread(fd, length, at)
            )
        finally:
            os.close(descriptor)
    return time.perf_counter() - start


def scan_gdcm(names: list[str]) -> float:
    """Let GDCM's C++ scanner collect the same values."""
    import gdcm

    from dicom.reading.header import FIELDS

    scanner = gdcm.Scanner()
    for tag in FIELDS:
        scanner.AddTag(gdcm.Tag(tag >> 16, tag & 0xFFFF))
    start = time.perf_counter()
    if not scanner.Scan(names):
        raise RuntimeError("GDCM could not scan")
    return time.perf_counter() - start


def walk_directory(path: Path) -> float:
    """Read the DICOMDIR."""
    from dicom.dicomdir.dicomdir import read_dicomdir

    data = path.read_bytes()
    start = time.perf_counter()
    read_dicomdir(data)
    return time.perf_counter() - start


CHILDREN = {"ours": scan_ours, "gdcm": scan_gdcm}


def child(kind: str, folder: Path) -> ChildRun:
    """Measure one kind in a process of its own; the seconds are those it took itself, without its start."""
    if kind == "cat":
        return run_child(["cat", *[Path(name).name for name in names_of(folder)]], folder, keep_output=False)
    run = run_child([sys.executable, __file__, "--child", kind, "--folder", str(folder)])
    return ChildRun(float(run.output), run.peak_bytes, "")


def compare(folder: Path, runs: int) -> None:
    """Measure all in turns and print the table."""
    peaks: dict[str, int] = {}

    def measured(kind: str) -> float:
        run = child(kind, folder)
        peaks[kind] = max(peaks.get(kind, 0), run.peak_bytes)
        return run.seconds

    found = medians({kind: lambda kind=kind: measured(kind) for kind in ("ours", "gdcm", "cat")}, runs)
    count = len(names_of(folder))
    table = Table(
        f"Header scan: {count} CT files, warm", ["what", "files/s", "time", "to GDCM", "to `cat`", "peak memory"]
    )
    labels = {"ours": "`dicom.header`, one core", "gdcm": "GDCM Scanner (C++)", "cat": "`cat` of the same files"}
    for kind, seconds in found.items():
        cells = (f"{count / seconds:,.0f}", milliseconds(seconds))
        table.add(
            labels[kind], *cells, ratio(seconds, found["gdcm"]), ratio(seconds, found["cat"]), megabytes(peaks[kind])
        )
    table.show()


def directory(folder: Path, runs: int) -> None:
    """Measure the DICOMDIR walk against `dcmdump` and print the table."""
    path = folder / "DICOMDIR"
    path.write_bytes(directory_file(5000))
    works = {"ours": lambda: walk_directory(path)}
    try:
        run_child(["dcmdump", "--version"])
        works["dcmdump"] = lambda: run_child(["dcmdump", str(path)], keep_output=False).seconds
    except OSError:
        print("dcmdump is not installed: no reference for the DICOMDIR")
    found = medians(works, runs)
    table = Table("DICOMDIR: 5,000 records of 32 elements", ["what", "time", "to dcmdump"])
    for kind, seconds in found.items():
        table.add(kind, milliseconds(seconds), ratio(seconds, found.get("dcmdump", 0.0)))
    table.show()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--size", type=int, default=512 * 1024, help="bytes of pixels in each file")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--child", choices=sorted(CHILDREN), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        print(CHILDREN[chosen.child](names_of(chosen.folder)))
        return
    print(f"header_scan on {machine()}", file=sys.stderr)
    with tempfile.TemporaryDirectory(prefix="header_scan-") as temporary:
        folder = chosen.folder or Path(temporary)
        if not names_of(folder):
            for number in range(chosen.files):
                (folder / f"{number:06d}.dcm").write_bytes(ct_file(number, chosen.size))
        compare(folder, chosen.runs)
        directory(Path(temporary), chosen.runs)


if __name__ == "__main__":
    main()
