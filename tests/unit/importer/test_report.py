from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import psutil
import pytest

from core.workers.worker import WorkerPool
from dicom.model import FileCode, Rejection
from importer.containers.sniff import code_of_other
from importer.receipts.report import exit_status, scan_to_json
from importer.sources.media import list_media, media_to_json
from tests.discs import disc_with_good_files, image
from tests.importer_tools import scan_folder


class Partition(NamedTuple):
    """A row of psutil's table."""

    device: str
    mountpoint: str
    fstype: str
    opts: str


TOTALS = ["entries", "dicom", "instances", "not_dicom", "unreadable", "refused", "missing", "unlisted", "bytes"]


def test_the_json_of_a_scan_has_every_field_of_the_contract(tmp_path: Path, media: WorkerPool) -> None:
    disc = disc_with_good_files(tmp_path / "disc", 1)
    disc.write(b"caf\xe9", (disc.folder / "GOOD/A1").read_bytes())
    disc.write("NAMELESS", image(number=2, patient_name=None, accession_number=None, instance_number=None))
    document = scan_to_json(scan_folder(disc.folder, media))
    assert list(document["totals"]) == TOTALS
    assert set(document["source"]) == {"kind", "label", "path"}
    patient = document["patients"][0]
    assert patient["patient_name"] is None
    instance = patient["studies"][0]["series"][0]["instances"][0]
    assert (instance["instance_number"], instance["duplicates"], instance["size"]) == (
        None,
        [],
        (disc.folder / "NAMELESS").stat().st_size,
    )
    assert patient["studies"][0]["accession_number"] is None
    named = document["patients"][1]["studies"][0]["series"][0]["instances"][0]
    assert sorted([named["path"], *named["duplicates"]]) == ["GOOD/A1", r"caf\xe9"]


@pytest.mark.parametrize(
    "code, status",
    [
        ("dicomdir", 0),
        ("not-dicom", 0),
        ("archive", 0),
        ("viewer-program", 0),
        ("unlisted", 0),
        ("non-standard", 0),
        ("no-uid", 0),
        ("duplicate", 0),
        ("missing", 1),
        ("unreadable", 1),
        ("refused-link", 1),
        ("truncated", 1),
        ("header-damaged", 1),
        ("conflict", 1),
        ("changed", 1),
        ("password-needed", 1),
        ("encrypted", 1),
    ],
)
def test_the_exit_status_follows_the_codes(code: FileCode, status: int) -> None:
    assert exit_status([Rejection("A", "not-dicom"), Rejection("B", code)]) == status
    assert exit_status([]) == 0


@pytest.mark.parametrize(
    "path, kind, code",
    [
        ("VIEWER/START.EXE", "program", "viewer-program"),
        ("lib.dll", "unknown", "viewer-program"),
        ("AUTORUN.INF", "text", "viewer-program"),
        ("run", "script", "viewer-program"),
        ("IMAGES.ZIP", "zip", "archive"),
        ("noending", "zip", "archive"),
        ("letter.docx", "zip", "not-dicom"),
        ("viewer.jar", "zip", "viewer-program"),
        ("report.pdf", "pdf", "not-dicom"),
        ("secret.p7m", "unknown", "encrypted"),
        ("x.tar.gz", "gzip", "archive"),
    ],
)
def test_a_file_that_is_no_dicom_is_named_for_what_it_is(path: str, kind: str, code: str) -> None:
    assert code_of_other(path, kind) == code


def test_discs_and_sticks_are_found_in_the_mount_table(monkeypatch: pytest.MonkeyPatch) -> None:
    table = [
        ("/dev/sda1", "/", "ext4", "rw"),
        ("/dev/sr0", "/media/anna/CT DISC", "iso9660", "ro"),
        ("/dev/sdb1", "/run/media/anna/STICK", "vfat", "rw"),
        ("server:/x", "/mnt/share", "nfs4", "rw"),
        ("/dev/sdc1", "/mnt/archive", "ext4", "rw"),
        ("proc", "/proc", "proc", "rw"),
        ("image", "/home/anna/mounted", "fuse.fuseiso", "ro"),
    ]

    def partitions(all: bool = False) -> list[Partition]:
        return [Partition(*row) for row in table]

    monkeypatch.setattr(psutil, "disk_partitions", partitions)
    found = [(one.label, one.kind) for one in list_media()]
    assert found[:3] == [("mounted", "disc"), ("CT DISC", "disc"), ("STICK", "removable")]
    assert found[3:] == [("archive", "mounted"), ("share", "network")]
    assert set(media_to_json(list_media())["media"][0]) == {"path", "label", "kind", "file_system"}
