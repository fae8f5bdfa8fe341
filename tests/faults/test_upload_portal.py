"""To the account on bad days, and with client or server killed: nothing lost, nothing doubled, no false "complete"."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.errors import PortalError
from core.job import QuietJob
from library.shelf import Library
from portal.client.connecting.connection import Connection
from portal.client.connecting.credentials import MachineToken
from portal.client.upload.engine import Limits, upload_study
from portal.client.upload.pace import Patience
from portal.client.upload.targets.portal_target import PortalTarget
from tests.discs.files import ANNA
from tests.faults.fault_proxy import (
    Answer,
    Change,
    Cut,
    Fault,
    FaultProxy,
    Hold,
    LoseAnswer,
    Seen,
    running_proxy,
    said_stored,
    stow_only,
    zipped,
)
from tests.portal_tools import Portal, PortalProcess, SignedIn, ended_workers, portal_process
from tests.tools import REPOSITORY
from tests.upload_tools import STUDY, put_images, run_upload

COUNT = 8


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    with Library.open(tmp_path / "shelf") as opened:
        put_images(opened, range(1, COUNT + 1))
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


def held(portal: Portal, who: SignedIn) -> int:
    """Count what the account holds."""
    exams = portal.said(200, portal.get("/api/v1/exams", who.token))["exams"]
    return sum(study["instances"] for exam in exams for study in exam["studies"])


@pytest.mark.sweep(keep=3)
@pytest.mark.parametrize(
    "fault",
    [
        Cut(after=0),
        Cut(after=700),
        LoseAnswer(),
        Answer(500),
        Answer(502),
        Answer(503, headers={"Retry-After": "0"}),
        Answer(429, headers={"Retry-After": "0"}),
        Answer(200, b"{}"),
        Answer(200),
        Change(answer=zipped),
    ],
    ids=str,
)
def test_what_passes_is_got_over(
    portal: Portal, anna: SignedIn, proxy: FaultProxy, target: PortalTarget, library: Library, fault: Fault
) -> None:
    proxy.script = stow_only(fault, 2, 3, 5)
    report = run_upload(library, target, kind="portal")
    first_try_lost = isinstance(fault, Answer) and fault.status == 200
    assert (report.state, report.stored) == (("partial", COUNT - 3) if first_try_lost else ("complete", COUNT))
    proxy.script = lambda _: None
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored + report.already, held(portal, anna)) == ("complete", COUNT, COUNT)


def test_a_portal_that_says_stored_and_keeps_nothing_is_found_out(
    portal: Portal, anna: SignedIn, proxy: FaultProxy, target: PortalTarget, library: Library
) -> None:
    uids = [str(row.sop_instance_uid) for row in library.instances()]
    proxy.script = stow_only(Answer(200, said_stored(*uids)))
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, report.receipt) == ("failed", 0, None)
    assert {one.code for one in report.left} == {"not-kept"}
    assert (library.study(STUDY).uploaded, held(portal, anna)) == ("no", 0)


def test_other_bytes_that_were_kept_under_our_uid_are_found_out_by_their_hash(
    portal: Portal, anna: SignedIn, proxy: FaultProxy, target: PortalTarget, library: Library
) -> None:
    proxy.script = stow_only(Change(request=lambda body: body.replace(b"Sample series", b"Sampled error")), 2)
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored) == ("partial", COUNT - 1)
    assert [one.code for one in report.left] in (["kept-other"], ["not-kept"])
    assert library.study(STUDY).uploaded == "partly"


def test_a_receipt_with_another_hash_is_no_proof(proxy: FaultProxy, target: PortalTarget, library: Library) -> None:
    ours = library.instances()[0].sha256.encode()
    lie = Change(answer=lambda body: (body.replace(ours, hashlib.sha256(b"x").hexdigest().encode()), {}))
    proxy.script = lambda seen: lie if seen.path.endswith("/complete") else None
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, report.receipt) == ("partial", COUNT - 1, None)


def test_a_receipt_that_leaves_one_out_is_no_proof_of_it(
    proxy: FaultProxy, target: PortalTarget, library: Library
) -> None:
    ours = str(library.instances()[0].sop_instance_uid).encode()
    lie = Change(answer=lambda body: (body.replace(b'"' + ours + b'"', b'"1.2.3"'), {}))
    proxy.script = lambda seen: lie if seen.path.endswith("/complete") else None
    report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored) == ("partial", COUNT - 1)


class Renewed:
    """Credentials that change when they are refreshed."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.refreshed = 0

    def header(self) -> str:
        return f"{'bearer' if self.refreshed else 'Bearer'} {self._token}"

    def refresh(self) -> bool:
        self.refreshed += 1
        return True


