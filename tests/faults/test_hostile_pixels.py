"""Opening what hostile discs hold: every file gives a picture or a clear answer, and the workers go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.build import Workers
from core.errors import DicomError, WorkerError
from core.job import QuietJob
from dicom.source import FileContent, FrameRef
from tests.discs import HOSTILE_DISCS, image

DISCS = (
    "lying_pixels",
    "lying_fragments",
    "cut_pixels",
    "cut_headers",
    "odd_values",
    "huge_length",
    "deep_sequences",
    "deflate_noise",
    "deflate_bomb",
    "many_empty_items",
    "programs_in_preamble",
)
# "task-failed" would be an exception nobody thought of.
CLEAR = (DicomError.codes | WorkerError.codes | {"done"}) - {"task-failed"}

pytestmark = pytest.mark.shared_workers


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(decode_workers=1) as found:
        yield found


@pytest.mark.sweep(keep=1)
@pytest.mark.parametrize("name", DISCS)
def test_every_file_gives_a_picture_or_a_clear_answer(name: str, workers: Workers, tmp_path: Path) -> None:
    disc = HOSTILE_DISCS[name](tmp_path / "disc")
    for path in sorted(path for path in disc.folder.rglob("*") if path.is_file() and path.name != "DICOMDIR"):
        outcomes = ask_everything(workers, FileContent(str(path), f"{name}/{path.name}"))
        assert set(outcomes) <= CLEAR, (path.name, outcomes)
    good = tmp_path / "good.dcm"
    good.write_bytes(image(number=5))
    assert ask_everything(workers, FileContent(str(good), f"{name}/good")) == ["done"] * 4


def ask_everything(workers: Workers, content: FileContent) -> list[str]:
    """Describe, decode, draw small and list the elements of one file; gives "done" or the code of each."""
    job, decoder = QuietJob(), workers.decoder

    def decode_first_and_last() -> None:
        said = decoder.describe(content, job)
        for index in {0, max(0, said.number_of_frames - 1)}:
            decoder.frame(FrameRef(content, index), job)

    return [
        outcome(lambda: decoder.describe(content, job)),
        outcome(decode_first_and_last),
        outcome(lambda: decoder.thumbnail(content, 96, job)),
        outcome(lambda: decoder.tags(content, job)),
    ]


def outcome(ask: Callable[[], object]) -> str:
    """Say how a question ended; whatever is no clear answer fails the test."""
    try:
        ask()
    except (DicomError, WorkerError) as answer:
        return answer.code
    return "done"
