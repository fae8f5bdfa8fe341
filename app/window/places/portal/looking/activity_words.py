"""What happened with exams and shares, in sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from app.window.appearance.formats import date_words
from app.window.places.portal.words import moment_text, quoted, words
from core.language.isolates import isolated
from core.ui.parts import Tone
from portal.exam_names import exam_name
from portal.ui.entries import ActivityLine
from portal.wire.activity import Activity
from portal.wire.exams import Exam
from portal.wire.sharing import Share

WARNING_KINDS = frozenset({"wrong-code", "wrong-password", "wrong-factor", "factor-reset", "recovery-code-used"})
WARNING_KINDS |= {"exam-removed", "images-removed", "report-removed"}


def activity_lines(
    activity: Sequence[Activity], exams: Mapping[str, str], shares: Mapping[str, Share]
) -> list[ActivityLine]:
    """Write what happened in sentences."""
    return [_line(one, exams, shares.get(one.share_id or "")) for one in activity]


def exam_choices(exams: Sequence[Exam]) -> list[tuple[str, str]]:
    """Name the exams to filter by."""
    return [(exam.id, f"{isolated(exam_name(exam).main)}, {date_words(exam.exam_date)}") for exam in exams]


def _sentences() -> dict[str, str]:
    """Give what happened by its kind, to be filled with what, whom and who."""
    return {
        "signed-in": words("You signed in"),
        "signed-out": words("A sign-in was ended"),
        "wrong-password": words("A wrong password was tried for your account"),
        "password-changed": words("The password was changed, and everybody signed out"),
        "contact-changed": words("Your e-mail address or phone number was changed"),
        "email-confirmed": words("Your new e-mail address was confirmed"),
        "email-undone": words("The change of your e-mail address was undone, and everybody signed out"),
        "notices-changed": words("You changed which letters come to you"),
        "practice-joined": words("Another practice came under your sign-in"),
        "practice-left": words("A practice took its part of your account away"),
        "factor-on": words("A second step was added to your sign-in"),
        "factor-off": words("The second step of your sign-in was taken away"),
        "factor-reset": words("The practice took the second step of your sign-in away"),
        "passkey-added": words("A passkey was added to your account"),
        "passkey-removed": words("A passkey was taken out of your account"),
        "wrong-factor": words("Somebody typed your password and then a wrong code"),
        "recovery-code-used": words("A recovery code was used"),
        "recovery-codes-made": words("New recovery codes were made"),
        "deletion-asked": words("You asked the practice to delete your account"),
        "account-deleted": words("The practice deleted the account"),
        "reinstated": words("The practice opened your account again after a year's rest"),
        "token-created": words("A token for your own programs was made"),
        "token-revoked": words("A token for your own programs was ended"),
        "uploaded": words("You sent {what}"),
        "viewed": words("You looked at {what}"),
        "practice-viewed": words("The practice looked at {what}"),
        "practice-downloaded": words("The practice downloaded {what}"),
        "exam-removed": words("The practice took {what} out of your account"),
        "images-removed": words("The practice took images out of {what}"),
        "report-removed": words("The practice took the report of {what} out"),
        "downloaded": words("You downloaded {what}"),
        "share-created": words("You shared {what} with {whom}"),
        "share-edited": words("You changed until when {what} is shared with {whom}"),
        "share-revoked": words("You stopped sharing {what} with {whom}"),
        "share-opened": words("{who} opened {what}, shared with {whom}"),
        "share-downloaded": words("{who} downloaded {what}, shared with {whom}"),
        "wrong-code": words("A wrong code was tried for {what}, shared with {whom}."),
        "share-locked": words("Too many wrong codes: {what}, shared with {whom}, is locked"),
        "report-added": words("The report of {what} is there"),
        "report-completed": words("The practice said that the report of {what} is complete"),
        "report-released": words("The practice released the report of {what} early"),
        "report-held": words("The practice holds the report of {what} back"),
        "report-by-rule": words("The report of {what} is released by the practice's rule again"),
        "account-made": words("The practice made your account"),
        "patient-changed": words("The practice corrected your name, birth date or Patient ID"),
        "blocked": words("The practice blocked your account"),
        "unblocked": words("The practice opened your account again"),
        "code-made": words("The practice made an activation code for your account"),
        "upload-accepted": words("The practice said that images naming somebody else are yours"),
        "upload-refused": words("The practice said that images naming somebody else are not yours"),
        "doctor-assigned": words("The practice gave a referring doctor access to {what}"),
        "doctor-unassigned": words("The practice ended a referring doctor's access to {what}"),
        "doctor-viewed": words("{by} looked at {what}"),
        "doctor-downloaded": words("{by} downloaded {what}"),
        "member-added": words("Your sign-in at the practice was made"),
        "roles-changed": words("What you may do at the practice was changed"),
        "member-removed": words("Your sign-in at the practice was ended"),
    }


def _line(one: Activity, exams: Mapping[str, str], share: Share | None) -> ActivityLine:
    details = one.details or {}
    names = one.exam_names or [exams[key] for key in one.exam_ids if key in exams]
    named = names or ([exam_name(share).main] if share is not None else [])
    what = ", ".join(map(quoted, named)) or words("an exam")
    whom = isolated(share.label) if share is not None and share.label else words("somebody you gave the link")
    who = isolated(str(details.get("recipient_name") or "")) if details.get("recipient_name") else words("Somebody")
    by = isolated(one.actor) if one.actor else words("A referring doctor")
    left = details.get("remaining_attempts")
    images = details.get("instances")
    known = _sentences().get(one.kind)  # what else it says is no pattern of ours to be filled
    said = isolated(one.kind) if known is None else known.format(what=what, whom=whom, who=who, by=by)
    if one.kind == "uploaded" and _counts(images):
        said += f" · {words('%n file(s)', images)}"
    if whence := [isolated(str(details[name])) for name in ("from_program", "from_network") if details.get(name)]:
        said += " · " + words("from {where}").format(where=", ".join(whence))
    if one.kind == "wrong-code" and _counts(left):
        said += " " + words("%n tr(y|ies) (is|are) left.", left)
    tone: Tone = "loss" if one.kind == "share-locked" else "amber" if one.kind in WARNING_KINDS else ""
    return ActivityLine(moment_text(one.at), said, one.exam_ids, tone)


def _counts(said: Any) -> TypeGuard[int]:
    return isinstance(said, int) and not isinstance(said, bool) and said >= 0
