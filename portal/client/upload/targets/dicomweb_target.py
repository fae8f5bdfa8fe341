"""A plain DICOMweb server: it tells only UIDs, so what was there before is fetched back and compared.

What is proven here: an instance the server did not list, that it then said it stored, and lists at the end; or one it
listed before whose data set, fetched back, is ours. A server that tells neither keeps the instance "not compared".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from core.errors import DicomError, PortalError, WorkerError
from core.job import Job, QuietJob
from dicom.reading.transfer_syntax import EXPLICIT_LITTLE_ENDIAN
from dicom.source import FileContent
from portal.client.connecting.connection import Connection
from portal.client.connecting.pages import in_path
from portal.client.upload.order import Order, Ours, Proof, Said, Standing
from portal.client.upload.targets.body import Flow
from portal.client.upload.targets.fetched import NotGiven, fetch
from portal.client.upload.targets.qido import held_instances, holds_instance
from portal.client.upload.targets.rewritten import Compare, Rewrite, rewritten
from portal.client.upload.targets.stow import stow
from portal.wire.moments import utc_text

_SAMPLES = 3

# what is said of a portal, said of a server of which only its address is known
_OF_A_SERVER = {"portal-answer": "server-answer", "not-found": "server-answer", "sign-in-needed": "server-sign-in"}


class DicomwebTarget:
    """Sends to a server that speaks DICOMweb at the connection's address.

    `compare` looks into two objects in a worker; `folder` is where a fetched one lies meanwhile. With `rewrite` what is
    Implicit VR Little Endian goes with explicit VRs.
    """

    def __init__(self, connection: Connection, compare: Compare, folder: Path, rewrite: Rewrite | None = None) -> None:
        self._connection = connection
        self._compare = compare
        self._folder = folder
        self._rewrite = rewrite
        self._rewritten: set[str] = set()  # SOP Instance UIDs

    @property
    def url(self) -> str:
        """Give the server's address."""
        return self._connection.url

    def ask(self, order: Order) -> Standing:
        """List the study; what this server took from us before is looked at in samples, the rest all of it."""
        with self._trouble():
            held = self._held(order)
        there = [one for one in order.items if one.sop_instance_uid in held]
        known = frozenset(one.sop_instance_uid for one in self._known_again(order, there))
        return Standing(same=known, unknown=frozenset(one.sop_instance_uid for one in there) - known)

    def _known_again(self, order: Order, there: Sequence[Ours]) -> list[Ours]:
        """Give what this server took before; where a sample is not ours, only what it said itself that it changed.

        At the same address there may be another server by now.
        """
        taken = [one for one in there if one.taken]
        samples = sorted((one for one in taken if not one.coerced), key=lambda one: one.size)[:_SAMPLES]
        if any(self.compare(order, one, QuietJob()).code == "kept-other" for one in samples):
            return [one for one in taken if one.coerced]
        return taken

    def send(self, order: Order, pack: Sequence[Ours], flow: Flow) -> list[Said]:
        """Send instances in one request."""
        with self._trouble(), ExitStack() as files:
            taken = [files.enter_context(self._as_taken(ours)) for ours in pack]
            said = stow(self._connection, "", order.study_instance_uid, taken, flow)
        return [self._said(*one) for one in zip(pack, taken, said, strict=True)]

    def _as_taken(self, ours: Ours) -> AbstractContextManager[Ours]:
        if self._rewrite is None:
            return nullcontext(ours)
        return rewritten(ours, self._rewrite, self._compare, self._folder, QuietJob())

    def _said(self, ours: Ours, taken: Ours, said: Said) -> Said:
        """Name what was not sent as it is on the shelf."""
        if taken is ours or said.kind != "stored":
            return said
        self._rewritten.add(ours.sop_instance_uid)
        return said if said.code else Said("stored", "converted", EXPLICIT_LITTLE_ENDIAN)

    def holds(self, order: Order, ours: Ours) -> bool:
        """Say whether the server lists one instance."""
        with self._trouble():
            return holds_instance(self._connection, "", order.study_instance_uid, ours.sop_instance_uid)

    def compare(self, order: Order, ours: Ours, job: Job) -> Said:
        """Fetch what the server holds under our UID and compare it, byte by byte or else as data sets."""
        study, series, instance = map(
            in_path, (order.study_instance_uid, ours.series_instance_uid, ours.sop_instance_uid)
        )
        path = f"/studies/{study}/series/{series}/instances/{instance}"
        try:
            with self._trouble(), fetch(self._connection, path, self._folder, ours.size, job) as fetched:
                if fetched.sha256 == ours.sha256:
                    return Said("stored")
                same = self._compare(ours.content, FileContent(str(fetched.path), fetched.sha256), job)
        except NotGiven as problem:
            return Said("refused", "not-compared", problem.why)
        except (DicomError, WorkerError) as problem:  # one of the two cannot be looked into
            return Said("refused", "not-compared", problem.code)
        return Said("refused", "kept-other") if same == "different" else Said("stored")

    def prove(self, order: Order) -> Proof:
        """List the study again."""
        with self._trouble():
            listed = self._held(order)
        receipt: dict[str, Any] = {"listed": len(listed), "listed_at": utc_text(datetime.now(UTC))}
        converted = {one.sop_instance_uid for one in order.items if one.converted} | self._rewritten
        if converted:  # the server has other bytes than the shelf: the same data set, as was looked at here before
            receipt |= {"converted": len(converted & listed), "transfer_syntax_uid": EXPLICIT_LITTLE_ENDIAN}
        return Proof(dict.fromkeys(listed), receipt)

    def settle(self, order: Order) -> None:
        """Do nothing: DICOMweb has no place for what is not there."""

    @property
    def notes_left_out(self) -> bool | None:
        """Say no."""
        return False

    def _held(self, order: Order) -> set[str]:
        """Give what the server lists of an order; where a list may be cut, each that is not in it is asked for."""
        listing = held_instances(self._connection, "", order.study_instance_uid)
        held = {one.sop_instance_uid for one in order.items if one.sop_instance_uid in listing.uids}
        if not listing.whole:
            held |= {
                one.sop_instance_uid
                for one in order.items
                if one.sop_instance_uid not in held and self.holds(order, one)
            }
        return held

    @contextmanager
    def _trouble(self) -> Iterator[None]:
        try:
            yield
        except PortalError as problem:
            code = _OF_A_SERVER.get(problem.code)
            if code is None:
                raise
            raise PortalError(code, **({"url": self.url} | problem.facts)) from problem

    def close(self) -> None:
        """Close connections."""
        self._connection.close()
