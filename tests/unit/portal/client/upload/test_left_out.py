"""What is not sent is told to the portal with its reason, and to a person whose portal cannot pass it on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload.reporting import report_of, report_to_json
from portal.client.upload.targets.portal_target import PortalTarget
from portal.whole_words import MAYBE, NOT_HERE
from portal.wire.json_values import from_json
from portal.wire.wholeness import LEFT_OUT_CODES, NOT_HERE_CODES, NotHere, Wholeness
from tests.discs.files import ANNA, uid
from tests.faults.fault_proxy import Answer, Change, Fault, FaultProxy, Seen, running_proxy
from tests.portal_tools import Portal, SignedIn
from tests.unit.portal.server.dicomweb.senders import sent
from tests.upload_tools import STUDY, put_image, put_images, run_upload


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        yield opened


@pytest.fixture
def anna(portal: Portal) -> SignedIn:
    return portal.account(ANNA.patient_name, ANNA.patient_birth_date, ANNA.patient_id)


@pytest.fixture
def proxy(portal: Portal) -> Iterator[FaultProxy]:
    with running_proxy(portal.url) as running:
        yield running


@pytest.fixture
def target(proxy: FaultProxy, anna: SignedIn) -> Iterator[PortalTarget]:
    with closing(PortalTarget(Connection(proxy.url, MachineToken(anna.token)))) as made:
        yield made


def whole(portal: Portal, who: SignedIn) -> Wholeness | None:
    exam = portal.said(200, portal.get("/api/v1/exams", who.token))["exams"][0]
    told = exam["studies"][0]["wholeness"]
    return None if told is None else from_json(Wholeness, told)


def shareable(portal: Portal, who: SignedIn) -> bool:
    return bool(portal.said(200, portal.get("/api/v1/exams", who.token))["exams"][0]["shareable"])


def receipt(library: Library, label: str = "Disc 1", **facts: Any) -> None:
    """Save the receipt of an import of Anna's study that met it."""
    import_id = library.begin_import("folder", label, "/media/disc")
    rows = library.instance_refs(STUDY)
    library.note_met(import_id, [(rows[0].person_key, rows[0].sha256)])
    library.save_receipt(import_id, {"totals": {"entries": 9}, "end": "complete", **facts})


def absent(code: str, *uids: str, nameless: int = 0, files: int = 0, study: str = STUDY) -> dict[str, Any]:
    one = {"study_instance_uid": study, "code": code, "sop_instance_uids": list(uids), "nameless": nameless}
    return {"absent": {"images": [one], "files": files}}


def test_a_damaged_image_and_two_of_one_number_are_told(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, range(1, 4))
    put_image(library, 4, damaged="truncated")
    put_image(library, 5)
    put_image(library, 5, series_description="another")
    report = run_upload(library, target, kind="portal")
    assert report.state == "partial"
    assert whole(portal, anna) == Wholeness("partial", 3, 5, (NotHere("conflict", 1), NotHere("damaged", 1)))
    assert target.notes_left_out is True
    assert report_to_json(report)["left_out"] == [
        {"code": "conflict", "images": 1},
        {"code": "damaged", "images": 1},
    ]


def test_of_a_whole_study_the_portal_knows_that_it_is_whole(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, range(1, 4))
    receipt(library, absent={"images": [], "files": 0})
    assert run_upload(library, target, kind="portal").state == "complete"
    assert whole(portal, anna) == Wholeness("whole", 3, 3)


def test_of_a_study_whose_disc_nobody_knows_nothing_is_claimed(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, range(1, 4))  # no receipt: what else the disc held is not known
    assert run_upload(library, target, kind="portal").state == "complete"
    assert whole(portal, anna) == Wholeness("unknown", 3, 3)


def test_what_the_disc_never_gave_is_told_although_the_shelf_is_sent_whole(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, range(1, 4))
    receipt(library, **absent("missing", "1.2.77", "1.2.78", files=2))
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored) == ("complete", 3)
    missing = (NotHere("missing", 2), NotHere("perhaps-unreadable", 2))
    assert whole(portal, anna) == Wholeness("partial", 3, 5, missing)
    assert report.left_out == missing


