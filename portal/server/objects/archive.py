"""Objects in a DICOMweb archive (PS3.18): stored by STOW-RS, and there only if WADO-RS gives the same bytes back.

What an archive cannot keep as it came (a report, a UID it has with other content, an original it changes) lies in a
folder beside it, so that nothing depends on what an archive makes of it.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any, BinaryIO

import requests
import truststore
from requests.adapters import HTTPAdapter
from sqlalchemy import select

from portal.names import is_loopback
from portal.server.base.database import Database
from portal.server.base.rows import found_or_added
from portal.server.base.tables import ObjectPlaceRow, StoredObjectRow
from portal.server.objects.remote import StoreUnavailable
from portal.server.objects.store import ArrivingFile, PortalObjects

log = logging.getLogger(__name__)
_PIECE = 1 << 20
_HEAD_MOST = 64 << 10
_TIMEOUT = (10, 120)
_ANY_SYNTAX = {
    "Accept": 'multipart/related; type="application/dicom"; transfer-syntax=*',
    "Accept-Encoding": "identity",
}
_LIST = {"Accept": "application/dicom+json"}


@dataclass(frozen=True, slots=True)
class Names:
    """What an archive knows an instance by."""

    study_instance_uid: str
    series_instance_uid: str
    sop_instance_uid: str

    @property
    def path(self) -> str:
        """Give where WADO-RS has it, below the archive's address."""
        return f"/studies/{self.study_instance_uid}/series/{self.series_instance_uid}/instances/{self.sop_instance_uid}"


def archive_address(url: str) -> str:
    """Read `dicomweb+https://archive.example.org/dicom-web`; raises `ValueError`, for http to elsewhere too."""
    plain = url.removeprefix("dicomweb+").rstrip("/")
    if not url.startswith("dicomweb+") or "@" in plain or "?" in plain or "#" in plain:
        raise ValueError("no archive")
    if not plain.startswith("https://") and not (plain.startswith("http://") and is_loopback(plain)):
        raise ValueError("no archive that is reached safely")
    return plain


class Archive:
    """One archive, and the folder beside it. `authorization` is the header's value. Thread-safe."""

    def __init__(self, url: str, database: Database, beside: PortalObjects, authorization: str | None = None) -> None:
        self._url = url
        self._database = database
        self._beside = beside
        self._authorization = authorization
        self._local = threading.local()

    def put(self, sha256: str, file: ArrivingFile) -> None:
        """Keep a file in the archive if that gives it back as it came, else beside it."""
        if file.names is not None:
            names = Names(*file.names)
            if self._stored(sha256, file, names):
                self._note(sha256, names)
                return
            log.error("the archive has other bytes for object %s: it is kept beside", sha256)
        self._keep_beside(file)

    def read(self, sha256: str) -> Iterator[bytes]:
        """Give an object piece by piece."""
        place = self._beside.path(sha256)
        if place.is_file():
            with place.open("rb") as file:
                while piece := file.read(_PIECE):
                    yield piece
            return
        names = self._names(sha256)
        if names is None:
            raise FileNotFoundError(sha256)
        yield from self._instance(names)

    def size(self, sha256: str) -> int | None:
        """Say how large an object is, if the archive lists it."""
        place = self._beside.path(sha256)
        if place.is_file():
            return place.stat().st_size
        names = self._names(sha256)
        if names is None:
            self._need_archive()
            return None
        series = f"/studies/{names.study_instance_uid}/series/{names.series_instance_uid}/instances"
        with self._asked("GET", series, params={"SOPInstanceUID": names.sop_instance_uid}, headers=_LIST) as answer:
            lists = answer.status_code == 200 and names.sop_instance_uid.encode() in answer.raw.read(_PIECE)
        with self._database.reading() as session:
            row = session.get(StoredObjectRow, sha256)
        return row.size if row is not None and lists else None

    def remove(self, sha256: str) -> None:
        """Remove what lies beside; what the archive has is the archive's to remove."""
        self._beside.remove(sha256)

    def listed(self) -> Iterator[tuple[str, int]]:
        """Give hash and size of what was stored there or lies beside."""
        yield from self._beside.listed()
        with self._database.reading() as session:
            kept = select(StoredObjectRow).join(ObjectPlaceRow, ObjectPlaceRow.sha256 == StoredObjectRow.sha256)
            yield from ((row.sha256, row.size) for row in session.scalars(kept))

    def _stored(self, sha256: str, file: ArrivingFile, names: Names) -> bool:
        """Have an instance in the archive, and tell whether it gives the same bytes back."""
        found = self._hash_of(names)
        if found is not None:
            return found == sha256  # nothing is ever sent over what is there
        trouble: StoreUnavailable | None = None
        try:
            self._send(file)
        except StoreUnavailable as error:
            trouble = error  # its answer may be lost: what the archive gives decides
        found = self._hash_of(names)
        if found is None:
            raise trouble or StoreUnavailable("the archive does not give back what it was sent")
        return found == sha256

    def _send(self, file: ArrivingFile) -> None:
        boundary = f"scanshelf-{secrets.token_hex(16)}"
        kind = f'multipart/related; type="application/dicom"; boundary={boundary}'
        with file.path.open("rb") as source:
            body = _Body(source, file.size, boundary)
            headers = {"Content-Type": kind, **_LIST}
            with self._asked("POST", "/studies", data=body, headers=headers) as answer:
                if answer.status_code >= 500 or answer.status_code in (401, 403, 404):
                    raise StoreUnavailable(f"the archive answers {answer.status_code}")

    def _hash_of(self, names: Names) -> str | None:
        digest = hashlib.sha256()
        try:
            for piece in self._instance(names):
                digest.update(piece)
        except FileNotFoundError:
            return None
        return digest.hexdigest()

    def _instance(self, names: Names) -> Iterator[bytes]:
        with self._asked("GET", names.path, headers=_ANY_SYNTAX) as answer:
            if answer.status_code in (204, 404, 410):
                self._need_archive()
                raise FileNotFoundError(names.sop_instance_uid)
            if answer.status_code != 200:
                raise StoreUnavailable(f"the archive answers {answer.status_code}")
            yield from _only_part(answer)

    def _need_archive(self) -> None:
        """Tell an archive without an instance from an address without an archive."""
        with self._asked("GET", "/studies", params={"limit": "1"}, headers=_LIST) as answer:
            if answer.status_code not in (200, 204):
                raise StoreUnavailable(f"the archive answers {answer.status_code}")

    @contextmanager
    def _asked(self, method: str, path: str, headers: Mapping[str, str], **options: Any) -> Iterator[requests.Response]:
        signed = {} if self._authorization is None else {"Authorization": self._authorization}
        try:
            with self._session().request(
                method, self._url + path, headers={**headers, **signed}, stream=True, timeout=_TIMEOUT,
                allow_redirects=False, **options,
            ) as answer:  # fmt: skip
                yield answer
        except requests.RequestException as error:
            raise StoreUnavailable(type(error).__name__) from error

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False  # no proxy, no .netrc
            session.mount("https://", _SystemTrust())
        return session

    def _keep_beside(self, file: ArrivingFile) -> None:
        copy = self._beside.begin()
        try:
            with file.path.open("rb") as source:
                while piece := source.read(_PIECE):
                    copy.write(piece)
            self._beside.take(copy)
        finally:
            copy.discard()

    def _names(self, sha256: str) -> Names | None:
        with self._database.reading() as session:
            row = session.get(ObjectPlaceRow, sha256)
        return None if row is None else Names(row.study_instance_uid, row.series_instance_uid, row.sop_instance_uid)

    def _note(self, sha256: str, names: Names) -> None:
        with self._database.writing() as session:
            row, _ = found_or_added(
                session,
                select(ObjectPlaceRow).where(ObjectPlaceRow.sha256 == sha256),
                lambda: ObjectPlaceRow(
                    sha256=sha256, study_instance_uid=names.study_instance_uid,
                    series_instance_uid=names.series_instance_uid, sop_instance_uid=names.sop_instance_uid,
                ),
            )  # fmt: skip
            row.study_instance_uid, row.series_instance_uid = names.study_instance_uid, names.series_instance_uid


