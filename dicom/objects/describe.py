"""From an opened data set to its `ObjectDescription`: what it is, how it is stored, how it wants to be shown."""

from __future__ import annotations

import math
import sys
from typing import Any

from pydicom.dataset import Dataset

from core.errors import DicomError
from dicom.description import FrameInfo, Lossy, ObjectDescription, ObjectKind, OverlayPlane, Shutter
from dicom.objects.describe_frames import frame_infos
from dicom.objects.describe_tables import lookup_table_of, palette_of, voi_lookup_tables
from dicom.objects.describe_views import frame_side, view_texts
from dicom.objects.documents import count_pages, document_bytes
from dicom.pixels.layout import PixelLayout, embedded_overlays, lossiness, pixel_layout
from dicom.reading.dataset import DataSet
from dicom.reading.elements import (
    first_item,
    integer,
    number,
    numbers,
    quietly,
    raw_element,
    text,
    texts,
    value,
)
from dicom.showing.geometry import is_shape
from dicom.text.character_set import decode_together

_STORAGE = "1.2.840.10008.5.1.4.1.1."
_KINDS: tuple[tuple[str, ObjectKind], ...] = (
    (_STORAGE + "88.", "report"),
    (_STORAGE + "9.", "waveform"),
    (_STORAGE + "11.", "presentation"),
    (_STORAGE + "66.", "other"),
    (_STORAGE + "68.", "other"),
    (_STORAGE + "481.", "other"),
)
_LARGEST_FLOAT = 3.4028234663852886e38  # of 32 bits
_FLOATS = (0x7FE00008, 0x7FE00009)  # Float and Double Float Pixel Data
_RT_IMAGE = _STORAGE + "481.1"
_TEXTS = (
    "BurnedInAnnotation",
    "ConversionType",
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "PatientAge",
    "InstitutionName",
    "StudyDescription",
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "StudyID",
    "SeriesNumber",
    "SeriesDescription",
    "SeriesDate",
    "SeriesTime",
    "InstanceNumber",
    "ContentDate",
    "ContentTime",
    "AcquisitionDate",
    "BodyPartExamined",
    "Laterality",
    "ImageLaterality",
    "ViewPosition",
    "ProtocolName",
    "Manufacturer",
    "ManufacturerModelName",
    "ReferringPhysicianName",
    "ImageComments",
    "DocumentTitle",
)


def snake_case(keyword: str) -> str:
    """Turn a DICOM keyword into its snake_case name (`StudyInstanceUID` -> `study_instance_uid`)."""
    found = ""
    for index, letter in enumerate(keyword):
        starts = letter.isupper() and index > 0
        after_lower = starts and keyword[index - 1].islower()
        before_lower = starts and index + 1 < len(keyword) and keyword[index + 1].islower()
        found += ("_" if after_lower or before_lower else "") + letter.lower()
    return found


_TEXT_NAMES = tuple((keyword, snake_case(keyword)) for keyword in _TEXTS)


@quietly
def describe(data_set: DataSet) -> tuple[ObjectDescription, PixelLayout | None]:
    """Describe one object; the layout comes along for whoever decodes its frames. Never raises for odd values."""
    elements = data_set.elements
    layout, trouble = _layout(data_set)
    facts: dict[str, Any] = {}
    for part in (_identity, _look, _geometry):
        facts |= part(elements)
    facts["texts"], guessed = _corner_texts(elements)
    facts["texts"] |= view_texts(elements) | frame_side(elements)
    facts["transfer_syntax_uid"] = data_set.declared or data_set.syntax.uid
    facts["lossy"], facts["lossy_ratio"] = _lossy(data_set)
    facts |= _pixel_facts(elements, layout)
    facts |= _kind_facts(data_set, layout)
    marks = (*data_set.marks, *(layout.marks if layout else ()), *trouble, *(("text-guessed",) if guessed else ()))
    marks += ("not-subtracted",) if _has_mask(elements) else ()
    facts["marks"] = tuple(dict.fromkeys(marks))
    signed = integer(elements, "PixelRepresentation") == 1
    fractions = data_set.pixels is not None and data_set.pixels.tag in _FLOATS
    facts["frame_infos"], of_frames = frame_infos(elements, facts["number_of_frames"], signed, fractions=fractions)
    facts["marks"] += () if _has_shape(elements, facts["frame_infos"]) else ("pixel-shape-not-usable",)
    facts["voi_luts"] = of_frames or facts["voi_luts"]
    return ObjectDescription(**facts), layout


def _layout(data_set: DataSet) -> tuple[PixelLayout | None, tuple[str, ...]]:
    if data_set.pixels is None:
        return None, ()
    try:
        layout = pixel_layout(data_set)
    except DicomError as error:
        return None, (error.code,)
    return layout, ("unsupported-transfer-syntax",) if layout.codec == "unsupported" else ()