def test_a_second_disc_that_brings_it_ends_the_note(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    put_images(library, range(1, 4))
    receipt(library, **absent("not-copied", uid("P-1/T1/S1/4"), uid("P-1/T1/S1/5")))
    run_upload(library, target, kind="portal")
    assert whole(portal, anna) == Wholeness("partial", 3, 5, (NotHere("not-copied", 2),))
    put_image(library, 4)
    run_upload(library, target, kind="portal")
    assert whole(portal, anna) == Wholeness("partial", 4, 5, (NotHere("not-copied", 1),))
    put_image(library, 5)
    receipt(library, absent={"images": [], "files": 0})
    run_upload(library, target, kind="portal")
    assert whole(portal, anna) == Wholeness("whole", 5, 5)


def test_files_a_disc_gives_at_the_second_reading_are_not_told_any_more(library: Library) -> None:
    put_images(library, range(1, 4))
    receipt(library, **absent("unreadable", nameless=2, files=3))
    receipt(library, "Disc 2", **absent("unreadable", files=1))
    upload = library.begin_upload(STUDY, "https://portal.example.org", "portal")
    assert report_of(library, upload).left_out == (NotHere("perhaps-unreadable", 4), NotHere("unreadable", 2))
    receipt(library, absent={"images": [], "files": 0})
    assert report_of(library, upload).left_out == (NotHere("perhaps-unreadable", 1),)


def test_of_an_older_receipt_its_sums_count_as_perhaps(library: Library) -> None:
    put_images(library, range(1, 4))
    import_id = library.begin_import("folder", "Disc 0", "/media/disc")
    rows = library.instance_refs(STUDY)
    library.note_met(import_id, [(rows[0].person_key, rows[0].sha256)])
    library.save_receipt(import_id, {"totals": {"entries": 9, "missing": 2, "unreadable": 1}, "failed": 1, "left": 3})
    upload = library.begin_upload(STUDY, "https://portal.example.org", "portal")
    assert report_of(library, upload).left_out == (NotHere("perhaps-unreadable", 7),)


def test_what_an_import_that_was_killed_has_still_to_bring_is_told(library: Library) -> None:
    put_images(library, range(1, 4))
    receipt(library, absent={"images": [], "files": 0})
    rows = library.instance_refs(STUDY)
    items = [[0, 0, row.sop_instance_uid, 0, row.size, ""] for row in rows] + [[0, 0, "1.2.77", 0, 900, ""]]
    plan = {"planned": 4, "chosen": "everyone", "persons": [rows[0].person_key], "deleted": [], "studies": None}
    numbers = {"kept": [rows[0].person_key], "uids": [STUDY], "syntaxes": [rows[0].transfer_syntax_uid]}
    library.begin_import("folder", "Disc 3", "/media/disc", {**plan, **numbers, "items": items})
    assert library.study(STUDY).awaited == 1
    upload = library.begin_upload(STUDY, "https://portal.example.org", "portal")
    assert report_of(library, upload).left_out == (NotHere("not-copied", 1),)


def test_what_another_study_of_the_disc_lacks_is_not_told_of_this_one(library: Library) -> None:
    put_images(library, range(1, 4))
    receipt(library, **absent("missing", "1.2.77", study="9.9.9"))
    upload = library.begin_upload(STUDY, "https://portal.example.org", "portal")
    assert report_of(library, upload).left_out == ()


def test_what_the_person_moved_to_the_bin_is_told(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget
) -> None:
    uids = put_images(library, range(1, 4))
    library.delete([uids[2]])
    assert run_upload(library, target, kind="portal").state == "complete"
    assert whole(portal, anna) == Wholeness("partial", 2, 3, (NotHere("removed", 1),))


def test_what_the_portal_refused_is_told_and_the_rest_can_be_shared(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget, proxy: FaultProxy
) -> None:
    uids = put_images(library, range(1, 5))
    receipt(library, absent={"images": [], "files": 0})

    def too_large(seen: Seen) -> Fault:
        return Answer(413) if seen.is_stow and seen.number in refused else None

    refused = {3}  # the manifest is the first POST, each image one more
    proxy.script = too_large
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, len(report.left)) == ("partial", 3, 1)
    assert report.left[0].sop_instance_uid in uids
    assert whole(portal, anna) == Wholeness("partial", 3, 4, (NotHere("too-large", 1),))
    assert shareable(portal, anna)
    refused.clear()
    assert run_upload(library, target, kind="portal").state == "complete"
    assert whole(portal, anna) == Wholeness("whole", 4, 4)


