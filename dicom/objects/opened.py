"""Objects that a decode worker has opened already, so that the next frame of a series or clip costs only its pixels."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace

from core.errors import DicomError
from dicom.clips.index import MOST_PICTURES, ClipIndex
from dicom.clips.video import ClipFacts, clip_facts
from dicom.description import ObjectDescription, Palette
from dicom.objects.describe import describe
from dicom.pixels.layout import PixelLayout
from dicom.reading.bytes_source import ByteSource, FileBytes, MemoryBytes
from dicom.reading.dataset import open_data_set
from dicom.reading.elements import integer
from dicom.showing.colour import palette_tables
from dicom.showing.icc import icc_profile, to_srgb

MAX_REMEMBERED = 2048
MAX_PIECES = 500_000


@dataclass(frozen=True, slots=True)
class OpenedObject:
    """What is known of one object, without its bytes; `inflated` holds them where they had to be inflated."""

    description: ObjectDescription
    layout: PixelLayout | None
    inflated: ByteSource | None = None
    icc_profile: bytes | None = None
    clip_index: ClipIndex | None = None

    def pixel_layout(self) -> PixelLayout:
        """Return the layout; raises `DicomError("no-pixels")` or what was found wrong with the pixels."""
        if self.layout is None:
            codes = [mark for mark in self.description.marks if mark in DicomError.codes]
            raise DicomError(codes[-1] if codes else "no-pixels")
        return self.layout


class OpenedObjects:
    """The objects opened last, by the name their content was given and a cheap look at the content itself."""

    def __init__(self) -> None:
        self._found: OrderedDict[tuple[str, str], OpenedObject] = OrderedDict()
        self._pieces = 0

    def open(
        self, key: str, source: ByteSource, look: Callable[[int], None] | None = None
    ) -> tuple[OpenedObject, ByteSource]:
        """Open an object or find it again; returns it with the source its offsets refer to.

        `look` is called while a clip is read through.
        """
        name = (key, source.stamp)
        found = self._found.get(name)
        if found is None:
            found = open_object(source, look)
            self._remember(name, found)
        else:
            self._found.move_to_end(name)
        return found, found.inflated or source

    def _remember(self, name: tuple[str, str], found: OpenedObject) -> None:
        if found.inflated is not None and found.inflated.size > 64 << 20:
            return
        self._found[name] = found
        self._pieces += _weight(found)
        while len(self._found) > MAX_REMEMBERED or (self._pieces > MAX_PIECES and len(self._found) > 1):
            _name, oldest = self._found.popitem(last=False)
            self._pieces -= _weight(oldest)


def _weight(found: OpenedObject) -> int:
    tables = found.description.palette or found.description.modality_lut or found.description.voi_luts
    held = (found.inflated.size if found.inflated else 0) + len(found.icc_profile or b"")
    frames = len(found.description.frame_infos) + (len(found.layout.runs) if found.layout else 0)
    frames += len(found.clip_index.sizes) if found.clip_index else 0
    return frames + (10_000 if tables else 1) + held // 256


def open_object(source: ByteSource, look: Callable[[int], None] | None = None) -> OpenedObject:
    """Open and describe one object; `look` is called with the number of each picture of a clip."""
    data_set = open_data_set(source)
    description, layout = describe(data_set)
    index = None
    if layout is not None and layout.codec == "video":
        facts = clip_facts(data_set.source, layout, look) if look else clip_facts(data_set.source, layout)
        if facts is not None:
            says = integer(data_set.elements, "NumberOfFrames") is not None
            description, layout = _counted(description, layout, facts, says)
            index = facts.index
    inflated = None if data_set.source is source else data_set.source
    profile = icc_profile(data_set.elements)
    if profile is not None and description.supplemental_palette is not None:
        description = _with_managed_palette(description, description.supplemental_palette, profile)
    return OpenedObject(description, layout, inflated, profile, index)


def _with_managed_palette(said: ObjectDescription, palette: Palette, profile: bytes) -> ObjectDescription:
    """Return the palette that colours parts of a grey frame in the colours of screens, marked where that cannot be."""
    managed = to_srgb(palette_tables(palette)[None], profile)
    if managed is None:
        return replace(said, marks=(*said.marks, "icc-profile-not-usable"))
    red, green, blue = (tuple(table) for table in managed[0].T.tolist())
    return replace(said, supplemental_palette=Palette(palette.first_value, 8, red, green, blue))


def _counted(
    description: ObjectDescription, layout: PixelLayout, facts: ClipFacts, says: bool
) -> tuple[ObjectDescription, PixelLayout]:
    """Put the frames that were counted in the place of those the file says; more than it says is marked.

    Fewer are said as missing, unless the number is one that cannot be meant.
    """
    said, found = layout.frames_declared, facts.frames
    declared = said if found <= said <= MOST_PICTURES else found
    more = ("frames-counted",) if says and found > said else ()
    layout = replace(layout, frames=found, frames_declared=declared, marks=(*layout.marks, *more))
    return (
        replace(description, number_of_frames=found, frames_declared=declared, marks=(*description.marks, *more)),
        layout,
    )


def byte_source(descriptor: int | None, data: memoryview | bytes) -> ByteSource:
    """Return the bytes a task was given: an open descriptor, or the data that came along."""
    return MemoryBytes(data) if descriptor is None else FileBytes(descriptor)
