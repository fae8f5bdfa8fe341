"""The objects of a study, grouped into what one viewport shows: stacks of images, clips, documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from dicom.description import FrameInfo, ObjectDescription
from dicom.series.kinds import Keys, kinds
from dicom.series.order import Moment, by_direction, in_space, place
from dicom.source import Content, FrameRef

SetKind = Literal["stack", "clip", "document", "other"]
Runs = list[list["ShownFrame"]]

_FOR_PROCESSING = frozenset(
    f"1.2.840.10008.5.1.4.1.1.1.{tail}" for tail in ("1.1", "2.1", "3.1")
)  # DX, MG and IO: meant for machines
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_SAME_PLACE = 1e-3  # mm


@dataclass(frozen=True, slots=True)
class StudyObject:
    """One object of a study and what it says about itself."""

    content: Content
    description: ObjectDescription


def unread(content: Content, series_instance_uid: str | None = None) -> StudyObject:
    """Return a stand-in for an object that would not say what it is, so that nothing is silently missing."""
    said = ObjectDescription(kind="other", series_instance_uid=series_instance_uid, marks=("unreadable",))
    return StudyObject(content, said)


@dataclass(frozen=True, slots=True)
class ShownFrame:
    """One picture of a display set: a frame, a page, or the one place of an object that has no pictures."""

    content: Content
    description: ObjectDescription
    frame_index: int = 0

    @property
    def ref(self) -> FrameRef:
        """Return what a decoder is asked for."""
        return FrameRef(self.content, self.frame_index, self.description.sop_instance_uid)

    @property
    def key(self) -> tuple[str, int]:
        """Name the frame for caches."""
        return self.content.key, self.frame_index

    @property
    def info(self) -> FrameInfo:
        """Return what is known of this frame."""
        return self.description.frame_info(self.frame_index)


@dataclass(frozen=True, slots=True)
class DisplaySet:
    """What one viewport shows; `key` stays the same while a study is still being read, `split` says what sets it apart
    from the rest of its series."""

    key: str
    kind: SetKind
    frames: tuple[ShownFrame, ...]
    split: Keys = ()
    is_scout: bool = False
    is_secondary: bool = False
    for_processing: bool = False

    @property
    def first(self) -> ObjectDescription:
        """Return the description of the first frame's object."""
        return self.frames[0].description

    @property
    def is_diagnostic(self) -> bool:
        """Tell whether a reader would begin with it."""
        return self.kind in ("stack", "clip") and not (self.is_scout or self.is_secondary or self.for_processing)


def build_display_sets(objects: Iterable[StudyObject]) -> tuple[DisplaySet, ...]:
    """Group objects, which may belong to several series, into display sets in the order of a series list."""
    series: dict[str, list[StudyObject]] = {}
    for item in objects:
        series.setdefault(item.description.series_instance_uid or "", []).append(item)
    ordered = sorted(series.values(), key=_series_order)
    return tuple(display_set for group in ordered for display_set in _sets_of_series(group))


def first_to_show(sets: Sequence[DisplaySet]) -> int:
    """Return the index of the set to open first: the first diagnostic one, else any picture, else the first."""
    for wanted in (
        [index for index, item in enumerate(sets) if item.is_diagnostic],
        [index for index, item in enumerate(sets) if item.kind in ("stack", "clip")],
    ):
        if wanted:
            return wanted[0]
    return 0


def series_number(description: ObjectDescription) -> int | None:
    """Return the series number where it is a whole number."""
    try:
        return int(description.texts.get("series_number", ""))
    except ValueError:
        return None


def _series_order(group: Sequence[StudyObject]) -> tuple[bool, bool, int, str]:
    first = group[0].description
    number = series_number(first)
    return _is_for_processing(first), number is None, number or 0, first.series_instance_uid or ""


def _sets_of_series(group: Sequence[StudyObject]) -> list[DisplaySet]:
    singles: list[ShownFrame] = []
    alone: list[StudyObject] = []
    others: dict[str, list[ShownFrame]] = {}
    for item in group:
        if not _can_be_shown(item.description):
            others.setdefault(item.description.kind, []).append(ShownFrame(item.content, item.description))
        elif item.description.kind == "image" and item.description.number_of_frames <= 1:
            singles.append(ShownFrame(item.content, item.description))
        else:
            alone.append(item)
    alone.sort(key=lambda item: _number_and_time(ShownFrame(item.content, item.description)))
    of_objects = [each for item in alone for each in _sets_of_object(item)]
    return _stacks(singles) + of_objects + [_named_only(kind, frames) for kind, frames in sorted(others.items())]


def _can_be_shown(said: ObjectDescription) -> bool:
    return said.kind in ("image", "video", "pdf")


def _named_only(kind: str, frames: list[ShownFrame]) -> DisplaySet:
    """Return what cannot be shown as one entry of the list, however many files it is."""
    name = f"series {frames[0].description.series_instance_uid or ''} {kind}"
    return DisplaySet(name, "other", tuple(sorted(frames, key=_number_and_time)))


