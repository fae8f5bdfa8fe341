"""Uploads of patients that name somebody else, as the practice's desk is asked about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from portal.names import Uid
from portal.wire.people import Person

QuestionState = Literal["open", "accepted", "refused"]


@dataclass(frozen=True, slots=True)
class IdentityQuestion:
    """Are these images of this patient? `named` is who stands in them, `reason` why the patient says they are.

    "other": nothing of them is here, and comes only once the answer is yes. "perhaps": the patient vouched for them,
    and they are in the account, marked as added by the patient; with no they are taken out.
    """

    id: str
    likeness: Literal["perhaps", "other"]
    named: Person
    patient: int
    person: Person
    study_instance_uid: Uid
    images: int
    state: QuestionState
    asked_at: str
    reason: str | None = None
    decided_at: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityQuestions:
    """`GET staff/uploads`: newest first."""

    questions: tuple[IdentityQuestion, ...]
    next_cursor: str | None = None


@dataclass(frozen=True, slots=True)
class IdentityAnswer:
    """`POST staff/uploads/{id}/answer`: whether they are the patient's."""

    theirs: bool
