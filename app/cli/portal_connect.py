"""`scanshelf portal connect`: receives images over DICOM's own network and gives them to a portal."""

from __future__ import annotations

import argparse
import logging
import os
import signal
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli.portal_settings import data_settings
from app.cli.terminal import Terminal, WrongUsage
from core.errors import PortalError

if TYPE_CHECKING:
    from portal.connect.delivery import Portal
    from portal.connect.listening import Listening
    from portal.connect.spool import Spool

AET_LENGTH_MOST = 16
INSTANCE_BYTES_MOST = 4 << 30


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `connect`."""
    parser.add_argument("--aet", default="SCANSHELF", metavar="NAME", help="this receiver's AE title (SCANSHELF)")
    parser.add_argument("--port", type=int, default=11112, help="the port (default 11112; 0: any free one)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: this computer alone)")
    parser.add_argument(
        "--allow", action="append", metavar="AET=HOST",
        help="who may send: calling AE title and the host it sends from; may be said again",
    )  # fmt: skip
    parser.add_argument(
        "--unencrypted", action="store_true", help="listen beyond this computer, where DICOM travels in the open"
    )
    parser.add_argument("--spool", metavar="DIR", help="where images lie until the portal has them")


def connect(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Receive until SIGTERM or Ctrl+C."""
    from portal.connect.listening import listening
    from portal.connect.spool import Spool

    what = _listening(arguments)
    logging.getLogger("portal").addHandler(logging.StreamHandler())
    portal = _portal(arguments)
    folder = Path(arguments.spool) if arguments.spool else data_settings(arguments).data / "connect"
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    try:
        spool = Spool(folder, INSTANCE_BYTES_MOST)
        _deliver_left(spool, portal, terminal)
        with listening(what, spool, portal) as port:
            if terminal.json:
                terminal.document({"aet": what.aet, "host": what.host, "port": port, "pid": os.getpid()})
            terminal.say(f"{what.aet} receives at {what.host}:{port}. End it with Ctrl+C.")
            ended.wait()
    except OSError as error:
        raise PortalError("portal-receiver-refused", port=what.port) from error
    finally:
        portal.close()
    terminal.say("The receiver has ended.")


def _deliver_left(spool: Spool, portal: Portal, terminal: Terminal) -> None:
    """Give the portal what an earlier end left here: nobody was told that it is stored, and it may not come again."""
    left = spool.left()
    delivered = sum(portal.deliver_left(each).status == 0 for each in left)
    if left:
        terminal.say(f"Of {len(left)} images an earlier end left here, the portal has {delivered} now.")


def _listening(arguments: argparse.Namespace) -> Listening:
    from portal.connect.listening import Listening, addresses_of
    from portal.names import is_loopback_host

    if not 0 <= arguments.port <= 65535:
        raise WrongUsage("--port is a number from 0 to 65535.")
    aet = arguments.aet.strip()
    if not aet or len(aet) > AET_LENGTH_MOST or not aet.isascii() or not aet.isprintable() or "\\" in aet:
        raise WrongUsage("--aet is up to 16 letters, digits and signs.")
    allowed: dict[str, frozenset[str]] = {}
    for each in arguments.allow or ():
        calling, _, host = each.partition("=")
        try:
            addresses = addresses_of(host) if calling.strip() and host else frozenset()
        except OSError as error:
            raise WrongUsage(f"--allow: nobody knows the host {host}.") from error
        if not addresses:
            raise WrongUsage("--allow is an AE title and a host: CT1=192.168.4.20.")
        allowed[calling.strip()] = allowed.get(calling.strip(), frozenset()) | addresses
    if not is_loopback_host(arguments.host) and not (allowed and arguments.unencrypted):
        raise WrongUsage(
            "beyond this computer DICOM travels in the open: say --unencrypted and, with --allow, who may send."
        )
    return Listening(aet, arguments.port, arguments.host, allowed)


def _portal(arguments: argparse.Namespace) -> Portal:
    """Say where images go: to the portal of a data folder here, or to one elsewhere with a staff token."""
    from portal.connect.delivery import portal_elsewhere, portal_here

    if arguments.portal is None:
        settings = data_settings(arguments)
        return portal_here(settings.address_file, settings.staff_token_file)
    token = os.environ.get("SCANSHELF_TOKEN")
    if not (arguments.token_file or token):
        raise WrongUsage("with --portal a staff token is needed: --token-file or SCANSHELF_TOKEN.")
    return portal_elsewhere(arguments.portal, Path(arguments.token_file) if arguments.token_file else None, token)
