"""`scanshelf portal serve --workers N`: the processes that answer beside the one that was started."""

from __future__ import annotations

import argparse
import socket
import sys
from typing import TYPE_CHECKING

from app.cli.portal_settings import tls_files
from app.cli.terminal import WrongUsage

if TYPE_CHECKING:
    from portal.server.base.settings import ServerSettings
    from portal.server.running.processes import Crew

MOST = 64


def crew(arguments: argparse.Namespace) -> Crew | None:
    """Say how the processes are begun that answer; `None` where the one that was started answers itself."""
    from app.practice_portal.running import home, program
    from portal.server.running.processes import Crew

    if not 1 <= arguments.workers <= MOST:
        raise WrongUsage(f"--workers is a number from 1 to {MOST}.")
    if arguments.workers == 1:
        return None
    if sys.platform == "win32":
        raise WrongUsage("--workers is not for Windows: start several servers with --join instead.")
    said = [word for word in sys.argv[1:] if word != "--ends-with-input"]
    return Crew(arguments.workers, [*program(), *said, "--ends-with-input", "--beside"], home())


def serve_beside(arguments: argparse.Namespace, settings: ServerSettings) -> None:
    """Answer at the door whose number was handed down."""
    from portal.server.running.serve import serve_beside

    def ready() -> None:
        sys.stdout.write("ready\n")
        sys.stdout.flush()

    serve_beside(settings, socket.socket(fileno=arguments.beside), ready, tls_files(arguments), arguments.workers)
