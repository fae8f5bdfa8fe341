"""Bring an exam into a folder: images one by one, each whole or not there, counted at the end; and the report.

A study is gathered in `<study>.part`, where the next try goes on, and gets its name once its list is complete.
"""

from __future__ import annotations

import errno
import filecmp
import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import requests

from core.durable import remove_file, replace_file, sync
from core.errors import LibraryError, PortalError
from core.job import Job
from portal.client.connection import Connection
from portal.client.multipart import boundary_of, only_part
from portal.client.pages import in_path
from portal.client.trouble import network_trouble
from portal.wire import API_PATH, DICOMWEB_PATH, Exam, ExamStudy

STEP = "download"
COMING = ".coming-"
PIECE = 256 << 10
PAGE = 500
INSTANCES_MOST = 200_000
REPORT_BYTES_MOST = 256 << 20
_UID = re.compile(r"[0-9]+(\.[0-9]+){1,31}")
_ACCEPT = 'multipart/related; type="application/dicom"; transfer-syntax=*'
_SERIES, _INSTANCE = "0020000E", "00080018"


def download_exam(connection: Connection, exam: Exam, folder: Path, job: Job) -> list[Path]:
    """Give the paths of all files; raises `PortalError` "download-incomplete" where less came than was listed."""
    with _room():
        folder.mkdir(parents=True, exist_ok=True)
        kept: list[Path] = []
        total = sum(study.instances for study in exam.studies)
        for study in exam.studies:
            listed = _list(connection, study.study_instance_uid)
            _check_list(study, listed, report_is_held=exam.report.state in {"awaited", "held"})
            kept += _study(connection, study, listed, folder, job, len(kept), total)
        if exam.report.state == "released":
            kept.append(_report(connection, exam, folder))
    return kept


def safe_name(uid: str) -> str:
    """Give a file name for a UID; what is no UID gets one that nothing can hide in."""
    return uid if _UID.fullmatch(uid) and len(uid) <= 64 else hashlib.sha256(uid.encode()).hexdigest()[:32]


def _study(
    connection: Connection,
    study: ExamStudy,
    listed: list[tuple[str, str]],
    folder: Path,
    job: Job,
    done: int,
    total: int,
) -> list[Path]:
    name = safe_name(study.study_instance_uid)
    whole = folder / name
    if _is_complete(whole, listed):
        return _paths(whole, listed)
    part = folder / f"{name}.part"
    _open_part(part)
    for number, (series, instance) in enumerate(listed, done):
        job.check()
        job.report(number, max(total, done + len(listed)), STEP)
        _instance(connection, (study.study_instance_uid, series, instance), part / _file_name(instance))
    _check(part, study, listed)
    _name(part, whole)
    return _paths(whole, listed)


def _open_part(part: Path) -> None:
    """Make the folder in which a study is gathered; what an earlier try left half is taken away."""
    part.mkdir(exist_ok=True)
    for half in part.glob(f"{COMING}*"):
        remove_file(half, missing_ok=True)


def _list(connection: Connection, study: str) -> list[tuple[str, str]]:
    """Ask for series and instance UIDs of all that is in a study, page by page."""
    found: dict[str, str] = {}
    while True:
        page = _page(connection, study, len(found))
        new = {instance: series for series, instance in page if instance not in found}
        if not new:
            break
        found |= new
        if len(found) > INSTANCES_MOST:
            raise PortalError("portal-answer", reason="instances")
    return [(series, instance) for instance, series in found.items()]


def _page(connection: Connection, study: str, offset: int) -> list[tuple[str, str]]:
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
        return [(_value(each, _SERIES), _value(each, _INSTANCE)) for each in json.loads(body)]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as problem:
        raise PortalError("portal-answer", shape="instances") from problem


def _value(said: Any, tag: str) -> str:
    value = said[tag]["Value"][0]
    if not isinstance(value, str):
        raise TypeError(tag)
    return value


def _instance(connection: Connection, uids: tuple[str, str, str], file: Path) -> None:
    """Bring one instance, unless it is there from an earlier try."""
    if file.exists():
        return
    study, series, instance = map(in_path, uids)
    path = f"{DICOMWEB_PATH}/studies/{study}/series/{series}/instances/{instance}"
    response = connection.send("GET", path, headers={"Accept": _ACCEPT}, stream=True)
    if response.status_code != 200:
        connection.read_answer(response)
        raise PortalError("portal-answer", status=response.status_code)
    with response, network_trouble(connection.url), _whole_file(file) as handle:
        boundary = boundary_of(response.headers.get("Content-Type", ""))
        for piece in only_part(_pieces(response), boundary):
            handle.write(piece)


def _pieces(response: requests.Response) -> Iterator[bytes]:
    pieces: Iterator[bytes] = response.iter_content(PIECE)
    return pieces


def _report(connection: Connection, exam: Exam, folder: Path) -> Path:
    """Bring the report beside the images; another report of that name stays."""
    fresh, file = folder / f".report-{safe_name(exam.id)}.pdf", folder / "report.pdf"
    response = connection.send("GET", f"{API_PATH}/exams/{in_path(exam.id)}/report", stream=True)
    if response.status_code != 200:
        connection.read_answer(response)
        raise PortalError("portal-answer", status=response.status_code)
    with response, network_trouble(connection.url), _whole_file(fresh) as handle:
        for piece in _pieces(response):
            handle.write(piece)
            if handle.tell() > REPORT_BYTES_MOST:
                raise PortalError("portal-answer", reason="too-large")
    if file.exists() and not filecmp.cmp(file, fresh, shallow=False):
        file = folder / f"report-{safe_name(exam.id)}.pdf"
    replace_file(fresh, file)
    return file


def _check_list(study: ExamStudy, listed: list[tuple[str, str]], *, report_is_held: bool) -> None:
    """Compare the two lists of the portal; a report among the images may be kept back, and is counted all the same."""
    if not listed or (len(listed) < study.instances and not report_is_held):
        raise PortalError("download-incomplete", study_instance_uid=study.study_instance_uid)


def _check(part: Path, study: ExamStudy, listed: list[tuple[str, str]]) -> None:
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


def _is_complete(folder: Path, listed: list[tuple[str, str]]) -> bool:
    return all(file.is_file() for file in _paths(folder, listed))


def _name(part: Path, whole: Path) -> None:
    """Give a complete study its name; into a folder that holds some of it already, file by file."""
    whole.mkdir(exist_ok=True)
    for file in list(part.iterdir()):
        file.replace(whole / file.name)
    part.rmdir()


def _paths(folder: Path, listed: list[tuple[str, str]]) -> list[Path]:
    return [folder / _file_name(instance) for _, instance in listed]


def _file_name(instance: str) -> str:
    return f"{safe_name(instance)}.dcm"


@contextmanager
def _whole_file(file: Path) -> Iterator[Any]:
    """Write a file that has its name only when it is whole."""
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=COMING)
    try:
        with os.fdopen(handle, "wb") as opened:
            yield opened
            opened.flush()
            sync(opened.fileno())
        replace_file(Path(name), file)
    except BaseException:
        remove_file(Path(name), missing_ok=True)
        raise


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        if problem.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise LibraryError("no-space") from problem
        raise
