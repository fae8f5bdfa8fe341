"""Waiting for a page, but never longer than the person at the terminal wants."""

from __future__ import annotations

import time

from app.demo.browsing.browser import Browser, BrowserError
from core.job import Job

SECONDS = 120.0


def wait_for(browser: Browser, condition: str, job: Job) -> None:
    """Wait until a JavaScript expression is true; raises `BrowserError`, or `Cancelled` once the job is stopped."""
    ends = time.monotonic() + SECONDS
    while True:
        job.check()
        try:
            browser.wait_for(condition, seconds=1)
        except BrowserError:
            if time.monotonic() > ends:
                raise
        else:
            return