def _has_mask(elements: Dataset) -> bool:
    """Say whether the object is meant to be seen with a mask frame taken away (PS3.3 C.7.6.10)."""
    item = first_item(elements, "MaskSubtractionSequence")
    return item is not None and text(item, "MaskOperation") not in (None, "NONE")


def _identity(elements: Dataset) -> dict[str, Any]:
    return {
        "sop_class_uid": text(elements, "SOPClassUID"),
        "sop_instance_uid": text(elements, "SOPInstanceUID"),
        "series_instance_uid": text(elements, "SeriesInstanceUID"),
        "study_instance_uid": text(elements, "StudyInstanceUID"),
        "modality": text(elements, "Modality"),
        "image_type": texts(elements, "ImageType"),
        "instance_number": integer(elements, "InstanceNumber"),
        "acquisition_time": text(elements, "AcquisitionTime") or text(elements, "ContentTime"),
        "mime_type": text(elements, "MIMETypeOfEncapsulatedDocument"),
        "document_title": text(elements, "DocumentTitle"),
    }


def _look(elements: Dataset) -> dict[str, Any]:
    modality_item = first_item(elements, "ModalityLUTSequence")
    signed = integer(elements, "PixelRepresentation") == 1
    colour = text(elements, "PixelPresentation") in ("COLOR", "MIXED")
    palette = palette_of(elements, signed)
    is_palette = (text(elements, "PhotometricInterpretation") or "").upper().startswith("PALETTE")
    return {
        "modality_lut": lookup_table_of(modality_item, signed) if modality_item is not None else None,
        "voi_luts": voi_lookup_tables(elements, signed),
        "presentation_lut_shape": text(elements, "PresentationLUTShape"),
        "pixel_padding_value": _stored_integer(elements, "PixelPaddingValue", signed),
        "pixel_padding_range_limit": _stored_integer(elements, "PixelPaddingRangeLimit", signed),
        "float_padding": _float_padding(elements),
        "palette": palette if is_palette else None,
        "supplemental_palette": palette if colour and not is_palette else None,
        "overlays": _overlays(elements),
        "shutter": _shutter(elements),
    }


def _stored_integer(elements: Dataset, keyword: str, signed: bool) -> int | None:
    """Read a US-or-SS value in the signedness of the pixels, whatever VR the writer chose."""
    found = integer(elements, keyword)
    if found is None or not -0x8000 <= found <= 0xFFFF:
        return found
    word = found & 0xFFFF
    return word - 0x10000 if signed and word & 0x8000 else word


def _float_padding(elements: Dataset) -> tuple[float, float] | None:
    """Read which float pixels are padding (PS3.3 C.7.6.24.1.1, C.7.6.25.1.1); what is no number is padding anyhow."""
    for kind, largest in (("Float", _LARGEST_FLOAT), ("DoubleFloat", sys.float_info.max)):
        ends = [value(elements, f"{kind}PixelPadding{which}") for which in ("Value", "RangeLimit")]
        known = [min(max(end, -largest), largest) for end in ends if isinstance(end, float) and not math.isnan(end)]
        if known and isinstance(ends[0], float):
            return min(known), max(known)
    return None


def _pair(found: tuple[float, ...]) -> tuple[float, float] | None:
    return (found[0], found[1]) if len(found) >= 2 and found[0] > 0 and found[1] > 0 else None


def _geometry(elements: Dataset) -> dict[str, Any]:
    orientation = texts(elements, "PatientOrientation")
    times = numbers(elements, "FrameTimeVector")
    steps = [step for step in times[1:] if step > 0]
    rate = number(elements, "RecommendedDisplayFrameRate") or number(elements, "CineRate")
    return {
        "pixel_aspect_ratio": _pair(numbers(elements, "PixelAspectRatio")),
        "imager_pixel_spacing": _pair(numbers(elements, "ImagerPixelSpacing")),
        "patient_orientation": (orientation[0], orientation[1]) if len(orientation) == 2 else None,
        "frame_time_ms": number(elements, "FrameTime") or (sum(steps) / len(steps) if steps else None),
        "recommended_display_frame_rate": rate,
    }


def _has_shape(elements: Dataset, infos: tuple[FrameInfo, ...]) -> bool:
    """Say whether the first of what is said of a pixel's height and width can be meant; nothing said is square."""
    if any(info.pixel_spacing is not None for info in infos):
        return all(info.pixel_spacing is None or is_shape(info.pixel_spacing) for info in infos)
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "PixelAspectRatio"):
        said = numbers(elements, keyword)
        if any(said) or (not said and value(elements, keyword) is not None):  # noughts are how some say nothing
            return is_shape(said)
    return True


def _corner_texts(elements: Dataset) -> tuple[dict[str, str], bool]:
    charset = text(elements, "SpecificCharacterSet")
    raws: dict[str, bytes] = {}
    found: dict[str, str] = {}
    for keyword, name in _TEXT_NAMES:
        raw = raw_element(elements, keyword)
        if raw is not None and isinstance(raw.value, bytes):
            raws[name] = raw.value
        elif words := (text(elements, keyword) or "").strip(" \0"):
            found[name] = words
    decoded = decode_together([(raw, name == "patient_name") for name, raw in raws.items()], charset)
    texts = {name: one.text.strip(" \0") for name, one in zip(raws, decoded, strict=True)}
    return found | {name: words for name, words in texts.items() if words}, any(one.guessed for one in decoded)