class _SystemTrust(HTTPAdapter):
    """Trusts what this computer trusts: an archive in a practice often has a certificate of its own authority."""

    def init_poolmanager(self, *arguments: Any, **named: Any) -> None:
        """Give the pool the system's certificates."""
        super().init_poolmanager(*arguments, ssl_context=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), **named)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Verify by the context alone."""
        conn.cert_reqs = "CERT_REQUIRED"


class _Body:
    """A multipart body with one part, its length known."""

    def __init__(self, source: BinaryIO, size: int, boundary: str) -> None:
        self._source = source
        self._waiting = f"--{boundary}\r\nContent-Type: application/dicom\r\n\r\n".encode("ascii")
        self._tail = f"\r\n--{boundary}--\r\n".encode("ascii")
        self._length = len(self._waiting) + size + len(self._tail)

    def __len__(self) -> int:
        return self._length

    def read(self, _size: int = -1, /) -> bytes:
        """Give the next bytes."""
        if self._waiting:
            given, self._waiting = self._waiting, b""
            return given
        if piece := self._source.read(_PIECE):
            return piece
        given, self._tail = self._tail, b""
        return given


def _only_part(answer: requests.Response) -> Iterator[bytes]:
    """Give the one part of an answer piece by piece; raises `StoreUnavailable` where it breaks off."""
    said = Message()
    said["Content-Type"] = answer.headers.get("Content-Type", "")
    if said.get_content_type() == "application/dicom":
        yield from answer.iter_content(_PIECE)
        return
    end = b"\r\n--" + (said.get_boundary() or "").encode("latin-1", "replace")
    keep = len(end) + 256  # the end of the part is found in what is held back
    held, begun = b"", False
    for piece in answer.iter_content(_PIECE):
        held += piece
        if not begun:
            start = held.find(b"\r\n\r\n")
            if start < 0 and len(held) > _HEAD_MOST:
                raise StoreUnavailable("the archive's answer is no part")
            if start < 0:
                continue
            held, begun = held[start + 4 :], True
        if len(held) > keep:
            yield held[:-keep]
            held = held[-keep:]
    place = held.rfind(end)
    if not begun or place < 0:
        raise StoreUnavailable("the archive's answer breaks off")
    yield held[:place]
