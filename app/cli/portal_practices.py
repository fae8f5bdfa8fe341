"""`scanshelf portal practice add` and `list`: several practices in one portal."""

from __future__ import annotations

import argparse

from app.cli.portal_settings import data_settings
from app.cli.terminal import Terminal, WrongUsage


def describe(parser: argparse.ArgumentParser) -> None:
    """Describe what is asked of `add` and `list`."""
    parser.add_argument("doing", nargs="?", choices=("add", "list"), help="add another practice, or list all")
    parser.add_argument("--name", metavar="NAME", help="add: the practice's name")
    parser.add_argument("--phone", metavar="NUMBER", help="add: its phone")
    parser.add_argument("--email", metavar="ADDRESS", help="add: its e-mail address")
    parser.add_argument("--address", metavar="TEXT", help="add: where it is")


def describe_which(parser: argparse.ArgumentParser) -> None:
    """Describe how one of several practices is named."""
    parser.add_argument(
        "--of-practice", type=int, default=1, metavar="N", help="of which practice, where there are several (default 1)"
    )


def add_or_list(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """Add another practice, or list all."""
    from portal.server.running.administration import administration
    from portal.wire.json_values import to_json
    from portal.wire.people import Practice

    if arguments.doing == "list":
        with administration(data_settings(arguments)) as portal:
            found = portal.practices()
        if terminal.json:
            terminal.document({"practices": [{"id": number, **to_json(each)} for number, each in found.items()]})
        for number, each in found.items():
            terminal.say(f"{number}: {each.name}{f', phone {each.phone}' if each.phone else ''}")
        return
    if not arguments.name:
        raise WrongUsage("say the name of the new practice: portal practice add --name NAME.")
    wanted = Practice(arguments.name, arguments.phone, arguments.email, arguments.address)
    with administration(data_settings(arguments)) as portal:
        number, file = portal.add_practice(wanted)
    if terminal.json:
        terminal.document({"id": number, "name": arguments.name, "staff_token_file": str(file)})
    terminal.say(f"Practice {number} is added. The token of its own programs is in {file}.")
    actions = "invite, settings, practice, report-complete, remove, removed and delete-account"
    terminal.say(f"Say --of-practice {number} with {actions}.")
