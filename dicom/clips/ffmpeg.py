"""The FFmpeg libraries that OpenCV's wheel for Linux brings along, called directly: OpenCV shows no interlaced clip.

Only what the major versions named here promise is relied on: within one, FFmpeg moves no field of a structure. Where
the libraries are absent or of another version, `ffmpeg` gives None. Everything here is made once, before the sandbox
closes: a callback needs memory that may be executed.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import sys
from ctypes import POINTER, Structure, c_char_p, c_int, c_int64, c_size_t, c_void_p
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

_MAJORS = {"avutil": 60, "avcodec": 62, "avformat": 62}
END = -0x20464F45  # AVERROR_EOF
AGAIN = -11  # AVERROR(EAGAIN)
_QUIET = -8
_SEEK_SIZE = 0x10000
NOISE_BYTES = 1 << 20


class Packet(Structure):
    """The beginning of AVPacket."""

    _fields_ = [
        ("buf", c_void_p),
        ("pts", c_int64),
        ("dts", c_int64),
        ("data", c_void_p),
        ("size", c_int),
        ("stream_index", c_int),
        ("flags", c_int),
        ("side_data", c_void_p),
        ("side_data_elems", c_int),
        ("duration", c_int64),
        ("pos", c_int64),
    ]


class BufferRef(Structure):
    """AVBufferRef."""

    _fields_ = [("buffer", c_void_p), ("data", c_void_p), ("size", c_size_t)]


class Frame(Structure):
    """The beginning of AVFrame."""

    _fields_ = [
        ("data", c_void_p * 8),
        ("linesize", c_int * 8),
        ("extended_data", c_void_p),
        ("width", c_int),
        ("height", c_int),
        ("nb_samples", c_int),
        ("format", c_int),
        ("pict_type", c_int),
        ("sample_aspect_ratio", c_int * 2),
        ("pts", c_int64),
        ("pkt_dts", c_int64),
        ("time_base", c_int * 2),
        ("quality", c_int),
        ("opaque", c_void_p),
        ("repeat_pict", c_int),
        ("sample_rate", c_int),
        ("buf", POINTER(BufferRef) * 8),
        ("extended_buf", c_void_p),
        ("nb_extended_buf", c_int),
        ("side_data", c_void_p),
        ("nb_side_data", c_int),
        ("flags", c_int),
        ("color_range", c_int),
        ("color_primaries", c_int),
        ("color_trc", c_int),
        ("colorspace", c_int),
        ("chroma_location", c_int),
        ("best_effort_timestamp", c_int64),
        ("metadata", c_void_p),
        ("decode_error_flags", c_int),
    ]


class Parser(Structure):
    """The beginning of AVCodecParserContext."""

    _fields_ = [
        ("priv_data", c_void_p),
        ("parser", c_void_p),
        ("frame_offset", c_int64),
        ("cur_offset", c_int64),
        ("next_frame_offset", c_int64),
        ("pict_type", c_int),
        ("repeat_pict", c_int),
        ("times", c_int64 * 4),
        ("fetch_timestamp", c_int),
        ("cur_frame_start_index", c_int),
        ("cur_frames", c_int64 * 12),
        ("flags", c_int),
        ("offset", c_int64),
        ("cur_frame_end", c_int64 * 4),
        ("key_frame", c_int),
        ("dts_sync", c_int * 3),
        ("cur_frame_pos", c_int64 * 4),
        ("pos", c_int64),
        ("last_pos", c_int64),
        ("duration", c_int),
        ("field_order", c_int),
        ("picture_structure", c_int),
        ("output_picture_number", c_int),
    ]


class CodecParameters(Structure):
    """The beginning of AVCodecParameters."""

    _fields_ = [("codec_type", c_int), ("codec_id", c_int)]


class Stream(Structure):
    """The beginning of AVStream."""

    _fields_ = [("av_class", c_void_p), ("index", c_int), ("id", c_int), ("codecpar", POINTER(CodecParameters))]


class InputFormat(Structure):
    """The beginning of AVInputFormat."""

    _fields_ = [("name", c_char_p)]


class Container(Structure):
    """The beginning of AVFormatContext."""

    _fields_ = [
        ("av_class", c_void_p),
        ("iformat", POINTER(InputFormat)),
        ("oformat", c_void_p),
        ("priv_data", c_void_p),
        ("pb", c_void_p),
        ("ctx_flags", c_int),
        ("nb_streams", c_int),
        ("streams", POINTER(POINTER(Stream))),
    ]


class Reading(Protocol):
    """What a container is read from; nothing may be raised here, the caller is C."""

    def read(self, size: int) -> bytes:
        """Read on; empty at the end and after trouble."""

    def seek(self, offset: int, whence: int) -> int:
        """Go somewhere, as `io` has it."""

    @property
    def size(self) -> int:
        """How many bytes there are."""


_READ = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p, c_int)
_SEEK = ctypes.CFUNCTYPE(c_int64, c_void_p, c_int64, c_int)
_GET_BUFFER = ctypes.CFUNCTYPE(c_int, c_void_p, POINTER(Frame), c_int)

_FUNCTIONS: dict[str, tuple[str, Any, list[Any]]] = {
    "avformat_alloc_context": ("avformat", POINTER(Container), []),
    "avformat_open_input": ("avformat", c_int, [POINTER(POINTER(Container)), c_char_p, c_void_p, c_void_p]),
    "avformat_find_stream_info": ("avformat", c_int, [POINTER(Container), c_void_p]),
    "avformat_close_input": ("avformat", None, [POINTER(POINTER(Container))]),
    "av_find_best_stream": ("avformat", c_int, [POINTER(Container), c_int, c_int, c_int, c_void_p, c_int]),
    "av_read_frame": ("avformat", c_int, [POINTER(Container), POINTER(Packet)]),
    "avformat_seek_file": ("avformat", c_int, [POINTER(Container), c_int, c_int64, c_int64, c_int64, c_int]),
    "avio_alloc_context": ("avformat", c_void_p, [c_void_p, c_int, c_int, c_void_p, _READ, c_void_p, _SEEK]),
    "avio_context_free": ("avformat", None, [POINTER(c_void_p)]),
    "avcodec_find_decoder": ("avcodec", c_void_p, [c_int]),
    "avcodec_get_name": ("avcodec", c_char_p, [c_int]),
    "avcodec_alloc_context3": ("avcodec", c_void_p, [c_void_p]),
    "avcodec_free_context": ("avcodec", None, [POINTER(c_void_p)]),
    "avcodec_parameters_to_context": ("avcodec", c_int, [c_void_p, POINTER(CodecParameters)]),
    "avcodec_open2": ("avcodec", c_int, [c_void_p, c_void_p, c_void_p]),
    "avcodec_send_packet": ("avcodec", c_int, [c_void_p, POINTER(Packet)]),
    "avcodec_receive_frame": ("avcodec", c_int, [c_void_p, POINTER(Frame)]),
    "avcodec_flush_buffers": ("avcodec", None, [c_void_p]),
    "avcodec_default_get_buffer2": ("avcodec", c_int, [c_void_p, POINTER(Frame), c_int]),
    "av_packet_alloc": ("avcodec", POINTER(Packet), []),
    "av_packet_free": ("avcodec", None, [POINTER(POINTER(Packet))]),
    "av_packet_unref": ("avcodec", None, [POINTER(Packet)]),
    "av_new_packet": ("avcodec", c_int, [POINTER(Packet), c_int]),
    "av_parser_init": ("avcodec", POINTER(Parser), [c_int]),
    "av_parser_close": ("avcodec", None, [POINTER(Parser)]),
    "av_parser_parse2": (
        "avcodec",
        c_int,
        [POINTER(Parser), c_void_p, POINTER(c_void_p), POINTER(c_int), c_void_p, c_int, c_int64, c_int64, c_int64],
    ),
    "av_frame_alloc": ("avutil", POINTER(Frame), []),
    "av_frame_free": ("avutil", None, [POINTER(POINTER(Frame))]),
    "av_frame_unref": ("avutil", None, [POINTER(Frame)]),
    "av_get_pix_fmt_name": ("avutil", c_char_p, [c_int]),
    "av_opt_set": ("avutil", c_int, [c_void_p, c_char_p, c_char_p, c_int]),
    "av_malloc": ("avutil", c_void_p, [c_size_t]),
    "av_freep": ("avutil", None, [POINTER(c_void_p)]),
    "av_log_set_level": ("avutil", None, [c_int]),
}


class Ffmpeg:
    """The libraries' functions by their own names (`call`), and the callbacks they are given."""

    def __init__(self, libraries: dict[str, ctypes.CDLL]) -> None:
        self.call: dict[str, Any] = {}
        for name, (library, result, arguments) in _FUNCTIONS.items():
            function = getattr(libraries[library], name)
            function.restype, function.argtypes = result, arguments
            self.call[name] = function
        self.read, self.seek, self.get_buffer = _READ(self._read), _SEEK(self._seek), _GET_BUFFER(self._get_buffer)
        self.readings: dict[int, Reading] = {}
        self._noise = noise_twice().ctypes.data
        self.get_buffer_offset = self._find_get_buffer()
        self.call["av_log_set_level"](_QUIET)

    def _find_get_buffer(self) -> int:
        """Find the place of `get_buffer2` in AVCodecContext: a new one holds the default function there."""
        context = c_void_p(self.call["avcodec_alloc_context3"](None))
        try:
            default = ctypes.cast(self.call["avcodec_default_get_buffer2"], c_void_p).value
            words = (c_void_p * 128).from_address(context.value or 0)
            return 8 * next(index for index in range(128) if words[index] == default)
        finally:
            self.call["avcodec_free_context"](ctypes.byref(context))

    def _read(self, key: int, target: int, size: int) -> int:
        data = self.readings[key].read(size)
        ctypes.memmove(target, data, len(data))
        return len(data) or END

    def _seek(self, key: int, offset: int, whence: int) -> int:
        reading = self.readings[key]
        return reading.size if whence & _SEEK_SIZE else reading.seek(offset, whence & 3)

    def _get_buffer(self, context: int, frame: Any, flags: int) -> int:
        """Hand a decoder memory full of noise: what it leaves unwritten is told by that, and is nobody's picture."""
        result: int = self.call["avcodec_default_get_buffer2"](context, frame, flags)
        if result >= 0:
            for reference in frame.contents.buf:
                if reference:
                    self._fill(reference.contents.data, reference.contents.size)
        return result

    def _fill(self, start: int, size: int) -> None:
        for offset in range(0, size, NOISE_BYTES):
            ctypes.memmove(start + offset, self._noise, min(NOISE_BYTES, size - offset))


