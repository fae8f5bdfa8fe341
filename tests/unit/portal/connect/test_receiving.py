"""C-STORE into a real portal: success is told only of what the portal proved; what it cannot take its sender keeps."""

from __future__ import annotations

import io
import socket
import struct
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from pydicom import Dataset, dcmread
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEG2000Lossless
from pynetdicom import AE, dimse_messages
from pynetdicom.sop_class import CTImageStorage, Verification
from pynetdicom.transport import AssociationSocket

from core.workers.worker import WorkerPool
from portal.connect.delivery import Portal as PortalThere
from portal.connect.delivery import StaffTokenFile, noted_url
from portal.connect.listening import Listening, listening
from portal.connect.spool import Spool
from portal.wire.well_known import Limits
from tests.orthanc_server import running_orthanc
from tests.portal_tools import Portal, SignedIn, running_portal
from tests.tools import needs_tool
from tests.unit.portal.server.dicomweb.senders import made, real, sent, wait_for

UNKNOWN_SENDER = 0x03


class Receiver:
    """A receiver beside the portal, and senders of every kind."""

    def __init__(self, port: int, portal: Portal, spool: Spool) -> None:
        self.port, self.portal, self.spool = port, portal, spool

    @contextmanager
    def association(self, *contexts: tuple[str, str], aet: str = "CT1", called: str = "SCANSHELF") -> Iterator[Any]:
        sender = AE(ae_title=aet)
        for kind, syntax in contexts or ((CTImageStorage, ExplicitVRLittleEndian),):
            sender.add_requested_context(kind, syntax)
        association = sender.associate("127.0.0.1", self.port, ae_title=called)
        try:
            yield association
        finally:
            if association.is_established:
                association.release()

    def store(self, *images: bytes | Dataset) -> list[int]:
        data_sets = [dcmread(io.BytesIO(each)) if isinstance(each, bytes) else each for each in images]
        contexts = {(str(each.SOPClassUID), str(each.file_meta.TransferSyntaxUID)) for each in data_sets}
        with self.association(*sorted(contexts)) as association:
            assert association.is_established
            return [int(association.send_c_store(each).Status) for each in data_sets]

    def kept(self) -> list[str]:
        return [path.name for path in self.spool.folder.iterdir()]


@contextmanager
def receiving(portal: Portal, folder: Path, most: int = 1 << 30, **allowed: frozenset[str]) -> Iterator[Receiver]:
    settings = portal.services.settings
    there = PortalThere(lambda: noted_url(settings.address_file), StaffTokenFile(settings.staff_token_file))
    spool = Spool(folder, most)
    with listening(Listening("SCANSHELF", 0, allowed=allowed), spool, there) as port:
        yield Receiver(port, portal, spool)
    there.close()


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory, portal_pool: WorkerPool) -> Iterator[Portal]:
    limits = Limits(instance_bytes_most=8 << 20)
    with running_portal(tmp_path_factory.mktemp("connect") / "portal", workers=portal_pool, limits=limits) as running:
        yield running


@pytest.fixture(scope="module")
def anna(portal: Portal) -> SignedIn:
    return portal.account(patient_id="A-1")


@pytest.fixture(autouse=True)
def senders_close_what_they_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Close a sender's socket also where nobody is connected with it any more; pynetdicom leaves it open then."""

    def end(self: AssociationSocket) -> None:
        if self.socket is not None:
            with suppress(OSError):
                self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()

    monkeypatch.setattr(AssociationSocket, "_shutdown_socket", end)


@pytest.fixture
def receiver(portal: Portal, anna: SignedIn, tmp_path: Path) -> Iterator[Receiver]:
    with receiving(portal, tmp_path / "spool") as running:
        yield running


