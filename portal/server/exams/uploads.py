"""Uploads: what is to come, what of it is missing, and the proof that all of it has arrived."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from dicom.person import Verdict, compare
from portal import wire
from portal.names import Uid, UploadId
from portal.server.caller import Caller
from portal.server.dicomweb.owners import persons_of
from portal.server.dicomweb.store import ObjectStore
from portal.server.dicomweb.uids import is_uid
from portal.server.exams.exams import person_shape
from portal.server.exams.wholeness import LEFT_OUT_MOST, note_left_out
from portal.server.problems import Problem
from portal.server.tables import InstanceRow, PatientRow, UploadItemRow, UploadRow

_ORDER: dict[Verdict, int] = {"same": 0, "perhaps": 1, "other": 2}
_CHUNK = 500  # UIDs in one question
_LONGEST = 1024  # letters of anything said about a person, more than DICOM allows
_SIZE_MOST = 2**63 - 1  # what the database can count


def open_upload(
    session: Session, store: ObjectStore, caller: Caller, manifest: wire.Manifest, now: datetime
) -> wire.Upload:
    """Take a manifest, and say what is missing; the same one again gives the state anew."""
    _check(manifest)
    person, verdict = _whose(session, caller, manifest)
    row = _complete_already(session, store, caller, manifest, person)
    if row is None:
        row, before = _open(session, caller, manifest, person, verdict, now)
    else:
        before = set(_hashes(row.items))
    note_left_out(session, row, manifest, before, now)
    return upload_shape(session, store, row)


def upload_shape(session: Session, store: ObjectStore, row: UploadRow) -> wire.Upload:
    """Describe an upload as it stands."""
    held = held_hashes(session, row.patient, [item.sop_instance_uid for item in row.items])
    return wire.Upload(
        id=UploadId(row.id),
        study_instance_uid=Uid(row.study_instance_uid),
        state="complete" if row.state == "complete" else "open",
        identity="same" if row.identity == "same" else "perhaps",
        missing=tuple(Uid(item.sop_instance_uid) for item in row.items if _is_missing(store, held, item)),
        conflicts=tuple(
            Uid(item.sop_instance_uid)
            for item in row.items
            if held.get(item.sop_instance_uid, item.sha256) != item.sha256
        ),
        left_out_noted=bool(row.told),
    )


def _is_missing(store: ObjectStore, held: Mapping[str, str], item: UploadItemRow) -> bool:
    """Tell whether an instance has to be sent: also one whose object was found damaged and set aside."""
    sha256 = held.get(item.sop_instance_uid)
    return sha256 is None or (sha256 == item.sha256 and not store.holds(sha256, item.size))


def upload_of(session: Session, caller: Caller, upload: str) -> UploadRow:
    """Find one of the account's uploads; raises `Problem("not-found")`."""
    row = session.get(UploadRow, upload)
    if row is None or row.account != caller.account:
        raise Problem("not-found")
    return row


def held_hashes(session: Session, patient: int, sop_instance_uids: list[str]) -> dict[str, str]:
    """Give the hash of each of these instances that the person has here."""
    found: dict[str, str] = {}
    for start in range(0, len(sop_instance_uids), _CHUNK):
        rows = session.execute(
            select(InstanceRow.sop_instance_uid, InstanceRow.sha256).where(
                InstanceRow.patient == patient,
                InstanceRow.sop_instance_uid.in_(sop_instance_uids[start : start + _CHUNK]),
            )
        )
        found |= {row[0]: row[1] for row in rows}
    return found


def _check(manifest: wire.Manifest) -> None:
    """Refuse what no upload can be."""
    wrong = [
        field
        for field, right in (
            ("study_instance_uid", is_uid(manifest.study_instance_uid)),
            ("items", bool(manifest.items) and _each_once(manifest.items)),
            ("items.sop_instance_uid", all(is_uid(item.sop_instance_uid) for item in manifest.items)),
            ("items.sha256", all(_is_hash(item.sha256) and 0 < item.size <= _SIZE_MOST for item in manifest.items)),
            ("person", all(len(said or "") <= _LONGEST for said in asdict(manifest.person).values())),
            ("person_confirmed", len(manifest.person_confirmed or "") <= _LONGEST),
            ("consent", manifest.consent),
            ("left_out", _can_be_left_out(manifest)),
        )
        if not right
    ]
    if wrong:
        raise Problem("invalid-request", fields=[{"field": f"body.{field}", "reason": "value"} for field in wrong])


