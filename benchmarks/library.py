"""Shelf: open, list and search 100,000 instances in 1,000 studies, commit a batch, verify, rebuild; peak memory.

Then search 50,000 studies.

References in the same run: an empty shelf for opening, a bare `SELECT count(*)` for questions, `sha256sum` for verify.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from measure import Table, median_seconds, megabytes, milliseconds, ratio, run_child, seconds_of

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from core.job import QuietJob  # noqa: E402
from dicom.model import Header  # noqa: E402
from library.objects.incoming import Incoming  # noqa: E402
from library.schema.search import WORDS_KEY  # noqa: E402
from library.shelf import Library  # noqa: E402

STUDIES, INSTANCES, MANY = 1_000, 100, 50_000
WORDS = ("muster", "mull given 20", "acc000123", "2012-05", "ct region 7", "12 March 2019", "March 2019", "4.5.1951")
FAMILIES = ("Muster", "Müller", "Nowak", "García", "Øberg", "Yılmaz", "Kowalczyk", "Weiß")
LOOK = """
import sys
from pathlib import Path
from library.shelf import Library
with Library.open(Path(sys.argv[1])) as library:
    library.studies()
    library.studies(find="muster")
"""
MODALITIES = ("CT", "MR", "US", "CR", "XA")


def header(study: int, number: int) -> Header:
    """Make up one header."""
    uid = f"1.2.826.0.1.{study}"
    return Header(
        sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
        sop_instance_uid=f"{uid}.{number // 50}.{number}",
        transfer_syntax_uid="1.2.840.10008.1.2.1",
        study_instance_uid=uid,
        series_instance_uid=f"{uid}.{number // 50}",
        study_date=f"{2000 + study % 25}{study % 12 + 1:02}{study % 28 + 1:02}",
        study_time="101500",
        accession_number=f"ACC{study:06}",
        modality=MODALITIES[study % len(MODALITIES)],
        study_description=f"Region {study % 40}",
        series_description=f"Series {number // 50}",
        patient_name=f"{FAMILIES[study % len(FAMILIES)]}{study // 3}^Given{study % 97}",
        patient_id=f"PID{study // 3:05}",
        patient_birth_date="19500101",
        series_number=number // 50,
        instance_number=number,
    )


def fill(folder: Path) -> None:
    """Put 1,000 studies of 100 small objects on a shelf."""
    with Library.open(folder) as library:
        run = library.begin_import("folder", "Benchmark", "/benchmark")
        for first in range(0, STUDIES, 20):
            studies = range(first, first + 20)
            library.commit([item(library, study, number) for study in studies for number in range(INSTANCES)], run)


def item(library: Library, study: int, number: int, size: int = 0) -> Incoming:
    """Write one small temp file, not fsynced: this is not what is measured."""
    content = f"{study} {number}".encode() + b"\0" * size
    temp = library.incoming / f"{study}-{number}"
    temp.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return Incoming(temp, sha256, len(content), header(study, number), f"{study}/{number}", f"{study // 3:012x}")


def open_and_list(folder: Path) -> None:
    """Do what the window does at the start."""
    with Library.open(folder) as library:
        library.studies()


def main() -> None:
    """Measure and print."""
    scratch = Path(tempfile.mkdtemp(prefix="scanshelf-benchmark-"))
    try:
        shelf, empty = scratch / "shelf", scratch / "empty"
        Library.open(empty).close()
        filling = seconds_of(lambda: fill(shelf))
        measure_questions(shelf, empty, filling)
        measure_care(shelf)
        measure_many(scratch / "many")
    finally:
        shutil.rmtree(scratch)


def measure_questions(shelf: Path, empty: Path, filling: float) -> None:
    """Measure opening and asking."""
    table = Table(
        f"Shelf of {STUDIES * INSTANCES:,} instances in {STUDIES:,} studies", ("work", "time", "target", "to reference")
    )
    table.add("put on the shelf, an instance", milliseconds(filling / STUDIES / INSTANCES), "-", "-")
    opened = median_seconds(lambda: open_and_list(shelf))
    table.add(
        "open and list", milliseconds(opened), "500 ms", ratio(opened, median_seconds(lambda: open_and_list(empty)))
    )
    with Library.open(shelf) as library:
        reference = median_seconds(lambda: count_rows(library))
        for words in (*WORDS, "pid", "nobody"):
            found = median_seconds(lambda words=words: library.studies(find=words))
            table.add(f'search "{words}"', milliseconds(found), "50 ms", ratio(found, reference))
        for name, work in {
            "series of a study": lambda: library.series("1.2.826.0.1.500"),
            "instances of a study": lambda: library.instance_refs("1.2.826.0.1.500"),
            "one instance": lambda: library.instance_refs("1.2.826.0.1.500.1.60"),
        }.items():
            found = median_seconds(work)
            table.add(name, milliseconds(found), "50 ms", ratio(found, reference))
    table.show()


def measure_many(scratch: Path) -> None:
    """Measure search on many studies: to find costs little, what is found is read like in the whole list."""
    table = Table(f"Shelf of {MANY:,} studies", ("work", "time", "studies found", "to the list of all, a study"))
    with Library.open(scratch) as library:
        run = library.begin_import("folder", "Benchmark", "/benchmark")
        for first in range(0, MANY, 2_000):
            library.commit([item(library, study, 0) for study in range(first, first + 2_000)], run)
        library.save_receipt(run, {"end": "complete"})
        whole = median_seconds(library.studies)
        table.add("list all", milliseconds(whole), f"{MANY:,}", "1.00×")
        for words in WORDS:
            found = median_seconds(lambda words=words: library.studies(find=words))
            count = len(library.studies(find=words))
            each = ratio(found / count, whole / MANY) if count else "-"
            table.add(f'search "{words}"', milliseconds(found), f"{count:,}", each)
        with library._index.writing() as connection:
            connection.execute("UPDATE meta SET value = '' WHERE key = ?", (WORDS_KEY,))
    table.add("open after an older program", milliseconds(seconds_of(lambda: Library.open(scratch).close())), "-", "-")
    table.show()


def count_rows(library: Library) -> None:
    """Ask the smallest question that touches every instance."""
    with library._index.reading() as connection:
        connection.execute("SELECT count(size) FROM instance").fetchone()


def measure_care(shelf: Path) -> None:
    """Measure verify and rebuild, and the memory a process takes that opens, lists and searches."""
    table = Table("Care of the same shelf", ("work", "time", "to reference"))
    with Library.open(shelf) as library:
        verified = seconds_of(lambda: library.verify(QuietJob()))
        command = f"find {shelf / 'objects'} -name '*.dcm' -print0 | xargs -0 sha256sum"
        summed = seconds_of(lambda: subprocess.run(command, shell=True, stdout=subprocess.DEVNULL, check=True))  # noqa: S602
        table.add("verify", f"{verified:.1f} s", f"{ratio(verified, summed)} of sha256sum")
        rebuilt = seconds_of(lambda: library.rebuild(lambda path: Header(), QuietJob()))
        table.add("rebuild from records", f"{rebuilt:.1f} s", "-")
        batch = [replace(item(library, STUDIES + 1, number, 1 << 19)) for number in range(250)]
        os.sync()
        run = library.begin_import("folder", "Benchmark", "/benchmark")
        table.add(
            "commit 250 files of 512 KB (copied, fsynced)",
            milliseconds(seconds_of(lambda: library.commit(batch, run))),
            "-",
        )
    full = run_child([sys.executable, "-c", LOOK, str(shelf)], ROOT)
    bare = run_child([sys.executable, "-c", LOOK, str(shelf.parent / "empty")], ROOT)
    table.add(
        "memory of a process that lists and searches",
        megabytes(full.peak_bytes),
        f"{ratio(full.peak_bytes, bare.peak_bytes)} of an empty shelf",
    )
    table.show()


if __name__ == "__main__":
    main()
