"""What differs from frame to frame: functional groups of enhanced objects, or the object's own attributes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pydicom.dataset import Dataset

from dicom.description import FrameInfo, LookupTable, VoiFunction, Window
from dicom.objects.describe_kinds import Keys, keys_of_frame, keys_of_image, small_print_of_frames, small_print_of_image
from dicom.objects.describe_tables import FrameTables
from dicom.reading.elements import as_number, first_item, items, number, numbers, raw_element, text, texts, values
from dicom.showing.geometry import place_along_normal

_APART = 1e-3  # mm
_NARROWEST = 1e-300


def frame_infos(
    elements: Dataset, number_of_frames: int, signed: bool, *, fractions: bool = False
) -> tuple[tuple[FrameInfo, ...], tuple[LookupTable, ...]]:
    """Return one `FrameInfo` a frame for enhanced objects (PS3.3 C.7.6.16), else one for all; and the frames' VOI LUTs.

    `signed` says how stored values count, `fractions` whether they are floats.
    """
    shared = first_item(elements, "SharedFunctionalGroupsSequence")
    per_frame = items(elements, "PerFrameFunctionalGroupsSequence")
    if shared is None and not per_frame:
        keys, small_print = keys_of_image(elements), small_print_of_image(elements)
        info = _info([elements], elements, None, fractions=fractions)
        b_value = info.b_value if info.b_value is not None else as_number(dict(keys).get("b-value"))
        return (replace(info, stack_keys=keys, small_print=small_print, b_value=b_value),), ()
    groups = per_frame[: max(number_of_frames, 1)] or (None,)
    tables = FrameTables(signed)
    found = tuple(
        replace(
            _info(_scopes(group, shared, elements), elements, tables, fractions=fractions),
            stack_keys=keys,
            small_print=small_print,
        )
        for group, (keys, small_print) in zip(groups, _kinds(elements, groups), strict=True)
    )
    found = _placed(found)
    if not tables.tables:  # then those of the object hold, if it has any
        found = tuple(replace(info, voi_luts=None) for info in found)
    return found[:1] if len(set(found)) == 1 else found, tuple(tables.tables)


def _kinds(elements: Dataset, groups: tuple[Dataset | None, ...]) -> list[tuple[Keys, str]]:
    """Return for each frame what may set it apart from others at its place."""
    if len(groups) == 1:
        keys = dict(keys_of_image(elements)) | dict(keys_of_frame(groups[0]) if groups[0] is not None else ())
        return [(tuple(keys.items()), small_print_of_image(elements))]
    prints = small_print_of_frames(elements, groups)
    keys_of_all = [keys_of_frame(group) if group is not None else () for group in groups]
    return list(zip(keys_of_all, prints, strict=True))


def _scopes(group: Dataset | None, shared: Dataset | None, elements: Dataset) -> list[Dataset]:
    return [scope for scope in (group, shared, elements) if scope is not None]


def _macro(scopes: list[Dataset], sequence: str) -> list[Dataset]:
    """Return where to look for a macro's attributes: its item in the first scope that has it, then the top level."""
    for scope in scopes:
        if sequence in scope and (item := first_item(scope, sequence)) is not None:
            return [item, scopes[-1]]
    return [scopes[-1]]


def _first_numbers(places: list[Dataset], keyword: str, count: int) -> tuple[float, ...] | None:
    for place in places:
        found = numbers(place, keyword) if keyword in place else ()
        if len(found) >= count:
            return found[:count]
    return None


def _first_number(places: list[Dataset], keyword: str) -> float | None:
    found = _first_numbers(places, keyword, 1)
    return found[0] if found else None


def _first_text(places: list[Dataset], keyword: str) -> str | None:
    return next((found for place in places if keyword in place and (found := text(place, keyword))), None)


def _placed(infos: tuple[FrameInfo, ...]) -> tuple[FrameInfo, ...]:
    """Give frames that do not say how they face the coordinate along which alone they lie apart."""
    positions = [info.image_position_patient for info in infos]
    if any(info.slice_location is not None for info in infos) or len(infos) < 2:
        return infos
    known = [position for position in positions if position is not None]
    if len(known) < len(positions):
        return infos
    moving = [axis for axis in range(3) if max(one[axis] for one in known) - min(one[axis] for one in known) > _APART]
    if len(moving) != 1:
        return infos
    return tuple(replace(info, slice_location=position[moving[0]]) for info, position in zip(infos, known, strict=True))


