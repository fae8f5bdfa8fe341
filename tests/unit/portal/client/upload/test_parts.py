"""The small parts of the engine: answers, bodies, pace."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import Cancelled, DicomError, PortalError
from dicom.source import FileContent
from portal.client.connecting.connection import Connection
from portal.client.connecting.connection import Patience as HttpPatience
from portal.client.upload.order import Ours
from portal.client.upload.pace import Bandwidth, Meter, Pace, Patience
from portal.client.upload.targets.answer import StowAnswer, read_answer
from portal.client.upload.targets.body import Flow, InstancesBody
from portal.client.upload.targets.qido import held_instances, holds_instance
from portal.client.upload.targets.stow import judge, stow
from tests.faults.fault_proxy import as_xml, said_stored
from tests.unit.portal.client.strange_server import Asked, answer, strange_server

UID = "1.2.3"


@pytest.mark.parametrize("body", [said_stored(UID), as_xml(said_stored(UID))[0], b"\xef\xbb\xbf\n " + said_stored(UID)])
def test_json_and_xml_say_the_same(body: bytes) -> None:
    assert read_answer(body) == StowAnswer({UID: None}, {})


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"{}",
        b"[1]",
        b"OK",
        b"<html>",
        b"{" * 100_000,
        b'{"00081199": 5}',
        b'{"00081199": {"Value": [{"00081155": {"Value": [7]}}]}}',
        b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16-le"),
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode("utf-16"),
        "<NativeDicomModel/>".encode("utf-16-le"),
        b'{"00081199": {"Value": {"0": 1}}}',
        b'{"00081199": {"Value": [{"00081155": {"Value": {"a": 1}}}]}}',
        b"<a>" * 50_000 + b"</a>" * 50_000,
    ],
)
def test_what_cannot_be_understood_says_nothing(body: bytes) -> None:
    assert read_answer(body) == StowAnswer()


@pytest.mark.parametrize("reason", ["70000", "9" * 4000, '"9999999999"', "-1", "1e9", "{}", "[]", "true"])
def test_a_reason_no_standard_knows_is_none(reason: str) -> None:
    item = f'{{"00081155": {{"Value": ["{UID}"]}}, "00081197": {{"Value": [{reason}]}}}}'
    assert read_answer(f'{{"00081198": {{"Value": [{item}]}}}}'.encode()).failed == {UID: None}


def test_what_stands_in_both_lists_is_not_stored() -> None:
    both = said_stored(UID)[:-1] + b', "00081198": {"Value": [{"00081155": {"Value": ["1.2.3"]}}]}}'
    assert read_answer(both) == StowAnswer({}, {UID: None})


def test_keywords_do_where_xml_has_no_tags() -> None:
    body = (
        b'<NativeDicomModel><DicomAttribute keyword="FailedSOPSequence"><Item number="1">'
        b'<DicomAttribute keyword="ReferencedSOPInstanceUID"><Value number="1">1.2.3</Value></DicomAttribute>'
        b'<DicomAttribute keyword="FailureReason"><Value number="1">273</Value></DicomAttribute>'
        b"</Item></DicomAttribute></NativeDicomModel>"
    )
    assert read_answer(body) == StowAnswer({}, {UID: 273})


@pytest.mark.parametrize(
    "status, stored, failed, kind, code",
    [
        (200, {UID: None}, {}, "stored", None),
        (409, {UID: None}, {}, "stored", None),
        (202, {UID: 0xB000}, {}, "stored", "coerced"),
        (200, {}, {UID: 273}, "duplicate", None),
        (409, {}, {UID: 45070}, "duplicate", None),
        (202, {}, {UID: 0xA700}, "later", "server-trouble"),
        (202, {}, {UID: 0xC000}, "refused", "refused"),
        (202, {}, {UID: None}, "refused", "refused"),
        (403, {}, {UID: 0x0124}, "refused", "not-allowed"),
        (200, {"9.9": None}, {}, "unclear", "refused"),
        (400, {}, {}, "unclear", "refused"),
        (500, {}, {}, "unclear", "server-trouble"),
        (503, {}, {}, "later", "server-trouble"),
        (413, {}, {}, "refused", "too-large"),
    ],
)
def test_only_my_uid_in_the_list_of_stored_means_stored(
    status: int, stored: dict[str, int | None], failed: dict[str, int | None], kind: str, code: str | None
) -> None:
    said = judge(status, StowAnswer(stored, failed), UID)
    assert (said.kind, said.code) == (kind, code)


def ours(path: Path, content: bytes, sha256: str | None = None) -> Ours:
    path.write_bytes(content)
    return Ours(UID, "1.2", sha256 or hashlib.sha256(content).hexdigest(), len(content), FileContent(str(path), ""))


@pytest.mark.parametrize("size", [0, 1, 1000, 256 << 10, (256 << 10) + 1, 1 << 20])
def test_a_body_is_as_long_as_it_says_and_new_for_every_try(tmp_path: Path, size: int) -> None:
    one = ours(tmp_path / "file", b"\x7f" * size)
    pieces: list[int] = []
    for _ in range(2):
        body = InstancesBody([one], "edge", Flow(pieces.append))
        read = b"".join(iter(lambda body=body: body.read(16384), b""))  # type: ignore[misc]
        body.close()
        assert len(read) == len(body)
        assert read.startswith(b"--edge\r\n")
        assert read.endswith(b"\x7f" * min(size, 10) + b"\r\n--edge--\r\n")
    assert sum(pieces) == 2 * len(read)


@pytest.mark.parametrize("spoilt", [b"a" * 600_000 + b"b", b"a" * 10])
def test_a_file_that_changed_is_never_sent_whole(tmp_path: Path, spoilt: bytes) -> None:
    one = ours(tmp_path / "file", b"a" * 600_001)
    (tmp_path / "file").write_bytes(spoilt)
    sent: list[bytes] = []
    body = InstancesBody([one], "edge", Flow(lambda size: None))
    with pytest.raises(DicomError):
        sent.extend(iter(lambda: body.read(16384), b""))
    body.close()
    assert sum(map(len, sent)) < 600_001


def test_a_file_that_is_gone_is_not_taken_for_the_network(tmp_path: Path) -> None:
    one = ours(tmp_path / "file", b"a")
    (tmp_path / "file").unlink()
    with pytest.raises(DicomError) as caught:
        InstancesBody([one], "edge", Flow(lambda size: None))
    assert caught.value.code == "unreadable"


def test_few_begin_more_when_all_is_well_half_when_it_is_not() -> None:
    pace, stopped = Pace(most=4), threading.Event()
    pace.enter(1, stopped)
    pace.enter(1, stopped)
    stopped.set()
    with pytest.raises(Cancelled):
        pace.enter(1, stopped)
    for _ in range(8):
        pace.went_well()
    pace.enter(1, stopped)
    pace.went_badly()
    pace.leave(1)
    pace.leave(1)
    with pytest.raises(Cancelled):
        pace.enter(1, stopped)
    pace.leave(1)
    pace.enter(1, stopped)


def test_no_more_bytes_are_in_flight_than_may_be_but_one_large_one_goes_alone() -> None:
    pace, stopped = Pace(bytes_most=100), threading.Event()
    pace.enter(5000, stopped)
    stopped.set()
    with pytest.raises(Cancelled):
        pace.enter(1, stopped)
    pace.leave(5000)
    pace.enter(60, stopped)
    with pytest.raises(Cancelled):
        pace.enter(60, stopped)
    pace.enter(40, stopped)


def test_a_limit_of_the_line_makes_what_follows_wait_until_it_is_stopped() -> None:
    bandwidth, stopped = Bandwidth(1), threading.Event()
    bandwidth.take(10_000_000, stopped)
    threading.Timer(0.01, stopped.set).start()
    with pytest.raises(Cancelled):
        bandwidth.take(1, stopped)


def test_a_limit_is_one_for_all_threads_and_can_be_changed_while_they_wait() -> None:
    now = [0.0]
    bandwidth, stopped = Bandwidth(1000, lambda: now[0]), threading.Event()
    bandwidth.take(500, stopped)  # the first goes at once and is paid for by the next
    stopped.set()
    with pytest.raises(Cancelled):
        bandwidth.take(1, stopped)
    stopped.clear()
    now[0] += 0.6
    bandwidth.take(5_000_000, stopped)
    waits = threading.Thread(target=bandwidth.take, args=(1, stopped))
    waits.start()
    bandwidth.allow(None)
    waits.join(10)
    assert not waits.is_alive()
    bandwidth.take(10**9, stopped)
    bandwidth.allow(1000)
    bandwidth.take(1, stopped)  # what went without a limit is not held against what follows


def test_a_narrow_line_gets_small_pieces() -> None:
    assert Bandwidth(None).piece(1 << 18) == 1 << 18
    assert Bandwidth(40_000).piece(1 << 18) == 10_000
    assert Bandwidth(1).piece(1 << 18) == 4096


def test_time_left_comes_from_the_speed_of_the_last_seconds() -> None:
    now = [0.0]
    meter = Meter(lambda: now[0])
    assert meter.seconds_left(100) is None
    for _ in range(60):
        now[0] += 1
        meter.add(1000)
        meter.seconds_left(1)
    for _ in range(60):
        now[0] += 1
        meter.add(10)
        left = meter.seconds_left(100)
    assert left == pytest.approx(10, rel=0.2)


def test_patience_ends_at_once_when_all_shall_stop() -> None:
    stopped = threading.Event()
    stopped.set()
    with pytest.raises(Cancelled):
        Patience(base=1000, longest=1000).wait(5, 3600, stopped)


@pytest.mark.parametrize("uid", ["1.2/../../admin", "..", "1.2?x=1", "1.2#x", "1.2 3", "\u202e1"])
def test_a_uid_of_a_disc_is_one_part_of_an_address_and_no_more(uid: str) -> None:
    with strange_server(lambda _: answer(b"[]")) as server, Connection(server.url) as connection:
        held_instances(connection, "/dicom-web", uid)
        assert not holds_instance(connection, "/dicom-web", uid, uid)
        for asked in server.asked:
            path = asked.first_line.split(" ")[1].partition("?")[0]
            assert path.startswith("/dicom-web/studies/")
            assert path.endswith("/instances")
            assert path.count("/") == 4
            assert "/../" not in path


@pytest.mark.parametrize("kind", ["trickles", "never ends"])
def test_an_answer_to_a_question_about_a_study_is_left_where_it_has_no_end(kind: str) -> None:
    stop = threading.Event()

    def say(_: Asked) -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Type: application/dicom+json\r\n\r\n["
        while not stop.wait(0.02 if kind == "trickles" else 0):
            yield b" " if kind == "trickles" else b" " * (1 << 20)

    ours = Ours("1.2.3", "1.2", "0" * 64, 3, FileContent(__file__, "k"))
    patience = HttpPatience(answer=0.5)
    with strange_server(say) as server, Connection(server.url, patience=patience) as connection:
        with pytest.raises(PortalError) as told:
            stow(
                connection,
                "",
                "1.2",
                [replace(ours, size=0, sha256=hashlib.sha256().hexdigest())],
                Flow(lambda _: None),
            )
        stop.set()
    assert told.value.code == "portal-answer"
