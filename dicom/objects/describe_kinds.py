"""What may set one kind of picture of a series apart from another: named keys, and every short value besides."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator

from pydicom.dataset import Dataset

from dicom.reading.elements import as_number, first_item, items, numbers, raw_element, text, values

Keys = tuple[tuple[str, str], ...]

# The named keys of single images, or of whole objects (PS3.3 C.7.6, C.8).
_OF_IMAGES = (
    ("component", "ComplexImageComponent"),
    ("image-type", "ImageType"),
    ("b-value", "DiffusionBValue"),
    ("echo-time", "EffectiveEchoTime"),
    ("echo-time", "EchoTime"),
    ("echo", "EchoNumbers"),
    ("inversion-time", "InversionTime"),
    ("inversion-time", "InversionTimes"),
    ("time", "TemporalPositionIdentifier"),
    ("time", "TemporalPositionIndex"),
    ("frame-time", "FrameReferenceTime"),
    ("phase", "NominalPercentageOfCardiacPhase"),
    ("breath", "NominalPercentageOfRespiratoryPhase"),
    ("kernel", "ConvolutionKernel"),
    ("thickness", "SliceThickness"),
    ("contrast", "ContrastBolusAgent"),
    ("voltage", "KVP"),
    ("flip", "FlipAngle"),
    ("trigger", "TriggerTime"),
    ("repetition-time", "RepetitionTime"),
    ("acquisition", "AcquisitionNumber"),
    ("sequence", "SequenceName"),
    ("description", "SeriesDescription"),
)
# The same of the frames of an enhanced object, by functional group (PS3.3 C.7.6.16).
_OF_FRAMES = {
    "FrameContentSequence": (
        ("stack", "StackID"),
        ("time", "TemporalPositionIndex"),
        ("acquisition", "FrameAcquisitionNumber"),
    ),
    "TemporalPositionSequence": (("time-offset", "TemporalPositionTimeOffset"),),
    "MRImageFrameTypeSequence": (("component", "ComplexImageComponent"), ("image-type", "FrameType")),
    "CTImageFrameTypeSequence": (("image-type", "FrameType"),),
    "PETFrameTypeSequence": (("image-type", "FrameType"),),
    "XAXRFFrameTypeSequence": (("image-type", "FrameType"),),
    "MRDiffusionSequence": (("b-value", "DiffusionBValue"),),
    "MREchoSequence": (("echo-time", "EffectiveEchoTime"),),
    "MRModifierSequence": (("inversion-time", "InversionTimes"),),
    "MRTimingAndRelatedParametersSequence": (("flip", "FlipAngle"), ("repetition-time", "RepetitionTime")),
    "CTReconstructionSequence": (("kernel", "ConvolutionKernel"),),
    "CTXRayDetailsSequence": (("voltage", "KVP"),),
    "PixelMeasuresSequence": (("thickness", "SliceThickness"),),
    "CardiacSynchronizationSequence": (
        ("phase", "NominalPercentageOfCardiacPhase"),
        ("trigger", "NominalCardiacTriggerDelayTime"),
    ),
    "RespiratorySynchronizationSequence": (("breath", "NominalPercentageOfRespiratoryPhase"),),
    "ContrastBolusUsageSequence": (("contrast", "ContrastBolusAgentAdministered"),),
}
_STACK = ("stack", "StackID")

_NAMED_B_VALUE = re.compile(r"\*?ep_b([0-9]{1,5})(?![0-9])", re.ASCII)  # such as "*ep_b1000#3" and "ep_b50t"
_SHORT = 64  # bytes of a value that may be a mark of something
_MOST = 12_000  # letters of one image's small print
_MOST_WALKED = 4000  # frames of one object whose groups are looked through value by value
# What differs from slice to slice, or says how the picture was made and not of what.
_SAYS_NOTHING = frozenset(
    {
        0x00080018, 0x00080013, 0x00080005, 0x00080016, 0x0020000E, 0x0020000D, 0x00200013, 0x00200032, 0x00200037,
        0x00201041, 0x00280106, 0x00280107, 0x00280120, 0x00281050, 0x00281051, 0x00281052, 0x00281053, 0x00281055,
    }
)  # fmt: skip
_PLACES = frozenset(  # dimensions that are the place itself (PS3.3 C.7.6.17)
    {
        0x00200032, 0x00200037, 0x00209056, 0x00209057, 0x00201041, 0x0040072A, 0x0040073A, 0x0040074A,
        0x0048021E, 0x0048021F,
    }
)  # fmt: skip
_GROUPS = frozenset({0x0008, 0x0018, 0x0020, 0x0028, 0x0040, 0x0054})


def keys_of_image(elements: Dataset) -> Keys:
    """Return the named keys of an image that is one frame, or has the same for all."""
    found: dict[str, str] = {}
    for name, keyword in (*_OF_IMAGES, _STACK):
        if keyword in elements and name not in found and (said := text(elements, keyword)):
            found[name] = said
    if "b-value" not in found and (weight := _private_b_value(elements)) is not None:
        found["b-value"] = weight
    return tuple(found.items())


def keys_of_frame(group: Dataset) -> Keys:
    """Return the named keys of a frame's functional groups, its own ones only: what is shared tells no frames apart."""
    found: dict[str, str] = {}
    for sequence, named in _OF_FRAMES.items():
        item = first_item(group, sequence) if sequence in group else None
        for name, keyword in named if item is not None else ():
            if keyword in item and name not in found and (said := text(item, keyword)):  # type: ignore[operator, arg-type]
                found[name] = said
    if "b-value" not in found and (weight := _private_b_value(group)) is not None:
        found["b-value"] = weight
    return tuple(found.items())


