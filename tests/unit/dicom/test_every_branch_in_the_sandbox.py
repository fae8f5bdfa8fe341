"""Whatever a worker may meet works behind its sandbox as it does in front of it: nothing is left to be imported there.

A function of the decode path that never ran in here could hide a late import or a refused system call: the last test
names it.
"""

from __future__ import annotations

import inspect
import io
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
import segno

import dicom
from core.errors import DicomError
from core.job import QuietJob
from core.workers.worker import WorkerPool, WorkerSpec
from dicom.decoding.decode_tasks import DecodeTasks
from dicom.reading.transfer_syntax import known_transfer_syntaxes, transfer_syntax
from tests.branch_objects import document, of_every_kind, of_every_look, of_every_syntax
from tests.codec_probes import other_depth, overshooting

pytestmark = pytest.mark.shared_workers
SYNTAXES, LOOKS, KINDS = dict(of_every_syntax()), dict(of_every_look()), dict(of_every_kind())
OBJECTS = SYNTAXES | LOOKS | KINDS
# One of many alike: only what makes a picture is asked.
ALIKE = {name for name in SYNTAXES if transfer_syntax(name).codec in ("video", "jpeg")} - {"1.2.840.10008.1.2.4.100"}
ALIKE |= {probe.name for probe in (*overshooting(), *other_depth())}
PICTURES = ("describe", "frame", "rendered")
_IMAGE = {"frame_index": 0}
ASKED: dict[str, list[dict[str, Any]]] = {
    "describe": [{}],
    "frame": [_IMAGE, _IMAGE | {"for_display": True}],
    "overlays": [_IMAGE],
    "spread": [_IMAGE],
    "thumbnail": [
        {"size": 32},
        {"size": 32, "frame_index": 0, "window": {"center": 900.0, "width": 0.5, "function": "LINEAR_EXACT"}},
    ],
    "page": [{"page_index": 0, "width": 64}],
    "tags": [{}],
    "metadata": [{"bulk_data": "bulk"}],
    "bulk_data": [{"steps": [0x7FE00010]}, {"steps": [0x00080018]}],
    "rendered": [
        {"frame_index": -1, "kind": "png", "quality": 80},
        {
            "frame_index": 0,
            "kind": "jpeg",
            "quality": 80,
            "size": (20, 30),
            "window": {"center": 900.0, "width": 1000.0},
        },
        {
            "frame_index": 0,
            "kind": "png",
            "quality": 80,
            "region": (0.0, 0.0, 8.0, 8.0),
            "annotation": ["patient", "technique"],
        },
    ],
    "codestream": [_IMAGE],
    "plain_frame": [_IMAGE],
    "explicit_form": [{}],
    "qr_texts": [{}],
    "stored_header": [{}],
    "data_set_fingerprint": [{}],
    "pixel_fingerprint": [{}],
    "partial": [{"pixels": "stored", "phase": None}, {"pixels": "decoded", "phase": 0}],
    "salvage_header": [{}],
}


class Here:
    """A call of a task in this process."""

    file = None

    def __init__(self, data: bytes) -> None:
        self.data = memoryview(data)

    def part(self, _header: dict[str, Any], _data: object = None) -> None:
        raise AssertionError

    def working_on(self, _item: int | str) -> None:
        """Nobody watches."""

    def check(self) -> None:
        """Nobody stops it."""


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """One real, sandboxed worker that tells what happened inside."""
    made = WorkerPool(WorkerSpec("tests.watched_decode_tasks"), 1)
    made.call("watch", {}, job=QuietJob())
    yield made
    made.close()


def _inside(pool: WorkerPool, task: str, arguments: dict[str, Any], data: bytes) -> Any:
    try:
        answer = pool.call(task, arguments, job=QuietJob(), data=data)
    except DicomError as error:
        return error.code
    return answer.header, bytes(answer.data)


def _outside(task: str, arguments: dict[str, Any], data: bytes) -> Any:
    try:
        answer = DecodeTasks().tasks()[task](dict(arguments), Here(data))  # type: ignore[arg-type]
    except DicomError as error:
        return error.code
    header, found = answer if isinstance(answer, tuple) else (answer, b"")
    return header, bytes(found)


