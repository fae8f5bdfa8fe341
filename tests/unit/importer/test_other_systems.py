"""What Windows says of drives, paths and broken discs keeps its meaning."""

from __future__ import annotations

import errno
from types import SimpleNamespace

import pytest

from core.files.long_path import _extended
from importer.reading.bounded import medium_is_gone
from importer.sources import media
from importer.sources.folder import FolderSource
from importer.sources.media import list_media
from importer.sources.medium_trouble import meant
from tests.other_system import load_as, windows_error


@pytest.mark.parametrize("number", [21, 1112, 1167, 1110])
def test_a_drive_that_is_not_ready_is_a_medium_that_is_gone(number: int) -> None:
    told = meant(windows_error(number), lambda: None)
    assert told.errno == errno.ENODEV
    assert medium_is_gone(FolderSource("."), told)


@pytest.mark.parametrize("number", [23, 27, 1117, 483])
def test_a_scratched_sector_is_no_refused_access(number: int) -> None:
    assert meant(windows_error(number), lambda: None).errno == errno.EIO


@pytest.mark.parametrize("raised", [errno.EACCES, errno.EINVAL])
def test_the_number_that_the_c_runtime_keeps_to_itself_is_asked_for(raised: int) -> None:
    assert meant(OSError(raised, "Permission denied"), lambda: 23).errno == errno.EIO


def test_a_real_refusal_stays_one() -> None:
    refused = windows_error(5)
    assert meant(refused, lambda: None) is refused
    plain = OSError(errno.EACCES, "Permission denied")
    assert meant(plain, lambda: 5) is plain
    absent = OSError(errno.ENOENT, "No such file")
    assert meant(absent, lambda: 23) is absent


@pytest.mark.parametrize(
    "path, written",
    [
        ("D:\\DICOM/IM1", "D:\\DICOM/IM1"),
        ("D:\\" + "a" * 250 + "/IM1", "\\\\?\\D:\\" + "a" * 250 + "\\IM1"),
        ("\\\\nas\\discs/" + "a" * 250, "\\\\?\\UNC\\nas\\discs\\" + "a" * 250),
        ("D:\\DICOM/IM1.", "\\\\?\\D:\\DICOM\\IM1."),
        ("D:\\AUX/IM1", "\\\\?\\D:\\AUX\\IM1"),
        ("D:\\com1.dcm", "\\\\?\\D:\\com1.dcm"),
        ("D:\\computer/nullable", "D:\\computer/nullable"),
        ("\\\\?\\D:\\" + "a" * 250, "\\\\?\\D:\\" + "a" * 250),
    ],
)
def test_paths_windows_would_refuse_or_change_are_taken_as_they_are(path: str, written: str) -> None:
    assert _extended(path) == written


def test_an_empty_drive_is_no_disc(monkeypatch: pytest.MonkeyPatch) -> None:
    drives = [
        SimpleNamespace(mountpoint="D:\\", device="D:\\", fstype="", opts="cdrom"),
        SimpleNamespace(mountpoint="E:\\", device="E:\\", fstype="CDFS", opts="ro,cdrom"),
        SimpleNamespace(mountpoint="F:\\", device="F:\\", fstype="", opts="removable"),
    ]
    monkeypatch.setattr(media.psutil, "disk_partitions", lambda all: drives)
    assert [medium.path for medium in list_media()] == ["E:\\"]


def test_a_drive_is_called_by_its_label_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    import ctypes

    labels = {"E:\\": "DISC_20190312"}

    def volume_information(drive: str, label: ctypes.Array[ctypes.c_wchar], *_: object) -> int:
        label.value = labels.get(drive, "")
        return int(drive in labels)

    kernel32 = SimpleNamespace(GetVolumeInformationW=volume_information)
    monkeypatch.setattr(ctypes, "WinDLL", lambda name: {"kernel32": kernel32}[name], raising=False)
    drive_label = load_as("win32", "importer.sources.drive_label", monkeypatch).drive_label
    assert drive_label("E:\\") == "DISC_20190312"
    assert drive_label("D:\\") == ""
