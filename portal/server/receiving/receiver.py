"""What happens to one instance that has come in: looked at in a sandbox, its owner found, stored, written down."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.errors import DicomError, WorkerError
from core.files.durable import is_full
from core.job import QuietJob
from dicom.model import MEDIA_STORAGE_DIRECTORY, Header, StoredHeader
from portal.names import is_uid
from portal.server.access.caller import Caller
from portal.server.base.rows import held, hold_hash
from portal.server.base.tables import InstanceRow, PatientRow, PracticeRow, StoredObjectRow
from portal.server.objects.remote import StoreUnavailable
from portal.server.objects.store import ArrivingFile, data_set_hash
from portal.server.receiving.holding import hold, objection
from portal.server.receiving.instance_rows import Owner, is_anothers, is_refused, known, record
from portal.server.receiving.matching import decided
from portal.server.receiving.owners import owner_of
from portal.server.services import Services
from portal.wire.store_failures import (
    FAILURE_CANNOT_STORE,
    FAILURE_DUPLICATE,
    FAILURE_NO_SUCH_SOP_CLASS,
    FAILURE_NOT_AUTHORISED,
    FAILURE_NOT_MATCHING,
    FAILURE_NOT_UNDERSTOOD,
    FAILURE_OUT_OF_RESOURCES,
)

log = logging.getLogger(__name__)
TOO_LARGE = -1  # no DICOM status word: answered as 413
NOT_NOW = -2  # nor this one: answered as 503, since the same will be taken later
Writing = Callable[[Session, str, int, datetime], int | None]  # hash, size, now; gives a FailureReason


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one part; `failure` is DICOM's FailureReason, `TOO_LARGE` or `NOT_NOW`."""

    failure: int | None
    study_instance_uid: str | None = None
    series_instance_uid: str | None = None
    sop_instance_uid: str | None = None
    sop_class_uid: str | None = None
    sha256: str | None = None  # of what came in


class _Gone(Exception):  # noqa: N818 - the same will be taken when it is sent again
    """The bytes were taken out, for somebody else, between storing them and writing it down."""


