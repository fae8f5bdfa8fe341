"""The page is told how a series is leafed through: what alternates apart, each in its order, named as in the viewer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.job import Job
from dicom.decoding.decoder import Decoder
from dicom.description import ObjectDescription
from dicom.series.display_sets import StudyObject, build_display_sets
from dicom.source import Content, FileContent
from portal.server.recipient import series_parts
from portal.server.recipient.series_parts import parts_of
from tests.end2end.recipient import BIRTH_DATE, NAME, STUDY, Shared, send, share
from tests.parted_series import Made, alternating, plain
from tests.pixel_files import described
from tests.portal_tools import Portal, running_portal
from tests.unit.viewer.series_made import at, enhanced
from viewer.study.series_words import part

ECHOES = alternating(1, "Two echoes", "EchoTime", (80, 10), 5)
DIFFUSION = alternating(2, "Diffusion", "DiffusionBValue", (0, 500, 1000), 4)
PLAIN = plain(3, "Plain", (0, 1, 4, 3, 2, 5, 6))
ALL = (ECHOES, DIFFUSION, PLAIN)


@pytest.fixture
def shared(portal: Portal) -> Shared:
    anna = portal.account(NAME, BIRTH_DATE)
    send(portal, anna.token, [file for made in ALL for file in made.files])
    return share(portal, anna)


def _session(shared: Shared) -> str:
    answer = shared.portal.post("/api/v1/redeem", json={"share_code": shared.share_code, "recipient_name": None})
    return str(shared.portal.said(200, answer)["session"])


def _asked(portal: Portal, session: str, made: Made) -> Any:
    path = f"/api/v1/view/studies/{STUDY}/series/{made.uid}/parts"
    answer = portal.get(path, headers={"Authorization": f"Share {session}"})
    assert answer.headers["Cache-Control"] == "private, no-store"
    return portal.said(200, answer)


def _told(said: Any) -> list[tuple[str, list[tuple[str, int]]]]:
    named = said["instances"]
    return [(each["name"], [(named[place], frame) for place, frame in each["items"]]) for each in said["parts"]]


def _wanted(made: Made) -> list[tuple[str, list[tuple[str, int]]]]:
    return [(name, [(uid, 1) for uid in uids]) for name, uids in made.parts]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Which objects were described by a worker."""
    asked: list[str] = []
    describe = Decoder.describe

    def counting(self: Decoder, content: Content, job: Job) -> ObjectDescription:
        asked.append(content.key)
        return describe(self, content, job)

    monkeypatch.setattr(Decoder, "describe", counting)
    return asked


def test_each_kind_is_leafed_through_by_itself_in_the_order_of_space(shared: Shared) -> None:
    session = _session(shared)
    for made in ALL:
        assert _told(_asked(shared.portal, session, made)) == _wanted(made)


def test_it_is_what_the_desktops_viewer_shows_of_the_same_files(shared: Shared) -> None:
    session = _session(shared)
    for made in ALL:
        objects = [
            StudyObject(FileContent("", said.sop_instance_uid or ""), said)
            for said in (described(file).description for file in made.files)
        ]
        viewer = [
            (part(each, str), [(frame.content.key, frame.frame_index + 1) for frame in each.frames])
            for each in build_display_sets(objects)
        ]
        assert _told(_asked(shared.portal, session, made)) == viewer


def test_it_is_found_out_once_also_by_a_portal_that_starts_anew(tmp_path: Path, counted: list[str]) -> None:
    answers = []
    for number in range(2):
        with running_portal(tmp_path / "data") as portal:
            if not number:
                anna = portal.account(NAME, BIRTH_DATE)
                send(portal, anna.token, ECHOES.files)
                shared = share(portal, anna)
                session = _session(shared)
                counted.clear()
            answers += [_asked(portal, session, ECHOES) for _ in range(2)]
            assert len(counted) == len(ECHOES.files)
    assert answers == [answers[0]] * 4


def test_it_tells_of_nothing_the_asker_may_not_see(shared: Shared) -> None:
    portal = shared.portal
    path = f"/api/v1/view/studies/{STUDY}/series/{ECHOES.uid}/parts"
    other = portal.account("WEBER^OTTO", "19600101")
    assert portal.get(path).status_code == 401
    assert portal.get(path, other.token).status_code == 404
    assert portal.get(path, shared.anna.token).status_code == 200
    session = _session(shared)
    portal.said(200, portal.post(f"/api/v1/shares/{shared.share['id']}/revoke", shared.anna.token))
    assert portal.get(path, headers={"Authorization": f"Share {session}"}).status_code == 401


def test_an_object_that_does_not_say_what_it_is_is_in_a_part_and_asked_anew_once_it_is_whole(
    shared: Shared, counted: list[str]
) -> None:
    portal, session = shared.portal, _session(shared)
    damaged = next(file for file in ECHOES.files if f"{ECHOES.uid}.3".encode() + b"\0" in file)
    path = next(
        path for path in (portal.data / "objects").rglob("*") if path.is_file() and path.read_bytes() == damaged
    )
    path.chmod(0o600)
    path.write_bytes(damaged[:400])
    echo_10, echo_80, rest = _told(_asked(portal, session, ECHOES))
    assert (rest, (f"{ECHOES.uid}.3", 1) in echo_10[1] + echo_80[1]) == (("", [(f"{ECHOES.uid}.3", 1)]), False)
    assert [name for name, _ in (echo_10, echo_80)] == ["echo 10 ms", "echo 80 ms"]
    send(portal, shared.anna.token, [damaged])
    assert _told(_asked(portal, session, ECHOES)) == _wanted(ECHOES)


@pytest.mark.parametrize("limit", ["MOST_OBJECTS", "MOST_FRAMES"])
def test_of_a_very_long_series_nothing_is_said(shared: Shared, monkeypatch: pytest.MonkeyPatch, limit: str) -> None:
    session = _session(shared)
    monkeypatch.setattr(series_parts, limit, len(PLAIN.files) - 1)
    assert _asked(shared.portal, session, PLAIN) == {"instances": [], "parts": []}
    monkeypatch.setattr(series_parts, limit, len(PLAIN.files))
    assert len(_asked(shared.portal, session, PLAIN)["parts"]) == 1


@pytest.fixture
def echoes_in_one() -> StudyObject:
    places = [0.0, 3.0, 6.0]
    frames = [at(z) | {"MREchoSequence": {"EffectiveEchoTime": time}} for z in places for time in (80.0, 10.0)]
    return enhanced(frames)


def test_frames_of_one_object_are_told_apart_too(echoes_in_one: StudyObject) -> None:
    said = parts_of(["1.2"], [echoes_in_one])
    assert [(each.name, each.items) for each in said.parts] == [
        ("echo 10 ms", ((0, 2), (0, 4), (0, 6))),
        ("echo 80 ms", ((0, 1), (0, 3), (0, 5))),
    ]