def test_a_portal_that_refuses_the_last_word_takes_nothing_from_what_it_proved(
    library: Library, target: PortalTarget, proxy: FaultProxy
) -> None:
    put_images(library, range(1, 5))
    manifests: list[Seen] = []

    def refusing(seen: Seen) -> Fault:
        if seen.path.endswith("/uploads"):
            manifests.append(seen)
            return Answer(403) if len(manifests) > 2 else None  # the second asks what is there
        return Answer(413) if seen.is_stow and seen.number == 3 else None

    proxy.script = refusing
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, report.reason) == ("partial", 3, "portal-answer")
    assert [one.code for one in report.left] == ["too-large"]
    assert len(manifests) > 2


def test_other_content_at_the_portal_is_not_counted_as_ours(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget, tmp_path: Path
) -> None:
    with Library.open(tmp_path / "other") as other:
        put_image(other, 2, series_description="another content")
        row = other.instances()[0]
        with other.object_content(row.sha256).open() as file:
            sent(portal, anna.token, file.read())
    put_images(library, range(1, 4))
    assert run_upload(library, target, kind="portal").state == "partial"
    assert whole(portal, anna) == Wholeness("partial", 2, 3, (NotHere("kept-other", 1),))


def test_nothing_of_the_persons_names_and_paths_is_told_beside_the_codes(
    library: Library, target: PortalTarget, proxy: FaultProxy
) -> None:
    put_images(library, range(1, 3))
    put_image(library, 3, damaged="truncated")
    receipt(library, "MUELLER ANNA", problems=[{"path": "ANNA/IM3", "code": "truncated", "detail": "ANNA"}])
    bodies: list[bytes] = []

    def heard(body: bytes) -> bytes:
        bodies.append(body)
        return body

    proxy.script = lambda seen: Change(request=heard) if seen.path.endswith("/uploads") else None
    run_upload(library, target, kind="portal")
    told = [json.loads(body)["left_out"] for body in bodies]
    assert told
    assert "ANNA" not in json.dumps(told)
    assert {key for one in told for entry in one for key in entry} == {"code", "sop_instance_uid", "images"}


def older(body: bytes) -> tuple[bytes, dict[str, str]]:
    """Answer as a portal of before: it knows nothing of what was left out."""
    said = json.loads(body)
    said.pop("left_out_noted", None)
    return json.dumps(said).encode(), {}


def test_an_older_portal_takes_the_images_and_is_known_to_tell_nobody(
    library: Library, target: PortalTarget, proxy: FaultProxy
) -> None:
    put_images(library, range(1, 4))
    put_image(library, 4, damaged="truncated")
    proxy.script = lambda seen: Change(answer=older) if seen.path.endswith("/uploads") else None
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored) == ("partial", 3)
    assert target.notes_left_out is False


def test_a_portal_that_refuses_what_it_does_not_know_gets_the_rest(
    portal: Portal, anna: SignedIn, library: Library, target: PortalTarget, proxy: FaultProxy
) -> None:
    put_images(library, range(1, 4))
    problem = json.dumps({"type": "urn:scanshelf:problem:invalid-request"}).encode()
    kind = {"Content-Type": "application/problem+json"}
    proxy.script = lambda seen: (
        Answer(400, problem, kind) if seen.path.endswith("/uploads") and seen.number == 1 else None
    )
    assert run_upload(library, target, kind="portal").state == "complete"
    assert whole(portal, anna) == Wholeness("unknown", 3, 3)
    assert target.notes_left_out is False


def test_every_reason_has_its_words() -> None:
    assert set(NOT_HERE) | {MAYBE} == NOT_HERE_CODES == LEFT_OUT_CODES | {"not-arrived", "damaged-here"}
