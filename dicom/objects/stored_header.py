"""What a server keeps of one object it was sent: its header, and the size of its picture."""

from __future__ import annotations

from core.errors import DicomError
from dicom.model import Header, StoredHeader
from dicom.objects.salvage import is_settled, salvaged_header
from dicom.reading.bytes_source import ByteSource
from dicom.reading.dataset import open_data_set
from dicom.reading.elements import integer, quietly, raw_element, text
from dicom.reading.header import MAX_TEXT, read_header
from dicom.reading.header_walk import STEP
from dicom.text.character_set import decode_text

_UNSETTLED = frozenset({"header-damaged", "refused-limit", "truncated"})
_CODE_LONGEST = 16  # of a CS, and of an offset in SH


@quietly
def read_stored_header(source: ByteSource) -> StoredHeader:
    """Read one object's header, tolerantly; raises `DicomError`."""
    header = _header(source)
    elements = open_data_set(source).elements
    rows, columns = integer(elements, "Rows"), integer(elements, "Columns")
    frames = integer(elements, "NumberOfFrames") or (1 if rows and columns else None)
    physician = raw_element(elements, "ReferringPhysicianName")
    return StoredHeader(
        header,
        rows=_sensible(rows),
        columns=_sensible(columns),
        number_of_frames=_sensible(frames),
        bits_allocated=_sensible(integer(elements, "BitsAllocated")),
        timezone_offset_from_utc=_short(text(elements, "TimezoneOffsetFromUTC")),
        completion_flag=_short(text(elements, "CompletionFlag")),
        verification_flag=_short(text(elements, "VerificationFlag")),
        referring_physician_name=None if physician is None else _name(physician.value, header.specific_character_set),
    )


def _name(value: bytes | None, charset: str | None) -> str | None:
    return decode_text(value[:MAX_TEXT], charset)[0].strip(" \0") or None if value else None


def _header(source: ByteSource) -> Header:
    try:
        header = read_header(source.read_at(0, STEP), source.size, source.read_at)
    except DicomError as error:
        if error.code not in _UNSETTLED:
            raise
        return salvaged_header(source)
    return header if is_settled(header) else salvaged_header(source)


def _short(said: str | None) -> str | None:
    return said.strip() if said is not None and len(said) <= _CODE_LONGEST else None


def _sensible(number: int | None) -> int | None:
    return number if number is not None and 0 < number < 1 << 31 else None
