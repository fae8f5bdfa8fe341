"""Bring an exam into a folder: images one by one, each whole or not there, counted at the end; and the report.

A study is gathered in `<study>.part`, where the next try goes on, and gets its name once its list is complete. No name
of the portal's gets to this computer but a UID, and no more bytes than were listed.
"""

from __future__ import annotations

import filecmp
import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import requests

from core.errors import LibraryError, PortalError
from core.files.durable import is_full, remove_file, replace_file
from core.files.own_folder import is_link
from core.files.whole import whole_file
from core.job import Job
from library.objects.room import check_room
from portal.client.connecting.connection import Connection, pieces_of
from portal.client.connecting.multipart import boundary_of, only_part
from portal.client.connecting.pages import in_path
from portal.client.connecting.shapes import read_json
from portal.client.connecting.trouble import network_trouble
from portal.names import ExamId, Uid, uid_of
from portal.wire.addresses import API_PATH, DICOMWEB_PATH
from portal.wire.exams import Exam, ExamStudy

STEP = "download"
COMING = ".coming-"
PDF_HEAD = 1024  # where readers look for the mark of a PDF
PAGE = 500
INSTANCES_MOST = 200_000
REPORT_BYTES_MOST = 256 << 20
INSTANCE_BYTES_MOST = 8 << 30
CHECK_ROOM_EVERY = 16 << 20
_OURS = re.compile(r"([0-9.]+\.dcm|\.?report(-[0-9a-f]{32})?\.pdf|\.coming-.*)")
_ACCEPT = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_SERIES, _INSTANCE = "0020000E", "00080018"
Listed = tuple[Uid, Uid]  # series and instance


@dataclass(frozen=True, slots=True)
class Downloaded:
    """The files that came; `damaged` images are told as damaged by the portal, and did not."""

    files: tuple[Path, ...]
    damaged: int = 0


def download_exam(connection: Connection, exam: Exam, folder: Path, job: Job) -> Downloaded:
    """Bring an exam; raises `PortalError` "download-incomplete" where less came than was listed.

    What the portal itself says is damaged there keeps nothing else back; "object-damaged" where nothing is left.
    """
    with _room():
        folder.mkdir(parents=True, exist_ok=True)
        kept: list[Path] = []
        damaged = 0
        total = sum(study.instances for study in exam.studies)
        for study in exam.studies:
            listed = _list(connection, study.study_instance_uid, job)
            _check_list(study, listed, report_is_held=exam.report.state in {"awaited", "held"})
            came = _study(connection, study, listed, folder, job, len(kept), total)
            kept, damaged = kept + came, damaged + len(listed) - len(came)
        if damaged and not kept:
            raise PortalError("object-damaged")
        if exam.report.state == "released":
            kept.append(_report(connection, exam, folder, job))
    return Downloaded(tuple(kept), damaged)


def is_ours(name: str) -> bool:
    """Tell whether a download can have given a file this name."""
    return _OURS.fullmatch(name) is not None


def looks_like_pdf(head: bytes) -> bool:
    """Tell whether a file that begins so is opened as a PDF."""
    return b"%PDF-" in head[:PDF_HEAD]


def bring_report(connection: Connection, exam: ExamId, file: Path, job: Job) -> None:
    """Bring an exam's report into a file; raises `PortalError`, or `LibraryError` "no-space"."""
    with _room(), whole_file(file, COMING) as handle:
        _pour(_report_pieces(connection, exam, job), handle, REPORT_BYTES_MOST, file.parent)


def _report_pieces(connection: Connection, exam: ExamId, job: Job) -> Iterator[bytes]:
    """Give an exam's report as it comes; raises `PortalError`, also for what is no PDF."""
    path, headers = f"{API_PATH}/exams/{in_path(exam)}/report", {"Accept": "application/pdf"}
    response = connection.send("GET", path, headers=headers, stream=True)
    if response.status_code != 200:
        connection.read_answer(response)
        raise PortalError("portal-answer", status=response.status_code)
    with response, network_trouble(connection.url):
        yield from _as_pdf(_pieces(response, job))