def test_a_sign_in_that_ran_out_midway_is_renewed_once_for_all(
    portal: Portal, anna: SignedIn, proxy: FaultProxy, library: Library
) -> None:
    signed = Renewed(anna.token)
    proxy.script = lambda seen: Answer(401) if seen.is_stow and proxy.stows() >= 3 and not signed.refreshed else None
    with closing(PortalTarget(Connection(proxy.url, signed))) as target:
        report = run_upload(library, target, kind="portal")
    assert (report.state, report.stored, held(portal, anna), signed.refreshed) == ("complete", COUNT, COUNT, 1)


def test_a_sign_in_that_ended_midway_ends_the_upload_with_that_reason(
    proxy: FaultProxy, target: PortalTarget, library: Library
) -> None:
    proxy.script = stow_only(Answer(401), *range(4, 100))
    with pytest.raises(PortalError) as caught:
        run_upload(library, target, kind="portal")
    assert caught.value.code == "sign-in-needed"
    assert [(row.state, row.reason) for row in library.uploads()] == [("failed", "sign-in-needed")]
    proxy.script = lambda _: None
    assert run_upload(library, target, kind="portal").state == "complete"


def test_a_full_portal_is_said_as_such(proxy: FaultProxy, target: PortalTarget, library: Library) -> None:
    proxy.script = stow_only(Answer(507), *range(4, 100))
    with pytest.raises(PortalError) as caught:
        run_upload(library, target, kind="portal")
    assert caught.value.code == "no-space"


def test_stop_does_not_wait_for_a_silent_server(proxy: FaultProxy, target: PortalTarget, library: Library) -> None:
    silent = threading.Event()
    proxy.script = stow_only(Hold(silent))
    job = QuietJob()
    upload = library.begin_upload(STUDY, target.url, "portal")
    threading.Timer(0.3, lambda: library.pause_upload(upload)).start()
    try:
        assert upload_study(upload, library, target, job).state == "paused"
    finally:
        silent.set()


# -- killed --


def program(shelf: Path, proxy: FaultProxy, who: SignedIn, *words: str) -> subprocess.Popen[str]:
    settings = {"SCANSHELF_LIBRARY": str(shelf), "SCANSHELF_TOKEN": who.token, "SCANSHELF_PORTAL": proxy.url}
    command = [sys.executable, "-m", "app", *words, "--json", "--quiet"]
    return subprocess.Popen(
        command,
        cwd=REPOSITORY,
        env=os.environ | settings,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def test_a_killed_client_goes_on_where_it_was(
    portal: Portal, anna: SignedIn, proxy: FaultProxy, library: Library
) -> None:
    library.close()
    shelf, reached, silent = library.folder, threading.Event(), threading.Event()

    def script(seen: Seen) -> Fault:
        if not seen.is_stow or proxy.stows() < 5:
            return None
        reached.set()
        return Hold(silent)

    proxy.script = script
    client = program(shelf, proxy, anna, "upload", STUDY)
    assert reached.wait(60)
    client.kill()
    client.communicate()
    assert client.returncode == -signal.SIGKILL
    silent.set()
    with Library.open(shelf) as opened:
        assert [row.state for row in opened.uploads()] == ["sending"]
        assert opened.study(STUDY).uploaded == "no"
        upload = opened.uploads()[0].id
    proxy.script = lambda _: None
    again = program(shelf, proxy, anna, "uploads", "--retry", upload)
    said, complaints = again.communicate(timeout=60)
    assert (again.returncode, complaints) == (0, "")
    assert '"state": "complete"' in said
    with Library.open(shelf) as opened:
        assert opened.study(STUDY).uploaded == "complete"
        assert opened.verify(QuietJob()).problems == ()
    assert held(portal, anna) == COUNT


@pytest.mark.long
def test_a_killed_server_comes_back_and_the_upload_goes_on(tmp_path: Path, library: Library) -> None:
    killed: list[int] = []
    with portal_process(tmp_path) as process, running_proxy(process.url) as proxy:
        who = process.account(ANNA.patient_name, ANNA.patient_birth_date)

        def script(seen: Seen) -> Fault:
            if seen.is_stow and proxy.stows() >= 4 and not killed:
                killed.append(1)
                _kill_and_start(process)
            return None

        proxy.script = script
        limits = Limits(patience=Patience(tries=60, base=0.5, longest=1.0))
        with closing(PortalTarget(Connection(proxy.url, MachineToken(who.token)))) as target:
            report = run_upload(library, target, kind="portal", limits=limits, person_confirmed="no ID on the disc")
        assert (report.state, report.stored, killed) == ("complete", COUNT, [1])


def _kill_and_start(process: PortalProcess) -> None:
    process.kill9()
    ended_workers(process.data)
    process.start()
