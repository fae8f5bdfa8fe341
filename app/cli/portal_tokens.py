"""`scanshelf portal token`, `tokens`, `revoke-token`: what opens a person's account, made, listed and ended."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.portal_settings import data_settings
from app.cli.terminal import Terminal, WrongUsage

if TYPE_CHECKING:
    from portal.wire.accounts import AccountToken

DAYS_DEFAULT, DAYS_MOST = 90, 365


def describe_token(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `token`."""
    parser.add_argument("--user", required=True, metavar="NAME", help="whose token")
    parser.add_argument(
        "--days", type=int, default=DAYS_DEFAULT, help=f"how long it works (1 to {DAYS_MOST}, default {DAYS_DEFAULT})"
    )
    parser.add_argument("--label", metavar="TEXT", help="what it is for, as it is listed")


def describe_tokens(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `tokens`."""
    parser.add_argument("--user", required=True, metavar="NAME", help="whose tokens")


def describe_revoke_token(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `revoke-token`."""
    parser.add_argument("--user", required=True, metavar="NAME", help="whose token")
    parser.add_argument("--id", required=True, metavar="ID", help="which, as `portal tokens` lists it")


def make(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Make a token; it is shown this once."""
    from portal.server.running.administration import administration
    from portal.wire.moments import utc_text

    if not 1 <= arguments.days <= DAYS_MOST:
        raise WrongUsage(f"--days is a number from 1 to {DAYS_MOST}.")
    with administration(data_settings(arguments)) as practice:
        made = practice.token(arguments.user, arguments.days, arguments.label)
    if terminal.json:
        terminal.document({"token": made.token, "expires_at": utc_text(made.expires_at), "id": made.id})
        return
    terminal.hand_over(made.token)
    terminal.complain(f"It opens the account until {utc_text(made.expires_at)[:10]}: keep it like a password.")
    terminal.complain(f"End it before with: portal revoke-token --user {arguments.user} --id {made.id}")


def show(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """List what opens an account now; the tokens themselves are known to nobody."""
    from portal.server.running.administration import administration
    from portal.wire.json_values import to_json

    with administration(data_settings(arguments)) as practice:
        found = practice.tokens(arguments.user)
    if terminal.json:
        terminal.document(to_json(found))
        return
    for each in found.tokens:
        terminal.say(_line(each))
    if not found.tokens:
        terminal.say("Nothing opens this account now.")


def end(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """End a token at once."""
    from portal.server.running.administration import administration

    with administration(data_settings(arguments)) as practice:
        practice.revoke_token(arguments.user, arguments.id)
    if terminal.json:
        terminal.document({"id": arguments.id, "revoked": True})
    terminal.say("It opens nothing any more.")


def _line(token: AccountToken) -> str:
    what = "a program's token" if token.kind == "machine" else "a sign-in"
    label = f" ({token.label})" if token.label else ""
    return f"{token.id}  {what}{label}, since {token.created_at[:10]}, until {token.expires_at[:10]}"