def fetched(portal: Portal, anna: SignedIn, uid: str) -> Dataset:
    """Give the data set the account has under a UID."""
    (found,) = portal.get("/dicomweb/instances", anna.token, params={"SOPInstanceUID": uid}).json()
    study, series = (found[tag]["Value"][0] for tag in ("0020000D", "0020000E"))
    answer = portal.get(
        f"/dicomweb/studies/{study}/series/{series}/instances/{uid}", anna.token,
        headers={"Accept": 'application/dicom; transfer-syntax=*'},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    data = answer.content
    if not answer.headers["content-type"].startswith("application/dicom"):
        data = data[data.index(b"\r\n\r\n") + 4 :]
    return dcmread(io.BytesIO(data), force=True)


def test_e4_an_image_a_machine_sends_is_in_the_account_at_once(receiver: Receiver, anna: SignedIn) -> None:
    image = made(SOPInstanceUID="1.1.1", StudyInstanceUID="1.1")
    assert receiver.store(image) == [0x0000]
    found = fetched(receiver.portal, anna, "1.1.1")
    assert found.PixelData == dcmread(io.BytesIO(image)).PixelData
    assert receiver.kept() == []


@pytest.mark.parametrize("name", ["CT_small.dcm", "JPEG2000.dcm", "MR_small_RLE.dcm"])
def test_data_sets_are_kept_in_the_syntax_they_come_in_byte_for_byte(
    receiver: Receiver, anna: SignedIn, name: str
) -> None:
    _data, data_set = real(name)
    assert receiver.store(data_set) == [0x0000]
    found = fetched(receiver.portal, anna, str(data_set.SOPInstanceUID))
    assert found.file_meta.TransferSyntaxUID == data_set.file_meta.TransferSyntaxUID
    assert found.PixelData == data_set.PixelData


def test_the_same_image_again_by_another_way_is_stored_once(receiver: Receiver, anna: SignedIn) -> None:
    image = made(SOPInstanceUID="2.1.1", StudyInstanceUID="2.1")
    assert sent(receiver.portal, receiver.portal.staff_token, image).status_code == 200
    assert receiver.store(image, image) == [0x0000, 0x0000]
    assert receiver.store(made(SOPInstanceUID="2.1.1", StudyInstanceUID="2.1", StudyDescription="Other")) == [0x0111]


def test_an_image_of_nobody_known_is_stored_and_held(receiver: Receiver) -> None:
    assert receiver.store(made(SOPInstanceUID="3.1.1", StudyInstanceUID="3.1", PatientID="Z-9")) == [0x0000]
    held = receiver.portal.get("/api/v1/staff/unmatched", receiver.portal.staff_token).json()["studies"]
    assert [each["person"]["patient_id"] for each in held] == ["Z-9"]


def test_echo_is_answered_and_implicit_syntax_taken(receiver: Receiver) -> None:
    with receiver.association((Verification, ImplicitVRLittleEndian)) as association:
        assert association.send_c_echo().Status == 0x0000
    data_set = dcmread(io.BytesIO(made(SOPInstanceUID="4.1.1", StudyInstanceUID="4.1")))
    data_set.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    out = io.BytesIO()
    data_set.save_as(out, implicit_vr=True, little_endian=True)
    assert receiver.store(out.getvalue()) == [0x0000]


def test_what_is_too_large_or_has_no_room_is_refused_in_order_and_the_next_is_taken(
    portal: Portal, anna: SignedIn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with receiving(portal, tmp_path / "spool", most=100_000) as receiver:
        large = made(SOPInstanceUID="5.1.1", StudyInstanceUID="5.1", PixelData=bytes(200_000))
        good = made(SOPInstanceUID="5.1.2", StudyInstanceUID="5.1")
        assert receiver.store(large, good) == [0xC000, 0x0000]
        monkeypatch.setattr("portal.connect.spool.RESERVE", 1 << 62)
        assert receiver.store(made(SOPInstanceUID="5.1.3", StudyInstanceUID="5.1")) == [0xA700]
        assert receiver.kept() == []


def test_only_known_senders_from_their_hosts_get_in(portal: Portal, tmp_path: Path) -> None:
    here, elsewhere = frozenset({"127.0.0.1"}), frozenset({"192.0.2.7"})
    with receiving(portal, tmp_path / "spool", CT1=here, MR1=elsewhere) as receiver:
        for aet, called, taken in (
            ("CT1", "SCANSHELF", True), ("MR1", "SCANSHELF", False), ("STRANGER", "SCANSHELF", False),
            ("CT1", "OTHER", False),
        ):  # fmt: skip
            with receiver.association(aet=aet, called=called) as association:
                assert association.is_established is taken, (aet, called)
    with receiving(portal, tmp_path / "spool", MR1=elsewhere) as receiver, receiver.association() as association:
        assert not association.is_established


def test_a_piece_that_claims_gigabytes_ends_its_connection_and_nobody_elses(receiver: Receiver) -> None:
    with socket.create_connection(("127.0.0.1", receiver.port)) as hostile:
        hostile.sendall(struct.pack(">BBL", 1, 0, 0xFFFFFFF0) + bytes(64))
        hostile.settimeout(30)
        assert hostile.recv(16) == b""
    assert receiver.store(made(SOPInstanceUID="6.1.1", StudyInstanceUID="6.1")) == [0x0000]


def test_a_sender_that_goes_away_midway_leaves_nothing(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Any] = []
    with receiver.association() as association, association.dul.socket.socket:

        def begin(*_: object, **__: object) -> Any:
            begun.append(receiver.spool.begin())
            association.dul.socket.socket.shutdown(socket.SHUT_RDWR)
            return begun[0]

        monkeypatch.setattr(dimse_messages, "NamedTemporaryFile", begin)
        with suppress(RuntimeError):  # the sender is told nothing
            association.send_c_store(dcmread(io.BytesIO(made(SOPInstanceUID="7.1", PixelData=bytes(4 << 20)))))
    wait_for(lambda: bool(begun) and receiver.kept() == [])


def test_while_the_portal_is_away_senders_keep_their_images_and_afterwards_go_on(
    tmp_path: Path, portal_pool: WorkerPool
) -> None:
    data, image = tmp_path / "portal", made(SOPInstanceUID="1.1")
    with running_portal(data, workers=portal_pool) as first, receiving(first, tmp_path / "spool") as receiver:
        anna = first.account(patient_id="A-1")
        assert receiver.store(image) == [0x0000]
        settings = first.services.settings
    there = PortalThere(lambda: noted_url(settings.address_file), StaffTokenFile(settings.staff_token_file))
    spool = Spool(tmp_path / "spool", 1 << 30)
    killed = spool.begin()  # by an end before its sender was told anything
    killed.write(made(SOPInstanceUID="1.3"))
    left = killed.finished()
    with listening(Listening("SCANSHELF", 0), spool, there) as port:
        receiver = Receiver(port, first, spool)
        other = made(SOPInstanceUID="1.2")
        assert receiver.store(image, other, other) == [0xA700, 0xA700, 0xA700]
        assert there.deliver_left(left).status == 0xA700
        assert receiver.kept() == [left.path.name]  # its sender has every other one still
        with running_portal(data, workers=portal_pool) as second:
            assert receiver.store(other) == [0x0000]
            for each in Spool(tmp_path / "spool", 1 << 30).left():  # as its next start does
                assert there.deliver_left(each).status == 0x0000
            assert receiver.kept() == []
            (exam,) = second.said(200, second.get("/api/v1/exams", anna.token))["exams"]
            assert sum(study["instances"] for study in exam["studies"]) == 3
    there.close()


def test_what_came_half_before_a_crash_is_removed(tmp_path: Path) -> None:
    spool = Spool(tmp_path, 1 << 20)
    spool.begin().write(b"half")
    strangers = tmp_path / "notes.txt"
    strangers.write_text("mine")
    whole = spool.begin()
    whole.write(b"whole")
    whole.finished()
    (left,) = Spool(tmp_path, 1 << 20).left()
    assert left.path.read_bytes() == b"whole"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted((left.path.name, "notes.txt"))


def test_dcmtk_sends_compressed_and_plain_images(receiver: Receiver, anna: SignedIn, tmp_path: Path) -> None:
    storescu = needs_tool("storescu")
    data, data_set = real("JPEG2000.dcm", SOPInstanceUID="9.1.1", StudyInstanceUID="9.1")
    data_set.file_meta.MediaStorageSOPInstanceUID = "9.1.1"
    assert data_set.file_meta.TransferSyntaxUID == JPEG2000Lossless or data
    out = io.BytesIO()
    data_set.save_as(out)
    (tmp_path / "compressed.dcm").write_bytes(out.getvalue())
    (tmp_path / "plain.dcm").write_bytes(made(SOPInstanceUID="9.1.2", StudyInstanceUID="9.1"))
    where = ["-aet", "CT1", "-aec", "SCANSHELF", "127.0.0.1", str(receiver.port)]
    for propose, name in (("-xw", "compressed.dcm"), ("-xe", "plain.dcm")):
        done = subprocess.run(
            [storescu, propose, *where, str(tmp_path / name)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert fetched(receiver.portal, anna, "9.1.1").PixelData == data_set.PixelData


def test_a_real_orthanc_sends_a_study(receiver: Receiver, anna: SignedIn, tmp_path: Path) -> None:
    peer = ["SCANSHELF", "127.0.0.1", receiver.port]
    with running_orthanc(tmp_path / "orthanc", DicomModalities={"portal": peer}, DicomAet="PACS") as orthanc:
        images = [made(SOPInstanceUID=f"10.1.{number}", StudyInstanceUID="10.1") for number in range(1, 4)]
        for image in images:
            assert orthanc.post("/instances", image).status_code == 200
        (study,) = orthanc.get("/studies")
        answer = orthanc.post("/modalities/portal/store", study.encode())
        assert (answer.status_code, answer.json()["FailedInstancesCount"]) == (200, 0)
    found = receiver.portal.get("/dicomweb/studies/10.1/instances", anna.token).json()
    assert len(found) == len(images)
