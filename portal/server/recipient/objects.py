"""What the page is told about one object, from its description."""

from __future__ import annotations

from dicom.description import ObjectDescription
from dicom.showing.windows.presets import presets_for
from dicom.showing.windows.units import value_unit
from portal.server.recipient.page_shapes import ViewKind, ViewObject, ViewWindow


def view_object_shape(said: ObjectDescription) -> ViewObject:
    """Describe an object for the page."""
    unit = value_unit(said, 0)
    return ViewObject(
        kind=kind_of(said),
        nature=said.kind,
        rows=said.rows,
        columns=said.columns,
        frames=said.number_of_frames,
        frames_declared=said.frames_declared,
        signed=said.pixel_representation == 1,
        modality=said.modality,
        unit=unit,
        presets=tuple(ViewWindow(each.name, each.level, each.width) for each in presets_for(unit)),
        frame_ms=_frame_ms(said),
        title=said.document_title,
        lossy=said.lossy,
        lossy_ratio=said.lossy_ratio,
        marks=said.marks,
    )


def kind_of(said: ObjectDescription) -> ViewKind:
    """Say how the frames of an object come, as far as it can be known before one is decoded."""
    if said.kind == "pdf":
        return "pages" if said.number_of_frames else "none"
    if said.kind not in ("image", "video") or said.number_of_frames < 1:
        return "none"
    colour = said.samples_per_pixel > 1 or (said.photometric_interpretation or "").startswith("PALETTE")
    return "picture" if colour or said.kind == "video" or said.supplemental_palette is not None else "grey16"


def _frame_ms(said: ObjectDescription) -> float | None:
    if said.frame_time_ms:
        return said.frame_time_ms
    rate = said.recommended_display_frame_rate
    return 1000 / rate if rate else None
