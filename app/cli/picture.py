"""`scanshelf picture PATH|UID… --out FILE|DIR`: one frame of each as PNG, or its stored values."""

from __future__ import annotations

import argparse
import os
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from app.build import Workers
from app.cli.inputs import EXPECTED, Input, Trouble, resolve_inputs, trouble
from app.cli.run import DONE, DONE_WITH_PROBLEMS, NOT_DONE
from app.cli.terminal import Terminal
from core.errors import DicomError
from core.files.durable import is_full
from core.job import Job
from dicom.description import ObjectDescription
from dicom.showing.display import picture
from dicom.showing.resample import fit
from dicom.source import FrameRef

_PAGE_WIDTH = 1240  # A4 at 150 dots per inch
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class PictureRequest:
    """How each picture is wanted."""

    frame_index: int
    window: tuple[float, float] | None
    size: tuple[int, int] | None
    overlays: bool
    raw: bool


@dataclass(frozen=True, slots=True)
class Made:
    """One array to write, with what the JSON says about it."""

    pixels: NDArray[Any]
    description: ObjectDescription
    window: tuple[float, float] | None
    marks: tuple[str, ...]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Describe the command's own arguments."""
    parser.add_argument("inputs", metavar="PATH|UID", nargs="+", help="files, or UIDs on the shelf")
    parser.add_argument("--out", metavar="FILE|DIR", required=True, help="with several inputs a folder")
    parser.add_argument("--frame", metavar="N", type=_frame, default=1, help="from 1 (default: 1)")
    parser.add_argument(
        "--window",
        metavar="WIDTH/CENTER",
        type=_window,
        help="LINEAR (below a width of 1 LINEAR_EXACT), not the file's own",
    )
    parser.add_argument("--size", metavar="WxH", type=_size, help="fit inside, keeping the shape")
    parser.add_argument("--overlays", action="store_true", help="draw the file's overlay planes")
    parser.add_argument("--raw", action="store_true", help="native stored values as .npy instead")


def run(arguments: argparse.Namespace) -> int:
    """Decode and draw; an input that fails is told and does not stop the rest."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    job = terminal.job()
    wanted = PictureRequest(arguments.frame - 1, arguments.window, arguments.size, arguments.overlays, arguments.raw)
    inputs = list(resolve_inputs(arguments.inputs, arguments))
    folder = len(inputs) > 1 or arguments.out.endswith(("/", os.sep))
    names = OutputNames(Path(arguments.out), ".npy" if wanted.raw else ".png", folder=folder)
    pictures: list[dict[str, Any]] = []
    problems: list[Trouble] = []
    with Workers(decode_workers=1) as workers:
        for number, one in enumerate(inputs):
            job.report(number, len(inputs), "decode")
            job.check()
            if isinstance(one, Trouble):
                problems.append(one)
                continue
            try:
                made = make(one, wanted, workers, job)
            except EXPECTED as problem:
                problems.append(trouble(one.argument, problem))
                continue
            try:
                out = names.next(one.name)
                write(out, made.pixels, raw=wanted.raw)
            except OSError as problem:
                problems.append(not_written(one, problem))
                continue
            pictures.append(entry(one, out, made))
    return _tell(terminal, pictures, problems)


def make(one: Input, wanted: PictureRequest, workers: Workers, job: Job) -> Made:
    """Draw one frame (or page) of one object, or take its stored values."""
    description = workers.decoder.describe(one.content, job)
    if not 0 <= wanted.frame_index < max(description.number_of_frames, 1):
        raise DicomError("frame-absent", frame_number=wanted.frame_index + 1)
    if description.kind == "pdf" and not wanted.raw:
        page = workers.decoder.page(
            one.content, wanted.frame_index, wanted.size[0] if wanted.size else _PAGE_WIDTH, job
        )
        return Made(fit(page, *wanted.size) if wanted.size else page, description, None, description.marks)
    ref = FrameRef(one.content, wanted.frame_index)
    stored = workers.decoder.frame(ref, job, for_display=not wanted.raw)
    marks = tuple(dict.fromkeys((*description.marks, *stored.marks)))
    if wanted.raw:
        return Made(stored.pixels, description, None, marks)
    overlays = workers.decoder.overlays(ref, job) if wanted.overlays and description.overlays else ()
    drawn = picture(stored, description, wanted.frame_index, window=wanted.window, size=wanted.size, overlays=overlays)
    return Made(drawn.pixels, description, drawn.window, marks)


class OutputNames:
    """Where pictures go: the one file that was named, or names of their own in a folder."""

    def __init__(self, out: Path, suffix: str, *, folder: bool) -> None:
        self._out = out
        self._suffix = suffix
        self._folder = folder or out.is_dir()
        self._used: set[str] = set()

    def next(self, name: str) -> Path:
        """Return the path for the next picture; names from discs are reduced to harmless letters."""
        if not self._folder:
            self._out.parent.mkdir(parents=True, exist_ok=True)
            return self._out
        self._out.mkdir(parents=True, exist_ok=True)
        stem = _UNSAFE.sub("_", name).strip("._")[:80] or "image"
        chosen, number = stem, 1
        while chosen.casefold() in self._used:
            number += 1
            chosen = f"{stem}-{number}"
        self._used.add(chosen.casefold())
        return self._out / f"{chosen}{self._suffix}"


def write(out: Path, pixels: NDArray[Any], *, raw: bool) -> None:
    """Write an array as PNG (grey or RGB, no alpha), or as it is in NumPy's own format."""
    if raw:
        with out.open("wb") as file:
            np.save(file, pixels, allow_pickle=False)
        return
    ordered = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    done, encoded = cv2.imencode(".png", ordered)
    if not done:
        raise DicomError("decode-failed", reason="the picture could not be written as PNG")
    out.write_bytes(encoded.tobytes())