class Receiver:
    """Keeps instances, one after the other; its methods block and are called from threads. Thread-safe."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def keep(self, incoming: ArrivingFile, caller: Caller, study_instance_uid: str | None) -> Outcome:
        """Store one file that has come in whole, for good, or say why not; it is gone from incoming either way."""
        try:
            return self._keep(incoming, caller, study_instance_uid)
        except OSError as error:
            return Outcome(reason_of(error))
        finally:
            incoming.discard()

    def _keep(self, incoming: ArrivingFile, caller: Caller, study_instance_uid: str | None) -> Outcome:
        try:
            stored = self._services.decoder.stored_header(incoming.content(), QuietJob())
        except DicomError:
            return Outcome(FAILURE_NOT_UNDERSTOOD)
        except WorkerError as error:
            log.warning("a header could not be read: %s", error.code)
            unavailable = error.code == "worker-unavailable"
            return Outcome(NOT_NOW if unavailable else FAILURE_NOT_UNDERSTOOD)
        header = stored.header
        failure = _objection(header, study_instance_uid)
        if failure is None:
            incoming.names = _names(header)
            failure = self._store(incoming, caller, stored)
        return _outcome(header, failure, incoming.sha256)

    def _store(self, incoming: ArrivingFile, caller: Caller, stored: StoredHeader) -> int | None:
        header = stored.header
        with self._services.database.reading() as session:
            owner = owner_of(session, caller, header)
            if owner is None:
                return FAILURE_NOT_AUTHORISED
            if isinstance(owner, str):
                return self._hold(session, incoming, caller, stored)
            before = known(session, owner, header.sop_instance_uid)
            if before is None and is_refused(session, owner, header):
                return FAILURE_NOT_AUTHORISED
            if owner.origin == "upload" and is_anothers(session, owner, header):
                incoming.names = None  # kept beside an archive, which would show it in the other's study
        if before is not None and before.sha256 != incoming.sha256:
            if owner.origin == "practice" and self._is_rewrapped(before, incoming, stored):
                return self.write_down(_recording(caller, owner, stored), before.sha256, before.size)
            return FAILURE_DUPLICATE
        sha256 = self._services.store.take(incoming)  # first the bytes, then the row that promises them
        if before is not None:
            self._services.sound.came_again(sha256)
        if before is not None and owner.origin == "upload" and before.sent_by_person:
            return None
        return self.write_down(_recording(caller, owner, stored), sha256, incoming.size)

    def _hold(self, session: Session, incoming: ArrivingFile, caller: Caller, stored: StoredHeader) -> int | None:
        """Keep what the practice sent of nobody it knows, until staff say whose it is."""
        practice = caller.practice or 0
        failure = objection(session, decided(session, practice, stored.header), stored, incoming.sha256)
        session.rollback()  # nothing is held open while the bytes are stored
        if failure is not None:
            return failure
        sha256 = self._services.store.take(incoming)

        def held_or_recorded(session: Session, sha256: str, size: int, now: datetime) -> int | None:
            held(session, PracticeRow, practice)  # a patient is made, and a study decided on, before or after this
            owner = owner_of(session, caller, stored.header)
            if isinstance(owner, str):
                return hold(session, practice, owner, stored, sha256, size, now)
            return FAILURE_NOT_AUTHORISED if owner is None else record(session, owner, stored, sha256, size, now)

        return self.write_down(held_or_recorded, sha256, incoming.size)

    def _is_rewrapped(self, before: InstanceRow, incoming: ArrivingFile, stored: StoredHeader) -> bool:
        """Tell whether the same data set came in another wrapping, as another sender of the practice writes it."""
        if before.transfer_syntax_uid != stored.header.transfer_syntax_uid:
            return False
        kept = self._services.store.hashes(before.sha256)
        return kept is not None and kept[0] == before.sha256 and kept[1] == data_set_hash(incoming.path)

    def write_down(self, write: Writing, sha256: str, size: int) -> int | None:
        """Promise bytes that were stored, or let go of them where `write` refuses and nobody else promised the same."""
        try:
            with self._services.database.writing() as session:
                hold_hash(session, sha256)
                failure = write(session, sha256, size, self._services.clock())
                if failure is not None and session.get(StoredObjectRow, sha256) is None:
                    self._services.store.remove(sha256)  # taken out meanwhile: its straggler leaves no bytes either
                if failure is None and not self._services.store.holds(sha256, size):
                    raise _Gone
                return failure
        except _Gone:
            return NOT_NOW


def _recording(caller: Caller, owner: Owner, stored: StoredHeader) -> Writing:
    def write(session: Session, sha256: str, size: int, now: datetime) -> int | None:
        if owner.origin == "upload":
            held(session, PatientRow, owner.patient)  # the practice refuses an upload before or after this
            if owner_of(session, caller, stored.header) != owner:
                return FAILURE_NOT_AUTHORISED
        return record(session, owner, stored, sha256, size, now)

    return write


def reason_of(error: OSError) -> int:
    """Give the FailureReason for a disk that would not, or `NOT_NOW` for a store that cannot be reached."""
    if isinstance(error, StoreUnavailable):
        log.warning("the store of the images cannot be reached: %s", error)
        return NOT_NOW
    return FAILURE_OUT_OF_RESOURCES if is_full(error) else FAILURE_CANNOT_STORE


def _objection(header: Header, study_instance_uid: str | None) -> int | None:
    """Say what in a header speaks against storing its object."""
    if header.sop_class_uid == MEDIA_STORAGE_DIRECTORY:
        return FAILURE_NO_SUCH_SOP_CLASS
    uids = (header.study_instance_uid, header.series_instance_uid, header.sop_instance_uid)
    if not all(is_uid(uid) for uid in uids) or not (header.sop_class_uid is None or is_uid(header.sop_class_uid)):
        return FAILURE_NOT_UNDERSTOOD
    if study_instance_uid not in (None, header.study_instance_uid):
        return FAILURE_NOT_MATCHING
    return None


def _names(header: Header) -> tuple[str, str, str]:
    return str(header.study_instance_uid), str(header.series_instance_uid), str(header.sop_instance_uid)


def _outcome(header: Header, failure: int | None, sha256: str) -> Outcome:
    uids = (header.study_instance_uid, header.series_instance_uid, header.sop_instance_uid, header.sop_class_uid)
    study, series, instance, kind = (uid if is_uid(uid) else None for uid in uids)
    return Outcome(failure, study, series, instance, kind, sha256)
