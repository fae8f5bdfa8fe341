"""The ways files are packed: each takes packed bytes and gives a bounded number of unpacked ones."""

from __future__ import annotations

import base64
import bz2
import lzma
import struct
import zlib
from typing import Any, Final, Protocol

import inflate64

MEMORY: Final = 256 << 20  # what a packer may want for its dictionary

# What the modules raise on bytes that make no sense. (bz2 raises a bare OSError.)
BROKEN_ERRORS: Final = (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, struct.error)


class Unpacker(Protocol):
    """One packed stream. `hungry` says that more packed bytes are wanted; `done` that the stream has ended."""

    hungry: bool
    done: bool
    rest: bytes
    bite: int

    def take(self, data: bytes, most: int) -> bytes:
        """Take packed bytes (none while not hungry) and give at most about `most` unpacked ones."""

    def copy(self) -> Unpacker | None:
        """Give a copy to go back to, where that is cheap."""


class Plain:
    """Not packed at all."""

    hungry, done, rest, bite = True, False, b"", 256 << 10

    def take(self, data: bytes, most: int) -> bytes:
        """Give what came."""
        return data

    def copy(self) -> Unpacker | None:
        """Give another."""
        return Plain()


class Zlib:
    """Deflate: bare (in ZIP files) or as gzip."""

    bite = 64 << 10

    def __init__(self, window_bits: int, unpacker: Any = None, left: bytes = b"") -> None:
        self._bits = window_bits
        self._unpacker = unpacker or zlib.decompressobj(window_bits)
        self._left = left
        self.hungry, self.done, self.rest = not left, False, b""

    def take(self, data: bytes, most: int) -> bytes:
        """Unpack."""
        out: bytes = self._unpacker.decompress(self._left + data, most)
        self._left = self._unpacker.unconsumed_tail
        self.done, self.rest = self._unpacker.eof, self._unpacker.unused_data
        self.hungry = not self._left and len(out) < most
        return out

    def copy(self) -> Unpacker | None:
        """Copy: 40 KB."""
        copied = Zlib(self._bits, self._unpacker.copy(), self._left)
        copied.hungry = self.hungry
        return copied


class Blocks:
    """bzip2, xz and lzma, which have one interface."""

    bite = 64 << 10

    def __init__(self, unpacker: Any) -> None:
        self._unpacker = unpacker
        self.hungry, self.done, self.rest = True, False, b""

    def take(self, data: bytes, most: int) -> bytes:
        """Unpack."""
        out: bytes = self._unpacker.decompress(data, most)
        self.done = self._unpacker.eof
        self.rest = self._unpacker.unused_data if self.done else b""
        self.hungry = self._unpacker.needs_input
        return out

    def copy(self) -> Unpacker | None:
        """Say that it cannot be copied."""
        return None


class ZipLzma:
    """LZMA as ZIP files hold it: a short header of its own before the stream (APPNOTE 5.8.8)."""

    bite = 64 << 10

    def __init__(self) -> None:
        self._head = b""
        self._blocks: Blocks | None = None
        self.hungry, self.done, self.rest = True, False, b""

    def take(self, data: bytes, most: int) -> bytes:
        """Unpack."""
        if self._blocks is None:
            self._head += data
            size = struct.unpack_from("<H", self._head, 2)[0] if len(self._head) >= 4 else 1 << 20
            if len(self._head) < 4 + size:
                return b""
            filters = [lzma._decode_filter_properties(lzma.FILTER_LZMA1, self._head[4 : 4 + size])]  # type: ignore[attr-defined]
            if filters[0].get("dict_size", 0) > MEMORY:
                raise ValueError("dictionary")
            self._blocks = Blocks(lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=filters))
            data = self._head[4 + size :]
        out = self._blocks.take(data, most)
        self.hungry, self.done, self.rest = self._blocks.hungry, self._blocks.done, self._blocks.rest
        return out

    def copy(self) -> Unpacker | None:
        """Say that it cannot be copied."""
        return None


class Deflate64:
    """Deflate64, as Windows packs what is larger than 2 GB; gives what a small bite holds (up to 26,000 times it)."""

    bite = 1 << 10

    def __init__(self) -> None:
        self._unpacker = inflate64.Inflater()
        self.hungry, self.done, self.rest = True, False, b""

    def take(self, data: bytes, most: int) -> bytes:
        """Unpack."""
        out: bytes = self._unpacker.inflate(data)
        self.done = self._unpacker.eof
        return out

    def copy(self) -> Unpacker | None:
        """Say that it cannot be copied."""
        return None


class Base64:
    """What mail programs write."""

    bite = 64 << 10

    def __init__(self) -> None:
        self._left = b""
        self.hungry, self.done, self.rest = True, False, b""

    def take(self, data: bytes, most: int) -> bytes:
        """Decode whole groups of four letters."""
        letters = self._left + data.translate(None, b" \t\r\n")
        whole = len(letters) // 4 * 4
        self._left = letters[whole:]
        return base64.b64decode(letters[:whole], validate=True)

    def copy(self) -> Unpacker | None:
        """Say that it is not."""
        return None


def of_zip(method: int) -> Unpacker | None:
    """Give the unpacker of a ZIP file's method; None for one that is not known here."""
    match method:
        case 0:
            return Plain()
        case 8:
            return Zlib(-15)
        case 9:
            return Deflate64()
        case 12:
            return Blocks(bz2.BZ2Decompressor())
        case 14:
            return ZipLzma()
    return None


def of_packed(form: str) -> Unpacker:
    """Give the unpacker of a packed file."""
    match form:
        case "gz":
            return Zlib(31)
        case "bz2":
            return Blocks(bz2.BZ2Decompressor())
        case "xz" | "lzma":
            return Blocks(lzma.LZMADecompressor(lzma.FORMAT_AUTO, memlimit=MEMORY))
    raise ValueError(form)