@functools.cache
def noise_twice() -> NDArray[np.uint8]:
    """Make bytes of which no picture consists: `NOISE_BYTES` of them, twice, to be read across their end."""
    state, words = 0x9E3779B97F4A7C15, bytearray()
    for _ in range(8192):  # xorshift
        state ^= (state << 13) & 0xFFFFFFFFFFFFFFFF
        state ^= state >> 7
        state ^= (state << 17) & 0xFFFFFFFFFFFFFFFF
        words += state.to_bytes(8, "little")
    return np.frombuffer(bytes(words) * (2 * NOISE_BYTES // len(words)), np.uint8)


@functools.cache
def ffmpeg() -> Ffmpeg | None:
    """Load the libraries, once a process; None where there are none this module knows."""
    if sys.platform != "linux":
        return None
    found = importlib.util.find_spec("cv2")
    folder = Path(found.origin).parents[1] / "opencv_python_headless.libs" if found and found.origin else Path()
    libraries = {}
    for name, major in _MAJORS.items():
        paths = sorted(folder.glob(f"lib{name}-*.so.{major}*"))
        if len(paths) != 1:
            return None
        import cv2  # noqa: F401 - loads what they link to

        libraries[name] = ctypes.CDLL(str(paths[0]))
        version = getattr(libraries[name], f"{name}_version")
        version.restype, version.argtypes = ctypes.c_uint, []
        if version() >> 16 != major:
            return None
    return Ffmpeg(libraries)
