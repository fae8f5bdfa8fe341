"""Imports as the window runs them: what is recorded is noted at the desk until it is over, so that closing asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions import importing
from app.actions.importing import Begun
from app.window.jobs.workbench import Desk
from core.job import Job

if TYPE_CHECKING:
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport


def begin_noted(desk: Desk, plan: ImportPlan) -> Begun:
    """Record what is to be brought. Runs in a lane thread."""
    begun = importing.begin(plan, desk.library())
    desk.import_begun(begun.import_id)
    return begun


def bring_noted(desk: Desk, begun: Begun, job: Job) -> ImportReport:
    """Copy what was recorded. Runs in a lane thread."""
    try:
        return importing.bring(begun, desk.library(), desk.workers(), job)
    finally:
        desk.import_over(begun.import_id)