def _study(
    connection: Connection,
    study: ExamStudy,
    listed: list[Listed],
    folder: Path,
    job: Job,
    done: int,
    total: int,
) -> list[Path]:
    name = study.study_instance_uid
    whole = folder / name
    if _is_complete(whole, listed):
        return _paths(whole, listed)
    part = folder / f"{name}.part"
    _open_part(part)
    check_room(folder, max(0, study.bytes - _bytes_in(part)))
    allowance = _Allowance(study, listed)
    there: list[Listed] = []
    for number, (series, instance) in enumerate(listed, done):
        job.check()
        job.report(number, max(total, done + len(listed)), STEP)
        file = part / _file_name(instance)
        uids = (study.study_instance_uid, series, instance)
        if not file.exists() and not _came(connection, uids, file, allowance.left(), job):
            continue
        allowance.take(file)
        there.append((series, instance))
    if len(there) < len(listed):
        return _paths(part, there)  # goes on when the rest is there
    _check(part, study, listed)
    _name(part, whole)
    return _paths(whole, listed)


def _came(connection: Connection, uids: tuple[Uid, Uid, Uid], file: Path, most: int, job: Job) -> bool:
    """Bring one instance; tells whether the portal still has it as it was."""
    try:
        _instance(connection, uids, file, most, job)
    except PortalError as error:
        if error.code != "object-damaged":
            raise
        return False
    return True


def _bytes_in(part: Path) -> int:
    """Say how much is there from an earlier try."""
    return sum(file.stat().st_size for file in part.iterdir())


class _Allowance:
    """How many bytes of a study may still come: as many as were listed, where the lists agree."""

    def __init__(self, study: ExamStudy, listed: list[Listed]) -> None:
        self._told = bool(study.bytes) and len(listed) <= study.instances
        self._left = study.bytes

    def left(self) -> int:
        """Give the most the next instance may have."""
        return min(max(self._left, 0), INSTANCE_BYTES_MOST) if self._told else INSTANCE_BYTES_MOST

    def take(self, file: Path) -> None:
        """Count an instance that is there."""
        self._left -= file.stat().st_size


def _open_part(part: Path) -> None:
    """Make the folder in which a study is gathered; what an earlier try left half is taken away."""
    _make(part)
    for half in part.glob(f"{COMING}*"):
        remove_file(half, missing_ok=True)


def _make(folder: Path) -> None:
    folder.mkdir(exist_ok=True)
    if is_link(folder):  # what it leads to is no business of a portal's
        raise PortalError("downloads-unusable")


def _list(connection: Connection, study: Uid, job: Job) -> list[Listed]:
    """Ask for series and instance UIDs of all that is in a study, page by page."""
    found: dict[Uid, Uid] = {}
    while True:
        job.check()
        page = _page(connection, study, len(found))
        new = {instance: series for series, instance in page if instance not in found}
        if not new:
            break
        found |= new
        if len(found) > INSTANCES_MOST:
            raise PortalError("portal-answer", reason="instances")
    return [(series, instance) for instance, series in found.items()]


def _page(connection: Connection, study: Uid, offset: int) -> list[Listed]:
    response = connection.send(
        "GET",
        f"{DICOMWEB_PATH}/studies/{in_path(study)}/instances",
        params={"limit": PAGE, "offset": offset},
        headers={"Accept": "application/dicom+json"},
        stream=True,
    )
    body = connection.read_answer(response)
    if not body:  # 204
        return []
    try:
        return [(_value(each, _SERIES), _value(each, _INSTANCE)) for each in read_json(body)]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as problem:
        raise PortalError("portal-answer", shape="instances") from problem


def _value(said: Any, tag: str) -> Uid:
    return uid_of(said[tag]["Value"][0])


