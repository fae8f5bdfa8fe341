"""What a file is that is not DICOM, by its first bytes."""

from __future__ import annotations

from typing import Final

_SIGNS: Final = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xce\xfa\xed\xfe", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"#!", "script"),
    (b"[autorun]", "autorun"),
    (b"%PDF", "pdf"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG", "png"),
    (b"GIF8", "gif"),
    (b"BM", "bitmap"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"II*\x00", "tiff"),
    (b"MM\x00*", "tiff"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "rar"),
    (b"\xd0\xcf\x11\xe0", "office"),
    (b"{\\rtf", "office"),
    (b"\x00\x00\x00\x0cjP  ", "jpeg2000"),
    (b"\xff\x4f\xff\x51", "jpeg2000"),
    (b"RIFF", "riff"),
    (b"<!doctype html", "html"),
    (b"<html", "html"),
    (b"<?xml", "xml"),
    (b"{", "json"),
)
_ENVELOPED_DATA: Final = bytes.fromhex("06092a864886f70d010703")  # CMS, PS3.15 D: secure media
_AUTHENTICATED_ENVELOPE: Final = bytes.fromhex("060b2a864886f70d0109100117")


def is_encrypted(first: bytes) -> bool:
    """Tell whether the bytes begin a container that only a key opens."""
    if first.startswith((b"Salted__", b"-----BEGIN PGP MESSAGE", b"-----BEGIN PKCS7", b"-----BEGIN CMS")):
        return True
    return first[:1] == b"\x30" and (_ENVELOPED_DATA in first[:32] or _AUTHENTICATED_ENVELOPE in first[:32])


def recognise(first: bytes) -> str:
    """Name what the bytes begin: "zip", "program", "pdf", "jpeg" …, "empty", "zeros", "text" or "unknown"."""
    if not first:
        return "empty"
    head = first[:64].lstrip(b"\xef\xbb\xbf").lower() if first[:1] not in b"\x00\x7f\x89\xff" else first[:64].lower()
    for sign, kind in _SIGNS:
        if head.startswith(sign.lower()):
            return kind
    if first[4:8] == b"ftyp":
        return "video"
    if not first.strip(b"\0"):
        return "zeros"
    sample = first[:1024]
    if all(byte >= 0x20 or byte in b"\t\r\n\f" for byte in sample):
        return "text"
    return "unknown"
