"""Coded pictures of a clip into planes of samples; what a decoder did not fill is found out and never handed on."""

from __future__ import annotations

import ctypes
import functools
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.errors import DicomError
from dicom.clips.ffmpeg import AGAIN, END, NOISE_BYTES, Ffmpeg, Frame, noise_twice

_NO_TIME = -(1 << 63)
_CORRUPT, _INTERLACED, _TOP_FIRST = 1, 8, 16  # AV_FRAME_FLAG
_CONCEALED = 4  # FF_DECODE_ERROR
_FULL_RANGE = 2
_MOST_REFUSED = 100
_LARGEST = 16384  # rows or columns
_BLOCK = 16  # a decoder fills whole blocks of luma, half as long in chroma
_CELL = 8  # bytes of a line in a block: where they hold nothing but noise, nothing was written
_PLANAR = re.compile(r"yuv(j?)(420|422|444)p(?:(9|10|12|14|16)le)?$")
_GREY = re.compile(r"gray(?:(9|10|12|14|16)le)?$")
_OPTIONS = {b"threads": b"1", b"max_pixels": b"268435456"}
# A part that is lost stays unwritten, where it would be made up. H.264 knows that a slice is missing only where it may
# make it up: without, it calls every picture of several slices damaged.
_NOT_MADE_UP, _MADE_UP_AND_TOLD = b"0", b"256"  # the quickest way to make it up


@dataclass(frozen=True, slots=True)
class Planes:
    """One decoded picture: luma and, but for grey, two planes of chroma, in `bits` deep samples.

    `number` is that of the coded picture it came from, `matrix` and `full_range` are as the stream says (ITU-T H.273).
    `filled` is False where the decoder left a part unwritten, `sound` where it came upon an error.
    """

    number: int
    planes: tuple[NDArray[Any], ...]
    bits: int
    matrix: int
    full_range: bool
    top_first: bool
    filled: bool
    sound: bool

    @property
    def nbytes(self) -> int:
        """Bytes of memory."""
        return sum(plane.nbytes for plane in self.planes)

    def but(self, *, filled: bool, sound: bool) -> Planes:
        """Return the same picture, judged by what it leans on too."""
        return replace(self, filled=filled, sound=sound)


class ClipDecoder:
    """A decoder for one stream; raises `DicomError("decode-failed")` where there is none for its codec."""

    def __init__(self, ffmpeg: Ffmpeg, parameters: Any) -> None:
        call = ffmpeg.call
        self._call = call
        codec = call["avcodec_find_decoder"](parameters.contents.codec_id)
        self._context = ctypes.c_void_p(call["avcodec_alloc_context3"](codec))
        self._packet, self._frame = call["av_packet_alloc"](), call["av_frame_alloc"]()
        self.refused = False
        call["avcodec_parameters_to_context"](self._context, parameters)
        is_h264 = bytes(call["avcodec_get_name"](parameters.contents.codec_id)) == b"h264"
        for name, value in (_OPTIONS | {b"ec": _MADE_UP_AND_TOLD if is_h264 else _NOT_MADE_UP}).items():
            call["av_opt_set"](self._context, name, value, 0)
        place = ctypes.c_void_p.from_address((self._context.value or 0) + ffmpeg.get_buffer_offset)
        place.value = ctypes.cast(ffmpeg.get_buffer, ctypes.c_void_p).value
        if not codec or call["avcodec_open2"](self._context, codec, None) < 0:
            self.close()
            raise DicomError("decode-failed", codec="video")

    def decode(self, data: bytes, number: int) -> list[Planes]:
        """Take a coded picture and return those that have become ready, in the order they are shown.

        `refused` tells afterwards whether the decoder found it, or a part of it, damaged.
        """
        call, packet = self._call, self._packet
        if call["av_new_packet"](packet, len(data)) < 0:
            raise MemoryError
        ctypes.memmove(packet.contents.data, data, len(data))
        packet.contents.pts, packet.contents.dts = number, _NO_TIME
        sent = call["avcodec_send_packet"](self._context, packet)
        call["av_packet_unref"](packet)
        found, refused = self._ready()
        self.refused = refused or sent < 0
        return found

    def finish(self) -> list[Planes]:
        """Return the pictures that were still held back; `restart` comes next."""
        self._call["avcodec_send_packet"](self._context, None)
        return self._ready()[0]

    def restart(self) -> None:
        """Forget everything, to begin at another key picture."""
        self._call["avcodec_flush_buffers"](self._context)

    def _ready(self) -> tuple[list[Planes], bool]:
        found = []
        refused = 0
        while refused < _MOST_REFUSED:
            result = self._call["avcodec_receive_frame"](self._context, self._frame)
            if result >= 0:
                try:
                    found.append(_planes(self._frame.contents, self._call))
                finally:
                    self._call["av_frame_unref"](self._frame)
            elif result in (AGAIN, END):
                break
            else:
                refused += 1  # a damaged picture; others may wait behind it
        return found, refused > 0

    def close(self) -> None:
        """Let go of everything."""
        self._call["avcodec_free_context"](ctypes.byref(self._context))
        self._call["av_packet_free"](ctypes.byref(self._packet))
        self._call["av_frame_free"](ctypes.byref(self._frame))


