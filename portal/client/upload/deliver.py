"""Instances to one server: sent, judged, asked for where the answer is unclear, and tried again with patience."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import Cancelled, DicomError, PortalError, ScanshelfError
from core.job import Job
from library.index.rows import ItemNote, ItemState
from portal.client.upload.order import Order, Ours, Said
from portal.client.upload.pace import LONG_WAIT, Bandwidth, Meter, Pace, Patience
from portal.client.upload.packing import Packing
from portal.client.upload.targets.body import Flow
from portal.client.upload.targets.target import Target

_NOTHING = Said("unclear")  # is said of an instance whose pack met with trouble

# the server or the way to it: all instances wait for that
WAITING = frozenset({"portal-unreachable", "portal-unavailable", "too-many-tries"})


@dataclass(frozen=True, slots=True)
class Sending:
    """What one run shares between its threads."""

    target: Target
    order: Order
    pace: Pace
    packing: Packing
    bandwidth: Bandwidth
    meter: Meter
    patience: Patience
    stopped: threading.Event

    def check(self) -> None:
        """Raise `Cancelled` when all shall stop."""
        if self.stopped.is_set():
            raise Cancelled

    def report(self, done: int, total: int, step: str) -> None:
        """Tell nobody: the engine tells of all instances together."""


def deliver_pack(sending: Sending, pack: Sequence[Ours]) -> list[ItemNote]:
    """Bring instances to the server in one request; what it says nothing clear of is asked for and sent alone.

    Raises `PortalError` where the whole upload has to wait or to end.
    """
    if len(pack) == 1:
        return [deliver(sending, pack[0])]
    said = _together(sending, pack)
    return [_settled_in_pack(sending, ours, one) for ours, one in zip(pack, said, strict=True)]


def _together(sending: Sending, pack: Sequence[Ours]) -> list[Said]:
    began = time.monotonic()
    try:
        said = _once(sending, pack)
    except DicomError:  # one of them cannot be read: which, each says for itself
        return [_NOTHING] * len(pack)
    except PortalError as problem:
        if problem.code not in WAITING:
            raise
        sending.packing.went_badly()
        sending.pace.went_badly()
        _rest(sending, 1, None, problem)
        return [_NOTHING] * len(pack)
    if all(one.kind == "stored" for one in said):
        sending.packing.went_together(len(pack), time.monotonic() - began)
        return said
    sending.packing.went_badly(too_large=any(one.code == "too-large" for one in said))
    if (later := next((one for one in said if one.kind == "later"), None)) is not None:
        sending.pace.went_badly()
        _rest(sending, 1, later, None)
    return said


def _settled_in_pack(sending: Sending, ours: Ours, said: Said) -> ItemNote:
    note = None if said.kind in {"later", "unclear"} else _settled(sending, ours, said)
    return note or deliver(sending, ours, doubtful=True)


def deliver(sending: Sending, ours: Ours, *, doubtful: bool = False) -> ItemNote:
    """Bring one instance to the server, which is asked first where it is `doubtful` whether it has it by now.

    Raises `PortalError` where the whole upload has to wait or to end.
    """
    said: Said | None = None
    trouble: PortalError | None = None
    for attempt in range(sending.patience.tries):
        if attempt:
            _rest(sending, attempt, said, trouble)
        try:
            if (attempt or doubtful) and sending.target.holds(sending.order, ours):  # never blindly once more
                return compare(sending, ours, "sent")
            began = time.monotonic()
            (said,), trouble = _once(sending, [ours]), None
            if said.kind == "stored":
                sending.packing.went_alone(ours, time.monotonic() - began)
        except DicomError as problem:
            return _left(ours, problem.code)
        except PortalError as problem:
            if problem.code not in WAITING:
                raise
            said, trouble = None, problem
        if said is not None and (note := _settled(sending, ours, said)) is not None:
            return note
        sending.pace.went_badly()
    return _given_up(sending, ours, said, trouble)


def compare(sending: Sending, ours: Ours, state: ItemState = "already") -> ItemNote:
    """Say whether what the server holds under our UID is ours; `state` is what it is called then."""
    job: Job = sending
    said = sending.target.compare(sending.order, ours, job)
    if said.kind == "stored":
        return ItemNote(ours.sha256, state)
    return _left(ours, said.code or "not-compared", said.detail)


def _once(sending: Sending, pack: Sequence[Ours]) -> list[Said]:
    counted = 0

    def took(size: int) -> None:
        nonlocal counted
        sending.bandwidth.take(size, sending.stopped)
        counted += size
        sending.meter.add(size)

    try:
        return sending.target.send(sending.order, pack, Flow(took, sending.bandwidth.piece))
    finally:
        sending.meter.ended(counted)


def _settled(sending: Sending, ours: Ours, said: Said) -> ItemNote | None:
    if said.kind == "stored":
        sending.pace.went_well()
        return ItemNote(ours.sha256, "sent", said.code, said.detail)
    if said.kind == "refused":
        return _left(ours, said.code or "refused", said.detail)
    if said.kind == "duplicate":
        return compare(sending, ours)
    if said.kind == "unclear" and said.code == "refused":  # it said no, or yes without naming the instance
        if sending.target.holds(sending.order, ours):
            return compare(sending, ours, "sent")
        return _left(ours, "not-kept" if (said.detail or "").startswith("2") else "refused", said.detail)
    return None


def _given_up(sending: Sending, ours: Ours, said: Said | None, trouble: PortalError | None) -> ItemNote:
    if trouble is not None:
        raise trouble
    if said is not None and said.kind == "unclear" and not sending.pace.gave_up():  # it answers, but not for this one
        return _left(ours, said.code or "refused", said.detail)
    raise PortalError("portal-unavailable", status=said.detail if said else None)


def _left(ours: Ours, code: str, detail: str | None = None) -> ItemNote:
    return ItemNote(ours.sha256, "left", code, detail)


def _rest(sending: Sending, attempt: int, said: Said | None, trouble: PortalError | None) -> None:
    sending.patience.wait(attempt, _bearable(said, trouble), sending.stopped)


def _bearable(said: Said | None, trouble: PortalError | None) -> float:
    """Give the seconds the server wants to be left alone; raises where one thread should not wait for that."""
    wait = said.wait or 0.0 if said is not None else asked_wait(trouble)
    if wait > LONG_WAIT:
        raise trouble or PortalError("portal-unavailable", retry_after=int(wait))
    return wait


def asked_wait(trouble: ScanshelfError | None) -> float:
    """Give the seconds a server asks for before another try, 0 where it asks for none."""
    wait = trouble.facts.get("retry_after") if trouble else None
    return max(0.0, float(wait)) if isinstance(wait, int | float) else 0.0
