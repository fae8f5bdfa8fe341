"""One instance on its way to the portal, and what its sender is told: success is what the portal proved alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from core.errors import DicomError, PortalError
from core.files.durable import remove_file
from dicom.source import FileContent
from portal.client.connecting.connection import Connection, base_url
from portal.client.connecting.credentials import Credentials, MachineToken
from portal.client.connecting.shapes import read_json
from portal.client.upload.order import Ours
from portal.client.upload.targets.answer import read_answer
from portal.client.upload.targets.body import Flow
from portal.client.upload.targets.stow import judge, post_instances, wait_seconds
from portal.connect.spool import Arrived
from portal.wire.addresses import DICOMWEB_PATH, STORED_HEADER
from portal.wire.store_failures import (
    FAILURE_DUPLICATE,
    FAILURE_NOT_AUTHORISED,
    FAILURE_NOT_UNDERSTOOD,
    FAILURE_OUT_OF_RESOURCES,
)

SUCCESS = 0x0000
# of a C-STORE (PS3.4 B.2.3): the sender keeps what it has, and sends it again after A700
LATER = FAILURE_OUT_OF_RESOURCES


@dataclass(frozen=True, slots=True)
class Told:
    """What a sender is told: DICOM's status word, and why in a few plain letters (ErrorComment, at most 64)."""

    status: int
    comment: str = ""


class Portal:
    """The portal that images go to; where it is, is asked for anew each time, since it may have been started anew."""

    def __init__(self, address: Callable[[], str], credentials: Credentials) -> None:
        self._address = address
        self._credentials = credentials
        self._connections: dict[str, Connection] = {}

    def deliver(self, sop_instance_uid: str, arrived: Arrived) -> Told:
        """Give the portal one instance; its file is gone afterwards, since its sender is told what became of it."""
        try:
            return self._tried(sop_instance_uid, arrived)
        finally:
            remove_file(arrived.path, missing_ok=True)

    def deliver_left(self, arrived: Arrived) -> Told:
        """Give the portal what an earlier end left here, whose sender was told nothing; it stays while that fails."""
        told = self._tried("", arrived)
        if told.status != LATER:
            remove_file(arrived.path, missing_ok=True)
        return told

    def close(self) -> None:
        """Close connections."""
        for connection in self._connections.values():
            connection.close()

    def _tried(self, sop_instance_uid: str, arrived: Arrived) -> Told:
        ours = Ours(sop_instance_uid, "", arrived.sha256, arrived.size, FileContent(str(arrived.path), arrived.sha256))
        try:
            response, body = post_instances(
                self._connection(), f"{DICOMWEB_PATH}/studies", [ours], Flow(lambda _sent: None)
            )
        except PortalError as error:
            return Told(LATER, f"the portal: {error.code}")
        except (DicomError, OSError, ValueError):
            return Told(LATER, "could not be read again here")
        if response.status_code in (401, 403, 404):
            return Told(LATER, f"the portal does not take it: {response.status_code}")
        answer = read_answer(body)
        proved = response.headers.get(STORED_HEADER) == arrived.sha256
        if proved and (not sop_instance_uid or sop_instance_uid in answer.stored):
            return Told(SUCCESS)
        if proved:
            return Told(FAILURE_NOT_UNDERSTOOD, "its data set has another SOP Instance UID")
        return _judged(
            judge(response.status_code, answer, sop_instance_uid, wait_seconds(response)).code, answer.failed
        )

    def _connection(self) -> Connection:
        url = self._address()
        if url not in self._connections:
            self._connections[url] = Connection(url, self._credentials)
        return self._connections[url]


def _judged(code: str | None, failed: Mapping[str, int | None]) -> Told:
    reasons = set(failed.values())
    if FAILURE_DUPLICATE in reasons:
        return Told(FAILURE_DUPLICATE, "stored before with other content")
    if FAILURE_NOT_AUTHORISED in reasons:
        return Told(FAILURE_NOT_AUTHORISED, "the practice took it out or discarded it")
    if code == "too-large":
        return Told(FAILURE_NOT_UNDERSTOOD, "larger than the portal takes")
    if FAILURE_NOT_UNDERSTOOD in reasons:
        return Told(FAILURE_NOT_UNDERSTOOD, "the portal cannot read it")
    return Told(LATER, "the portal could not store it now")


class StaffTokenFile:
    """The token a portal on this computer keeps for the practice's own programs; read anew when it was replaced."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._token = ""

    def header(self) -> str:
        """Give the token as a bearer token."""
        if not self._token:
            self._token = self._read()
        return f"Bearer {self._token}"

    def refresh(self) -> bool:
        """Read the file again; tells whether it holds another one."""
        before, self._token = self._token, self._read()
        return self._token != before

    def _read(self) -> str:
        try:
            return self._path.read_text("utf-8").strip() or "-"
        except OSError:
            return "-"


def noted_url(address_file: Path) -> str:
    """Give the address the portal of a data folder had last; raises `PortalError("not-a-portal")`."""
    try:
        return str(read_json(address_file.read_bytes())["url"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise PortalError("not-a-portal", url=str(address_file.parent)) from error


def portal_here(address_file: Path, token_file: Path) -> Portal:
    """Give the portal of a data folder on this computer; raises `PortalError("not-a-portal")` where none ever ran."""
    noted_url(address_file)
    return Portal(lambda: noted_url(address_file), StaffTokenFile(token_file))


def portal_elsewhere(address: str, token_file: Path | None, token: str | None) -> Portal:
    """Give a portal by its address, with a staff token; raises `PortalError` for what is no address, or is insecure."""
    url = base_url(address)
    return Portal(lambda: url, StaffTokenFile(token_file) if token_file else MachineToken(token or ""))