def _lossy(data_set: DataSet) -> tuple[Lossy, float | None]:
    return lossiness(data_set), number(data_set.elements, "LossyImageCompressionRatio")


def _pixel_facts(elements: Dataset, layout: PixelLayout | None) -> dict[str, Any]:
    if layout is None:
        return {
            "rows": integer(elements, "Rows") or 0,
            "columns": integer(elements, "Columns") or 0,
            "frames_declared": max(integer(elements, "NumberOfFrames") or 0, 0),
            "photometric_interpretation": text(elements, "PhotometricInterpretation"),
            "number_of_frames": 0,
        }
    return {
        "rows": layout.rows,
        "columns": layout.columns,
        "number_of_frames": layout.frames,
        "frames_declared": layout.frames_declared,
        "samples_per_pixel": layout.samples,
        "bits_allocated": layout.bits_allocated,
        "bits_stored": layout.bits_stored,
        "pixel_representation": int(layout.signed),
        "photometric_interpretation": layout.photometric_interpretation,
    }


def _kind_facts(data_set: DataSet, layout: PixelLayout | None) -> dict[str, Any]:
    uid = text(data_set.elements, "SOPClassUID") or ""
    if raw_element(data_set.elements, "EncapsulatedDocument") is not None:
        return _document_facts(data_set)
    for start, kind in _KINDS:
        if uid.startswith(start) and uid != _RT_IMAGE:
            return {"kind": kind}
    if layout is None:
        return {"kind": "image" if data_set.pixels is not None else "other"}
    return {"kind": "video" if layout.codec == "video" else "image"}


def _document_facts(data_set: DataSet) -> dict[str, Any]:
    data = document_bytes(data_set)
    if data is None or b"%PDF-" not in data[:1024]:
        return {"kind": "other"}
    pages = count_pages(data)
    return {"kind": "pdf", "number_of_frames": pages, "frames_declared": pages}


def _overlays(elements: Dataset) -> tuple[OverlayPlane, ...]:
    """List the 60xx planes (PS3.3 C.9.2); embedded ones name the bit of the pixel word they lie in."""
    found = []
    embedded = embedded_overlays(elements)
    for group in range(0x6000, 0x6020, 2):
        if (group << 16 | 0x0010) not in elements:
            continue
        rows, columns = (_overlay_number(elements, group, element) for element in (0x0010, 0x0011))
        if not rows or not columns or rows <= 0 or columns <= 0:
            continue
        origin = _overlay_numbers(elements, group, 0x0050)
        found.append(
            OverlayPlane(
                group=group,
                rows=rows,
                columns=columns,
                origin=(origin[0], origin[1]) if len(origin) >= 2 else (1, 1),
                frames=max(_overlay_number(elements, group, 0x0015) or 1, 1),
                frame_origin=max(_overlay_number(elements, group, 0x0051) or 1, 1),
                embedded_bit=embedded.get(group),
                label=_overlay_text(elements, group, 0x1500),
            )
        )
    return tuple(found)


def _overlay_numbers(elements: Dataset, group: int, element: int) -> tuple[int, ...]:
    return tuple(int(item) for item in numbers(elements, group << 16 | element))


def _overlay_number(elements: Dataset, group: int, element: int) -> int | None:
    found = _overlay_numbers(elements, group, element)
    return found[0] if found else None


def _overlay_text(elements: Dataset, group: int, element: int) -> str | None:
    return text(elements, group << 16 | element)


def _shutter(elements: Dataset) -> Shutter | None:
    shapes = texts(elements, "ShutterShape")
    edges = [
        integer(elements, f"Shutter{edge}Edge")
        for edge in ("LeftVertical", "RightVertical", "UpperHorizontal", "LowerHorizontal")
    ]
    centre, radius = numbers(elements, "CenterOfCircularShutter"), integer(elements, "RadiusOfCircularShutter")
    corners = numbers(elements, "VerticesOfThePolygonalShutter")
    rectangle = (edges[0], edges[1], edges[2], edges[3]) if "RECTANGULAR" in shapes and None not in edges else None
    circle = None
    if "CIRCULAR" in shapes and len(centre) >= 2 and radius is not None:
        circle = (int(centre[0]), int(centre[1]), radius)
    polygon: tuple[tuple[int, int], ...] = ()
    if "POLYGONAL" in shapes and len(corners) >= 6:
        polygon = tuple((int(corners[i]), int(corners[i + 1])) for i in range(0, len(corners) - 1, 2))
    if rectangle is None and circle is None and not polygon:
        return None
    return Shutter(rectangle, circle, polygon)  # type: ignore[arg-type]