@dataclass(frozen=True, slots=True)
class _Form:
    bits: int
    across: int  # samples of luma for one of chroma
    down: int
    grey: bool
    full_range: bool


@functools.cache
def _form(name: str) -> _Form | None:
    if found := _PLANAR.match(name):
        across, down = {"420": (2, 2), "422": (2, 1), "444": (1, 1)}[found[2]]
        return _Form(int(found[3] or 8), across, down, False, bool(found[1]))
    if found := _GREY.match(name):
        return _Form(int(found[1] or 8), 1, 1, True, False)
    return None


def _planes(frame: Frame, call: dict[str, Any]) -> Planes:
    name = call["av_get_pix_fmt_name"](frame.format)
    form = _form(name.decode() if name else "")
    width, height = frame.width, frame.height
    if form is None or not (0 < width <= _LARGEST and 0 < height <= _LARGEST):
        raise DicomError("unsupported-transfer-syntax", codec="video", form=name.decode() if name else "")
    sizes = [(height, width)]
    if not form.grey:
        sizes += [(-(-height // form.down), -(-width // form.across))] * 2
    item = 1 if form.bits == 8 else 2
    filled, planes = not frame.decode_error_flags & _CONCEALED, []
    for index, (rows, columns) in enumerate(sizes):
        plane = _plane(frame, index, rows, columns * item)
        filled = filled and not _has_noise(frame, index, plane)
        copied = plane.copy()  # the decoder uses its memory again
        planes.append(copied.view(np.uint8 if item == 1 else np.dtype("<u2")))
    return Planes(
        int(frame.pts),
        tuple(planes),
        form.bits,
        int(frame.colorspace),
        form.full_range or frame.color_range == _FULL_RANGE,
        bool(frame.flags & _TOP_FIRST),
        filled,
        not frame.flags & _CORRUPT and not frame.decode_error_flags,
    )


def _plane(frame: Frame, index: int, rows: int, row_bytes: int) -> NDArray[np.uint8]:
    """Look at a plane's own bytes, (rows, bytes of a row), without copying them."""
    start, step = frame.data[index], frame.linesize[index]
    if not start or step < row_bytes:
        raise DicomError("decode-failed", codec="video")
    memory = (ctypes.c_ubyte * (step * (rows - 1) + row_bytes)).from_address(start)
    flat = np.frombuffer(memory, np.uint8)
    return np.lib.stride_tricks.as_strided(flat, (rows, row_bytes), (step, 1), writeable=False)


def _has_noise(frame: Frame, index: int, plane: NDArray[np.uint8]) -> bool:
    """Tell whether some square of the plane still holds what its memory was filled with before decoding."""
    start = frame.data[index] or 0
    owner = next(
        (
            found.contents
            for found in frame.buf
            if found and found.contents.data <= start < found.contents.data + found.contents.size
        ),
        None,
    )
    if owner is None:
        return True
    block = _BLOCK if index == 0 else _CELL
    begin, step = (start - owner.data) % NOISE_BYTES, frame.linesize[index]
    return any(
        _holds_noise(plane, first, block, begin, step)
        for first in _first_lines(plane.shape[0], block, fields=bool(frame.flags & _INTERLACED))
    )


def _first_lines(rows: int, block: int, *, fields: bool) -> tuple[int, ...]:
    """Return the lines, of each field in a block, that are looked at in each block."""
    return (0, min(block // 2 + 1, rows - 1)) if fields else (0,)


def _holds_noise(plane: NDArray[np.uint8], first: int, block: int, begin: int, step: int) -> bool:
    """Tell whether a cell of a line in each block, from a first one on, is as it was before decoding."""
    columns = plane.shape[1]
    looked_at = plane[first::block, : max(columns - _CELL + 1, 1) : block]
    line, cell = np.nonzero(looked_at == _noise_there(begin + first * step, block * step, *looked_at.shape, block))
    across = np.arange(min(_CELL, columns))
    lines, cells = first + line * block, cell * block
    begins = (begin + lines * step) % NOISE_BYTES + cells
    same = plane[lines[:, None], cells[:, None] + across] == noise_twice()[begins[:, None] + across]
    return bool(same.all(axis=1).any())


@functools.lru_cache(32)
def _noise_there(begin: int, step: int, rows: int, columns: int, across: int) -> NDArray[np.uint8]:
    """Return what bytes so far apart, in lines so many bytes apart, hold while nothing has been written."""
    lines, cells = begin + np.arange(rows) * step, np.arange(columns) * across
    return np.asarray(noise_twice()[(lines % NOISE_BYTES)[:, None] + cells])
