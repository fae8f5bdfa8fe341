"""What happened in an account."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from portal.names import ExamId, ShareId

ActivityKind = Literal[
    "signed-in",
    "signed-out",
    "wrong-password",
    "password-changed",
    "contact-changed",
    "email-confirmed",  # the new address, by its own letter
    "email-undone",  # by the letter to the address of before
    "notices-changed",  # which letters come
    "practice-joined",  # its exams came under this sign-in
    "practice-left",  # it took its part of the account away
    "factor-on",  # a second factor at the sign-in
    "factor-off",
    "factor-reset",  # by the practice
    "passkey-added",
    "passkey-removed",
    "wrong-factor",
    "recovery-code-used",
    "recovery-codes-made",
    "deletion-asked",
    "account-deleted",  # by the practice, as is the next
    "reinstated",  # after a year's rest
    "account-made",  # by the practice, as are the next four
    "patient-changed",
    "blocked",
    "unblocked",
    "code-made",
    "token-created",
    "token-revoked",
    "uploaded",
    "viewed",  # by the owner: once an hour for each exam, as are those of the practice and downloads
    "downloaded",
    "practice-viewed",
    "practice-downloaded",
    "share-created",
    "share-edited",
    "share-revoked",
    "share-opened",
    "share-downloaded",
    "wrong-code",
    "share-locked",
    "report-added",
    "report-completed",  # by the practice, as are the next three
    "report-released",  # early, by hand
    "report-held",
    "report-by-rule",
    "exam-removed",  # by the practice, as are the next two
    "images-removed",
    "report-removed",
    "upload-accepted",  # the practice said whose images are that name somebody else
    "upload-refused",
    "doctor-assigned",  # a referring doctor was given exams, by the practice
    "doctor-unassigned",
    "doctor-viewed",  # once an hour for each exam
    "doctor-downloaded",
    "member-added",  # of staff and doctors themselves, as are the next two
    "roles-changed",
    "member-removed",
]


@dataclass(frozen=True, slots=True)
class Activity:
    """One line of what happened; `details` are facts such as recipient_name, instances, remaining_attempts.

    `exam_names` are the names of those of its exams that are still there, () from an older portal.
    """

    id: int
    at: str
    kind: ActivityKind
    exam_ids: tuple[ExamId, ...] = ()
    share_id: ShareId | None = None
    actor: str | None = None
    details: dict[str, Any] | None = None
    exam_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ActivityPage:
    """`GET audit` and `GET exams/{id}/activity`: newest first."""

    activity: tuple[Activity, ...]
    next_cursor: str | None = None