def _location(scopes: list[Dataset], elements: Dataset, orientation: Any, position: Any) -> float | None:
    """Return what the file says, else the place along the normal; one location says nothing of several frames."""
    said = number(elements, "SliceLocation")
    place = place_along_normal(orientation, position)
    return place if said is None or (len(scopes) > 1 and place is not None) else said


def _info(scopes: list[Dataset], elements: Dataset, tables: FrameTables | None, *, fractions: bool) -> FrameInfo:
    position = _macro(scopes, "PlanePositionSequence")
    orientation = _macro(scopes, "PlaneOrientationSequence")
    measures = _macro(scopes, "PixelMeasuresSequence")
    transform = _macro(scopes, "PixelValueTransformationSequence")
    voi = _macro(scopes, "FrameVOILUTSequence")
    echo = _macro(scopes, "MREchoSequence")
    spacing = _first_numbers(measures, "PixelSpacing", 2)
    at: Any = _first_numbers(position, "ImagePositionPatient", 3)
    facing: Any = _first_numbers(orientation, "ImageOrientationPatient", 6)
    slope, intercept = (_first_number(transform, f"Rescale{part}") for part in ("Slope", "Intercept"))
    fine = fractions or slope not in (None, 1.0)
    return FrameInfo(
        image_position_patient=at,
        image_orientation_patient=facing,
        pixel_spacing=(spacing[0], spacing[1]) if spacing and min(spacing) > 0 else None,
        slice_thickness=_first_number(measures, "SliceThickness"),
        slice_location=_location(scopes, elements, facing, at),
        echo_time=_first_number(echo, "EffectiveEchoTime") or _first_number(echo, "EchoTime"),
        b_value=_first_number(_macro(scopes, "MRDiffusionSequence"), "DiffusionBValue"),
        kernel=_first_text(_macro(scopes, "CTReconstructionSequence"), "ConvolutionKernel"),
        rescale_slope=slope,
        rescale_intercept=intercept,
        rescale_type=_first_text(transform, "RescaleType") or text(elements, "Units"),  # of PET (PS3.3 C.8.9.1)
        windows=next((read for place in voi if (read := windows_of(place, fine=fine))), ()),
        voi_luts=tables.places(voi[0], (intercept or 0) < 0) if tables is not None else None,
    )


def windows_of(place: Dataset, *, fine: bool = False) -> tuple[Window, ...]:
    """Read every usable window (PS3.3 C.11.2.1.2): LINEAR wants a width of at least 1, the others more than 0.

    Of `fine` values, finer than whole numbers, a narrower LINEAR window is meant and taken as exact.
    """
    centers, widths = _loose_numbers(place, "WindowCenter"), _loose_numbers(place, "WindowWidth")
    explanations = texts(place, "WindowCenterWidthExplanation")
    said = (text(place, "VOILUTFunction") or "LINEAR").upper()
    function: VoiFunction = "LINEAR_EXACT" if said == "LINEAR_EXACT" else "SIGMOID" if said == "SIGMOID" else "LINEAR"
    found = []
    for index, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if center is None or width is None:
            continue
        meant: VoiFunction = "LINEAR_EXACT" if fine and function == "LINEAR" and width < 1 else function
        if width < (1 if meant == "LINEAR" else _NARROWEST):
            continue
        name = explanations[index] if index < len(explanations) else None
        found.append(Window(center, width, meant, name or None))
    return tuple(found)


def _loose_numbers(place: Dataset, keyword: str) -> tuple[float | None, ...]:
    """Read numbers one by one, so that one bad value does not cost the others."""
    if keyword not in place:
        return ()
    found = values(place, keyword)
    raw = raw_element(place, keyword)  # still so if one of the values could not be converted
    if not found and raw is not None and isinstance(raw.value, bytes):
        found = tuple(raw.value.decode("latin-1").split("\\"))
    return tuple(as_number(item) for item in found)
