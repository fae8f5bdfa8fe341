"""Containers of every kind, each made from plain bytes by name."""

from __future__ import annotations

import base64
import io
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

Files = Mapping[str, bytes]


def zip_bytes(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make a ZIP file."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in files.items():
            info = zipfile.ZipInfo("x")
            info.filename, info.compress_type = name, method
            archive.writestr(info, data)
    return packed.getvalue()


def streamed_zip(files: Files) -> bytes:
    """Make a ZIP file as programs write it that cannot seek: sizes stand behind the data."""

    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise io.UnsupportedOperation

        def tell(self) -> int:
            raise io.UnsupportedOperation

    packed = OneWay()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def zip_of_method(files: Files, method: int) -> bytes:
    """Make a ZIP file whose members say that they are packed by `method`; 9 and 8 are true, others are not."""
    local, central = b"", b""
    for name, data in files.items():
        packer = zlib.compressobj(6, zlib.DEFLATED, -15, 9, zlib.Z_HUFFMAN_ONLY)  # valid Deflate64 as well
        packed = packer.compress(data) + packer.flush()
        head = struct.pack(
            "<HHHHHIIIHH", 21, 0, method, 0, 0x5821, zlib.crc32(data), len(packed), len(data), len(name), 0
        )
        central += (
            b"PK\1\2" + struct.pack("<H", 21) + head + struct.pack("<HHHII", 0, 0, 0, 0, len(local)) + name.encode()
        )
        local += b"PK\3\4" + head + name.encode() + packed
    count = len(files)
    return local + central + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, count, count, len(central), len(local), 0)


def tar_bytes(files: Files, mode: str = "w", **options: int) -> bytes:
    """Make a tar file, packed by `mode` ("w:gz", "w:bz2", "w:xz")."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode, **options) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def iso_bytes(files: Files, folder: Path) -> bytes:
    """Make an ISO 9660 image with Joliet names (needs no program)."""
    import pycdlib

    iso = pycdlib.PyCdlib()
    iso.new(interchange_level=3, joliet=3)
    made: set[str] = set()
    for name, data in files.items():
        *above, _ = name.split("/")
        for depth in range(1, len(above) + 1):
            path = "/".join(above[:depth])
            if path not in made:
                made.add(path)
                iso.add_directory("/" + path.upper(), joliet_path="/" + path)
        iso.add_fp(io.BytesIO(data), len(data), f"/{name.upper().replace('.', '_')}.;1", joliet_path="/" + name)
    target = folder / "made.iso"
    iso.write(str(target))
    iso.close()
    made_bytes = target.read_bytes()
    target.unlink()
    return made_bytes


def raw_sectors(iso: bytes, mode: int = 1, subchannel: int = 0, *, sync: bool = True) -> bytes:
    """Wrap an image as a raw copy of a CD: sync, address, mode and check bytes around each sector."""
    raw = bytearray()
    for number, start in enumerate(range(0, len(iso), 2048)):
        user = iso[start : start + 2048].ljust(2048, b"\0")
        head = b"\0" + b"\xff" * 10 + b"\0" + bytes([0, 2, number % 75, mode])
        body = head + (bytes(8) if mode == 2 else b"") + user
        raw += body.ljust(2352, b"\x55")[0 if sync else 16 :] + bytes(subchannel)
    return bytes(raw)


def answer_bytes(files: Files, boundary: str = "b0undary", *, whole: bool = True, headers: bytes = b"") -> bytes:
    """Make the body of a multipart/related answer, as a browser or curl saves it."""
    parts = b""
    for name, data in files.items():
        parts += (
            f"--{boundary}\r\nContent-Type: application/dicom\r\nContent-Location: http://x/{name}\r\n\r\n".encode()
        )
        parts += data + b"\r\n"
    return headers + parts + (f"--{boundary}--\r\n".encode() if whole else b"")


def mail_bytes(attached: bytes) -> bytes:
    """Make a saved mail with one file attached."""
    head = b"From: Praxis <praxis@example.invalid>\r\nSubject: Images\r\nMIME-Version: 1.0\r\n"
    head += b'Content-Type: multipart/mixed; boundary="=-b1"\r\n\r\n--=-b1\r\nContent-Type: text/plain\r\n\r\nHello\r\n'
    head += b"--=-b1\r\nContent-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
    head += b'Content-Disposition: attachment; filename="images.zip"\r\n\r\n'
    return head + base64.encodebytes(attached).replace(b"\n", b"\r\n") + b"--=-b1--\r\n"


def program_bytes(size: int = 4096) -> bytes:
    """Make something that begins and is laid out as a Windows program of one section."""
    head = bytearray(size)
    head[:2] = b"MZ"
    head[60:64] = struct.pack("<I", 128)
    head[128:132] = b"PE\0\0"
    struct.pack_into("<HH12xHH", head, 132, 0x14C, 1, 0xE0, 0x102)
    struct.pack_into("<8sIIII", head, 128 + 24 + 0xE0, b".text", size - 1024, 0x1000, size - 1024, 1024)
    for place in range(1024, size):
        head[place] = place * 7 % 251
    return bytes(head)
