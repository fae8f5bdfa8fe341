"""`scanshelf uploads`: what waits to be sent and what was sent, and its proof; send it once more, or not at all."""

from __future__ import annotations

import argparse
import os
from typing import TYPE_CHECKING

from app.actions import receipts, sending
from app.build import Workers, open_library, open_to_read
from app.cli.portal_account import access, signed_in
from app.cli.run import DONE, DONE_WITH_PROBLEMS
from app.cli.sending_words import receipt_lines, upload_line
from app.cli.terminal import Terminal, WrongUsage
from app.cli.upload import send_queued, server_token
from app.places import library_folder
from library.report import uploads_to_json

if TYPE_CHECKING:
    from library.shelf import Library


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--retry", metavar="ID", help="send it (again), with what the study holds now")
    one.add_argument("--cancel", metavar="ID", help="do not send the rest of it")
    one.add_argument("--receipt", metavar="ID", help="the receipt the portal signed, checked again without the portal")
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


def _retry(arguments: argparse.Namespace, terminal: Terminal, library: Library) -> int:
    row = library.upload(arguments.retry)
    if row.kind == "portal":
        _check_portal(arguments, row.target)
    if arguments.new_key:
        library.forget_portal_keys(row.target)
    library.retry_upload(row.id)
    if row.kind == "dicomweb":
        token = server_token(arguments, row.target)
        with (
            Workers(decode_workers=1) as workers,
            sending.open_dicomweb(row.target, library, workers, token) as target,
        ):
            return send_queued(terminal, library, target, [row.id])
    arguments.portal = row.target
    with signed_in(arguments, terminal) as portal:
        return send_queued(terminal, library, sending.account_target(portal), [row.id])


def _check_portal(arguments: argparse.Namespace, target: str) -> None:
    """Refuse to show one portal the token of another: a token by itself does not say whose it is."""
    by_token = arguments.token_file or os.environ.get("SCANSHELF_TOKEN")
    named = arguments.portal or os.environ.get("SCANSHELF_PORTAL")
    if (by_token or named) and access().address(arguments.portal) != target:
        raise WrongUsage(f"this upload goes to {target}: name that with --portal, with a token of its own.")
