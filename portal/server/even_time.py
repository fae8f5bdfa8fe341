"""Answers whose time does not tell what there is: given at the next tenth of a second."""

from __future__ import annotations

import math
import time

STEP_SECONDS = 0.1


def settle(began: float) -> None:
    """Wait for the next tenth of a second since `began` (`time.monotonic`)."""
    taken = time.monotonic() - began
    time.sleep(math.ceil(taken / STEP_SECONDS) * STEP_SECONDS - taken)
