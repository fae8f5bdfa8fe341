"""What the portal proved is signed, checked, kept, and checked again without the portal: U1, L1."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.actions.receipts import check_receipt, receipt_to_json
from app.actions.sending import act
from core.errors import PortalError
from core.job import QuietJob
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload.engine import upload_study
from portal.client.upload.signed_receipts import trusted
from portal.client.upload.targets.portal_target import PortalTarget
from portal.server.receiving.receipt_keys import ReceiptKeys
from portal.signatures import BadSignature, new_key, sign, verified
from portal.wire.json_values import to_json
from portal.wire.receipts import KEY_KIND, RECEIPT_KIND, PublicKey
from tests.discs.files import ANNA
from tests.faults.fault_proxy import Answer, Change, FaultProxy, running_proxy
from tests.portal_tools import Portal, SignedIn
from tests.upload_tools import HURRIED, STUDY, put_image, put_images, run_upload

KEYS = "/.well-known/jwks.json"
Edit = Callable[[dict[str, Any]], None]


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        put_images(opened, range(1, 4))
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


def keys_of(portal: Portal) -> ReceiptKeys:
    return ReceiptKeys(portal.services.settings.receipt_keys_file, portal.clock)


def signing_again(key: dict[str, str], edit: Edit) -> Change:
    """Change what was signed, and sign it with a key."""

    def answer(body: bytes) -> tuple[bytes, dict[str, str]]:
        said = json.loads(body)
        signed = json.loads(_payload(said["signature"]))
        edit(signed)
        said["signature"] = sign(json.dumps(signed).encode(), key, RECEIPT_KIND)
        return json.dumps(said).encode(), {}

    return Change(answer=answer)


def _payload(jws: str) -> bytes:
    import base64

    return base64.urlsafe_b64decode(jws.split(".")[1] + "==")


def at_the_end(proxy: FaultProxy, fault: Change | Answer) -> None:
    proxy.script = lambda seen: fault if seen.path.endswith("/complete") else None


def own_key(portal: Portal) -> dict[str, str]:
    """Give the portal's private key: a portal that lies signs with its own."""
    keys_of(portal).published()
    key: dict[str, str] = json.loads(portal.services.settings.receipt_keys_file.read_text("utf-8"))["signs"]
    return key


def test_l1_a_receipt_is_signed_kept_and_checked_without_the_portal(
    portal: Portal, library: Library, target: PortalTarget, proxy: FaultProxy
) -> None:
    report = run_upload(library, target, kind="portal")
    proxy.script = lambda _: Answer(500)
    checked = check_receipt(library, report.upload)
    assert (report.state, checked.holds, checked.receipt is not None) == ("complete", True, True)
    said = receipt_to_json(checked)
    assert (said["verified"], said["problems"], said["receipt"]["iss"]) == (True, [], portal.url)
    shelf = {(row.sop_instance_uid, row.sha256, row.size) for row in library.instances()}
    signed = said["receipt"]["instances"]
    assert {(each["sop_instance_uid"], each["sha256"], each["size"]) for each in signed} == shelf
    assert said["receipt"]["study_instance_uid"] == STUDY
    assert ANNA.patient_name.split("^")[0] not in _payload(said["signature"]).decode()


def test_l1_it_survives_a_rebuild_of_the_shelf(library: Library, target: PortalTarget) -> None:
    upload = run_upload(library, target, kind="portal").upload
    before, keys = library.signed_receipt(upload), library.portal_keys(target.url)
    library.rebuild(lambda path: pytest.fail("no header is needed"), QuietJob())
    assert (library.signed_receipt(upload), library.portal_keys(target.url)) == (before, keys)
    assert check_receipt(library, upload).holds
    assert library.upload(upload).signed


def test_images_that_came_later_are_not_in_it(library: Library, target: PortalTarget) -> None:
    upload = run_upload(library, target, kind="portal").upload
    later = put_image(library, 9)
    run_upload(library, target, kind="portal")
    assert check_receipt(library, upload).holds
    kept = library.signed_receipt(upload)
    assert kept is not None
    assert later.encode() in _payload(kept["jws"])


@pytest.mark.parametrize(
    "edit",
    [
        lambda said: said["instances"].pop(),
        lambda said: said["instances"][0].update(sha256="0" * 64),
        lambda said: said["instances"][0].update(size=1),
    ],
    ids=["one-less", "another-hash", "another-size"],
)
def test_what_is_signed_otherwise_than_sent_is_not_complete(
    portal: Portal, proxy: FaultProxy, library: Library, target: PortalTarget, edit: Edit
) -> None:
    at_the_end(proxy, signing_again(own_key(portal), edit))
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, report.receipt) == ("partial", 2, None)
    assert library.signed_receipt(report.upload) is None
    assert library.study(STUDY).uploaded == "partly"


@pytest.mark.parametrize(
    "edit",
    [
        lambda said: said["instances"].append({"sop_instance_uid": "1.2.3", "size": 1, "sha256": "0" * 64}),
        lambda said: said["instances"].append(said["instances"][0]),
        lambda said: said.update(study_instance_uid="1.2.3"),
        lambda said: said.update(upload_id="other"),
    ],
    ids=["one-more", "one-twice", "another-study", "another-upload"],
)
def test_a_receipt_of_something_else_proves_nothing(
    portal: Portal, proxy: FaultProxy, library: Library, target: PortalTarget, edit: Edit
) -> None:
    at_the_end(proxy, signing_again(own_key(portal), edit))
    with pytest.raises(PortalError) as caught:
        run_upload(library, target, kind="portal")
    assert caught.value.code == "receipt-false"
    assert [(row.state, row.reason, row.signed) for row in library.uploads()] == [("failed", "receipt-false", False)]
    assert library.study(STUDY).uploaded == "no"


