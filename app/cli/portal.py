"""`scanshelf portal`: run a portal on this computer; invite people to it."""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from typing import TYPE_CHECKING

from app.cli import portal_connect, portal_practice, portal_practices, portal_staff, portal_tokens, portal_workers
from app.cli.portal_settings import DEFAULT_PORT, STORE_HELP, data_settings, serve_settings, tls_files, with_store
from app.cli.run import DONE, DONE_WITH_PROBLEMS, add_common_options
from app.cli.terminal import Terminal, WrongUsage
from app.server_parts import need_server_parts
from app.words.english_numbers import counted
from core.errors import PortalError

if TYPE_CHECKING:
    from portal.server.activity.verifying import VerifiedActivity
    from portal.server.base.problems import Problem
    from portal.server.objects.verifying import Verified


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    _describe_serve(_action(actions, "serve", "answer for accounts, exams, uploads and shares until it is ended"))
    _describe_invite(_action(actions, "invite", "make an account for a person; prints the activation code"))
    _describe_activate(_action(actions, "activate", "take over an account with its activation code"))
    _describe_verify(_action(actions, "verify", "read every image and report again and name what is damaged"))
    portal_connect.describe(
        _action(actions, "connect", "receive images from a PACS or a modality (C-STORE) for a portal")
    )
    portal_tokens.describe_token(
        _action(actions, "token", "make a token for a person's own programs (SCANSHELF_TOKEN)")
    )
    portal_tokens.describe_tokens(_action(actions, "tokens", "list what opens a person's account now"))
    portal_practice.describe_practice(
        _action(actions, "practice", "show or change the practice's time zone and when its reports may be seen")
    )
    portal_practice.describe_settings(_action(actions, "settings", "show or change what the practice decides"))
    portal_practice.describe_user(
        _action(actions, "reinstate", "open an account again that rests after a year without a sign-in")
    )
    portal_practice.describe_user(
        _action(actions, "reset-factor", "take a lost second factor of an account away; ask who it is first")
    )
    portal_practice.describe_delete_account(
        _action(actions, "delete-account", "delete a person's account and what they brought, for good")
    )
    portal_practice.describe_report_complete(
        _action(actions, "report-complete", "say that the report of an exam is complete")
    )
    portal_practice.describe_remove(
        _action(actions, "remove", "take out a misfiled exam, study, image or report, also from the disk")
    )
    portal_practice.describe_removed(_action(actions, "removed", "list what was taken out, or let it be sent again"))
    _action(actions, "rotate-key", "sign receipts with a new key from now on; old receipts stay good")
    portal_staff.describe_staff(_action(actions, "staff", "who works with the portal, and referring doctors"))
    portal_tokens.describe_revoke_token(_action(actions, "revoke-token", "end a token or a sign-in at once"))


def _action(
    actions: argparse._SubParsersAction[argparse.ArgumentParser], name: str, purpose: str
) -> argparse.ArgumentParser:
    parser = actions.add_parser(
        name, help=purpose, description=f"{purpose[0].upper()}{purpose[1:]}.", allow_abbrev=False
    )
    add_common_options(parser, default=argparse.SUPPRESS)
    parser.add_argument("--data", metavar="DIR", help="the portal's data folder (default: one for this person)")
    parser.add_argument(
        "--database",
        metavar="URL",
        help="its database, postgresql://user@host/name (its password: SCANSHELF_DATABASE_PASSWORD) or sqlite:///FILE",
    )
    parser.add_argument("--database-password-file", metavar="FILE", help="a file with its password, for you alone")
    return parser


