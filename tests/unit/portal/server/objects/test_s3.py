"""Objects in a bucket: what is stored was read back from there, and a bucket that cannot be reached loses nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto.server import ThreadedMotoServer

from core.job import QuietJob
from core.workers.worker import WorkerPool
from portal.server.objects import erasing, s3
from portal.server.objects.erasing import erase_elsewhere
from portal.server.objects.remote import RemoteObjects, StoreUnavailable
from portal.server.objects.s3 import Bucket, BucketAddress, bucket_address
from portal.server.objects.verifying import verify
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.unit.portal.server.dicomweb.senders import made, sent, uids

BUCKET = "images"
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def client(endpoint: str, keys: None) -> Iterator[Any]:
    made = boto3.client("s3", endpoint_url=endpoint)
    made.create_bucket(Bucket=BUCKET)
    yield made
    for each in made.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        made.delete_object(Bucket=BUCKET, Key=each["Key"])
    made.delete_bucket(Bucket=BUCKET)
    made.close()


@pytest.fixture
def portal(endpoint: str, client: Any, tmp_path: Path, portal_pool: WorkerPool) -> Iterator[Portal]:
    url = f"s3://{BUCKET}/practice?endpoint={endpoint}"
    with running_portal(tmp_path / "portal", workers=portal_pool, store_url=url) as running:
        yield running


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def key_of(data: bytes) -> str:
    return f"practice/{sha256_of(data)[:2]}/{sha256_of(data)}.dcm"


def keys_in(client: Any) -> list[str]:
    return [each["Key"] for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", ())]


def forget_near(portal: Portal) -> None:
    for path in portal.services.settings.objects.glob("??/*.dcm"):
        path.unlink()


def got(portal: Portal, anna: SignedIn, uid: str) -> Any:
    path = f"/dicomweb/studies/1.2.3.4/series/1.2.3.4.5/instances/{uid}"
    return portal.get(path, anna.token, headers={"Accept": "application/dicom; transfer-syntax=*"})


def store_of(portal: Portal) -> RemoteObjects:
    store = portal.services.store
    assert isinstance(store, RemoteObjects)
    return store


@contextmanager
def failing(portal: Portal, monkeypatch: pytest.MonkeyPatch, operation: str, error: Exception) -> Iterator[list[str]]:
    """Let one operation of the client fail after it was done, as where its answer is lost."""
    bucket = store_of(portal).remote
    assert isinstance(bucket, Bucket)
    done: list[str] = []
    true = getattr(bucket._client, operation)

    def lost(**named: Any) -> Any:
        true(**named)
        done.append(operation)
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(bucket._client, operation, lost)
        yield done


def test_an_image_is_in_the_bucket_and_comes_back_as_it_came(portal: Portal, client: Any) -> None:
    anna, image = portal.account(patient_id="A-1"), made(SOPInstanceUID="1.2.1")
    assert uids(sent(portal, anna.token, image)) == ["1.2.1"]
    assert keys_in(client) == [key_of(image)]
    forget_near(portal)
    assert image in got(portal, anna, "1.2.1").content
    assert portal.get("/dicomweb/studies/1.2.3.4/rendered", anna.token).status_code == 200
    assert [path.stem for path in portal.services.settings.objects.glob("??/*.dcm")] == [sha256_of(image)]
    assert portal.get("/health").status_code == 200
    found = verify(portal.services.database, portal.services.sound, QuietJob())
    assert (found.objects, found.damaged) == (1, ())


def test_what_was_changed_or_lost_in_the_bucket_is_told_and_heals_when_it_is_sent_again(
    portal: Portal, client: Any
) -> None:
    anna = portal.account(patient_id="A-1")
    images = {"1.2.1": made(SOPInstanceUID="1.2.1"), "1.2.2": made(SOPInstanceUID="1.2.2")}
    sent(portal, anna.token, *images.values())
    changed = bytearray(images["1.2.1"])
    changed[-1] ^= 1
    client.put_object(Bucket=BUCKET, Key=key_of(images["1.2.1"]), Body=bytes(changed))
    client.delete_object(Bucket=BUCKET, Key=key_of(images["1.2.2"]))
    found = verify(portal.services.database, portal.services.sound, QuietJob())
    assert {uid for each in found.damaged for uid in each.sop_instance_uids} == set(images)
    forget_near(portal)
    store_of(portal)._read_here.clear()
    assert [got(portal, anna, uid).status_code for uid in images] == [500, 500]
    assert uids(sent(portal, anna.token, *images.values())) == list(images)
    assert verify(portal.services.database, portal.services.sound, QuietJob()).damaged == ()
    assert [got(portal, anna, uid).status_code for uid in images] == [200, 200]


def test_an_answer_that_is_lost_neither_loses_nor_doubles(
    portal: Portal, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, image = portal.account(patient_id="A-1"), made(SOPInstanceUID="1.2.1")
    with failing(portal, monkeypatch, "put_object", EndpointConnectionError(endpoint_url="x")) as done:
        assert uids(sent(portal, anna.token, image)) == ["1.2.1"]
    assert done == ["put_object"]
    assert keys_in(client) == [key_of(image)]


def test_a_bucket_that_is_away_is_told_as_503_and_nothing_is_marked_lost(portal: Portal, client: Any) -> None:
    anna, image = portal.account(patient_id="A-1"), made(SOPInstanceUID="1.2.1")
    sent(portal, anna.token, image)
    forget_near(portal)
    store_of(portal)._read_here.clear()
    body = client.get_object(Bucket=BUCKET, Key=key_of(image))["Body"].read()
    client.delete_object(Bucket=BUCKET, Key=key_of(image))
    client.delete_bucket(Bucket=BUCKET)
    answer = sent(portal, anna.token, made(SOPInstanceUID="1.2.2"))
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    shown = portal.get("/dicomweb/studies/1.2.3.4/rendered", anna.token)
    assert (shown.status_code, shown.json()["code"]) == (503, "unavailable")
    whole = portal.get("/dicomweb/studies/1.2.3.4/series/1.2.3.4.5/instances/1.2.1", anna.token)
    assert whole.status_code == 503
    assert portal.get("/health").json()["troubles"] == ["store"]
    client.create_bucket(Bucket=BUCKET)
    client.put_object(Bucket=BUCKET, Key=key_of(image), Body=body)
    assert portal.get("/dicomweb/studies/1.2.3.4/rendered", anna.token).status_code == 200
    (exam,) = portal.get("/api/v1/exams", anna.token).json()["exams"]
    assert [study["instances"] for study in exam["studies"]] == [1]


def test_what_the_disk_here_changed_is_fetched_anew(
    portal: Portal, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, image = portal.account(patient_id="A-1"), made(SOPInstanceUID="1.2.1")
    sent(portal, anna.token, image)
    (near,) = portal.services.settings.objects.glob("??/*.dcm")
    near.write_bytes(image[:-1] + b"\0\0")
    monkeypatch.setattr("portal.server.objects.remote.READ_FOR_SECONDS", -1.0)  # an hour later
    assert image in got(portal, anna, "1.2.1").content
    assert near.read_bytes() == image


def test_what_is_taken_out_is_gone_from_the_bucket_too(portal: Portal, client: Any) -> None:
    anna, image = portal.account(patient_id="A-1"), made(SOPInstanceUID="1.2.1")
    sent(portal, portal.staff_token, image)
    (exam,) = portal.get("/api/v1/exams", anna.token).json()["exams"]
    assert portal.request("DELETE", f"/api/v1/staff/exams/{exam['id']}", portal.staff_token).status_code == 200
    assert keys_in(client) == []


def test_a_large_object_goes_in_parts_and_what_comes_back_other_is_not_stored(
    endpoint: str, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(s3, "MULTIPART_FROM", 5 << 20)
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    store = RemoteObjects(Bucket(BucketAddress(BUCKET, "practice/", endpoint)), tmp_path / "near", incoming)
    data = bytes(range(256)) * (12 << 12)
    file = store.begin()
    file.write(data)
    assert store.take(file) == sha256_of(data)
    assert "-" in client.head_object(Bucket=BUCKET, Key=key_of(data))["ETag"]
    assert store.remote.size(sha256_of(data)) == len(data)
    other = store.begin()
    other.write(b"other")
    monkeypatch.setattr(store.remote, "_send", lambda sha256, _file: client.put_object(
        Bucket=BUCKET, Key=key_of(b"other"), Body=b"OTHER"))  # fmt: skip
    with pytest.raises(StoreUnavailable):
        store.take(other)
    other.discard()
    assert list(incoming.iterdir()) == []


def test_what_was_used_longest_ago_makes_room_here(
    endpoint: str, client: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.server.objects.remote._LEFT_ALONE_SECONDS", -1.0)
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    bucket = Bucket(BucketAddress(BUCKET, "practice/", endpoint))
    store = RemoteObjects(bucket, tmp_path / "near", incoming, near_bytes_most=2500)
    for number in range(4):
        file = store.begin()
        file.write(bytes([number]) * 1000)
        store.take(file)
    assert len(list((tmp_path / "near").glob("??/*.dcm"))) == 2
    for number in range(4):
        assert store.bring(sha256_of(bytes([number]) * 1000))
    assert len(list(bucket.listed())) == 4


@pytest.mark.parametrize(
    "url", ["s3://", "s3://key:secret@images", "s3://images?key=x", "ftp://images", "s3://a?endpoint=x"]
)
def test_addresses_that_are_none_or_hold_secrets_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match="no "):
        bucket_address(url)


def test_what_is_taken_out_while_the_bucket_is_away_is_erased_later_unless_it_came_anew(
    portal: Portal, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, images = portal.account(patient_id="A-1"), [made(SOPInstanceUID=f"1.2.{number}") for number in range(3)]
    sent(portal, portal.staff_token, *images)
    (exam,) = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    services = portal.services
    with monkeypatch.context() as patch:
        patch.setattr(Bucket, "need", away)
        removal = take_out(portal, exam["id"])
    assert len(keys_in(client)) == 3
    portal.said(200, portal.post(f"/api/v1/staff/removals/{removal['id']}/allow", portal.staff_token))
    assert uids(sent(portal, portal.staff_token, images[0])) == ["1.2.0"]
    monkeypatch.setattr(erasing, "AT_ONCE", 2)
    erase_elsewhere(services.database, services.settings)
    assert keys_in(client) == [key_of(images[0])]
    forget_near(portal)
    assert images[0] in got(portal, anna, "1.2.0").content


def take_out(portal: Portal, exam: str) -> dict[str, Any]:
    path = f"/api/v1/staff/exams/{exam}?reason=mistaken"
    said: dict[str, Any] = portal.said(200, portal.request("DELETE", path, portal.staff_token))
    return said


def away(_: Bucket) -> None:
    raise StoreUnavailable("away")


def test_nobody_waits_to_write_while_the_bucket_is_asked_and_what_is_taken_out_is_gone_there(
    portal: Portal, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, asked = portal.account(patient_id="A-1"), []
    sent(portal, portal.staff_token, made(SOPInstanceUID="1.2.1"))
    (exam,) = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    true = Bucket.need

    def need(bucket: Bucket) -> None:
        with portal.services.database.writing():
            asked.append(bucket)
        true(bucket)

    monkeypatch.setattr(Bucket, "need", need)
    take_out(portal, exam["id"])
    assert (len(asked), keys_in(client)) == (1, [])


def test_a_report_that_was_replaced_is_erased_in_the_bucket(portal: Portal, client: Any) -> None:
    anna, image = portal.account(patient_id="A-1"), made(SOPInstanceUID="1.2.1")
    sent(portal, portal.staff_token, image)
    (exam,) = portal.said(200, portal.get("/api/v1/exams", anna.token))["exams"]
    path, pdf = f"/api/v1/staff/exams/{exam['id']}/report", {"Content-Type": "application/pdf"}
    for report in (b"%PDF-1.4 of somebody else", b"%PDF-1.4 the right one"):
        portal.said(200, portal.request("PUT", path, portal.staff_token, data=report, headers=pdf))
    erase_elsewhere(portal.services.database, portal.services.settings)
    assert sorted(keys_in(client)) == sorted((key_of(image), key_of(b"%PDF-1.4 the right one")))
