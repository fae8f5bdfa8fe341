"""What the recipient's page is told about studies and objects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ViewKind = Literal["grey16", "picture", "pages", "none"]
ViewForm = Literal["image", "document", "file"]


@dataclass(frozen=True, slots=True)
class ViewInstance:
    """One object in its series; `frames` is what its header said, the object may have more (a document's pages).

    `form` is what it is by its class, before anybody looked into it: a report or paper is no image.
    """

    sop_instance_uid: str
    number: int | None
    frames: int
    form: ViewForm


@dataclass(frozen=True, slots=True)
class ViewSeries:
    """One series, its objects in the order they are looked through; `kind` is its modality in words, "X-ray"."""

    series_instance_uid: str
    number: int | None
    modality: str | None
    kind: str
    description: str | None
    images: int
    instances: tuple[ViewInstance, ...]


@dataclass(frozen=True, slots=True)
class ViewStudy:
    """One study as its recipient leafs through it."""

    study_instance_uid: str
    study_date: str | None
    description: str | None
    images: int
    series: tuple[ViewSeries, ...]


@dataclass(frozen=True, slots=True)
class ViewWindow:
    """A window with a name a person can choose."""

    name: str
    center: float
    width: float


@dataclass(frozen=True, slots=True)
class ViewObject:
    """One object: how its frames come, and what is to be said about it.

    `kind`: "grey16" are stored values that get their grey levels in the browser, "picture" comes ready-made, "pages"
    are those of a document, "none" cannot be shown as a picture (`nature` says what it is).
    """

    kind: ViewKind
    nature: str
    rows: int
    columns: int
    frames: int
    frames_declared: int
    signed: bool
    modality: str | None
    unit: str
    presets: tuple[ViewWindow, ...]
    frame_ms: float | None
    title: str | None
    lossy: str
    lossy_ratio: float | None
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ViewLook:
    """One look the file asks for: a window, or (`table`) a 64K table of its own."""

    name: str
    center: float | None = None
    width: float | None = None
    function: str | None = None
    table: int | None = None


@dataclass(frozen=True, slots=True)
class ViewSeriesWindow:
    """The window that suits all frames of a series to which their files give none; null where each has its own."""

    window: ViewLook | None


@dataclass(frozen=True, slots=True)
class ViewPart:
    """What of a series is leafed through by itself.

    `name` is what sets it apart, "b 1000 s/mm²", or "" where nothing does; `title` is a document's own. `items` are
    its frames in their order: the place (from 0) of the object in `instances`, and the number (from 1) of its frame.
    """

    name: str
    title: str | None
    items: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ViewSeriesParts:
    """How a series is leafed through: each object of `instances` is in a part; both empty where it is too long."""

    instances: tuple[str, ...]
    parts: tuple[ViewPart, ...]


@dataclass(frozen=True, slots=True)
class FrameFacts:
    """What goes along with one frame, in the header `Frame-Facts`.

    A word w stands for w x `slope` + `intercept`; words inside `padding` (both ends) are no picture. `looks` begins
    with the default; they are the file's `own`, or else the window over this frame's values. `aspect` is a pixel's
    height by its width, `edges` the sides of the patient: left, top, right, bottom. `cover` says that there are
    drawings or a shutter to lay over it. `lines` tell where the picture lies and how it was made.
    """

    kind: ViewKind
    rows: int
    columns: int
    aspect: float = 1.0
    signed: bool = False
    slope: float = 1.0
    intercept: float = 0.0
    inverted: bool = False
    padding: tuple[int, int] | None = None
    looks: tuple[ViewLook, ...] = ()
    own: bool = False
    edges: tuple[str, str, str, str] = ("", "", "", "")
    spacing: tuple[float, float] | None = None
    cover: bool = False
    marks: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PaperShape:
    """The report of an exam as pages."""

    pages: int