def _broken(body: bytes) -> tuple[bytes, dict[str, str]]:
    said = json.loads(body)
    head, payload, signature = said["signature"].split(".")
    said["signature"] = f"{head}.{payload}.{'A' * len(signature)}"
    return json.dumps(said).encode(), {}


def _unsigned(body: bytes) -> tuple[bytes, dict[str, str]]:
    return json.dumps(json.loads(body) | {"signature": None}).encode(), {}


def test_a_wrong_signature_proves_nothing(proxy: FaultProxy, library: Library, target: PortalTarget) -> None:
    at_the_end(proxy, Change(answer=_broken))
    with pytest.raises(PortalError) as caught:
        run_upload(library, target, kind="portal")
    assert caught.value.code == "receipt-false"
    at_the_end(proxy, Change())
    assert run_upload(library, target, kind="portal").state == "complete"


def test_a_portal_that_never_signed_works_as_before(proxy: FaultProxy, library: Library, target: PortalTarget) -> None:
    at_the_end(proxy, Change(answer=_unsigned))
    report = run_upload(library, target, kind="portal")
    assert report.state == "complete"
    assert library.portal_keys(target.url) == []
    with pytest.raises(PortalError) as caught:
        check_receipt(library, report.upload)
    assert caught.value.code == "no-receipt"


def test_a_portal_that_signed_before_and_does_not_now_is_not_believed(
    proxy: FaultProxy, library: Library, target: PortalTarget
) -> None:
    run_upload(library, target, kind="portal")
    at_the_end(proxy, Change(answer=_unsigned))
    with pytest.raises(PortalError) as caught:
        run_upload(library, target, kind="portal")
    assert caught.value.code == "receipt-unsigned"


def test_a_key_nobody_vouches_for_is_not_believed_until_the_person_says_so(
    portal: Portal, library: Library, target: PortalTarget
) -> None:
    upload = run_upload(library, target, kind="portal").upload
    portal.services.settings.receipt_keys_file.unlink()
    with pytest.raises(PortalError) as caught:
        run_upload(library, target, kind="portal")
    assert caught.value.code == "receipt-key-changed"
    assert check_receipt(library, upload).receipt is not None  # what was proved before stays proved
    act(library, upload, "again")
    with pytest.raises(PortalError):
        upload_study(upload, library, target, QuietJob(), limits=HURRIED)
    act(library, upload, "new-key")
    assert upload_study(upload, library, target, QuietJob(), limits=HURRIED).state == "complete"
    assert check_receipt(library, upload).holds


def test_a_key_that_was_replaced_vouches_for_the_next_and_stays_published(
    portal: Portal, library: Library, target: PortalTarget
) -> None:
    upload = run_upload(library, target, kind="portal").upload
    first = library.signed_receipt(upload)
    assert first is not None
    for _ in range(2):
        keys_of(portal).rotate()
    assert run_upload(library, target, kind="portal").state == "complete"
    second = library.signed_receipt(upload)
    assert second is not None
    published = portal.said(200, portal.get(KEYS))["keys"]
    assert [each["kid"] for each in published[::2]] == [second["key"]["kid"], first["key"]["kid"]]
    assert len(published) == len(library.portal_keys(target.url)) == 3
    assert {key["kid"] for key in library.portal_keys(target.url)} == {each["kid"] for each in published}


def test_the_keys_are_their_owners_alone_and_published_without_the_private_part(portal: Portal) -> None:
    published = portal.said(200, portal.get(KEYS))["keys"]
    file = portal.services.settings.receipt_keys_file
    assert file.stat().st_mode & 0o777 == 0o600
    assert [set(each) & {"d"} for each in published] == [set()]
    named = portal.said(200, portal.get("/.well-known/patient-portal"))
    assert (named["receipt_keys"], "signed-receipts" in named["capabilities"]) == (portal.url + KEYS, True)


def test_a_key_cannot_be_vouched_for_by_a_stranger_nor_bear_anothers_name() -> None:
    ours, theirs, fresh = new_key(), new_key(), new_key()
    known = PublicKey(ours["kid"], ours["x"], ours["y"])
    word = sign(fresh["kid"].encode(), theirs, KEY_KIND)
    stranger = PublicKey(fresh["kid"], fresh["x"], fresh["y"], vouched=word)  # type: ignore[arg-type]
    assert trusted([known], [stranger, PublicKey(theirs["kid"], theirs["x"], theirs["y"])]) == (known,)
    good = replace(stranger, vouched=sign(fresh["kid"].encode(), ours, KEY_KIND))  # type: ignore[arg-type]
    assert set(trusted([known], [good])) == {known, good}
    with pytest.raises(BadSignature):
        verified(sign(b"x", theirs, RECEIPT_KIND), {**to_json(known), "x": theirs["x"], "y": theirs["y"]}, RECEIPT_KIND)
    with pytest.raises(BadSignature):
        verified(sign(b"x", ours, KEY_KIND), ours, RECEIPT_KIND)
