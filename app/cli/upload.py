"""`scanshelf upload`: studies of the shelf to the account, or to a plain DICOMweb server."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from app.actions import comparing, sending, servers, signing_in
from app.actions.sending import Refusal, Sent
from app.actions.servers import Wish
from app.build import Workers, open_library
from app.cli.portal_account import access, signed_in
from app.cli.run import DONE, DONE_WITH_PROBLEMS, NOT_DONE
from app.cli.sending_limit import Limit, kilobytes
from app.cli.sending_words import identity_lines, next_lines, report_lines
from app.cli.terminal import Terminal
from app.places import library_folder
from core.errors import PortalError
from dicom.people.names import display_name
from portal.client.upload.reporting import report_to_json
from portal.wire.json_values import to_json

if TYPE_CHECKING:
    from library.index.rows import StudyRow, TargetKind
    from library.shelf import Library
    from portal.client.upload.pace import Progress
    from portal.client.upload.targets.target import Target
    from portal.wire.accounts import Account


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument(
        "uids", metavar="UID", nargs="+", help="Study Instance UIDs (person:UID where two persons have it)"
    )
    parser.add_argument(
        "--to", metavar="URL", help="a DICOMweb server, user and password in the URL where it needs them"
    )
    parser.add_argument(
        "--keep-password",
        action="store_true",
        help="keep user and password of --to in the keyring, for `uploads --retry` and `--resume`",
    )
    add_server_arguments(parser)
    parser.add_argument(
        "--limit",
        metavar="KB/S",
        type=kilobytes,
        help="kilobytes a second this run may use, or off (default: what `uploads --limit` keeps)",
    )
    parser.add_argument(
        "--person-confirmed",
        metavar="REASON",
        help="that the images are this account's, where names or dates differ, and why; the practice sees it",
    )


def run(arguments: argparse.Namespace) -> int:
    """Send whole studies; nothing is sent before it is clear whose they are."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    with open_library(library_folder(arguments.library)) as library:
        terminal.tell_recovered(library.recovered)
        studies = sending.whole_studies(library, arguments.uids)
        if arguments.to:
            with (
                Workers(decode_workers=1) as workers,
                servers.open_dicomweb(server_wish(arguments, arguments.to), library, workers, access()) as target,
            ):
                tell_server(terminal, arguments.to)
                if arguments.keep_password and not servers.keep_password(arguments.to, access()):
                    terminal.complain("The password was not kept: the address has none, or no keyring can be used.")
                return _send(terminal, library, target, "dicomweb", studies, limit=arguments.limit)
        with signed_in(arguments, terminal) as portal:
            account, confirmed = portal.whoami(), arguments.person_confirmed
            if (refusal := sending.refusal_of(account, studies, confirmed)) is not None:
                return _refuse(terminal, refusal)
            terminal.say(f"To the account {account.user_name} of {whose(account)}, at {portal.url}")
            to = sending.account_target(portal)
            return _send(terminal, library, to, "portal", studies, confirmed, account.id, limit=arguments.limit)


def whose(account: Account) -> str:
    """Name the persons an account stands for."""
    return ", ".join(display_name(person.patient_name) or "nobody named" for person in account.persons)


def add_server_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe what a plain DICOMweb server may need."""
    parser.add_argument(
        "--explicit-vr",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="write Implicit VR objects anew with explicit VRs for a DICOMweb server (default: by its address)",
    )


def server_wish(arguments: argparse.Namespace, server: str) -> Wish:
    """Say how a plain DICOMweb server is meant, with the token that is meant for it."""
    address = servers.server_address(server)
    token = signing_in.token_for_server(address, access(), arguments.portal, arguments.token_file)
    return Wish(server, token, arguments.explicit_vr)


def tell_server(terminal: Terminal, server: str) -> None:
    """Say what is known of a server by its address, and that this is from paper."""
    profile = servers.known_server(server)
    if profile is not None and not profile.tested:
        terminal.say(f"{profile.name}: as its documentation says; Scanshelf was not tested against the live service.")


def _send(
    terminal: Terminal,
    library: Library,
    target: Target,
    kind: TargetKind,
    studies: list[StudyRow],
    confirmed: str | None = None,
    account: str | None = None,
    *,
    limit: int | None = None,
) -> int:
    """Put studies into the queue and bring each as far as it goes; what is doubtful may be whole by now."""
    keys = [f"{study.person_key}:{study.key}" for study in studies]
    with Workers(decode_workers=1) as workers:
        comparing.heal_studies(library, workers, keys, terminal.job())
    uploads = sending.queue_up(library, keys, target.url, kind, person_confirmed=confirmed, account=account)
    return send_queued(terminal, library, target, uploads, limit=limit)


def send_queued(
    terminal: Terminal, library: Library, target: Target, uploads: list[str], *, limit: int | None = None
) -> int:
    """Bring uploads of the queue as far as they go, and tell; `limit` is in KB a second, None the kept one."""
    job, of_the_line = terminal.job(), Limit(limit)

    def watch(progress: Progress) -> None:
        of_the_line.look()
        job.seconds_left = progress.seconds_left

    sent = sending.send_now(library, uploads, target, job, of_the_line.bandwidth, watch)
    if terminal.json:
        terminal.document({"uploads": [report_to_json(report) for report in sent.reports]})
    for report in sent.reports:
        for line in report_lines(report, library.upload(report.upload), passed_on=target.notes_left_out):
            terminal.say(line)
    if sent.problem is not None:
        terminal.explain(sent.problem)
    for report in sent.reports:
        for words in next_lines(report):
            terminal.say(words)
    return _status(sent)


def _status(sent: Sent) -> int:
    if all(report.state == "complete" for report in sent.reports):
        return DONE
    nothing = all(report.stored + report.already == 0 for report in sent.reports)
    return NOT_DONE if sent.problem is not None and nothing else DONE_WITH_PROBLEMS


def _refuse(terminal: Terminal, refusal: Refusal) -> int:
    """Say whose images and whose account these are, side by side; nothing was sent."""
    identified = refusal.identified
    if terminal.json:
        said = {"verdict": identified.verdict, "study": to_json(identified.study)}
        identity = said | {"account": to_json(identified.account)}
        terminal.document({"uploads": [], "code": refusal.code, "identity": identity})
    for line in identity_lines(identified):
        terminal.complain(line)
    terminal.explain(PortalError(refusal.code))
    return NOT_DONE
