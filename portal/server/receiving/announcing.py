"""Taking a manifest in: whatever its length, it is written in short transactions, so that nobody waits behind it.

Until the last of them the upload counts as being announced, and cannot be completed; a manifest that is cut off by the
end of the server is simply sent again. One account announces and completes one thing at a time.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from dicom.people.same_person import Verdict, compare
from portal.server.access.caller import Caller
from portal.server.base.problems import Problem
from portal.server.base.rows import held
from portal.server.base.tables import AccountRow, PatientRow, UploadItemRow, UploadRow
from portal.server.exams.exam_shapes import person_shape
from portal.server.exams.wholeness import note_nameless, note_numbered, refuse_flood, untold
from portal.server.receiving.asking.questions import ask_practice, decided
from portal.server.receiving.manifests import check_manifest
from portal.server.receiving.owners import persons_of
from portal.server.receiving.uploads import Item, items_of, upload_shape
from portal.server.services import Services
from portal.wire.uploads import Manifest, Upload

SLICE = 500  # rows of one transaction
VOUCHED = "by the practice"
_ORDER: dict[Verdict, int] = {"same": 0, "perhaps": 1, "other": 2}


@dataclass(frozen=True, slots=True)
class _Known:
    """What was found before anything is written: the upload that is gone on with, and what it announced so far."""

    patient: int
    identity: Verdict
    upload: str | None
    items: Sequence[Item]
    grown: bool  # all it announced is announced again
    vouched: str | None = None  # by the practice, for images that name somebody else
    refused: bool = False


def open_upload(services: Services, caller: Caller, manifest: Manifest) -> Upload:
    """Take a manifest, and say what is missing; the same one again gives the state anew. Blocks."""
    check_manifest(manifest)
    wanted = [(item.sop_instance_uid, item.size, item.sha256) for item in manifest.items]
    with services.database.reading() as session:
        known = _look_up(session, services, caller, manifest, wanted)
    if known.identity == "other":
        raise _for_the_practice(services, caller, manifest, known)
    with services.database.reading() as session:
        refuse_flood(session, known.patient, manifest)
    upload = _begin(services, caller, manifest, known, announcing=known.items != wanted)
    if upload is None:
        return open_upload(services, caller, manifest)
    if known.items != wanted:
        _write_items(services, upload, known.items, wanted)
    _write_left_out(services, upload, manifest)
    _end(services, upload, told=manifest.left_out is not None)
    with services.database.reading() as session:
        return upload_shape(session, services.store, session.get_one(UploadRow, upload))


# -- what is looked up --


def _look_up(
    session: Session, services: Services, caller: Caller, manifest: Manifest, wanted: Sequence[Item]
) -> _Known:
    person, verdict = _whose(session, caller, manifest)
    answer = decided(session, caller.account, manifest) if verdict != "same" else None
    accepted = answer is not None and answer.state == "accepted"
    if not accepted and (verdict == "other" or answer is not None):
        return _Known(person.id, "other", None, (), grown=True, refused=answer is not None)
    vouched = f"{VOUCHED}: {answer.decided_by}" if answer is not None else None
    verdict = "perhaps" if verdict == "other" else verdict
    complete = _complete_already(session, services, caller, manifest, person.id, wanted)
    if complete is not None:
        return _Known(person.id, verdict, complete, wanted, grown=True, vouched=vouched)
    row = next(iter(_rows(session, caller, manifest, "open")), None)
    items = items_of(session, row.id) if row is not None else []
    announced = {uid for uid, _size, _sha256 in wanted}
    grown = row is None or (not row.announcing and {uid for uid, _size, _sha256 in items} <= announced)
    return _Known(person.id, verdict, row.id if row is not None else None, items, grown, vouched)


def _whose(session: Session, caller: Caller, manifest: Manifest) -> tuple[PatientRow, Verdict]:
    """Find the person of the account who fits best; raises `Problem` where none does, or nobody vouched for it."""
    persons = persons_of(session, caller.account)
    if not persons:
        raise Problem("not-allowed")
    verdicts = [(compare(person, manifest.person), person) for person in persons]
    verdict, person = min(verdicts, key=lambda found: _ORDER[found[0]])
    unconfirmed = verdict == "perhaps" and not (manifest.person_confirmed or "").strip()
    if unconfirmed and decided(session, caller.account, manifest) is None:
        raise Problem("person-unclear", **_facts(manifest, person))
    return person, verdict


def _facts(manifest: Manifest, person: PatientRow) -> dict[str, Any]:
    return {"person": asdict(manifest.person), "account_person": asdict(person_shape(person))}


def _for_the_practice(services: Services, caller: Caller, manifest: Manifest, known: _Known) -> Problem:
    """Refuse another person's images, and ask the practice whether they are the account's after all."""
    with services.database.writing() as session:
        person = session.get_one(PatientRow, known.patient)
        if not known.refused:
            ask_practice(session, str(caller.account), person.id, "other", manifest, services.clock())
        return Problem("other-person", asked=not known.refused, **_facts(manifest, person))


def _complete_already(
    session: Session,
    services: Services,
    caller: Caller,
    manifest: Manifest,
    patient: int,
    wanted: Sequence[Item],
) -> str | None:
    """Find the upload that brought exactly this, if all of it is still here."""
    hashes = {uid: sha256 for uid, _size, sha256 in wanted}
    for row in _rows(session, caller, manifest, "complete"):
        if row.patient != patient or {uid: sha256 for uid, _size, sha256 in items_of(session, row.id)} != hashes:
            continue
        said = upload_shape(session, services.store, row)
        if not said.missing and not said.conflicts:
            return row.id
    return None


def _rows(session: Session, caller: Caller, manifest: Manifest, state: str) -> list[UploadRow]:
    return list(
        session.scalars(
            select(UploadRow)
            .where(UploadRow.account == caller.account, UploadRow.state == state)
            .where(UploadRow.study_instance_uid == manifest.study_instance_uid)
            .order_by(UploadRow.created_at.desc())
        )
    )


# -- what is written, each in a transaction of its own --


def _begin(services: Services, caller: Caller, manifest: Manifest, known: _Known, *, announcing: bool) -> str | None:
    """Begin an upload, or go on with the one that is open for the study: there is one at a time.

    `None` where somebody else began it since it was looked for.
    """
    now = services.clock()
    with services.database.writing() as session:
        held(session, AccountRow, caller.account)
        if known.upload is None and _rows(session, caller, manifest, "open"):
            return None
        row = session.get(UploadRow, known.upload) if known.upload is not None else None
        if row is None:
            row = UploadRow(id=secrets.token_hex(8), account=caller.account, state="open", created_at=now)
            row.study_instance_uid = manifest.study_instance_uid
            session.add(row)
        if row.state == "open":
            row.patient, row.identity = known.patient, known.identity
            row.person, row.person_confirmed = asdict(manifest.person), known.vouched or manifest.person_confirmed
            if known.identity == "perhaps" and known.vouched is None:
                ask_practice(session, row.account, row.patient, "perhaps", manifest, now)
            row.announcing = announcing or row.announcing
        session.flush()
        note_nameless(session, row, manifest, grown=known.grown, now=now)
        return row.id


def _write_items(services: Services, upload: str, there: Sequence[Item], wanted: Sequence[Item]) -> None:
    """Bring the rows of the items from what is there to what is wanted; positions that stay the same stay."""
    for start in range(0, max(len(there), len(wanted)), SLICE):
        end = start + SLICE
        if there[start:end] == wanted[start:end]:
            continue
        fresh = [
            {"upload": upload, "position": place, "sop_instance_uid": uid, "size": size, "sha256": sha256}
            for place, (uid, size, sha256) in enumerate(wanted[start:end], start)
        ]
        position = UploadItemRow.position
        old = delete(UploadItemRow).where(UploadItemRow.upload == upload, position >= start, position < end)
        with services.database.writing() as session:
            held(session, UploadRow, upload)  # another process may be told the same list just now
            session.execute(old.execution_options(synchronize_session=False))
            if fresh:
                session.execute(insert(UploadItemRow), fresh)


def _write_left_out(services: Services, upload: str, manifest: Manifest) -> None:
    with services.database.reading() as session:
        said = iter(untold(session, session.get_one(UploadRow, upload), manifest).items())
    for some in iter(lambda: dict(islice(said, SLICE)), {}):
        with services.database.writing() as session:
            row = session.get_one(UploadRow, upload)
            held(session, PatientRow, row.patient)
            note_numbered(session, row, some, services.clock())


def _end(services: Services, upload: str, *, told: bool) -> None:
    with services.database.writing() as session:
        row = session.get_one(UploadRow, upload)
        row.announcing = False
        row.told = True if told else row.told
