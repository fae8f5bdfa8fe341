"""Small instances go together where a long way was measured, and a pack that meets with trouble costs nobody else."""

from __future__ import annotations

import hashlib
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from core.errors import PortalError
from core.job import Job, QuietJob
from dicom.source import FileContent
from library.index.rows import ItemNote
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload import packing as packing_module
from portal.client.upload.deliver import Sending, deliver_pack
from portal.client.upload.engine import upload_study
from portal.client.upload.order import Order, Ours, Proof, Said, Standing
from portal.client.upload.pace import Bandwidth, Meter, Pace, Patience
from portal.client.upload.packing import BYTES_MOST, SAMPLES, SMALL, Packing
from portal.client.upload.targets.body import Flow
from portal.client.upload.targets.portal_target import PortalTarget
from portal.client.upload.targets.stow import stow
from portal.wire.people import Person
from tests.discs.files import ANNA
from tests.faults.fault_proxy import said_stored
from tests.portal_tools import Portal
from tests.unit.portal.client.strange_server import answer, strange_server
from tests.upload_tools import HURRIED, STUDY, put_images

QUICK = Patience(tries=3, base=0.0, longest=0.0)


def small(number: int, size: int = 50_000) -> Ours:
    return Ours(f"1.2.{number}", "1.3", f"{number:064x}", size, FileContent("nowhere", ""))


def measured(seconds: float) -> Packing:
    made = Packing(4)
    for number in range(SAMPLES):
        made.went_alone(small(number), seconds)
    return made


def drawn(packing: Packing, count: int = 400, size: int = 50_000) -> tuple[Ours, ...]:
    return packing.draw(deque(small(number, size) for number in range(count)))


def test_nothing_goes_together_before_the_way_was_measured_nor_where_it_is_short() -> None:
    assert len(drawn(Packing(4))) == 1
    assert len(drawn(measured(0.005))) == 1


def test_where_the_way_is_long_small_ones_go_together_up_to_4_mb_and_large_ones_alone() -> None:
    pack = drawn(measured(0.2))
    assert 4_000_000 - 50_000 < sum(one.size for one in pack) <= BYTES_MOST
    assert len(drawn(measured(0.2), size=SMALL + 1)) == 1
    assert len(drawn(measured(0.2), count=8)) == 2, "each thread has something to do"


def test_what_goes_together_and_takes_as_long_goes_alone_again() -> None:
    narrow_line = measured(0.2)
    narrow_line.went_together(50, 50 * 0.19)
    assert len(drawn(narrow_line)) == 1
    long_way = measured(0.2)
    long_way.went_together(50, 0.4)
    assert len(drawn(long_way)) > 50


def test_what_is_too_large_together_is_not_tried_again_and_other_trouble_thrice() -> None:
    refused, troubled = measured(0.2), measured(0.2)
    refused.went_badly(too_large=True)
    assert len(drawn(refused)) == 1
    for _ in range(2):
        troubled.went_badly()
    assert len(drawn(troubled)) > 1
    troubled.went_badly()
    assert len(drawn(troubled)) == 1


@dataclass
class Fussy:
    """Takes what is good, also out of a pack with something bad in it, of which it says nothing then."""

    bad: frozenset[str] = frozenset()
    trouble: PortalError | None = None  # of each pack, after it was taken
    requests: list[int] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)
    url: str = "http://127.0.0.1:9"
    notes_left_out: bool | None = None

    def send(self, order: Order, pack: Sequence[Ours], flow: Flow) -> list[Said]:
        uids = [one.sop_instance_uid for one in pack]
        self.requests.append(len(uids))
        assert self.kept.isdisjoint(uids), "never sent blindly once more"
        self.kept |= set(uids) - self.bad
        if self.trouble is not None and len(uids) > 1:
            raise self.trouble
        if self.bad.isdisjoint(uids):
            return [Said("stored") for _ in uids]
        return [Said("unclear", "refused", "400") for _ in uids]

    def holds(self, order: Order, ours: Ours) -> bool:
        return ours.sop_instance_uid in self.kept

    def compare(self, order: Order, ours: Ours, job: Job) -> Said:
        return Said("stored")

    def ask(self, order: Order) -> Standing:
        return Standing()

    def prove(self, order: Order) -> Proof:
        return Proof(dict.fromkeys(self.kept), {"listed": len(self.kept)})

    def settle(self, order: Order) -> None: ...

    def close(self) -> None: ...


def sent(target: Fussy, pack: Sequence[Ours]) -> list[ItemNote]:
    order = Order("1.1", Person(), None, tuple(pack))
    made = Sending(target, order, Pace(), measured(0.2), Bandwidth(), Meter(), QUICK, threading.Event())
    return deliver_pack(made, pack)


def test_one_bad_part_costs_only_itself() -> None:
    pack = [small(number) for number in range(5)]
    target = Fussy(bad=frozenset({pack[2].sop_instance_uid}))
    notes = sent(target, pack)
    assert [note.state for note in notes] == ["sent", "sent", "left", "sent", "sent"]
    assert (notes[2].code, target.requests) == ("refused", [5, 1])


def test_a_pack_whose_answer_is_lost_is_asked_for_one_by_one() -> None:
    target = Fussy(trouble=PortalError("portal-unreachable"))
    assert {note.state for note in sent(target, [small(number) for number in range(4)])} == {"sent"}
    assert target.requests == [4]


@pytest.mark.parametrize(
    "status, body, kinds",
    [
        (200, said_stored("1.2.0"), ["stored", "unclear"]),
        (413, b"", ["unclear", "unclear"]),
        (403, b"", ["unclear", "unclear"]),
        (503, b"", ["later", "later"]),
    ],
)
def test_only_what_names_an_instance_is_said_of_it(tmp_path: Path, status: int, body: bytes, kinds: list[str]) -> None:
    pack = [stored_file(tmp_path, number) for number in range(2)]
    with strange_server(lambda _: answer(body, f"{status} So")) as server, Connection(server.url) as connection:
        said = stow(connection, "", "1.1", pack, Flow(lambda _: None))
    assert [one.kind for one in said] == kinds


def stored_file(folder: Path, number: int) -> Ours:
    content, path = f"instance {number}".encode(), folder / str(number)
    path.write_bytes(content)
    sha256 = hashlib.sha256(content).hexdigest()
    return Ours(f"1.2.{number}", "1.3", sha256, len(content), FileContent(str(path), sha256))


def test_the_portal_takes_packs_and_proves_each_instance(
    tmp_path: Path, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = portal.account(ANNA.patient_name, ANNA.patient_birth_date, ANNA.patient_id)
    monkeypatch.setattr(packing_module, "SLOW_SECONDS", 0.0)
    requests: list[int] = []

    class Counted(PortalTarget):
        def send(self, order: Order, pack: Sequence[Ours], flow: Flow) -> list[Said]:
            requests.append(len(pack))
            return super().send(order, pack, flow)

    with Library.open(tmp_path / "shelf") as library:
        put_images(library, range(1, 41))
        target = Counted(Connection(portal.url, MachineToken(anna.token)))
        upload = library.begin_upload(STUDY, target.url, "portal")
        report = upload_study(upload, library, target, QuietJob(), limits=HURRIED)
        target.close()
    assert (report.state, report.stored) == ("complete", 40)
    assert sum(requests) == 40
    assert max(requests) > 1
