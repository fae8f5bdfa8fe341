"""STOW-RS: parts as they come in go to disk piece by piece; each is kept, or not, by itself."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

import anyio
from anyio.to_thread import run_sync
from fastapi import Request
from starlette.requests import ClientDisconnect

from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.dicomweb.messages.multipart_in import DICOM, MultipartBody, content_type, stow_boundary
from portal.server.objects.store import ArrivingFile, PortalObjects
from portal.server.receiving.receiver import NOT_NOW, TOO_LARGE, Outcome, Receiver, reason_of
from portal.server.services import Services
from portal.wire.store_failures import FAILURE_NOT_UNDERSTOOD, FAILURE_OUT_OF_RESOURCES

_BATCH = 512 << 10  # handed to a thread at once, so that the change of threads costs nothing
_AT_ONCE = 8
MOST_PARTS = 20_000  # what became of each is remembered until the answer
_LATER_SECONDS = 5


class Parts:
    """Takes the parts of one request; every method blocks."""

    def __init__(self, store: PortalObjects, limit: int, keep: Callable[[ArrivingFile], Outcome]) -> None:
        self._store = store
        self._limit = limit
        self._keep = keep
        self._incoming: ArrivingFile | None = None
        self.outcomes: list[Outcome] = []

    def begin(self, headers: dict[str, str]) -> None:
        """Open a file for the next part, unless its own headers rule it out."""
        if len(self.outcomes) >= MOST_PARTS:
            raise Problem("too-large", most_parts=MOST_PARTS)
        encoding = headers.get("content-encoding", "identity").lower()
        kind = content_type(headers.get("content-type", DICOM)).kind
        if kind != DICOM or encoding != "identity":
            self._fail(FAILURE_NOT_UNDERSTOOD)
            return
        try:
            self._incoming = self._store.begin()
        except OSError as error:
            self._fail(reason_of(error))

    def write(self, piece: memoryview) -> None:
        """Write some bytes; those of a part that was given up are let go."""
        if self._incoming is None:
            return
        if self._incoming.size + len(piece) > self._limit:
            self._fail(TOO_LARGE)
            return
        try:
            self._incoming.write(piece)
        except OSError as error:
            self._fail(reason_of(error))

    def end(self) -> None:
        """Keep the part that is whole now."""
        incoming, self._incoming = self._incoming, None
        if incoming is not None:
            self.outcomes.append(self._keep(incoming))

    def close(self, *, broken: bool = False) -> None:
        """Let go of a part that never came to its end."""
        if self._incoming is not None:
            self._fail(FAILURE_NOT_UNDERSTOOD)
        elif broken and not self.outcomes:
            raise Problem("invalid-request", reason="multipart")

    def _fail(self, reason: int) -> None:
        self.outcomes.append(Outcome(reason))
        if self._incoming is not None:
            self._incoming.discard()
            self._incoming = None


class Stow:
    """Answers STOW requests."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._receiver = Receiver(services)
        self._threads = anyio.CapacityLimiter(_AT_ONCE)  # uploads never take the threads of those who look

    async def store(self, request: Request, caller: Caller, study_instance_uid: str | None) -> list[Outcome]:
        """Take a request in; raises `Problem` where nothing in it could be taken for a reason that is none of its own.

        A connection that ends midway loses only the part that was under way.
        """
        boundary = _boundary(request)

        def keep(incoming: ArrivingFile) -> Outcome:
            return self._receiver.keep(incoming, caller, study_instance_uid)

        parts = Parts(self._services.store, self._services.settings.limits.instance_bytes_most, keep)
        body = MultipartBody(boundary, parts)
        try:
            await self._take_in(request.stream(), body)
        except ClientDisconnect as gone:
            raise Problem("invalid-request", reason="cut-off") from gone  # nobody reads it, and nothing is logged
        finally:
            # also where the connection or the server ends, and when the thread that writes has ended
            with anyio.CancelScope(shield=True):
                await run_sync(parts.close, limiter=self._threads)
        body.finish()
        parts.close(broken=body.broken)
        return _judged(parts.outcomes, self._services.settings.limits.instance_bytes_most)

    async def _take_in(self, pieces: AsyncIterator[bytes], body: MultipartBody) -> None:
        """Write one batch while the next comes in."""
        writing: asyncio.Task[None] | None = None
        try:
            async for batch in _batches(pieces):
                if writing is not None:
                    await asyncio.shield(writing)
                writing = asyncio.create_task(run_sync(_feed, body, batch, limiter=self._threads))
            if writing is not None:
                await asyncio.shield(writing)
        finally:
            if writing is not None and not writing.done():  # threads cannot be stopped: nothing may run beside one
                await asyncio.wait([writing])


def _feed(body: MultipartBody, batch: Sequence[bytes]) -> None:
    for piece in batch:
        body.feed(piece)


async def _batches(pieces: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    batch: list[bytes] = []
    size = 0
    async for piece in pieces:
        batch.append(piece)
        size += len(piece)
        if size >= _BATCH:
            yield batch
            batch, size = [], 0
    yield batch


def _boundary(request: Request) -> bytes:
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("identity", ""):
        raise Problem("unsupported-type", wanted="Content-Encoding: identity")
    return stow_boundary(request.headers.get("content-type"))


def _judged(outcomes: list[Outcome], limit: int) -> list[Outcome]:
    """Say as HTTP what no part is to blame for."""
    failures = {outcome.failure for outcome in outcomes}
    if not outcomes:
        raise Problem("invalid-request", reason="no-parts")
    if failures == {NOT_NOW}:
        raise Problem("unavailable", headers={"Retry-After": str(_LATER_SECONDS)})
    if failures == {TOO_LARGE}:
        raise Problem("too-large", limit=limit)
    if failures == {FAILURE_OUT_OF_RESOURCES}:
        raise Problem("no-space")
    return outcomes
