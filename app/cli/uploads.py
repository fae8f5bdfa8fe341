"""`scanshelf uploads`: what waits to be sent and what was sent, and its proof; send it once more, or not at all."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from app.actions import receipts, sending, servers
from app.build import Workers, open_library, open_to_read
from app.cli.portal_account import access, signed_in
from app.cli.run import DONE, DONE_WITH_PROBLEMS
from app.cli.sending_limit import keep_limit, kilobytes, limit_words
from app.cli.sending_words import receipt_lines, upload_line
from app.cli.terminal import Terminal, WrongUsage
from app.cli.upload import add_server_arguments, send_queued, server_wish
from app.places import library_folder
from library.report import uploads_to_json

if TYPE_CHECKING:
    from library.index.rows import UploadRow
    from library.shelf import Library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--retry", metavar="ID", help="send it (again), with what the study holds now")
    one.add_argument("--cancel", metavar="ID", help="do not send the rest of it")
    one.add_argument("--receipt", metavar="ID", help="the receipt the portal signed, checked again without the portal")
    one.add_argument("--pause", metavar="ID", help="let it stand still, also over restarts (all: whatever waits)")
    one.add_argument("--resume", metavar="ID", help="let it go on, where it was (all: whatever waits or is paused)")
    one.add_argument("--limit", metavar="KB/S", type=kilobytes, help="kilobytes a second for all that is sent, or off")
    add_server_arguments(parser)
    parser.add_argument(
        "--new-key",
        action="store_true",
        help="with --retry: believe the key the portal signs with now, whatever it was",
    )


def run(arguments: argparse.Namespace) -> int:
    """List the queue, or act on one upload of it."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    folder = library_folder(arguments.library)
    if arguments.new_key and not arguments.retry:
        raise WrongUsage("--new-key belongs to --retry: it is about the portal of one upload.")
    if arguments.retry:
        with open_library(folder) as library:
            return _retry(arguments, terminal, library)
    if arguments.cancel:
        with open_library(folder) as library:
            library.cancel_upload(arguments.cancel)
            return _list(terminal, library)
    if arguments.pause:
        with open_library(folder) as library:
            for upload in _named(library, arguments.pause, sending.CAN_PAUSE):
                sending.act(library, upload, "pause")
            return _list(terminal, library)
    if arguments.resume:
        with open_library(folder) as library:
            return _resume(arguments, terminal, library)
    if arguments.limit is not None:
        keep_limit(arguments.limit)
        return _tell_limit(terminal, arguments.limit)
    if not folder.exists() and not arguments.receipt:
        return _list(terminal, None)
    with open_to_read(folder) as library:
        return _receipt(terminal, library, arguments.receipt) if arguments.receipt else _list(terminal, library)


def _list(terminal: Terminal, library: Library | None) -> int:
    rows = library.uploads() if library else []
    if terminal.json:
        terminal.document({"uploads": uploads_to_json(rows)})
    elif not rows:
        terminal.say("Nothing was sent from this shelf. Send an exam: scanshelf upload UID")
    for row in rows:
        terminal.say(upload_line(row))
    return DONE


def _receipt(terminal: Terminal, library: Library, upload: str) -> int:
    checked = receipts.check_receipt(library, upload)
    if terminal.json:
        terminal.document(receipts.receipt_to_json(checked))
    for line in receipt_lines(checked):
        terminal.say(line)
    return DONE if checked.holds else DONE_WITH_PROBLEMS


def _tell_limit(terminal: Terminal, limit: int) -> int:
    if terminal.json:
        terminal.document({"limit": limit or None})
    terminal.say(limit_words(limit))
    return DONE


def _named(library: Library, named: str, states: frozenset[str]) -> list[str]:
    """Give the upload that is named, or with "all" every one in one of these states."""
    if named != "all":
        return [library.upload(named).id]
    return [row.id for row in library.uploads() if row.state in states]


def _retry(arguments: argparse.Namespace, terminal: Terminal, library: Library) -> int:
    row = library.upload(arguments.retry)
    if row.kind == "portal":
        _check_portal(arguments, row.target)
    if arguments.new_key:
        sending.retry_with_new_key(library, row.id)
    else:
        library.retry_upload(row.id)
    return _send(arguments, terminal, library, row)


def _resume(arguments: argparse.Namespace, terminal: Terminal, library: Library) -> int:
    """Send what was paused, cut off or waited for the network, one after the other."""
    named = [library.upload(upload) for upload in _named(library, arguments.resume, sending.CAN_GO_ON)]
    rows = [row for row in named if row.state in sending.CAN_GO_ON]
    if not rows:
        return _list(terminal, library)
    if len({row.target for row in rows}) > 1:
        raise WrongUsage("these go to several servers: name one upload after the other.")
    for row in rows:
        if row.kind == "portal":
            _check_portal(arguments, row.target)
        sending.act(library, row.id, "resume")
    return _send(arguments, terminal, library, *rows)


def _send(arguments: argparse.Namespace, terminal: Terminal, library: Library, *rows: UploadRow) -> int:
    """Send uploads that go to one server."""
    row, uploads = rows[0], [row.id for row in rows]
    if row.kind == "dicomweb":
        with (
            Workers(decode_workers=1) as workers,
            servers.open_dicomweb(server_wish(arguments, row.target), library, workers, access()) as target,
        ):
            return send_queued(terminal, library, target, uploads)
    arguments.portal = row.target
    if not arguments.account and row.account:
        arguments.account = access().known.user_at(row.target, row.account)
    with signed_in(arguments, terminal) as portal:
        return send_queued(terminal, library, sending.account_target(portal), uploads)


def _check_portal(arguments: argparse.Namespace, target: str) -> None:
    """Refuse to show one portal the token of another: a token by itself does not say whose it is."""
    by_token = arguments.token_file or os.environ.get("SCANSHELF_TOKEN")
    named = arguments.portal or os.environ.get("SCANSHELF_PORTAL")
    if (by_token or named) and access().address(arguments.portal) != target:
        raise WrongUsage(f"this upload goes to {target}: name that with --portal, with a token of its own.")
