"""Ctrl+C in the terminal and the system's request to end close the window as its own button does."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier
from PySide6.QtWidgets import QWidget

# what ends a program: Ctrl+C, the system's request, and on Unix a session that goes away
ENDS = {signal.SIGINT, signal.SIGTERM, getattr(signal, "SIGHUP", signal.SIGTERM)}


class EndSignals(QObject):
    """Closes the window, in the Qt thread, when the process is asked to end; lives as long as the window.

    Python runs its signal handlers only between its own instructions, and Qt's event loop runs none; the wake-up
    descriptor brings the signal into the loop at once.
    """

    def __init__(self, window: QWidget, end: Callable[[], object]) -> None:
        super().__init__(window)
        self._end = end
        self._reading, self._writing = socket.socketpair()
        self._reading.setblocking(False)
        self._writing.setblocking(False)
        self._notifier = QSocketNotifier(self._reading.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._woken)
        signal.set_wakeup_fd(self._writing.fileno(), warn_on_full_buffer=False)
        for number in ENDS:
            if signal.getsignal(number) != signal.SIG_IGN:  # as `nohup` asks
                signal.signal(number, lambda *_: None)

    def close(self) -> None:
        """Listen no more."""
        self._notifier.setEnabled(False)
        self._reading.close()
        self._writing.close()
        self.deleteLater()

    def _woken(self) -> None:
        numbers = bytearray(64)
        count = self._reading.recv_into(numbers)
        if set(numbers[:count]) & ENDS:
            self._end()
