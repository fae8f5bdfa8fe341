"""Sending studies of the shelf: to the account or a plain DICOMweb server, whose they are, and the queue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from core.errors import PortalError, ScanshelfError
from core.job import Job

if TYPE_CHECKING:
    from app.actions.signing_in import Access
    from library.index.rows import StudyRow, TargetKind, UploadRow
    from library.shelf import Library
    from portal.client.account import Portal
    from portal.client.connecting.credentials import Credentials
    from portal.client.upload.order import UploadReport
    from portal.client.upload.pace import Bandwidth, Progress
    from portal.client.upload.targets.target import Target
    from portal.client.upload.whose_account import Identified
    from portal.wire.accounts import Account


CAN_PAUSE = frozenset({"waiting", "sending", "waiting-for-network"})
CAN_GO_ON = CAN_PAUSE | {"paused"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a study is not sent: the code, and the two persons that were compared."""

    code: str
    identified: Identified


@dataclass(frozen=True, slots=True)
class Sent:
    """How each upload stands, and what kept the last one tried (and those behind it) from going on."""

    reports: list[UploadReport]
    problem: ScanshelfError | None


@dataclass(frozen=True, slots=True)
class Queue:
    """All uploads, and for what ended short the codes of what was left."""

    rows: list[UploadRow]
    left: dict[str, Counter[str]]


# -- where to --


def account_target(portal: Portal) -> Target:
    """Send over the connection of an open account, which stays open."""
    from portal.client.upload.targets.portal_target import PortalTarget

    return PortalTarget(portal.connection)


def portal_target(url: str, access: Access, signed: Credentials | None, account: str | None = None) -> Target:
    """Reach a portal with a connection of its own, which whoever sends closes; raises `PortalError`.

    As the account with this id, where it is signed in.
    """
    from portal.client.connecting.connection import Connection
    from portal.client.known_portals import credentials
    from portal.client.upload.targets.portal_target import PortalTarget

    user_name = access.known.user_at(url, account)
    signed = signed or credentials(url, None, access.vault(), access.environment, user_name)
    return PortalTarget(Connection(url, signed))


# -- whose and what --


def whole_studies(library: Library, uids: Sequence[str]) -> list[StudyRow]:
    """Look all up before anything is sent; a series or image is no whole study. Raises `PortalError`."""
    found: dict[tuple[str, str], StudyRow] = {}
    for uid in uids:
        level, rows = library.resolve(uid)
        if level != "study" or rows[0].study_instance_uid is None:
            raise PortalError("nothing-to-send", uid=uid, level=level)
        study = library.study(f"{rows[0].person_key}:{rows[0].study_key}")
        found[study.person_key, study.key] = study
    return list(found.values())


def compare(account: Account, study: StudyRow) -> Identified:
    """Compare a study's person with everybody the account stands for."""
    from portal.client.upload.whose_account import check_identity

    return check_identity(account, study)


def refusal_of(account: Account, studies: Sequence[StudyRow], confirmed: str | None) -> Refusal | None:
    """Say why these studies are not sent to an account: another person's, or perhaps so and nobody confirmed."""
    for identified in (compare(account, study) for study in studies):
        if identified.verdict == "other":
            return Refusal("other-person", identified)
        if identified.verdict == "perhaps" and not confirmed:
            return Refusal("person-unclear", identified)
    return None


# -- the queue --


def queue_up(
    library: Library,
    studies: Sequence[str],
    url: str,
    kind: TargetKind,
    *,
    person_confirmed: str | None = None,
    account: str | None = None,
) -> list[str]:
    """Put studies (`person:key`) into the queue of a server; gives the uploads' ids."""
    return [
        library.begin_upload(study, url, kind, person_confirmed=person_confirmed, account=account) for study in studies
    ]


def bandwidth_of(kilobytes: int) -> Bandwidth:
    """Give what keeps sending below that many KB a second (0: no limit); it can be changed while something is sent."""
    from portal.client.upload.pace import Bandwidth

    return Bandwidth(kilobytes * 1000 or None)


def send_now(
    library: Library,
    uploads: Sequence[str],
    target: Target,
    job: Job,
    bandwidth: Bandwidth,
    watch: Callable[[Progress], None] = lambda _: None,
) -> Sent:
    """Bring uploads of the queue as far as they go; what keeps one from ending keeps those behind it."""
    from portal.client.upload.engine import Limits, upload_study
    from portal.client.upload.reporting import report_of

    problem = None
    for upload in uploads:
        try:
            upload_study(upload, library, target, job, limits=Limits(bandwidth), watch=watch)
        except ScanshelfError as error:
            problem = error
            break
    return Sent([report_of(library, upload) for upload in uploads], problem)


def run_queue(
    library: Library,
    connect: Callable[[UploadRow], Target],
    job: Job,
    bandwidth: Bandwidth,
    watch: Callable[[Progress], None] = lambda _: None,
) -> None:
    """Send all that waits for the account, until nothing does; raises `Cancelled`, `LibraryError`."""
    from portal.client.upload.engine import Limits
    from portal.client.upload.queue import run_queue

    run_queue(library, connect, job, limits=Limits(bandwidth), watch=watch)


def how_it_stands(library: Library) -> Queue:
    """Ask the shelf what was sent, is sent and waits."""
    return _queue(library, library.uploads())


def how_they_stand(library: Library, uploads: Collection[str]) -> Queue:
    """Ask it of some uploads only; what is not there any more is left out."""
    rows = []
    for upload in uploads:
        with suppress(PortalError):
            rows.append(library.upload(upload))
    return _queue(library, rows)


def _queue(library: Library, rows: list[UploadRow]) -> Queue:
    short = [row for row in rows if row.state in {"partial", "failed"}]
    left = {
        row.id: Counter(item.code or "" for item in library.upload_items(row.id) if item.state == "left")
        for row in short
    }
    return Queue(rows, left)


def act(library: Library, upload: str, action: str) -> None:
    """Pause, resume, stop or begin an upload again, or try one now that waits for the network."""
    doing: dict[str, Callable[[str], None]] = {
        "pause": library.pause_upload,
        "resume": library.resume_upload,
        "again": library.retry_upload,
        "stop": library.cancel_upload,
        "now": partial(library.note_going, state="waiting"),
        "new-key": partial(retry_with_new_key, library),
    }
    doing[action](upload)


def retry_with_new_key(library: Library, upload: str) -> None:
    """Begin an upload again and believe the key its portal signs with now: the person asked the practice."""
    library.forget_portal_keys(library.upload(upload).target)
    library.retry_upload(upload)


def waiting(rows: Sequence[UploadRow]) -> bool:
    """Tell whether anything is to be sent to an account without being asked for again."""
    return any(row.state in CAN_PAUSE and row.kind == "portal" for row in rows)
