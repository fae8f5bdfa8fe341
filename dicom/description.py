"""What one DICOM object says about itself, as plain data that crosses from a worker to the window.

Made by `dicom/objects/describe.py` inside a decode worker; read by the display pipeline, the viewer and the command
line. Everything is optional in real files: `None` and empty tuples mean "not said".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ObjectKind = Literal["image", "video", "pdf", "report", "waveform", "presentation", "other"]
MAX_FRAMES = 1_000_000  # of one object; what says it has more is counted to here
Annotation = Literal["patient", "technique"]
VoiFunction = Literal["LINEAR", "LINEAR_EXACT", "SIGMOID"]
Lossy = Literal["no", "yes", "maybe"]


@dataclass(frozen=True, slots=True)
class Window:
    """A VOI window in output units of the modality step (PS3.3 C.11.2)."""

    center: float
    width: float
    function: VoiFunction = "LINEAR"
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class LookupTable:
    """A modality or VOI LUT (PS3.3 C.11.1, C.11.2): `values[i]` is the output for input `first_value + i`."""

    first_value: int
    bits: int
    values: tuple[int, ...]
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class Palette:
    """Red, green and blue tables of equal length (segmented ones already expanded), `bits` wide (PS3.3 C.7.9)."""

    first_value: int
    bits: int
    red: tuple[int, ...]
    green: tuple[int, ...]
    blue: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class OverlayPlane:
    """One 60xx plane; its bits are asked for separately. `origin` is (row, column) from 1; `frame_origin` from 1."""

    group: int
    rows: int
    columns: int
    origin: tuple[int, int]
    frames: int = 1
    frame_origin: int = 1
    embedded_bit: int | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Shutter:
    """A display shutter (PS3.3 C.7.6.11): `polygon` holds (row, column) corners, rectangle and circle in pixels."""

    rectangle: tuple[int, int, int, int] | None = None  # left, right, upper, lower edge
    circle: tuple[int, int, int] | None = None  # centre row, centre column, radius
    polygon: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class FrameInfo:
    """What may differ from frame to frame; for objects where nothing differs there is one for all frames."""

    image_position_patient: tuple[float, float, float] | None = None
    image_orientation_patient: tuple[float, float, float, float, float, float] | None = None
    pixel_spacing: tuple[float, float] | None = None  # row spacing, column spacing in mm
    slice_thickness: float | None = None
    slice_location: float | None = None  # in mm, as the file says, else along the normal
    echo_time: float | None = None  # in ms
    b_value: float | None = None  # in s/mm²
    kernel: str | None = None
    rescale_slope: float | None = None
    rescale_intercept: float | None = None
    rescale_type: str | None = None
    windows: tuple[Window, ...] = ()
    voi_luts: tuple[int, ...] | None = None  # which of the object's VOI LUTs are this frame's; `None` for all
    stack_keys: tuple[tuple[str, str], ...] = ()  # what may split a series: ("echo", "1"), ("kernel", "B30f")
    small_print: str = ""  # every other short value as "TAG=value" lines, for what no key explains


@dataclass(frozen=True, slots=True)
class ObjectDescription:
    """One object: what kind of thing it is, how its pixels are stored, how they want to be shown."""

    kind: ObjectKind
    sop_class_uid: str | None = None
    sop_instance_uid: str | None = None
    series_instance_uid: str | None = None
    study_instance_uid: str | None = None
    transfer_syntax_uid: str | None = None
    modality: str | None = None
    image_type: tuple[str, ...] = ()
    instance_number: int | None = None
    acquisition_time: str | None = None

    rows: int = 0
    columns: int = 0
    number_of_frames: int = 0  # frames that exist (pages for a PDF)
    frames_declared: int = 0  # frames the object says it has
    samples_per_pixel: int = 1
    bits_allocated: int = 0
    bits_stored: int = 0
    pixel_representation: int = 0
    photometric_interpretation: str | None = None

    modality_lut: LookupTable | None = None
    voi_luts: tuple[LookupTable, ...] = ()
    presentation_lut_shape: str | None = None
    pixel_padding_value: int | None = None
    pixel_padding_range_limit: int | None = None
    float_padding: tuple[float, float] | None = None  # both ends of the range of float pixels that is no picture
    palette: Palette | None = None
    supplemental_palette: Palette | None = None
    overlays: tuple[OverlayPlane, ...] = ()
    shutter: Shutter | None = None

    pixel_aspect_ratio: tuple[float, float] | None = None  # vertical, horizontal
    imager_pixel_spacing: tuple[float, float] | None = None
    patient_orientation: tuple[str, str] | None = None
    frame_time_ms: float | None = None
    recommended_display_frame_rate: float | None = None

    lossy: Lossy = "no"
    lossy_ratio: float | None = None
    mime_type: str | None = None
    document_title: str | None = None
    frame_infos: tuple[FrameInfo, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)  # decoded corner texts by DICOM keyword in snake_case
    marks: tuple[str, ...] = ()  # what had to be forgiven, as FileCodes or words like "wrong-transfer-syntax"

    def frame_info(self, frame_index: int) -> FrameInfo:
        """Return what is known of one frame (index from 0)."""
        if not self.frame_infos:
            return FrameInfo()
        return self.frame_infos[frame_index] if len(self.frame_infos) > frame_index else self.frame_infos[0]
