"""Names of attributes as DICOM has them: keyword to tag and back (PS3.6)."""

from __future__ import annotations

from typing import Final

from pydicom.datadict import keyword_for_tag, tag_for_keyword

PIXEL_TAGS: Final = (0x7FE00008, 0x7FE00009, 0x7FE00010)


def keyword_of(tag: str) -> str:
    """Give the keyword of a tag of 8 hex digits; "" where it has none."""
    return keyword_for_tag(int(tag, 16))


def tag_of(name: str) -> str | None:
    """Give the tag, as 8 hex digits, of what is named by keyword or tag; None where DICOM does not know it."""
    if len(name) == 8 and all(sign in "0123456789abcdefABCDEF" for sign in name):
        return name.upper()
    tag = tag_for_keyword(name) if name.isascii() and name.isalnum() else None
    return None if tag is None else f"{tag:08X}"
