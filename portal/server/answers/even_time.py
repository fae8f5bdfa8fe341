"""Answers whose time does not tell what there is: given at the next tenth of a second."""

from __future__ import annotations

import math
import time

STEP_SECONDS = 0.1


def remaining(began: float) -> float:
    """Give the seconds to the next tenth of a second since `began` (`time.monotonic`)."""
    taken = time.monotonic() - began
    return max(0.0, math.ceil(taken / STEP_SECONDS) * STEP_SECONDS - taken)


def settle(began: float) -> None:
    """Wait for the next tenth of a second since `began`; blocks."""
    time.sleep(remaining(began))