def not_written(one: Input, problem: OSError) -> Trouble:
    """Say that a picture was drawn but could not be put where it was wanted."""
    code = "no-space" if is_full(problem) else "refused-path"
    return Trouble(one.argument, code, f"the picture could not be written: {os.strerror(problem.errno or 0)}")


def entry(one: Input, out: Path, made: Made) -> dict[str, Any]:
    """Write what the JSON says about one picture."""
    said = made.description
    return {
        "input": one.argument,
        "out": str(out),
        "sop_instance_uid": said.sop_instance_uid or one.sop_instance_uid,
        "rows": said.rows or made.pixels.shape[0],
        "columns": said.columns or made.pixels.shape[1],
        "transfer_syntax_uid": said.transfer_syntax_uid,
        "photometric_interpretation": said.photometric_interpretation,
        "window": list(made.window) if made.window else None,
        "marks": list(made.marks),
    }


def _tell(terminal: Terminal, pictures: list[dict[str, Any]], problems: list[Trouble]) -> int:
    if terminal.json:
        terminal.document({"pictures": pictures, "problems": [asdict(problem) for problem in problems]})
    for made in pictures:
        if not terminal.json:
            terminal.say(made["out"])
    for problem in problems:
        terminal.complain(f"{problem.path}: {problem.code}{f' ({problem.detail})' if problem.detail else ''}")
    if not problems:
        return DONE
    return DONE_WITH_PROBLEMS if pictures else NOT_DONE


def _frame(text: str) -> int:
    number = int(text) if text.isdecimal() else 0
    if number < 1:
        raise argparse.ArgumentTypeError("frames are counted from 1")
    return number


def _window(text: str) -> tuple[float, float]:
    try:
        width, center = (float(part) for part in text.split("/"))
    except ValueError:
        width = center = 0.0
    if not 0 < width <= 1e9 or not abs(center) < 1e9:
        raise argparse.ArgumentTypeError("wanted is WIDTH/CENTER with a width above 0, such as 400/40")
    return width, center


def _size(text: str) -> tuple[int, int]:
    try:
        width, height = (int(part) for part in text.lower().split("x"))
    except ValueError:
        width = height = 0
    if not (1 <= width <= 32767 and 1 <= height <= 32767):
        raise argparse.ArgumentTypeError("wanted is WIDTHxHEIGHT in pixels, such as 512x512")
    return width, height
