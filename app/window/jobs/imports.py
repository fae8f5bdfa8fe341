"""Imports as the window runs them: the job runner knows of what is recorded until it is over, so that closing asks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions import importing
from app.actions.importing import Begun
from app.window.jobs.job_runner import JobRunner
from core.job import Job

if TYPE_CHECKING:
    from importer.plan import ImportPlan
    from importer.receipts.receipt import ImportReport


def begin_noted(jobs: JobRunner, plan: ImportPlan) -> Begun:
    """Record what is to be brought. Runs in a lane thread."""
    begun = importing.begin(plan, jobs.library())
    jobs.import_begun(begun.import_id)
    return begun


def bring_noted(jobs: JobRunner, begun: Begun, job: Job) -> ImportReport:
    """Copy what was recorded. Runs in a lane thread."""
    try:
        with jobs.told_together():  # not each batch: nobody can read a list that jumps
            return importing.bring(begun, jobs.library(), jobs.workers(), job)
    finally:
        jobs.import_over(begun.import_id)