@pytest.mark.parametrize("name", OBJECTS, ids=lambda name: name.replace(" ", "-"))
def test_an_object_is_the_same_inside_and_outside(name: str, pool: WorkerPool) -> None:
    data = OBJECTS[name]
    for task, asked in ASKED.items():
        for arguments in asked if name not in ALIKE or task in PICTURES else ():
            arguments = {"key": name} | arguments
            inside, outside = (_inside(pool, task, arguments, data), _outside(task, arguments, data))
            assert _plain(inside) == _plain(outside), task


def _plain(answer: Any) -> Any:
    """Bring an answer to the form it has behind the pipe."""
    return answer if isinstance(answer, str) else (json.loads(json.dumps(answer[0])), answer[1])


def test_a_paper_that_is_no_object_is_drawn_inside(pool: WorkerPool) -> None:
    data = document()
    paper = data[data.index(b"%PDF") :]
    for task, arguments in (("paper", {}), ("paper_page", {"page_index": 0, "width": 40})):
        assert _plain(_inside(pool, task, arguments, paper)) == _plain(_outside(task, arguments, paper))


def test_every_codec_and_every_fallback_answers_inside(pool: WorkerPool) -> None:
    found = pool.call("check_codecs", {}, job=QuietJob()).header
    assert [row for row in found["codecs"] if row[3] is not True] == []
    assert [row for row in found["decoders"] if row["ok"] is not True] == []


def test_a_code_in_a_picture_is_read_inside_as_outside(pool: WorkerPool) -> None:
    picture = io.BytesIO()
    segno.make("https://portal.example/s/abc").save(picture, kind="png", scale=8)
    inside, outside = (ask("qr_texts", {}, picture.getvalue()) for ask in (partial(_inside, pool), _outside))
    assert _plain(inside) == _plain(outside)
    assert inside[0]["texts"] == ["https://portal.example/s/abc"]


def test_every_task_and_every_transfer_syntax_is_tried() -> None:
    assert set(DecodeTasks().tasks()) == {*ASKED, "paper", "paper_page", "check_codecs"}
    assert set(SYNTAXES) == {syntax.uid for syntax in known_transfer_syntaxes() if syntax.codec != "unsupported"}


def test_nothing_is_imported_behind_the_sandbox(pool: WorkerPool) -> None:
    seen = pool.call("watched", {}, job=QuietJob()).header
    assert seen["asked"] == []


def test_no_http_client_and_no_other_reader_of_pictures_is_there(pool: WorkerPool) -> None:
    """pydicom brings them along where it finds them."""
    loaded = set(pool.call("watched", {}, job=QuietJob()).header["loaded"])
    assert "pydicom" in loaded
    assert loaded.isdisjoint({"requests", "urllib3", "PIL", "gdcm"})


PATH = (
    "objects/describe", "objects/describe_frames", "objects/describe_kinds", "objects/describe_tables",
    "objects/documents", "objects/opened", "objects/overlay_reading", "pixels/codecs", "pixels/codestream",
    "pixels/frames", "pixels/layout", "pixels/plain_frame", "pixels/sample_range", "showing/colour", "showing/display",
    "showing/icc", "showing/modality", "showing/rendered", "showing/resample", "showing/windows/greys",
    "showing/windows/outside", "showing/windows/voi",
)  # fmt: skip
# Run once, before the sandbox closes.
BEFORE = {
    "objects/opened.OpenedObjects.__init__", "showing/icc._srgb", "showing/rendered.warm_up",
    "showing/windows/greys.warm_up",
}  # fmt: skip


def test_every_function_of_the_decode_path_ran_inside(pool: WorkerPool) -> None:
    ran = {tuple(one) for one in pool.call("watched", {}, job=QuietJob()).header["ran"]}
    missing = {f"{room}.{name}" for room in PATH for name in _functions(room) if (room, name) not in ran}
    assert missing == BEFORE


def _functions(room: str) -> set[str]:
    """Name the functions a module of `dicom/` defines; not its class bodies, lambdas and comprehensions."""
    source = (Path(dicom.__file__).parent / f"{room}.py").read_text(encoding="utf-8")
    codes = [code for code in _codes(compile(source, room, "exec")) if code.co_flags & inspect.CO_OPTIMIZED]
    return {code.co_qualname for code in codes if not code.co_name.startswith("<")}


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _codes(inner)
