"""`scanshelf upload`: studies of the shelf to the account, or to a plain DICOMweb server."""

from __future__ import annotations

import argparse
from contextlib import closing

from app.build import Workers, open_library
from app.cli.portal_account import signed_in
from app.cli.run import DONE, DONE_WITH_PROBLEMS, NOT_DONE
from app.cli.sending_words import identity_lines, report_lines
from app.cli.server_token import server_token
from app.cli.terminal import Terminal
from app.places import library_folder
from app.sending import dicomweb_target
from core.errors import PortalError, ScanshelfError
from importer.copy.twins import heal
from library.index.rows import StudyRow, TargetKind
from library.shelf import Library
from portal.client.upload.engine import upload_study
from portal.client.upload.identity import Identified, check_identity
from portal.client.upload.order import UploadReport
from portal.client.upload.reporting import report_of, report_to_json
from portal.client.upload.targets.portal_target import PortalTarget
from portal.client.upload.targets.target import Target
from portal.wire import Account, to_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument(
        "uids", metavar="UID", nargs="+", help="Study Instance UIDs (person:UID where two persons have it)"
    )
    parser.add_argument(
        "--to", metavar="URL", help="a DICOMweb server, user and password in the URL where it needs them"
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
        studies = _studies(library, arguments.uids)
        if arguments.to:
            token = server_token(arguments, arguments.to)
            with (
                Workers(decode_workers=1) as workers,
                closing(dicomweb_target(arguments.to, library, workers, token)) as target,
            ):
                return send(terminal, library, target, "dicomweb", studies, None)
        with signed_in(arguments, terminal) as portal:
            account = portal.whoami()
            if (refusal := _refusal(account, studies, arguments.person_confirmed)) is not None:
                return _refuse(terminal, *refusal)
            portal_target, confirmed = PortalTarget(portal.connection), arguments.person_confirmed
            return send(terminal, library, portal_target, "portal", studies, confirmed, account.id)


def send(
    terminal: Terminal,
    library: Library,
    target: Target,
    kind: TargetKind,
    studies: list[StudyRow],
    person_confirmed: str | None,
    account: str | None = None,
) -> int:
    """Put studies into the queue and bring each as far as it goes."""
    keys = [f"{study.person_key}:{study.key}" for study in studies]
    _heal(terminal, library, keys)
    uploads = [
        library.begin_upload(key, target.url, kind, person_confirmed=person_confirmed, account=account) for key in keys
    ]
    return send_queued(terminal, library, target, uploads)


def _heal(terminal: Terminal, library: Library, keys: list[str]) -> None:
    """Compare what earlier imports kept as damaged or in conflict beside another copy: it may be whole by now."""
    doubtful = [key for key in keys if library.doubtful_uids(key)]
    if doubtful:
        with Workers(decode_workers=1) as workers:
            for key in doubtful:
                heal(library, workers, terminal.job(), key)


def send_queued(terminal: Terminal, library: Library, target: Target, uploads: list[str]) -> int:
    """Bring uploads of the queue as far as they go, and tell; what keeps one from ending keeps those behind it."""
    job, problem = terminal.job(), None
    for upload in uploads:
        try:
            upload_study(upload, library, target, job)
        except ScanshelfError as error:
            problem = error
            break
    reports = [report_of(library, upload) for upload in uploads]
    if terminal.json:
        terminal.document({"uploads": [report_to_json(report) for report in reports]})
    for report in reports:
        for line in report_lines(report, library.upload(report.upload), passed_on=target.notes_left_out):
            terminal.say(line)
    if problem is not None:
        terminal.explain(problem)
    return _status(reports, problem)


def _status(reports: list[UploadReport], problem: ScanshelfError | None) -> int:
    if all(report.state == "complete" for report in reports):
        return DONE
    nothing = all(report.stored + report.already == 0 for report in reports)
    return NOT_DONE if problem is not None and nothing else DONE_WITH_PROBLEMS


def _studies(library: Library, uids: list[str]) -> list[StudyRow]:
    """Look all up before anything is sent; a series or image is no whole study."""
    found: dict[tuple[str, str], StudyRow] = {}
    for uid in uids:
        level, rows = library.resolve(uid)
        if level != "study" or rows[0].study_instance_uid is None:
            raise PortalError("nothing-to-send", uid=uid, level=level)
        study = library.study(f"{rows[0].person_key}:{rows[0].study_key}")
        found[study.person_key, study.key] = study
    return list(found.values())


def _refusal(account: Account, studies: list[StudyRow], confirmed: str | None) -> tuple[str, Identified] | None:
    for identified in (check_identity(account, study) for study in studies):
        if identified.verdict == "other":
            return "other-person", identified
        if identified.verdict == "perhaps" and not confirmed:
            return "person-unclear", identified
    return None


def _refuse(terminal: Terminal, code: str, identified: Identified) -> int:
    """Say whose images and whose account these are, side by side; nothing was sent."""
    if terminal.json:
        said = {"verdict": identified.verdict, "study": to_json(identified.study)}
        terminal.document({"uploads": [], "code": code, "identity": said | {"account": to_json(identified.account)}})
    for line in identity_lines(identified):
        terminal.complain(line)
    terminal.explain(PortalError(code))
    return NOT_DONE
