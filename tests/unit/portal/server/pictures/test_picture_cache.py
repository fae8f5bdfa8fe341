"""The folder of drawn pictures is kept small, whatever happens to one file of it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from dicom import pipeline
from portal.server import services
from portal.server.pictures import picture_cache
from portal.server.pictures.picture_cache import PictureCache, Rendered
from tests.end2end.recipient import BIRTH_DATE, NAME, STUDY, annas, send, written
from tests.portal_tools import running_portal


def test_one_vanished_file_does_not_keep_the_others_from_being_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(picture_cache, "MOST_CACHED", 3000)
    for number in range(6):
        kept = tmp_path / "aa" / f"aa{number}"
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(bytes(1000))
        os.utime(kept, (1_000_000 + number, 1_000_000 + number))
    (tmp_path / "aa" / "aa-gone").symlink_to(tmp_path / "nowhere")  # listed, and not there when it is asked for
    PictureCache(tmp_path, "this one")._prune(0)
    left = sorted(path.name for path in tmp_path.glob("aa/*") if path.exists())
    assert left == ["aa3", "aa4", "aa5"]


def test_what_an_older_pipeline_drew_is_drawn_anew(tmp_path: Path) -> None:
    PictureCache(tmp_path, "yesterday's").put("frame 1", Rendered(b"wrong", ()))
    today = PictureCache(tmp_path, "today's")
    assert today.get("frame 1") is None
    today.put("frame 1", Rendered(b"right", ("mark",)))
    assert PictureCache(tmp_path, "today's").get("frame 1") == Rendered(b"right", ("mark",))


def test_the_portal_keeps_pictures_by_the_pipeline_that_drew_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = f"/dicomweb/studies/{STUDY}/series/{STUDY}.1/instances/{STUDY}.1.1/thumbnail"
    token, kept = "", []
    for name in ("yesterday's", "today's", "today's"):
        monkeypatch.setattr(services, "pipeline_name", lambda name=name: name)
        with running_portal(tmp_path / "data") as portal:
            if not token:
                token = portal.account(NAME, BIRTH_DATE).token
                send(portal, token, [written(annas("MR_small.dcm", 1))])
            assert portal.get(place, token).status_code == 200
            kept.append(len(list((portal.data / "cache").glob("*/*"))))
    assert kept == [1, 2, 2]


def test_a_pipeline_has_another_name_when_its_code_or_a_library_is_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "showing").mkdir()
    source = tmp_path / "showing" / "voi.py"
    source.write_text("STEP = 1\n")
    monkeypatch.setattr(pipeline, "_HERE", tmp_path)
    names = [pipeline.pipeline_name(), pipeline.pipeline_name()]
    source.write_text("STEP = 2\n")
    names.append(pipeline.pipeline_name())
    monkeypatch.setattr(pipeline, "_libraries", lambda: ["numpy 99"])
    names.append(pipeline.pipeline_name())
    assert names[0] == names[1]
    assert len(set(names)) == 3