def small_print_of_image(elements: Dataset) -> str:
    """Return every short value that may set kinds apart, private ones too, as lines of tag and value.

    Only looked at where pictures of one series lie at the same place and no named key tells why.
    """
    lines, length = [], 0
    for tag, said in _short_values(elements):
        length += len(said) + 10
        if length > _MOST:
            break
        lines.append(f"{tag:08X}={said}")
    return "\n".join(lines)


def small_print_of_frames(elements: Dataset, groups: tuple[Dataset | None, ...]) -> list[str]:
    """Return the same for the frames of an enhanced object: their place in its dimensions and what their groups say.

    Only what differs between frames, and not at each of them, is kept.
    """
    if len(groups) < 3:
        return [""] * len(groups)
    columns: dict[str, dict[int, str]] = {}
    pointers = _dimensions(elements)
    for index, group in enumerate(groups):
        for name, said in _of_group(group, pointers, walk=len(groups) <= _MOST_WALKED) if group is not None else ():
            columns.setdefault(name, {})[index] = said
    lines: list[list[str]] = [[] for _ in groups]
    for name, column in columns.items():
        kinds = len(set(column.values())) + (len(column) < len(groups))
        if 2 <= kinds <= max(len(groups) // 2, 2):
            for index, said in column.items():
                lines[index].append(f"{name}={said}")
    return ["\n".join(each) for each in lines]


def _of_group(group: Dataset, pointers: list[int | None], *, walk: bool) -> Iterator[tuple[str, str]]:
    content = first_item(group, "FrameContentSequence") if "FrameContentSequence" in group else None
    if content is not None:
        for place, (pointer, index) in enumerate(zip(pointers, values(content, "DimensionIndexValues"), strict=False)):
            if pointer not in _PLACES:
                yield f"d{place:07X}", str(index)
    for tag in list(group.keys()) if walk else ():
        item = first_item(group, int(tag)) if tag != 0x00209111 else None
        for inner, said in _short_values(item) if item is not None else ():
            yield f"{int(tag):08X}.{inner:08X}", said


def _dimensions(elements: Dataset) -> list[int | None]:
    """Return which attribute each dimension of a multi-frame object counts (PS3.3 C.7.6.17)."""
    pointers: list[int | None] = []
    for item in items(elements, "DimensionIndexSequence"):
        found = values(item, "DimensionIndexPointer")
        pointers.append(int(found[0]) if found and isinstance(found[0], int) else None)
    return pointers


def _short_values(elements: Dataset) -> Iterator[tuple[int, str]]:
    for tag in sorted(elements.keys()):
        number = int(tag)
        group = number >> 16
        if number in _SAYS_NOTHING or not (group & 1 or group in _GROUPS) or (group & 1 and number & 0xFF00 == 0):
            continue
        raw = raw_element(elements, number)
        if raw is not None and raw.VR not in ("UI", "SQ") and raw.value and len(raw.value) <= _SHORT:
            yield number, _shown(raw.value)
        elif raw is None and (said := _converted(elements, number)):
            yield number, said


def _converted(elements: Dataset, tag: int) -> str:
    """Return a value that was looked at before as one short line, "" where it is none."""
    said = "" if elements[tag].VR in ("UI", "SQ", "OB", "OW") else text(elements, tag) or ""
    return " ".join(said.split()) if len(said) <= _SHORT else ""


def _shown(stored: bytes) -> str:
    """Return a value as one line of text: printable bytes as they are, others in hexadecimal digits."""
    plain = stored.strip(b" \0")
    return plain.decode("ascii") if plain.isascii() and all(32 <= byte < 127 for byte in plain) else stored.hex()


def _private_b_value(elements: Dataset) -> str | None:
    """Return the b-value where only a maker's own elements tell it, or the sequence's name as Siemens writes it."""
    for group, creator, element, read in _PRIVATE_B_VALUES:
        for block in range(0x10, 0x20):
            said = text(elements, group << 16 | block) if (group << 16 | block) in elements else None
            if said is not None and said.upper().startswith(creator):
                place = group << 16 | block << 8 | element
                found = read(elements, place) if place in elements else None
                if found is not None and 0 <= found < 100_000:
                    return f"{found:g}"
    named = _NAMED_B_VALUE.match(text(elements, "SequenceName") or "")
    return named and f"{int(named[1])}"


def _decimal(elements: Dataset, place: int) -> float | None:
    """Read a number whose VR may be lost: written in digits, or four or eight bytes of a float or whole number."""
    raw = raw_element(elements, place)
    if raw is None or raw.VR not in ("UN", "OB", None):
        found = numbers(elements, place)
        return found[0] if found else as_number(text(elements, place))
    stored = raw.value or b""
    written = as_number(stored.split(b"\\")[0].strip(b" \0").decode("latin-1"))
    if written is not None:
        return written
    order = "<" if raw.is_little_endian else ">"
    form = {4: "f", 8: "d"}.get(len(stored))
    return None if form is None else as_number(struct.unpack(order + form, stored)[0])


def _ge(elements: Dataset, place: int) -> float | None:
    """Read GE's: newer systems add 10^9 to say that it is set."""
    found = _decimal(elements, place)
    return None if found is None else found % 100_000


_PRIVATE_B_VALUES: tuple[tuple[int, str, int, Callable[[Dataset, int], float | None]], ...] = (
    (0x0019, "SIEMENS MR HEADER", 0x0C, _decimal),
    (0x0043, "GEMS_PARM_01", 0x39, _ge),
    (0x2001, "PHILIPS IMAGING DD 001", 0x03, _decimal),
    (0x0065, "IMAGE PRIVATE HEADER", 0x09, _decimal),
)
