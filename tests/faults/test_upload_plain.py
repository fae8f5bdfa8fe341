"""A plain DICOMweb server (a real Orthanc) on bad days: nothing lost, nothing doubled, never a wrong "complete"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from app.build import Workers
from core.errors import PortalError
from library.shelf import Library
from portal.client.upload.order import Order, Ours, Said, UploadReport
from portal.client.upload.packing import Packing
from portal.client.upload.targets.body import Flow
from tests.faults.fault_proxy import (
    Answer,
    Change,
    Cut,
    Fault,
    LoseAnswer,
    Script,
    Seen,
    as_xml,
    running_proxy,
    said_stored,
    stow_only,
    zipped,
)
from tests.orthanc_server import Orthanc, running_orthanc
from tests.upload_tools import STUDY, plain_target, put_images, put_unreadable, run_upload

COUNT = 6


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Orthanc]:
    with running_orthanc(tmp_path_factory.mktemp("orthanc")) as orthanc:
        yield orthanc


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(decode_workers=1) as made:
        yield made


@pytest.fixture
def orthanc(server: Orthanc) -> Orthanc:
    for study in server.get("/studies"):
        server.delete(f"/studies/{study}")
    return server


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        put_images(opened, range(1, COUNT + 1))
        yield opened


def send(library: Library, orthanc: Orthanc, workers: Workers, script: Script) -> tuple[UploadReport, int]:
    """Send through a proxy; gives the report and how often an instance was sent."""
    with (
        running_proxy(orthanc.dicomweb, script) as proxy,
        closing(plain_target(proxy.url, library.incoming, workers.compare)) as target,
    ):
        return run_upload(library, target), proxy.stows()


@pytest.mark.sweep(keep=5)
@pytest.mark.shared_workers
@pytest.mark.parametrize(
    "fault",
    [
        Cut(after=0),
        Cut(after=500),
        LoseAnswer(),
        Answer(500),
        Answer(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"}),
        Answer(503, headers={"Retry-After": "0"}),
        Answer(429, headers={"Retry-After": "0"}),
        Answer(408),
        Answer(425),
        Change(answer=zipped),
        Change(answer=as_xml),
        Change(answer=lambda body: (b"", {})),
        Change(answer=lambda body: (b"{}", {})),
        Change(answer=lambda body: (b"no json at all", {})),
    ],
    ids=str,
)
def test_what_passes_is_got_over(orthanc: Orthanc, library: Library, workers: Workers, fault: Fault) -> None:
    report, _ = send(library, orthanc, workers, stow_only(fault, 2, 3))
    assert (report.state, report.stored, report.left) == ("complete", COUNT, ())
    assert orthanc.instances == COUNT


@pytest.mark.shared_workers
def test_an_answer_that_was_lost_is_asked_for_and_not_sent_again(
    orthanc: Orthanc, library: Library, workers: Workers
) -> None:
    report, stows = send(library, orthanc, workers, stow_only(LoseAnswer()))
    assert (report.state, stows) == ("complete", COUNT)


@pytest.mark.shared_workers
@pytest.mark.parametrize("body", [b"", b"{}", b'{"00081199": {"vr": "SQ"}}', b"[]", b"<a", b"\xff\xfe"])
def test_a_server_that_says_200_and_nothing_more_and_keeps_nothing_is_found_out(
    orthanc: Orthanc, library: Library, workers: Workers, body: bytes
) -> None:
    report, _ = send(library, orthanc, workers, stow_only(Answer(200, body)))
    assert (report.state, report.stored) == ("failed", 0)
    assert {one.code for one in report.left} == {"not-kept"}
    assert library.study(STUDY).uploaded == "no"


@pytest.mark.shared_workers
def test_a_server_that_says_stored_and_keeps_nothing_is_found_out(
    orthanc: Orthanc, library: Library, workers: Workers
) -> None:
    uids = [str(row.sop_instance_uid) for row in library.instances()]
    report, stows = send(library, orthanc, workers, stow_only(Answer(200, said_stored(*uids)), 1, 2, 7, 8))
    assert (report.state, report.stored, stows) == ("partial", COUNT - 2, COUNT + 2)
    assert {one.code for one in report.left} == {"not-kept"}
    assert library.study(STUDY).uploaded == "partly"
    assert orthanc.instances == COUNT - 2


@pytest.mark.shared_workers
def test_an_instance_that_is_too_large_is_left_and_said(orthanc: Orthanc, library: Library, workers: Workers) -> None:
    report, stows = send(library, orthanc, workers, stow_only(Answer(413), 3))
    assert (report.state, report.stored, stows) == ("partial", COUNT - 1, COUNT)
    assert [one.code for one in report.left] == ["too-large"]


@pytest.mark.shared_workers
def test_too_large_is_understood_when_it_comes_before_the_body_was_read(
    orthanc: Orthanc, library: Library, workers: Workers
) -> None:
    report, _ = send(library, orthanc, workers, stow_only(Answer(413, early=True), 3))
    assert report.stored == COUNT - 1


@pytest.mark.shared_workers
@pytest.mark.parametrize(
    "reason, code", [(0x0110, "refused"), (0x0122, "refused"), (0x0124, "not-allowed"), (0xC000, "refused")]
)
def test_what_a_server_refuses_is_left_with_its_reason(
    orthanc: Orthanc, library: Library, workers: Workers, reason: int, code: str
) -> None:
    uids = [str(row.sop_instance_uid) for row in library.instances()]
    failed = (
        said_stored(*uids)
        .replace(b"00081199", b"00081198")
        .replace(b'"00081155"', b'"00081197": {"vr": "US", "Value": [%d]}, "00081155"' % reason)
    )
    report, _ = send(library, orthanc, workers, stow_only(Answer(202, failed), 1))
    assert (report.state, report.stored) == ("partial", COUNT - 1)
    assert [(one.code, one.detail) for one in report.left] == [(code, f"{reason:04X}H")]


@pytest.mark.shared_workers
@pytest.mark.parametrize("reason", [273, 45070])
def test_a_duplicate_is_fetched_and_compared(orthanc: Orthanc, library: Library, workers: Workers, reason: int) -> None:
    def duplicate(body: bytes) -> tuple[bytes, dict[str, str]]:
        said = body.replace(b"00081199", b"00081198")
        return said.replace(b'"00081155"', b'"00081197": {"vr": "US", "Value": [%d]}, "00081155"' % reason), {}

    report, stows = send(library, orthanc, workers, stow_only(Change(answer=duplicate), 1))
    assert (report.state, report.stored, report.already, stows) == ("complete", COUNT - 1, 1, COUNT)


@pytest.mark.shared_workers
@pytest.mark.parametrize("warning", [0xB000, 0xB006])
def test_what_the_server_changed_is_said(orthanc: Orthanc, library: Library, workers: Workers, warning: int) -> None:
    def coerced(body: bytes) -> tuple[bytes, dict[str, str]]:
        return body.replace(b'"00081155"', b'"00081196": {"vr": "US", "Value": [%d]}, "00081155"' % warning), {}

    report, _ = send(library, orthanc, workers, stow_only(Change(answer=coerced), 2))
    assert report.state == "complete"
    assert [one.detail for one in report.coerced] == [f"{warning:04X}H"]


@pytest.mark.shared_workers
def test_another_server_at_the_same_address_is_not_taken_for_the_first(
    orthanc: Orthanc, library: Library, workers: Workers
) -> None:
    with closing(plain_target(orthanc.dicomweb, library.incoming, workers.compare)) as target:
        assert run_upload(library, target).state == "complete"
        for study in orthanc.get("/studies"):
            orthanc.delete(f"/studies/{study}")
        with Library.open(library.folder.parent / "foreign") as foreign:
            put_images(foreign, range(1, COUNT + 1), series_description="something else")
            run_upload(foreign, target)
        report = run_upload(library, target)
    assert (report.state, report.already, report.stored) == ("failed", 0, 0)
    assert {one.code for one in report.left} == {"kept-other"}
    assert library.study(STUDY).uploaded == "no"


@pytest.mark.shared_workers
def test_what_was_taken_before_is_looked_at_in_samples_alone(
    orthanc: Orthanc, library: Library, workers: Workers
) -> None:
    with (
        running_proxy(orthanc.dicomweb) as proxy,
        closing(plain_target(proxy.url, library.incoming, workers.compare)) as target,
    ):
        run_upload(library, target)
        report = run_upload(library, target)
        fetched = sum("/series/" in seen.path for seen in proxy.seen)
    assert (report.state, report.stored + report.already, fetched) == ("complete", COUNT, 3)


@pytest.mark.shared_workers
def test_a_server_that_gives_nothing_back_leaves_not_compared(
    orthanc: Orthanc, library: Library, workers: Workers
) -> None:
    send(library, orthanc, workers, lambda seen: None)
    with Library.open(library.folder.parent / "other") as other:
        put_images(other, range(1, COUNT + 1))

        def script(seen: Seen) -> Fault:
            return Answer(501) if "/series/" in seen.path else None

        report, stows = send(other, orthanc, workers, script)
    assert (report.state, report.already, stows) == ("failed", 0, 0)
    assert {one.code for one in report.left} == {"not-compared"}


@pytest.mark.shared_workers
@pytest.mark.parametrize("ignored", ["limit", "offset", "both", "refused"])
def test_servers_that_ignore_pages_are_listed_whole(
    orthanc: Orthanc, library: Library, workers: Workers, ignored: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.client.upload.targets.qido.PAGE", 2)
    send(library, orthanc, workers, lambda seen: None)

    with (
        _IgnoringPages(orthanc, ignored) as url,
        closing(plain_target(url, library.incoming, workers.compare)) as target,
    ):
        report = run_upload(library, target)
    assert (report.state, report.already) == ("complete", COUNT)


@pytest.mark.shared_workers
@pytest.mark.parametrize("status, code", [(401, "server-sign-in"), (507, "no-space"), (404, "server-answer")])
def test_a_server_that_turns_everything_away_ends_the_upload_at_once(
    orthanc: Orthanc, library: Library, workers: Workers, status: int, code: str
) -> None:
    with pytest.raises(PortalError) as caught:
        send(library, orthanc, workers, stow_only(Answer(status), 3, 4, 5, 6))
    assert caught.value.code == code
    (upload,) = library.uploads()
    assert (upload.state, upload.reason, library.study(STUDY).uploaded) == ("failed", code, "no")


@pytest.mark.shared_workers
def test_a_way_that_stays_closed_leaves_the_upload_waiting_for_the_network(
    orthanc: Orthanc, library: Library, workers: Workers
) -> None:
    script = stow_only(Cut(), *range(3, 200))
    with (
        running_proxy(orthanc.dicomweb, script) as proxy,
        closing(plain_target(proxy.url, library.incoming, workers.compare)) as target,
    ):
        with pytest.raises(PortalError) as caught:
            run_upload(library, target)
        assert caught.value.code == "portal-unreachable"
        (upload,) = library.uploads()
        assert (upload.state, upload.reason) == ("waiting-for-network", "portal-unreachable")
        proxy.script = lambda _: None
        report = run_upload(library, target)
    assert (report.state, report.stored + report.already, orthanc.instances) == ("complete", COUNT, COUNT)


class _IgnoringPages:
    """A proxy that takes page parameters out of questions, or refuses them, before they reach the server."""

    def __init__(self, orthanc: Orthanc, what: str) -> None:
        self._what = what
        self._orthanc = orthanc

    def __enter__(self) -> str:
        import re

        dropped = {"limit": "limit", "offset": "offset", "both": "limit|offset", "refused": "limit|offset"}[self._what]

        def rewrite(path: str) -> str:
            return re.sub(rf"(?:(?<=[?&]))(?:{dropped})=\d+&?", "", path)

        def script(seen: Seen) -> Fault:
            if self._what == "refused" and "limit=" in seen.path and "SOPInstanceUID" not in seen.path:
                return Answer(400)
            return None

        self._running = running_proxy(self._orthanc.dicomweb, script)
        proxy = self._running.__enter__()
        proxy.rewrite = rewrite
        return proxy.url

    def __exit__(self, *_: object) -> None:
        self._running.__exit__(None, None, None)


@pytest.mark.shared_workers
def test_one_bad_part_of_a_pack_costs_a_real_server_only_itself(
    orthanc: Orthanc, library: Library, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Packing, "_most", lambda self, waiting: 100)  # also where it does not help
    bad = put_unreadable(library, 40)
    sizes: list[int] = []
    with closing(plain_target(orthanc.dicomweb, library.incoming, workers.compare)) as target:
        send_one = target.send

        def send(order: Order, pack: Sequence[Ours], flow: Flow) -> list[Said]:
            sizes.append(len(pack))
            return send_one(order, pack, flow)

        monkeypatch.setattr(target, "send", send)
        report = run_upload(library, target)
    assert (report.state, report.stored) == ("partial", COUNT)
    assert [(one.sop_instance_uid, one.code) for one in report.left] == [(bad, "refused")]
    assert sizes[0] == COUNT + 1, "all in one request"
    assert len(orthanc.get("/instances")) == COUNT
