"""Whose study is it: compared with the account before anything is sent."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dicom.people.same_person import Verdict, compare, identity_of
from library.index.rows import StudyRow
from portal.wire.accounts import Account
from portal.wire.people import Person

_RANK = {"same": 0, "perhaps": 1, "other": 2}


@dataclass(frozen=True, slots=True)
class Identified:
    """How a study's person compares with the one of the account that is most like it; both, side by side."""

    verdict: Verdict
    study: Person
    account: Person
    account_id: str = ""
    name_guessed: bool = False  # the images do not say how the name is written


def person_of(study: StudyRow) -> Person:
    """Give the identity in the images of a study, without the NULs of odd discs, which no portal takes."""
    said = (
        study.patient_name,
        study.patient_birth_date,
        study.patient_id,
        study.issuer_of_patient_id,
        study.patient_sex,
    )
    return Person(*(text and text.replace("\0", " ").strip() for text in said))


def check_identity(account: Account, study: StudyRow) -> Identified:
    """Compare a study's person with everybody the account stands for; an account without persons is somebody else."""
    ours = person_of(study)
    asked = replace(identity_of(ours), name_guessed=study.name_guessed)
    guessed = study.name_guessed
    compared = [Identified(compare(asked, theirs), ours, theirs, account.id, guessed) for theirs in account.persons]
    return min(
        compared, key=lambda one: _RANK[one.verdict], default=Identified("other", ours, Person(), account.id, guessed)
    )
