"""What the program speaks through: UTF-8 wherever it does not speak to a terminal, nowhere where nobody listens."""

from __future__ import annotations

import io
import os
import sys


def prepare_streams() -> None:
    """Make stdin, stdout and stderr usable and the same on every system.

    Windows pipes and files have the code page of the country, and a program without a console has no streams at all.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115 - as long as the program
        elif isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="replace" if mode == "r" else "backslashreplace")