def _can_be_left_out(manifest: wire.Manifest) -> bool:
    """Tell whether each image is named once, as sent or as left out; the codes were checked when the body was read."""
    said = manifest.left_out or ()
    uids = [each.sop_instance_uid for each in said if each.sop_instance_uid is not None]
    return (
        len(said) <= LEFT_OUT_MOST
        and all(map(is_uid, uids))
        and len(set(uids)) == len(uids)
        and set(uids).isdisjoint(item.sop_instance_uid for item in manifest.items)
        and all(each.images == 1 if each.sop_instance_uid else 0 < each.images <= LEFT_OUT_MOST for each in said)
    )


def _each_once(items: Iterable[wire.ManifestItem]) -> bool:
    uids = [item.sop_instance_uid for item in items]
    return len(uids) == len(set(uids))


def _is_hash(text: str) -> bool:
    return len(text) == 64 and not set(text) - set("0123456789abcdef")


def _whose(session: Session, caller: Caller, manifest: wire.Manifest) -> tuple[PatientRow, Verdict]:
    """Find the person of the account who fits best; raises `Problem` where none does, or nobody vouched for it."""
    persons = persons_of(session, caller.account)
    if not persons:
        raise Problem("not-allowed")
    verdicts = [(compare(person, manifest.person), person) for person in persons]
    verdict, person = min(verdicts, key=lambda found: _ORDER[found[0]])
    facts = {"person": asdict(manifest.person), "account_person": asdict(person_shape(person))}
    if verdict == "other":
        raise Problem("other-person", **facts)
    if verdict == "perhaps" and not (manifest.person_confirmed or "").strip():
        raise Problem("person-unclear", **facts)
    return person, verdict


def _complete_already(
    session: Session, store: ObjectStore, caller: Caller, manifest: wire.Manifest, person: PatientRow
) -> UploadRow | None:
    """Find the upload that brought exactly this, if all of it is still here."""
    wanted = _hashes(manifest.items)
    for row in _rows(session, caller, manifest, "complete"):
        if row.patient == person.id and _hashes(row.items) == wanted:
            said = upload_shape(session, store, row)
            if not said.missing and not said.conflicts:
                return row
    return None


def _open(
    session: Session, caller: Caller, manifest: wire.Manifest, person: PatientRow, verdict: Verdict, now: datetime
) -> tuple[UploadRow, set[str]]:
    """Begin an upload, or go on with the one that is open for the study: there is one at a time.

    Gives the UIDs it had announced before as well.
    """
    row = next(iter(_rows(session, caller, manifest, "open")), None)
    if row is None:
        row = UploadRow(id=secrets.token_hex(8), account=caller.account, state="open", created_at=now)
        row.study_instance_uid = manifest.study_instance_uid
    row.patient, row.identity = person.id, verdict
    row.person, row.person_confirmed = asdict(manifest.person), manifest.person_confirmed
    session.add(row)
    before = set(_hashes(row.items))
    if _hashes(row.items) != _hashes(manifest.items):
        row.items.clear()
        session.flush()
        row.items.extend(_items(manifest))
    session.flush()
    return row, before


def _items(manifest: wire.Manifest) -> list[UploadItemRow]:
    return [
        UploadItemRow(position=position, sop_instance_uid=item.sop_instance_uid, size=item.size, sha256=item.sha256)
        for position, item in enumerate(manifest.items)
    ]


def _rows(session: Session, caller: Caller, manifest: wire.Manifest, state: str) -> list[UploadRow]:
    return list(
        session.scalars(
            select(UploadRow)
            .where(UploadRow.account == caller.account, UploadRow.state == state)
            .where(UploadRow.study_instance_uid == manifest.study_instance_uid)
            .order_by(UploadRow.created_at.desc())
        )
    )


def _hashes(items: Iterable[wire.ManifestItem | UploadItemRow]) -> Mapping[str, str]:
    return {item.sop_instance_uid: item.sha256 for item in items}
