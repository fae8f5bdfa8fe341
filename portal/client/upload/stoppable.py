"""A question whose answer may take long, asked beside the thread that has to stay able to stop."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")

_NAP = 0.1
_FAREWELL = 0.5


def stoppable(work: Callable[[], T], check: Callable[[], None]) -> T:
    """Give what `work` gives, or raise what it raises; `check` is asked meanwhile and may raise to stop waiting.

    A thread that waits for a silent server ends with its answer or its time; nobody listens to it any more.
    """
    said: queue.SimpleQueue[tuple[bool, Any]] = queue.SimpleQueue()
    thread = threading.Thread(target=_answer, args=(work, said), name="upload-question", daemon=True)
    thread.start()
    try:
        while True:
            try:
                well, answer = said.get(timeout=_NAP)
            except queue.Empty:
                check()
                continue
            if well:
                return answer  # type: ignore[no-any-return]
            raise answer
    finally:
        thread.join(_FAREWELL)


def _answer(work: Callable[[], Any], said: queue.SimpleQueue[tuple[bool, Any]]) -> None:
    try:
        said.put((True, work()))
    except BaseException as problem:  # noqa: BLE001 - raised again by the thread that waits
        said.put((False, problem))