def _instance(connection: Connection, uids: tuple[Uid, Uid, Uid], file: Path, most: int, job: Job) -> None:
    """Bring one instance of so many bytes at most."""
    study, series, instance = map(in_path, uids)
    path = f"{DICOMWEB_PATH}/studies/{study}/series/{series}/instances/{instance}"
    response = connection.send("GET", path, headers={"Accept": _ACCEPT}, stream=True)
    if response.status_code != 200:
        connection.read_answer(response)
        raise PortalError("portal-answer", status=response.status_code)
    with response, network_trouble(connection.url), whole_file(file, COMING) as handle:
        boundary = boundary_of(response.headers.get("Content-Type", ""))
        _pour(only_part(_pieces(response, job), boundary), handle, most, file.parent)


def _pieces(response: requests.Response, job: Job) -> Iterator[bytes]:
    for piece in pieces_of(response):
        job.check()
        yield piece


def _pour(pieces: Iterator[bytes], handle: BinaryIO, most: int, folder: Path) -> None:
    """Write what comes as long as it is not too much and leaves the computer room."""
    written, unchecked = 0, CHECK_ROOM_EVERY
    for piece in pieces:
        written, unchecked = written + len(piece), unchecked + len(piece)
        if written > most:
            raise PortalError("portal-answer", reason="too-large")
        if unchecked > CHECK_ROOM_EVERY:
            check_room(folder, CHECK_ROOM_EVERY)
            unchecked = 0
        handle.write(piece)


def _as_pdf(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Give the bytes of a PDF; raises where it is none, before anything opens it as one."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= PDF_HEAD:
            break
    if not looks_like_pdf(head):
        raise PortalError("portal-answer", reason="no-pdf")
    yield head
    yield from pieces


def _report(connection: Connection, exam: Exam, folder: Path, job: Job) -> Path:
    """Bring the report beside the images; another report of that name stays."""
    name = hashlib.sha256(exam.id.encode()).hexdigest()[:32]
    fresh, file = folder / f".report-{name}.pdf", folder / "report.pdf"
    bring_report(connection, exam.id, fresh, job)
    if file.exists() and not filecmp.cmp(file, fresh, shallow=False):
        file = folder / f"report-{name}.pdf"
    replace_file(fresh, file)
    return file


def _check_list(study: ExamStudy, listed: list[Listed], *, report_is_held: bool) -> None:
    """Compare the two lists of the portal; a report among the images may be kept back, and is counted all the same."""
    if not listed or (len(listed) < study.instances and not report_is_held):
        raise PortalError("download-incomplete", study_instance_uid=study.study_instance_uid)


def _check(part: Path, study: ExamStudy, listed: list[Listed]) -> None:
    """Compare what came with what was listed; a study that does not add up is begun anew the next time."""
    files = _paths(part, listed)
    size = sum(file.stat().st_size for file in files)
    if len(set(files)) == len(listed) and (len(listed) != study.instances or not study.bytes or size == study.bytes):
        return
    for file in files:
        remove_file(file, missing_ok=True)
    with suppress(OSError):
        part.rmdir()
    raise PortalError("download-incomplete", study_instance_uid=study.study_instance_uid)


def _is_complete(folder: Path, listed: list[Listed]) -> bool:
    return all(file.is_file() for file in _paths(folder, listed))


def _name(part: Path, whole: Path) -> None:
    """Give a complete study its name; into a folder that holds some of it already, file by file."""
    _make(whole)
    for file in list(part.iterdir()):
        replace_file(file, whole / file.name)
    part.rmdir()


def _paths(folder: Path, listed: list[Listed]) -> list[Path]:
    return [folder / _file_name(instance) for _, instance in listed]


def _file_name(instance: Uid) -> str:
    return f"{instance}.dcm"


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if is_full(problem):
            raise LibraryError("no-space") from problem
        raise
