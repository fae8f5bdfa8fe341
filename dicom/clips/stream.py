"""A clip's container, packet by packet: each packet is one coded picture (or one of its fields)."""

from __future__ import annotations

import ctypes
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core.errors import DicomError
from dicom.clips.ffmpeg import Ffmpeg, Packet, Parser
from dicom.reading.bytes_source import ByteSource

# What DICOM wraps (PS3.5 8.2.5 and following), and bare streams; nothing that names other files.
_CONTAINERS = b"mov,mpeg,mpegts,mpegvideo,h264,hevc,m4v,matroska,avi"
_KEY, _CORRUPT, _DISCARD = 1, 2, 4  # AV_PKT_FLAG
_VIDEO, _SEEK_BYTE, _COMPLETE_FRAMES = 0, 2, 1
_BUFFER = 1 << 16
_NUMBERED = ("h264", "hevc")  # whose parsers say the order of showing
_MPEG2 = ("mpeg1video", "mpeg2video")
_LONGEST_PACKET = 64 << 20
_CHILDREN = 1  # AV_OPT_SEARCH_CHILDREN


class ClipReading:
    """What FFmpeg reads from; trouble is kept, because nothing may be raised into C."""

    def __init__(self, source: ByteSource) -> None:
        self._source = source
        self._position = 0
        self.trouble: DicomError | None = None

    @property
    def size(self) -> int:
        """How many bytes there are."""
        return self._source.size

    def read(self, size: int) -> bytes:
        """Read on; empty at the end and after trouble."""
        try:
            data = self._source.read_at(self._position, size)
        except DicomError as error:
            self.trouble, data = error, b""
        self._position += len(data)
        return data

    def seek(self, offset: int, whence: int) -> int:
        """Go somewhere, as `io` has it."""
        self._position = max(0, offset + (0, self._position, self._source.size)[min(whence, 2)])
        return self._position


@dataclass(frozen=True, slots=True)
class CodedPicture:
    """One packet: its bytes, where they lie, and what it says of itself."""

    data: bytes
    position: int
    key: bool
    dropped: bool  # by the container's own list of edits
    corrupt: bool
    time: int | None  # of showing, as the container counts

    @property
    def check(self) -> int:
        """A sum by which to know it again."""
        return zlib.crc32(self.data)


