"""Brings one study of the queue to its server: ask first, send what is missing, believe only the server's own list."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace

from core.errors import PortalError, ScanshelfError
from core.job import Job
from library.index.rows import ItemNote, SendState, UploadRow
from library.shelf import Library
from portal.client.upload.deliver import WAITING, Sending, asked_wait, compare, deliver_pack
from portal.client.upload.left_out import left_out_of
from portal.client.upload.order import Order, Ours, Proof, Standing, UploadReport
from portal.client.upload.pace import LONG_WAIT, Bandwidth, Meter, Pace, Patience, Progress
from portal.client.upload.packing import Packing
from portal.client.upload.reporting import report_of
from portal.client.upload.senders import Senders
from portal.client.upload.sorting import sort_items
from portal.client.upload.stoppable import stoppable
from portal.client.upload.targets.target import Target
from portal.client.upload.whose_account import person_of

_ROUNDS = 2  # what was said to be stored and is not in the list is sent once more
_FLUSH_SECONDS = 0.5
_FLUSH_NOTES = 100

Watch = Callable[[Progress], None]
Delivery = Callable[[Sending, Sequence[Ours]], list[ItemNote]]


@dataclass(frozen=True, slots=True)
class Limits:
    """How hard a server and the line are used; the defaults are meant for both."""

    bandwidth: Bandwidth = field(default_factory=Bandwidth)
    parallel: int = 4
    patience: Patience = field(default_factory=Patience)


class Stopped(Exception):  # noqa: N818 - not a failure
    """The person paused or cancelled this upload; the queue goes on with the next."""


def upload_study(
    upload_id: str,
    library: Library,
    target: Target,
    job: Job,
    *,
    limits: Limits | None = None,
    watch: Watch = lambda _: None,
) -> UploadReport:
    """Bring one upload as far as it goes; gives how it ended, "paused" or "cancelled" where the person stopped it.

    Raises `PortalError`: where the way to the server is closed the upload is left "waiting-for-network", where the
    server turns it away it ends "failed" with the code as its reason. `Cancelled` leaves it waiting for the next run.
    Steps: "upload-ask", "upload-send", "upload-compare", "upload-prove".
    """
    row = library.upload(upload_id)
    library.note_going(upload_id, "sending")
    try:
        return _Run(library, row, target, job, limits or Limits(), watch).whole()
    except Stopped:
        return report_of(library, upload_id)
    except ScanshelfError as problem:
        if problem.code in WAITING:
            library.note_going(upload_id, "waiting-for-network", problem.code)
        else:
            library.finish_upload(upload_id, "failed", (), reason=problem.code)
        raise
    except BaseException:
        library.note_going(upload_id, "waiting")
        raise


class _Run:
    """One run over one upload."""

    def __init__(
        self, library: Library, upload: UploadRow, target: Target, job: Job, limits: Limits, watch: Watch
    ) -> None:
        self._library, self._upload, self._target, self._job = library, upload, target, job
        self._limits, self._watch = limits, watch
        person = person_of(library.study(f"{upload.person_key}:{upload.study_key}"))
        self._order, self._notes = sort_items(library, upload, person)
        self._sizes = {one.sha256: one.size for one in self._order.items}
        self._known: dict[str, ItemNote] = {}
        self._stopped = threading.Event()
        self._meter = Meter()

    def whole(self) -> UploadReport:
        """Do all of it."""
        if not self._order.items:
            self._library.finish_upload(self._upload.id, "failed", self._notes, reason="nothing-to-send")
            return report_of(self._library, self._upload.id)
        self._tell("upload-ask")
        proof = self._rounds(stoppable(lambda: self._target.ask(self._order), self._look))
        notes = [*self._notes, *(self._proven(one, proof) for one in self._order.items)]
        state = _end(notes)
        reason = self._settle(notes) if state == "partial" and proof.receipt is None else None
        receipt = proof.receipt if state == "complete" else None
        if state == "complete" and receipt is None:
            raise PortalError("portal-answer", reason="no-receipt")
        signed = proof.signed if state == "complete" else None
        self._library.finish_upload(
            self._upload.id, state, notes, reason=reason, receipt=receipt, signed=asdict(signed) if signed else None
        )
        return report_of(self._library, self._upload.id)

    def _settle(self, notes: Sequence[ItemNote]) -> str | None:
        """Tell that nothing more comes; gives why the server refused that, which takes nothing from what it proved."""
        try:
            stoppable(lambda: self._target.settle(self._without_left(notes)), self._look)
        except PortalError as problem:
            if problem.code in WAITING or problem.code == "sign-in-needed":
                raise
            return problem.code
        return None

    def _rounds(self, standing: Standing) -> Proof:
        self._learn(standing)
        for _ in range(_ROUNDS):
            self._work("upload-compare", _compared, [one for one in self._open() if _uid(one) in standing.unknown])
            self._work("upload-send", deliver_pack, self._open())
            proof = self._prove()
            for one in (not_kept := self._not_kept(proof)):
                del self._known[one.sha256]
            if not not_kept:
                break
        for one in self._open():
            self._known[one.sha256] = ItemNote(one.sha256, "left", "not-kept")
        return proof

    def _learn(self, standing: Standing) -> None:
        """Note what the server said before anything was sent."""
        for one in self._order.items:
            if _uid(one) in standing.same:
                sent_before = one.taken and not one.proven  # by this upload, which was stopped before its end
                code = "coerced" if one.coerced else "converted" if one.converted else None
                self._known[one.sha256] = ItemNote(one.sha256, "sent" if sent_before else "already", code)
            elif _uid(one) in standing.other:
                self._known[one.sha256] = ItemNote(one.sha256, "left", "kept-other")
        self._library.note_sent(self._upload.id, [*self._notes, *self._known.values()])

    def _open(self) -> list[Ours]:
        return [one for one in self._order.items if one.sha256 not in self._known]

    def _work(self, step: str, what: Delivery, items: Sequence[Ours]) -> None:
        packing = Packing(self._limits.parallel)
        sending = Sending(
            self._target,
            self._order,
            Pace(self._limits.parallel),
            packing,
            self._limits.bandwidth,
            self._meter,
            self._limits.patience,
            self._stopped,
        )
        fresh: list[ItemNote] = []
        try:
            with Senders(lambda pack: what(sending, pack), packing.draw, sending.pace, self._stopped) as senders:
                self._follow(senders.notes(items), fresh, step)
        finally:
            self._stopped = threading.Event()  # a thread that is slow to end keeps the old one
            self._library.note_sent(self._upload.id, fresh)

    def _follow(self, notes: Iterator[ItemNote | None], fresh: list[ItemNote], step: str) -> None:
        flushed = time.monotonic()
        for note in notes:
            self._job.check()
            if note is not None:
                fresh.append(note)
                self._known[note.sha256] = note
            if len(fresh) >= _FLUSH_NOTES or time.monotonic() - flushed > _FLUSH_SECONDS:
                flushed = time.monotonic()
                self._library.note_sent(self._upload.id, fresh)
                fresh.clear()
                self._tell(step)

    def _prove(self) -> Proof:
        """Ask for the server's list, with patience: the bytes are there already."""
        patience = self._limits.patience
        for attempt in range(patience.tries - 1):
            self._tell("upload-prove")
            try:
                return self._proof()
            except PortalError as problem:
                if problem.code not in WAITING or asked_wait(problem) > LONG_WAIT:
                    raise
            patience.wait_here(attempt, self._job)
        return self._proof()

    def _proof(self) -> Proof:
        return stoppable(lambda: self._target.prove(self._order), self._look)

    def _not_kept(self, proof: Proof) -> list[Ours]:
        """Give what the server said it took and does not list."""
        taken = {note.sha256 for note in self._known.values() if note.state != "left"}
        return [one for one in self._order.items if one.sha256 in taken and _uid(one) not in proof.hashes]

    def _proven(self, ours: Ours, proof: Proof) -> ItemNote:
        note = self._known[ours.sha256]
        if note.state == "left":
            return note
        if proof.hashes[_uid(ours)] not in (None, ours.sha256):
            return ItemNote(ours.sha256, "left", "kept-other")
        return replace(note, state="stored" if note.state == "sent" else "already")

    def _without_left(self, notes: Sequence[ItemNote]) -> Order:
        """Give the order as it ended: what was not taken is left out with the rest."""
        proven = {note.sha256 for note in notes if note.state in {"stored", "already"}}
        items = self._library.upload_items(self._upload.id)
        return replace(
            self._order,
            items=tuple(one for one in self._order.items if one.sha256 in proven),
            left_out=left_out_of(self._library, self._upload, items, notes),
        )

    def _look(self) -> None:
        """Raise what ends this run from outside."""
        self._job.check()
        if self._library.upload_state(self._upload.id) in {"paused", "cancelled"}:
            raise Stopped

    def _tell(self, step: str) -> None:
        self._look()
        total = sum(self._sizes.values())
        done = min(total, sum(self._sizes[sha256] for sha256 in self._known) + self._meter.going)
        self._job.report(done, total, step)
        counted = sum(note.state != "left" for note in self._known.values())
        left = self._meter.seconds_left(total - done)
        self._watch(Progress(self._upload.id, step, done, total, counted, len(self._order.items), left))


def _compared(sending: Sending, pack: Sequence[Ours]) -> list[ItemNote]:
    return [compare(sending, ours) for ours in pack]


def _uid(ours: Ours) -> str:
    return ours.sop_instance_uid


def _end(notes: Sequence[ItemNote]) -> SendState:
    proven = sum(note.state in {"stored", "already"} for note in notes)
    if proven == len(notes):
        return "complete"
    return "partial" if proven else "failed"