def _describe_serve(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (default: this computer alone)")
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"the port (default {DEFAULT_PORT}; 0: any free one)"
    )
    parser.add_argument("--public-url", metavar="URL", help="what people reach it by; all links are made of it")
    parser.add_argument("--store", metavar="PLACE", help=STORE_HELP)
    parser.add_argument("--certificate", metavar="FILE", help="certificate with its chain (PEM), for https")
    parser.add_argument("--key", metavar="FILE", help="the certificate's key (PEM)")
    parser.add_argument("--practice", metavar="NAME", help="the practice's name, kept until it is said anew")
    parser.add_argument(
        "--allow-origin", action="append", metavar="ORIGIN",
        help="a web viewer elsewhere that may show images: https://viewer.example.org; may be said again",
    )  # fmt: skip
    parser.add_argument("--mailbox", metavar="DIR", help="put e-mail (.eml) and text messages (.txt) there instead")
    parser.add_argument(
        "--smtp",
        metavar="URL",
        help="the mail server: smtp://user@host:587 (its password: SCANSHELF_SMTP_PASSWORD)",
    )
    parser.add_argument("--mail-from", metavar="ADDRESS", help="who e-mail comes from (default: the practice)")
    parser.add_argument("--sms-hook", metavar="URL", help="where text messages are posted to (docs/portal.md)")
    parser.add_argument(
        "--workers", type=int, default=1, metavar="N", help="how many processes answer at this address (default 1)"
    )
    parser.add_argument(
        "--join", action="store_true", help="beside a server that runs on this data folder or store already"
    )
    parser.add_argument(
        "--trusted-proxy",
        action="append",
        metavar="ADDRESS",
        help="a web server in front, or its network, that is believed where requests come from; may be said again",
    )
    parser.add_argument("--ends-with-input", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--beside", type=int, metavar="NUMBER", help=argparse.SUPPRESS)
    parser.add_argument("--phone", metavar="NUMBER", help="the practice's phone, shown wherever people may need it")


def _describe_invite(parser: argparse.ArgumentParser) -> None:
    portal_practices.describe_which(parser)
    parser.add_argument("--name", required=True, metavar="NAME", help="as DICOM writes it: MUELLER^ANNA")
    parser.add_argument("--birth-date", required=True, metavar="DATE", help="1951-05-04 or 19510504")
    parser.add_argument("--email", metavar="ADDRESS")
    parser.add_argument("--phone", metavar="NUMBER")
    parser.add_argument("--patient-id", metavar="ID", help="the practice's own Patient ID")
    parser.add_argument("--sex", choices=["F", "M", "O"])


def _describe_activate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--code", required=True, metavar="CODE", help="the activation code")
    parser.add_argument("--user", required=True, metavar="NAME", help="the user name that is wished")
    parser.add_argument("--password-stdin", action="store_true", help="read the password from standard input")


def _describe_verify(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--store", metavar="PLACE", help=STORE_HELP)


def run(arguments: argparse.Namespace) -> int:
    """Serve, invite, activate, make a token or verify."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    try:
        need_server_parts(serving=arguments.action == "serve")
        return _run(arguments, terminal)
    except PortalError as problem:
        if getattr(arguments, "ends_with_input", False):  # for the window that started it
            terminal.document({"trouble": problem.code, "parts": problem.facts.get("parts")})
        raise


def _run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from portal.server.base.problems import Problem
    from portal.server.objects.remote import StoreUnavailable

    doing: dict[str, Callable[[argparse.Namespace, Terminal], int | None]] = {
        "serve": _serve,
        "invite": _invite,
        "activate": _activate,
        "verify": _verify,
        "connect": portal_connect.connect,
        "token": portal_tokens.make,
        "tokens": portal_tokens.show,
        "practice": portal_practice.practice,
        "settings": portal_practice.settings,
        "reinstate": portal_practice.reinstate,
        "reset-factor": portal_practice.reset_factor,
        "delete-account": portal_practice.delete_account,
        "report-complete": portal_practice.report_complete,
        "remove": portal_practice.remove,
        "removed": portal_practice.removed,
        "staff": portal_staff.staff,
        "revoke-token": portal_tokens.end,
        "rotate-key": portal_practice.rotate_key,
    }
    try:
        return doing[arguments.action](arguments, terminal) or DONE
    except Problem as problem:
        raise PortalError(_code(arguments.action, problem)) from problem
    except StoreUnavailable as error:
        raise PortalError("portal-store-away") from error


def _serve(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from portal.server.running.serve import serve

    os.umask(0o077)
    settings = serve_settings(arguments)
    if arguments.ends_with_input:
        threading.Thread(target=_end_with_input, name="input", daemon=True).start()
    logging.getLogger("portal").addHandler(_log_lines())  # its own mistakes, for whoever runs it
    if arguments.beside is not None:
        portal_workers.serve_beside(arguments, settings)
        return

    def ready(url: str) -> None:
        if terminal.json:
            terminal.document({"url": url, "pid": os.getpid(), "staff_token_file": str(settings.staff_token_file)})
        terminal.say(f"The portal answers at {url}.")
        if settings.local:
            terminal.say("It is a practice portal on this computer: links reach nobody else.")
        terminal.say("End it with Ctrl+C.")

    crew, tls = portal_workers.crew(arguments), tls_files(arguments)
    serve(settings, arguments.host, arguments.port, ready, tls, crew=crew, joins=arguments.join)
    terminal.say("The portal has ended.")


def _log_lines() -> logging.Handler:
    """Give what writes log lines on stderr, each with its moment (UTC) and how grave it is."""
    lines, form = logging.StreamHandler(), logging.Formatter("%(asctime)s.%(msecs)03dZ %(levelname)s %(message)s")
    form.converter, form.datefmt = time.gmtime, "%Y-%m-%dT%H:%M:%S"
    lines.setFormatter(form)
    return lines


def _end_with_input() -> None:
    """End as SIGTERM would once whoever started this server let go of its input, or is gone."""
    with contextlib.suppress(OSError):
        while os.read(0, 1):  # not sys.stdin: its lock would be held when the interpreter ends
            pass
    signal.raise_signal(signal.SIGTERM)


def _invite(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from portal.server.running.administration import administration
    from portal.wire.accounts import Invitation

    invitation = Invitation(
        patient_name=arguments.name,
        patient_birth_date=arguments.birth_date.replace("-", ""),
        email=arguments.email,
        phone=arguments.phone,
        patient_id=arguments.patient_id,
        patient_sex=arguments.sex,
    )
    with administration(data_settings(arguments), practice=arguments.of_practice) as practice:
        made = practice.invite(invitation)
    if terminal.json:
        terminal.document({"activation_code": made.activation_code, "url": made.url, "expires_at": made.expires_at})
        return
    terminal.hand_over(f"Activation code: {made.activation_code}")
    terminal.hand_over(f"It works once, until {made.expires_at[:10]}, at {made.url}")
    if made.told:
        terminal.say("The server sends it to the person as well, if it was started with a way to send.")


def _activate(arguments: argparse.Namespace, terminal: Terminal) -> None:
    from portal.server.running.administration import administration
    from portal.wire.accounts import Activation

    activation = Activation(arguments.code, arguments.user, _password(arguments))
    with administration(data_settings(arguments)) as practice:
        practice.activate(activation)
    if terminal.json:
        terminal.document({"user_name": arguments.user})
    terminal.say(f"The account is ready. Sign in as {arguments.user}.")


def _verify(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from portal.server.running.administration import administration

    settings = with_store(data_settings(arguments), arguments.store)
    with administration(settings) as practice:
        found, activity = practice.verify(terminal.job()), practice.verify_activity(terminal.job())
    if terminal.json:
        problems = [{"kind": "object", **asdict(one)} for one in found.damaged]
        problems += [{"kind": "activity", **asdict(one)} for one in activity.broken]
        terminal.document({**asdict(found), "activity": activity.lines, "problems": problems})
    _say_objects(found, terminal)
    _say_activity(activity, terminal)
    return DONE_WITH_PROBLEMS if found.damaged or activity.broken else DONE


def _say_objects(found: Verified, terminal: Terminal) -> None:
    if not found.damaged:
        terminal.say(counted("(The|Both|All %n) file(s) (is|are) as (it|they) came.", found.objects))
    else:
        terminal.say(f"{len(found.damaged):,} of {found.objects:,} are damaged or missing, and have to be sent again:")
        for one in found.damaged:
            terminal.say(f"    {one.sha256} ({one.found}) in {', '.join(one.exams) or 'no exam'}")


def _say_activity(activity: VerifiedActivity, terminal: Terminal) -> None:
    if not activity.broken:
        terminal.say(f"All {activity.lines:,} lines of the activity follow on one another.")
    for one in activity.broken:
        where = f"at line {one.activity} ({one.found})"
        if one.activity is None:
            where = "all of it was written anew" if one.found == "rewritten" else "at its end, where lines are gone"
        terminal.say(f"The activity of account {one.account} was changed from outside: {where}.")


def _password(arguments: argparse.Namespace) -> str:
    """Read the password from where it is not seen; never from the command line, which others can list."""
    import getpass
    import sys

    if arguments.password_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    if not sys.stdin.isatty():
        raise WrongUsage("give the password on standard input, with --password-stdin.")
    return getpass.getpass("Password: ")


def _code(action: str, problem: Problem) -> str:
    """Give the words' code for what the portal's own functions refused."""
    fields = [str(each["field"]) for each in problem.facts.get("fields", [])]
    if action == "staff" and problem.code == "conflict":
        return "last-administrator" if problem.facts.get("reason") == "last-administrator" else "member-came-in"
    if action == "delete-account" and "field" in problem.facts:
        return "no-such-practice" if problem.facts["field"] == "practice" else "account-elsewhere"
    if action == "activate" and problem.code == "invalid-request":
        return "user-name-rules" if "user_name" in fields else "password-rules"
    return {
        ("activate", "not-found"): "activation-code-unknown",
        ("activate", "code-used"): "activation-code-over",
        ("activate", "conflict"): "user-name-taken",
        ("token", "not-found"): "no-such-account",
        ("token", "account-lapsed"): "account-lapsed",
        ("reinstate", "not-found"): "no-such-account",
        ("reset-factor", "not-found"): "no-second-factor",
        ("delete-account", "not-found"): "no-such-account",
        ("delete-account", "conflict"): "images-elsewhere",
        ("settings", "invalid-request"): "practice-rules",
        ("tokens", "not-found"): "no-such-account",
        ("revoke-token", "not-found"): "no-such-token",
        ("practice", "invalid-request"): "practice-rules",
        ("staff", "invalid-request"): "staff-rules",
        ("staff", "not-found"): "no-such-member",
        ("report-complete", "not-found"): "nothing-of-the-practice",
        ("report-complete", "conflict"): "nothing-of-the-practice",
        ("report-complete", "invalid-request"): "not-a-past-moment",
        ("remove", "not-found"): "nothing-of-the-practice",
        ("remove", "conflict"): "images-elsewhere",
        ("removed", "not-found"): "nothing-of-the-practice",
        ("invite", "conflict"): "has-account",
        ("invite", "not-found"): "no-such-practice",
        ("settings", "not-found"): "no-such-practice",
        ("practice", "not-found"): "no-such-practice",
        ("practice", "conflict"): "practice-there",
        ("invite", "invalid-request"): "invitation-incomplete",
    }[action, problem.code]