def _sets_of_object(item: StudyObject) -> list[DisplaySet]:
    """Return the sets of an object that stands alone: a multi-frame image, a clip, a document."""
    said = item.description
    name = f"object {item.content.key}"
    if said.kind == "pdf":
        return [DisplaySet(name, "document", _all_frames(item))]
    if said.kind == "video":
        return [DisplaySet(name, "clip", _all_frames(item))]
    parts = _parted(list(_all_frames(item)))
    return [_stack(name, runs, split, parted=len(parts) > 1) for runs, split in parts]


def _all_frames(item: StudyObject) -> tuple[ShownFrame, ...]:
    count = max(1, item.description.number_of_frames)
    return tuple(ShownFrame(item.content, item.description, index) for index in range(count))


def _stacks(singles: Sequence[ShownFrame]) -> list[DisplaySet]:
    """Return the stacks of a series' single images: scouts and secondary captures first set apart."""
    groups: dict[tuple[bool, bool], list[ShownFrame]] = {}
    for frame in sorted(singles, key=_number_and_time):
        groups.setdefault((_is_scout(frame.description), _is_secondary(frame.description)), []).append(frame)
    stacks: list[DisplaySet] = []
    for apart, frames in sorted(groups.items()):
        name = f"series {frames[0].description.series_instance_uid or ''} {int(apart[0])}{int(apart[1])}"
        parts = [(_one_way_after_the_other(frames), ())] if apart[0] else _parted(frames)
        stacks.extend(_stack(name, runs, split, parted=len(parts) > 1) for runs, split in parts)
    return stacks


def _stack(name: str, runs: Runs, split: Keys, *, parted: bool) -> DisplaySet:
    first = runs[0][0]
    said = first.description
    together = [frame for run in runs for frame in run]
    is_clip = _is_cine(together)
    ordered = sorted(together, key=_number_and_time) if is_clip else [frame for run in runs for frame in _in_space(run)]
    if parted:
        direction = first.info.image_orientation_patient
        facing = "" if direction is None else " ".join(f"{value:.1f}" for value in direction)
        name = f"{name} {facing} {split}"
    apart = (_is_scout(said), _is_secondary(said), _is_for_processing(said))
    return DisplaySet(name, "clip" if is_clip else "stack", tuple(ordered), split, *apart)


def _parted(frames: list[ShownFrame]) -> list[tuple[Runs, Keys]]:
    """Split frames in their order by direction and by kind; by direction not if it would leave mostly single images."""
    facing = by_direction([frame.info for frame in frames])
    if len(facing) > 3 and len(facing) * 2 > len(frames):
        return [(_one_way_after_the_other(frames), ())]
    found: list[tuple[Runs, Keys]] = []
    for group in facing:
        parts = kinds([frames[index].info for index in group])
        found += [([[frames[group[index]] for index in run] for run in part.runs], part.split) for part in parts]
    return found


def _one_way_after_the_other(frames: list[ShownFrame]) -> Runs:
    """Return what stays together although it faces several ways; what turns from image to image keeps its order."""
    facing = by_direction([frame.info for frame in frames])
    if len(facing) * 2 > len(frames):
        return [[frame] for frame in frames]
    return [[frames[index] for index in group] for group in facing]


def _in_space(run: list[ShownFrame]) -> list[ShownFrame]:
    ordered = in_space([frame.info for frame in run], [_moment(frame) for frame in run])
    return [run[index] for index in ordered]


def _moment(frame: ShownFrame) -> Moment:
    said = frame.description
    number = said.instance_number
    return number is None, number or 0, said.acquisition_time or "", frame.frame_index


def _number_and_time(frame: ShownFrame) -> tuple[bool, int, str, str, int]:
    unnumbered, number, time, frame_index = _moment(frame)
    return unnumbered, number, time, frame.description.sop_instance_uid or "", frame_index


def _is_cine(frames: Sequence[ShownFrame]) -> bool:
    """Tell a clip in time from a stack in space: several frames of one object that says how fast it runs."""
    said = frames[0].description
    if len(frames) < 2 or said.number_of_frames < 2:
        return False
    if said.frame_time_ms is None and said.recommended_display_frame_rate is None:
        return False
    places = [place(frame.info) for frame in frames]
    known = [value for value in places if value is not None]
    return not known or max(known) - min(known) < _SAME_PLACE


def _is_scout(said: ObjectDescription) -> bool:
    return "LOCALIZER" in said.image_type


def _is_secondary(said: ObjectDescription) -> bool:
    uid = said.sop_class_uid or ""
    return uid == _SECONDARY_CAPTURE or uid.startswith(f"{_SECONDARY_CAPTURE}.")


def _is_for_processing(said: ObjectDescription) -> bool:
    return said.sop_class_uid in _FOR_PROCESSING
