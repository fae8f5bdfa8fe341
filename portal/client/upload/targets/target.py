"""What the engine asks of a server, whichever kind it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from core.job import Job
from portal.client.upload.order import Order, Ours, Proof, Said, Standing
from portal.client.upload.targets.body import Flow


class Target(Protocol):
    """One server that studies are sent to; used by several threads. What it cannot do is a `PortalError`."""

    @property
    def url(self) -> str:
        """Give the server's address as the queue keeps it: no user, no password."""

    def ask(self, order: Order) -> Standing:
        """Say what the server holds, before anything is sent."""

    def send(self, order: Order, pack: Sequence[Ours], flow: Flow) -> list[Said]:
        """Send instances in one request; gives what is said of each, in their order."""

    def holds(self, order: Order, ours: Ours) -> bool:
        """Say whether the server lists one instance now."""

    def compare(self, order: Order, ours: Ours, job: Job) -> Said:
        """Say whether what the server holds under our UID is ours: "stored" if it is."""

    def prove(self, order: Order) -> Proof:
        """Give the server's own list."""

    def settle(self, order: Order) -> None:
        """Tell a server that keeps such notes that nothing but this order comes, and what it leaves out."""

    @property
    def notes_left_out(self) -> bool | None:
        """Say whether the server tells whoever looks what was left out; None before it was asked."""

    def close(self) -> None:
        """Close connections."""
