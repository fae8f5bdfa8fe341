"""What each presenter of the place "My portal" is handed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.portal.known_account import KnownAccount
from app.window.places.portal.session import PortalSession
from app.words.messages import Messages
from portal.ui.portal_panel import PortalPanel

if TYPE_CHECKING:
    from core.job import Job


@dataclass(frozen=True, slots=True)
class PortalParts:
    """Where work runs, what is drawn on, the words for errors, the way to the account, and what is known of it."""

    jobs: JobRunner
    panel: PortalPanel
    messages: Messages
    session: PortalSession
    account: KnownAccount

    def ask(self, work: Callable[[Job], object], task: Task[Any]) -> str:
        """Have something done that may wait for the network, in the lane "portal"; gives the job's name."""
        return self.jobs.run(self.jobs.lane("portal", 2), work, task)