class ClipStream:
    """An open container. Raises `DicomError("decode-failed")` for what is none, else what the source raised."""

    def __init__(self, ffmpeg: Ffmpeg, source: ByteSource) -> None:
        self.ffmpeg = ffmpeg
        self.reading = ClipReading(source)
        self._key = id(self)
        ffmpeg.readings[self._key] = self.reading
        self._container = ffmpeg.call["avformat_alloc_context"]()
        self._packet = ffmpeg.call["av_packet_alloc"]()
        self._io = ctypes.c_void_p(
            ffmpeg.call["avio_alloc_context"](
                ffmpeg.call["av_malloc"](_BUFFER), _BUFFER, 0, self._key, ffmpeg.read, None, ffmpeg.seek
            )
        )
        self.index = -1
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        call = self.ffmpeg.call
        self._container.contents.pb = self._io
        call["av_opt_set"](self._container, b"format_whitelist", _CONTAINERS, 0)
        if call["avformat_open_input"](ctypes.byref(self._container), None, None, None) < 0:
            raise self._failed()
        call["avformat_find_stream_info"](self._container, None)
        self.index = call["av_find_best_stream"](self._container, _VIDEO, -1, -1, None, 0)
        if self.index < 0:
            raise self._failed()

    def _failed(self) -> DicomError:
        return self.reading.trouble or DicomError("decode-failed", codec="video")

    @property
    def parameters(self) -> Any:
        """The stream's AVCodecParameters."""
        return self._container.contents.streams[self.index].contents.codecpar

    @property
    def codec(self) -> str:
        """FFmpeg's name of the codec, such as "h264"."""
        return str(self.ffmpeg.call["avcodec_get_name"](self.parameters.contents.codec_id).decode())

    @property
    def keeps_packets_whole(self) -> bool:
        """Tell whether packets lie in the file as they are decoded (MP4)."""
        return bytes(self._container.contents.iformat.contents.name).startswith(b"mov,")

    @property
    def is_bare(self) -> bool:
        """Tell whether there is no container: the file is its packets, one behind the other."""
        name = bytes(self._container.contents.iformat.contents.name)
        return name in (b"h264", b"hevc", b"mpegvideo", b"m4v")

    @property
    def numbers_pictures(self) -> bool:
        """Tell whether pictures say where they stand, so that a lost one leaves a gap."""
        return self.codec in _MPEG2 or self.codec in _NUMBERED

    @property
    def counts_to_1024(self) -> bool:
        """Tell whether pictures are numbered within their group, in ten bits."""
        return self.codec in _MPEG2

    def pictures(self) -> Iterator[CodedPicture]:
        """Read on to the end; raises what the source raised."""
        packet = self._packet.contents
        while self.ffmpeg.call["av_read_frame"](self._container, self._packet) >= 0:
            try:
                if packet.stream_index != self.index or not packet.size:
                    continue
                if packet.size > _LONGEST_PACKET:
                    raise DicomError("refused-limit", limit=_LONGEST_PACKET)
                yield _coded(packet)
            finally:
                self.ffmpeg.call["av_packet_unref"](self._packet)
        if self.reading.trouble is not None:
            raise self.reading.trouble

    def go_to(self, position: int) -> bool:
        """Go to a place in the file; False where the container cannot."""
        found: int = self.ffmpeg.call["avformat_seek_file"](
            self._container, self.index, 0, position, position, _SEEK_BYTE
        )
        return found >= 0

    def close(self) -> None:
        """Let go of everything."""
        call = self.ffmpeg.call
        call["av_packet_free"](ctypes.byref(self._packet))
        if self._container:
            call["avformat_close_input"](ctypes.byref(self._container))
        if self._io:
            buffer = ctypes.c_void_p.from_address((self._io.value or 0) + 8)  # AVIOContext.buffer
            call["av_freep"](ctypes.byref(buffer))
            call["avio_context_free"](ctypes.byref(self._io))
        self.ffmpeg.readings.pop(self._key, None)


def _coded(packet: Packet) -> CodedPicture:
    time = None if packet.pts == -(1 << 63) else packet.pts
    data = ctypes.string_at(packet.data, packet.size)
    flags = packet.flags
    return CodedPicture(data, packet.pos, bool(flags & _KEY), bool(flags & _DISCARD), bool(flags & _CORRUPT), time)


class PictureOrder:
    """Says in which order coded pictures are shown, from the pictures' own heads, without decoding them."""

    def __init__(self, stream: ClipStream) -> None:
        call = stream.ffmpeg.call
        self._call = call
        self.codec = stream.codec
        self._context = ctypes.c_void_p(call["avcodec_alloc_context3"](None))
        call["avcodec_parameters_to_context"](self._context, stream.parameters)
        self._parser = call["av_parser_init"](stream.parameters.contents.codec_id)
        if self._parser:
            self._parser.contents.flags |= _COMPLETE_FRAMES
        self._out, self._size = ctypes.c_void_p(), ctypes.c_int()

    def look(self, picture: CodedPicture) -> tuple[int | None, int]:
        """Return a picture's number within its stretch, None where it has none; and 1 or 2 for a field."""
        if self.codec in _MPEG2:
            return _temporal_reference(picture.data), 3
        if not self._parser or self.codec not in _NUMBERED:
            return None, 3
        none = -(1 << 63)
        self._call["av_parser_parse2"](
            self._parser, self._context, ctypes.byref(self._out), ctypes.byref(self._size),
            picture.data, len(picture.data), none, none, -1,
        )  # fmt: skip
        said: Parser = self._parser.contents
        return said.output_picture_number, said.picture_structure

    def close(self) -> None:
        """Let go of everything."""
        if self._parser:
            self._call["av_parser_close"](self._parser)
        self._call["avcodec_free_context"](ctypes.byref(self._context))


def _temporal_reference(data: bytes) -> int | None:
    """Read the number of an MPEG-2 picture within its group (ISO 13818-2, 6.2.3)."""
    start = data.find(b"\0\0\1\0")
    if start < 0 or start + 6 > len(data):
        return None
    return data[start + 4] << 2 | data[start + 5] >> 6
