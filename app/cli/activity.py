"""`scanshelf activity`: what happened with exams and shares, newest first."""

from __future__ import annotations

import argparse

from app.cli.portal_account import exam_id_of, signed_in
from app.cli.run import DONE
from app.cli.terminal import Terminal, WrongUsage
from app.words.english_numbers import counted
from app.words.moments import moment_words
from portal.wire.activity import Activity
from portal.wire.json_values import to_json

KINDS = {
    "signed-in": "you signed in",
    "signed-out": "a sign-in was ended",
    "wrong-password": "a wrong password was tried",
    "password-changed": "the password was changed",
    "contact-changed": "e-mail address or phone was changed",
    "email-confirmed": "the new e-mail address was confirmed",
    "email-undone": "the change of the e-mail address was undone",
    "practice-joined": "another practice came under this sign-in",
    "practice-left": "a practice took its part of the account away",
    "factor-on": "a second step was added to the sign-in",
    "factor-off": "the second step of the sign-in was taken away",
    "factor-reset": "the practice took the second step of the sign-in away",
    "passkey-added": "a passkey was added",
    "passkey-removed": "a passkey was taken away",
    "wrong-factor": "a wrong code was typed after the right password",
    "recovery-code-used": "a recovery code was used",
    "recovery-codes-made": "new recovery codes were made",
    "deletion-asked": "you asked the practice to delete the account",
    "account-deleted": "the practice deleted the account",
    "reinstated": "the practice opened the account again",
    "notices-changed": "which letters come was changed",
    "token-created": "a token for programs was made",
    "token-revoked": "a token for programs was ended",
    "viewed": "an exam was looked at with your account",
    "practice-viewed": "the practice looked at an exam",
    "practice-downloaded": "the practice downloaded an exam",
    "exam-removed": "the practice took an exam out",
    "images-removed": "the practice took images out",
    "report-removed": "the practice took a report out",
    "uploaded": "images were sent to your account",
    "downloaded": "images were downloaded from your account",
    "share-created": "a share was made",
    "share-edited": "the end of a share was moved",
    "share-revoked": "a share was ended",
    "share-opened": "a share was opened",
    "share-downloaded": "a recipient downloaded images",
    "wrong-code": "a wrong code was tried",
    "share-locked": "a share was locked: too many wrong codes",
    "report-added": "a report came in",
    "report-completed": "the practice said that a report is complete",
    "report-released": "the practice released a report early",
    "report-held": "the practice holds a report back",
    "report-by-rule": "a report is released by the practice's rule again",
    "account-made": "the practice made the account",
    "patient-changed": "the practice corrected name, birth date or Patient ID",
    "blocked": "the practice blocked the account",
    "unblocked": "the practice let the account in again",
    "code-made": "the practice made an activation code",
    "upload-accepted": "the practice accepted images that name somebody else",
    "upload-refused": "the practice refused images that name somebody else",
    "doctor-assigned": "a referring doctor was given access",
    "doctor-unassigned": "a referring doctor's access was ended",
    "doctor-viewed": "a referring doctor looked at an exam",
    "doctor-downloaded": "a referring doctor downloaded an exam",
    "member-added": "a sign-in at the practice was made",
    "roles-changed": "roles were changed",
    "member-removed": "a sign-in at the practice was ended",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("exam", metavar="STUDY", nargs="?", help="an exam's id or a Study Instance UID: only of that")
    parser.add_argument("--share", metavar="ID", help="only of this share")


def run(arguments: argparse.Namespace) -> int:
    """List what happened."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    if arguments.exam and arguments.share:
        raise WrongUsage("name an exam or a share, not both.")
    with signed_in(arguments, terminal) as portal:
        exam = exam_id_of(portal, arguments.exam) if arguments.exam else None
        activity = portal.activity(exam, arguments.share)
    if terminal.json:
        terminal.document({"activity": [to_json(each) for each in activity]})
        return DONE
    for each in activity:
        terminal.say(_line(each))
    if not activity:
        terminal.say("Nothing has happened yet.")
    return DONE


def _line(each: Activity) -> str:
    details = each.details or {}
    said = f"{moment_words(each.at)}: {KINDS.get(each.kind, each.kind)}"
    if each.exam_names:
        said += f": {', '.join(f'“{name}”' for name in each.exam_names)}"
    if who := details.get("recipient_name"):
        said += f" by {who}"
    if whence := [str(details[name]) for name in ("from_program", "from_network") if details.get(name)]:
        said += f" from {', '.join(whence)}"
    if isinstance(images := details.get("instances"), int):
        said += f", {counted('%n file(s)', images)}"
    if isinstance(left := details.get("remaining_attempts"), int):
        said += f", {counted('%n tr(y|ies) left', left)}"
    return said
