"""Kill the portal in the middle of uploads, fill its disk: what was answered is there, and nothing half is left."""

from __future__ import annotations

import hashlib
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path

import pytest
import requests
from sqlalchemy import create_engine, text

from tests.portal_tools import Portal, PortalProcess, portal_process
from tests.tools import skip_or_fail
from tests.unit.portal.server.dicomweb.senders import BOUNDARY, body_of, made, sent, uids, wait_for

SENDERS = 4


class Sending:
    """Sends one instance after the other from several threads, and remembers what was answered."""

    def __init__(self, url: str, token: str) -> None:
        self.answered: dict[str, bytes] = {}
        self.ended = threading.Event()
        self._url = url
        kind = f'multipart/related; type="application/dicom"; boundary={BOUNDARY}'
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": kind}

    def run(self, lane: int) -> None:
        """Send until the server is gone."""
        with requests.Session() as session, suppress(requests.RequestException):
            session.trust_env = False
            for number in range(100_000):
                uid = f"1.2.{lane}.{number}"
                data = made(
                    SOPInstanceUID=uid, Rows=256, Columns=256, PixelData=hashlib.sha256(uid.encode()).digest() * 4096
                )
                answer = session.post(
                    f"{self._url}/dicomweb/studies", data=body_of([data]), headers=self._headers, timeout=30
                )
                if uids(answer) == [uid]:
                    self.answered[uid] = data
                if self.ended.is_set():
                    return


def rows(process: PortalProcess) -> dict[str, str]:
    engine = create_engine(f"sqlite:///{process.data / 'portal.db'}")
    try:
        with closing(engine.connect()) as connection:
            found = connection.execute(text("select sop_instance_uid, sha256 from instance"))
            return {str(uid): str(sha256) for uid, sha256 in found}
    finally:
        engine.dispose()


@pytest.mark.long
def test_a_killed_portal_has_lost_nothing_it_answered_for(tmp_path: Path) -> None:
    with portal_process(tmp_path) as process:
        anna = process.account()
        for _ in range(2):
            sending = Sending(process.url, anna.token)
            with ThreadPoolExecutor(SENDERS) as threads:
                lanes = [threads.submit(sending.run, lane) for lane in range(SENDERS)]
                wait_for(lambda sending=sending: len(sending.answered) >= 12, 60)
                process.kill9()
                sending.ended.set()
                for lane in lanes:
                    lane.result()
            process.start()
            check(process, sending)


def check(process: PortalProcess, sending: Sending) -> None:
    """Compare what was answered with what is listed, and what is listed with what lies there."""
    assert list((process.data / "incoming").iterdir()) == []
    listed = rows(process)
    for uid, data in sending.answered.items():
        assert listed[uid] == hashlib.sha256(data).hexdigest()
    for sha256 in listed.values():
        path = process.data / "objects" / sha256[:2] / f"{sha256}.dcm"
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def test_a_full_disk_is_told_and_leaves_nothing(portal: Portal) -> None:
    try:
        import resource
    except ImportError:
        skip_or_fail("files cannot be bounded here")
        return
    anna = portal.account()
    small, large = made(SOPInstanceUID="1.2.1"), made(SOPInstanceUID="1.2.2", PixelData=bytes(24 << 20))
    assert sent(portal, anna.token, made(SOPInstanceUID="1.2.0")).status_code == 200  # the workers run from now on
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (16 << 20, hard))  # stands for a disk with no room
    try:
        answer = sent(portal, anna.token, large)
        mixed = sent(portal, anna.token, large, small)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (answer.status_code, answer.json()["code"]) == (507, "no-space")
    assert (mixed.status_code, uids(mixed)) == (202, ["1.2.1"])
    assert mixed.json()["0008119A"]["Value"][0]["00081197"]["Value"] == [0xA700]
    assert list(portal.services.store.incoming.iterdir()) == []
    assert sent(portal, anna.token, large).status_code == 200
