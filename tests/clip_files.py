"""Small clips made and decoded by ffmpeg's own command, to compare with."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.pixel_files import encapsulated, image_bytes
from tests.tools import needs_tool

H264 = "1.2.840.10008.1.2.4.102"
MPEG2 = "1.2.840.10008.1.2.4.100"
HEVC = "1.2.840.10008.1.2.4.107"
WIDTH, HEIGHT, FRAMES, GROUP = 96, 64, 36, 12

_X264 = ["-c:v", "libx264", "-g", str(GROUP), "-bf", "3", "-preset", "faster"]
_INTERLACED = ["-flags", "+ildct+ilme"]
_X265 = "log-level=none:pools=1:bframes=3:keyint=12"


@dataclass(frozen=True, slots=True)
class Form:
    """How a clip is made: the end of its name, its transfer syntax, what ffmpeg is told."""

    suffix: str
    syntax: str
    options: tuple[str, ...]
    form: str = "yuv420p"


def _x264(*more: str) -> tuple[str, ...]:
    return (*_X264, *more)


def _fields(first: str) -> tuple[str, ...]:
    film = f"setfield={first},separatefields"
    return ("-vf", film, "-c:v", "libx265", "-x265-params", f"{_X265}:interlace={first}")


FORMS = {
    "mpeg2": Form("mpg", MPEG2, ("-c:v", "mpeg2video", "-bf", "2", "-g", "12", "-b:v", "2M")),
    "mpeg2-bare": Form("m2v", MPEG2, ("-c:v", "mpeg2video", "-bf", "2", "-g", "12", "-b:v", "2M")),
    "mpeg2-interlaced": Form("mpg", MPEG2, ("-c:v", "mpeg2video", "-bf", "2", "-g", "12", "-b:v", "2M", *_INTERLACED)),
    "h264-mp4": Form("mp4", H264, _x264()),
    "h264-transport": Form("ts", H264, _x264()),
    "h264-bare": Form("h264", H264, _x264()),
    "h264-open-groups": Form("h264", H264, _x264("-x264opts", "open-gop=1")),
    "h264-top-field-first": Form("mp4", H264, _x264(*_INTERLACED, "-x264opts", "tff=1")),
    "h264-bottom-field-first": Form("ts", H264, _x264(*_INTERLACED, "-x264opts", "bff=1:open-gop=1")),
    "h264-said-interlaced": Form("mp4", H264, _x264("-x264opts", "fake-interlaced=1")),
    "h264-no-key-picture-but-the-first": Form("ts", H264, _x264("-x264opts", "intra-refresh=1")),
    "h264-one-key-picture": Form("mp4", H264, ("-c:v", "libx264", "-g", "999", "-sc_threshold", "0")),
    "h264-bt709-full-range": Form(
        "mp4",
        H264,
        _x264("-vf", "scale=out_range=pc:out_color_matrix=bt709", "-colorspace", "bt709", "-color_range", "pc"),
    ),
    "h264-4:2:2": Form("mp4", H264, _x264(), "yuv422p"),
    "h264-variable-rate": Form("mp4", H264, _x264("-vf", "setpts=(N+mod(N\\,3)/2)/25/TB", "-fps_mode", "passthrough")),
    "h264-grey": Form("mp4", H264, _x264(), "gray"),
    "h264-4:4:4": Form("mp4", H264, _x264(), "yuv444p"),
    "h264-fragmented": Form("mp4", H264, _x264("-movflags", "frag_keyframe+empty_moov")),
    "h264-slices": Form("ts", H264, _x264("-x264opts", "slices=4")),
    "h264-slices-bare": Form("h264", H264, _x264("-x264opts", "slices=4:no-cabac")),
    "h264-slices-interlaced": Form("mp4", H264, _x264(*_INTERLACED, "-x264opts", "tff=1:slices=2")),
    "hevc-slices": Form("hevc", HEVC, ("-c:v", "libx265", "-x265-params", f"{_X265}:slices=2")),
    "h264-key-pictures-alone": Form("mp4", H264, ("-c:v", "libx264", "-g", "1")),
    "hevc": Form("mp4", HEVC, ("-c:v", "libx265", "-x265-params", _X265)),
    "hevc-bare": Form("hevc", HEVC, ("-c:v", "libx265", "-x265-params", f"{_X265}:radl=2:open-gop=0")),
    "hevc-10-bit": Form("mp4", HEVC, ("-c:v", "libx265", "-x265-params", _X265), "yuv420p10le"),
    "hevc-fields": Form("ts", HEVC, _fields("tff")),
    "hevc-fields-bottom-first": Form("ts", HEVC, _fields("bff")),
}


@functools.cache
def made_clip(name: str, source: str = "testsrc2", frames: int = FRAMES, size: str = f"{WIDTH}x{HEIGHT}") -> bytes:
    """Encode a moving test picture; the test skips where there is no ffmpeg."""
    form = FORMS[name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"clip.{form.suffix}"
        pictures = frames * (2 if name.startswith("hevc-fields") else 1)
        _ffmpeg(
            "-f", "lavfi", "-i", f"{source}=s={size}:r=25", "-frames:v", str(pictures),
            "-pix_fmt", form.form, *form.options, "-threads", "1", str(path),
        )  # fmt: skip
        return path.read_bytes()


@functools.cache
def true_frames(data: bytes, suffix: str, rows: int = HEIGHT, columns: int = WIDTH) -> NDArray[np.uint8]:
    """Decode a clip with ffmpeg's own command: (frames, rows, columns, 3) RGB."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"clip.{suffix}"
        path.write_bytes(data)
        raw = _ffmpeg(
            "-i", str(path), "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24",
            "-sws_flags", "neighbor+accurate_rnd+full_chroma_int", "-",
        )  # fmt: skip
    return np.frombuffer(raw, np.uint8).reshape(-1, rows, columns, 3)


def frames_of(name: str) -> NDArray[np.uint8]:
    """Decode one of `FORMS` with ffmpeg's own command; fields come laid into each other."""
    data, suffix = made_clip(name), FORMS[name].suffix
    if not name.startswith("hevc-fields"):
        return true_frames(data, suffix)
    fields = true_frames(data, suffix, HEIGHT // 2)
    top = 0 if name == "hevc-fields" else 1
    return np.stack([fields[top::2], fields[1 - top :: 2]], axis=2).reshape(-1, HEIGHT, WIDTH, 3)


def clip_object(
    data: bytes,
    syntax: str = H264,
    frames: int | None = FRAMES,
    rows: int = HEIGHT,
    columns: int = WIDTH,
    **values: object,
) -> bytes:
    """Wrap a clip as a DICOM object."""
    said = {"PhotometricInterpretation": "YBR_PARTIAL_420", "FrameTime": "40", **values}
    if frames is not None:
        said["NumberOfFrames"] = frames
    return image_bytes(np.zeros((rows, columns, 3), np.uint8), syntax, pixel_data=encapsulated(data), **said)


def _ffmpeg(*words: str) -> bytes:
    program = needs_tool("ffmpeg")
    return subprocess.run([program, "-v", "error", "-y", *words], check=True, capture_output=True).stdout
