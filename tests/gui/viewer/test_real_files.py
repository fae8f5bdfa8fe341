"""The panel with real workers on a real disc's files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from app.demo.media.sample_disc import make_sample_disc
from core.job import QuietJob
from dicom.decoding.decoder import Decoder
from dicom.showing.display import default_voi, to_grey8
from dicom.source import Content, FileContent
from tests.clip_files import FRAMES, HEIGHT, WIDTH, clip_object, frames_of, made_clip
from tests.pixel_files import encapsulated, image_bytes
from tests.tools import skip_or_fail
from viewer.ui.viewer_panel import ViewerPanel

LONG = 120_000  # on a computer that does much else


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Content]:
    disc = make_sample_disc(tmp_path_factory.mktemp("disc"))
    found = sorted(path for path in disc.folder.rglob("*") if path.is_file() and path.suffix in ("", ".DCM"))
    return [FileContent(str(path), str(path)) for path in found if path.name != "DICOMDIR"]


@pytest.mark.long
def test_every_series_of_the_sample_disc_is_shown(
    qtbot: QtBot, panel: ViewerPanel, decoder: Decoder, files: list[Content]
) -> None:
    panel.show_study("Martha SAMPLE", files)
    qtbot.waitUntil(lambda: not panel.position.study.reading, timeout=LONG)
    kinds = {item.kind for item in panel.position.study.sets}
    assert {"stack", "clip", "document"} <= kinds
    for item in panel.position.study.sets:
        panel.position.choose(item.key)
        if item.kind != "other":
            qtbot.waitUntil(lambda: panel.position.loaded is not None, timeout=LONG)
            assert not panel.picture.image().isNull()
    shown = [item.key for item in panel.position.study.sets if item.kind != "other"]
    qtbot.waitUntil(lambda: all(panel.strip.has_picture(key) for key in shown), timeout=LONG)


@pytest.mark.long
def test_the_screen_shows_what_the_decoder_and_the_display_pipeline_say(
    qtbot: QtBot, panel: ViewerPanel, decoder: Decoder, files: list[Content]
) -> None:
    panel.show_study("Martha SAMPLE", files)
    qtbot.waitUntil(lambda: not panel.position.study.reading, timeout=LONG)
    panel.position.go_to(7)
    qtbot.waitUntil(lambda: panel.position.loaded is not None, timeout=LONG)
    panel.resize(2000, 1400)
    panel.commands["actual"].trigger()
    frame = panel.position.frame
    assert frame is not None
    stored, said = decoder.frame(frame.ref, QuietJob()), frame.description
    expected = to_grey8(stored.pixels, said, 0, default_voi(stored.pixels, said, 0))
    image = panel.picture.image().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    assert np.array_equal(rows[:, : image.width()], expected)


def test_scrolling_goes_on_while_frames_are_still_coming(
    qtbot: QtBot, panel: ViewerPanel, files: list[Content]
) -> None:
    panel.show_study("Martha SAMPLE", files)
    qtbot.waitUntil(lambda: not panel.position.study.reading, timeout=LONG)
    for _ in range(40):
        panel.commands["next-image"].trigger()
    assert panel.position.index == 40
    qtbot.waitUntil(lambda: panel.position.loaded is not None, timeout=LONG)
    assert panel.picture.presentation.frame is panel.position.loaded


def test_a_folder_of_nonsense_is_named_and_nothing_breaks(qtbot: QtBot, panel: ViewerPanel, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear doctor")
    (tmp_path / "empty").write_bytes(b"")
    contents: list[Content] = [FileContent(str(path), str(path)) for path in tmp_path.iterdir()]
    contents.append(FileContent(str(tmp_path / "gone"), "gone"))
    panel.show_study("x", contents)
    qtbot.waitUntil(lambda: not panel.position.study.reading, timeout=LONG)
    assert len(panel.position.study.errors) == 3
    assert panel.picture.notice is not None


@pytest.fixture
def mpeg2(tmp_path: Path) -> Content:
    """An MPEG-2 clip of twelve frames, each brighter than the last, with a white bar at the left."""
    raw, path = tmp_path / "clip.mpg", tmp_path / "clip.dcm"
    writer = cv2.VideoWriter(str(raw), cv2.VideoWriter.fourcc(*"MPG2"), 25, (64, 48))
    if not writer.isOpened():
        skip_or_fail("OpenCV has no MPEG-2 encoder")
    for index in range(12):
        picture = np.full((48, 64, 3), 15 * index, np.uint8)
        picture[:, :16] = 255
        writer.write(picture)
    writer.release()
    data = encapsulated(raw.read_bytes())
    said = {"PhotometricInterpretation": "YBR_PARTIAL_420", "NumberOfFrames": 12, "FrameTime": "40"}
    path.write_bytes(image_bytes(np.zeros((48, 64, 3), np.uint8), "1.2.840.10008.1.2.4.100", pixel_data=data, **said))
    return FileContent(str(path), "clip")


def test_a_clip_is_scrolled_and_played_and_says_that_it_is_lossy(
    qtbot: QtBot, panel: ViewerPanel, mpeg2: Content
) -> None:
    panel.show_study("Martha SAMPLE", [mpeg2])
    qtbot.waitUntil(lambda: panel.position.loaded is not None, timeout=LONG)
    assert panel.position.current is not None
    assert (panel.position.current.kind, len(panel.position.current.frames)) == ("clip", 12)
    for index in (0, 11, 5, 4):
        panel.position.go_to(index)
        qtbot.waitUntil(lambda: panel.position.loaded is not None, timeout=LONG)
        panel.commands["actual"].trigger()
        image = panel.picture.image()
        assert abs(image.pixelColor(40, 24).red() - 15 * index) < 8
        assert image.pixelColor(4, 24).red() > 240
        assert any(line.warns and line.text.startswith("Lossy") for line in panel.picture.texts.bottom_left)
    panel.commands["cine"].trigger()
    qtbot.waitUntil(lambda: panel.position.index not in (4, 5), timeout=LONG)
    panel.commands["cine"].trigger()


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("name", ["h264-top-field-first", "h264-bottom-field-first", "hevc-fields"])
def test_an_interlaced_clip_behind_another_is_scrolled_both_ways(
    qtbot: QtBot, panel: ViewerPanel, mpeg2: Content, name: str, tmp_path: Path
) -> None:
    path, wanted = tmp_path / "interlaced.dcm", frames_of(name)
    path.write_bytes(clip_object(made_clip(name), frames=1, SeriesInstanceUID="2.25.77", SOPInstanceUID="2.25.78"))
    panel.show_study("Martha SAMPLE", [mpeg2, FileContent(str(path), "interlaced")])
    qtbot.waitUntil(lambda: not panel.position.study.reading and panel.position.loaded is not None, timeout=LONG)
    panel.position.choose(next(item.key for item in panel.position.study.sets if len(item.frames) == FRAMES))
    for index in (0, FRAMES - 1, FRAMES - 2, 13, 12, 11):
        panel.position.go_to(index)
        qtbot.waitUntil(lambda: panel.position.loaded is not None, timeout=LONG)
        panel.commands["actual"].trigger()
        image = panel.picture.image().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(HEIGHT, image.bytesPerLine())
        shown = rows[:, : WIDTH * 3].reshape(HEIGHT, WIDTH, 3).astype(int)
        assert np.abs(shown - wanted[index]).max() <= 2
        lines = [line.text for line in panel.picture.texts.bottom_left]
        assert "Not as many images as the file says" in lines


def test_another_disc_under_the_same_name_is_not_shown_as_the_first(
    qtbot: QtBot, panel: ViewerPanel, tmp_path: Path
) -> None:
    contents: list[Content] = []
    for number in range(1, 4):
        path = tmp_path / f"IM{number}"
        series = {"SeriesInstanceUID": "2.25.9", "InstanceNumber": number, "SOPInstanceUID": f"2.25.10{number}"}
        path.write_bytes(image_bytes(np.full((512, 512), 50 * number, np.uint8), **series))
        contents.append(FileContent(str(path), path.name))
    panel._viewports.loader.cache.limit = 1
    panel.show_study("Martha SAMPLE", contents)
    qtbot.waitUntil(lambda: not panel.position.study.reading and panel.position.loaded is not None, timeout=LONG)
    (tmp_path / "IM3").write_bytes(image_bytes(np.full((512, 512), 250, np.uint8), SOPInstanceUID="2.25.999"))
    panel.position.go_to(2)
    qtbot.waitUntil(lambda: panel.position.error is not None, timeout=LONG)
    assert panel.position.loaded is None
    assert str(panel.position.error) == "changed"
    assert panel.picture.notice is not None
