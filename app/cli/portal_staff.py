"""`scanshelf portal staff`: who works with the portal, and referring doctors, on the server's own computer."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.cli.portal_settings import data_settings
from app.cli.terminal import Terminal, WrongUsage

if TYPE_CHECKING:
    from portal.wire.desk.members import StaffInvited, StaffMember

ROLES = ("reception", "reports", "administrator", "doctor")
ACTS = ("list", "add", "invite", "roles", "block", "unblock", "remove")


def describe_staff(parser: argparse.ArgumentParser) -> None:
    """Describe the options of `staff`."""
    parser.add_argument("act", choices=ACTS, help="what to do")
    parser.add_argument("--name", metavar="NAME", help="of somebody to add: Eva Klein")
    parser.add_argument(
        "--role", action="append", choices=ROLES, help="what somebody may do; may be said again (add, roles)"
    )
    parser.add_argument("--email", metavar="ADDRESS", help="where the activation code is sent (add)")
    parser.add_argument("--phone", metavar="NUMBER", help="where it is sent without an e-mail address (add)")
    parser.add_argument("--user", metavar="NAME", help="the user name of a member")
    parser.add_argument("--id", metavar="ID", help="the id of a member, as `list` prints it")


def staff(arguments: argparse.Namespace, terminal: Terminal) -> None:
    """List members, or change one."""
    {"list": _list, "add": _add, "invite": _invite}.get(arguments.act, _change)(arguments, terminal)


def _list(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from portal.server.running.staff_administration import staff_administration
    from portal.wire.desk.members import StaffMembers
    from portal.wire.json_values import to_json

    with staff_administration(data_settings(arguments)) as practice:
        found = practice.members()
    if terminal.json:
        terminal.document(to_json(StaffMembers(found)))
    for each in found:
        terminal.say(_words(each))
    if not found:
        terminal.say("Nobody yet. Add the first administrator: portal staff add --name NAME --role administrator")


def _add(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from portal.server.running.staff_administration import staff_administration
    from portal.wire.desk.members import NewStaffMember

    if not arguments.name or not arguments.role:
        raise WrongUsage("say --name and --role.")
    wanted = NewStaffMember(arguments.name, tuple(arguments.role), arguments.email, arguments.phone)
    with staff_administration(data_settings(arguments)) as practice:
        _hand_over(practice.add(wanted), terminal)


def _invite(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from portal.server.running.staff_administration import staff_administration

    with staff_administration(data_settings(arguments)) as practice:
        _hand_over(practice.invite(practice.named(arguments.user, arguments.id)), terminal)


def _change(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from portal.server.running.staff_administration import staff_administration
    from portal.wire.json_values import to_json

    if arguments.act == "roles" and not arguments.role:
        raise WrongUsage("say --role, once for each.")
    with staff_administration(data_settings(arguments)) as practice:
        member = practice.named(arguments.user, arguments.id)
        done = practice.change(member, arguments.act, tuple(arguments.role or ()))
    if terminal.json:
        terminal.document({"member": to_json(done) if done is not None else None})
    terminal.say(_words(done) if done is not None else "Nothing opens for this member any more.")


def _hand_over(made: StaffInvited, terminal: Terminal) -> None:
    from portal.wire.json_values import to_json

    if terminal.json:
        terminal.document(to_json(made))
        return
    terminal.hand_over(f"Activation code: {made.activation_code}")
    terminal.hand_over(f"It works once, until {made.expires_at[:10]}, at {made.url}")
    if made.told:
        terminal.say("The server sends it as well, if it was started with a way to send.")


def _words(member: StaffMember) -> str:
    who = f"{member.name} ({member.user_name})" if member.user_name else member.name
    return f"{member.id}  {who}, {', '.join(member.roles)}: {member.state}"
