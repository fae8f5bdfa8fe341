"""The viewer's words, in the person's language. What the tools are called is said in their own files."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from core.language import english_numbers as english
from core.ui.dates import day_text, time_text
from viewer.tools.action import Tool
from viewer.viewport.corner_text import Speech

_GROUPS = {
    "tool": QT_TRANSLATE_NOOP("Viewer", "Left mouse button"),
    "size": QT_TRANSLATE_NOOP("Viewer", "Size"),
    "turn": QT_TRANSLATE_NOOP("Viewer", "Turn"),
    "move": QT_TRANSLATE_NOOP("Viewer", "Move"),
    "grey": QT_TRANSLATE_NOOP("Viewer", "Brightness"),
    "play": QT_TRANSLATE_NOOP("Viewer", "Film"),
    "images": QT_TRANSLATE_NOOP("Viewer", "Images"),
    "series": QT_TRANSLATE_NOOP("Viewer", "Series"),
}


def say(text: str) -> str:
    """Return a text of the viewer in the person's language."""
    return QCoreApplication.translate("Viewer", text)


def counted(text: str, n: int) -> str:
    """Return a text with a number in the form the person's language has for that many."""
    made = QCoreApplication.translate("Viewer", text, None, n)
    return english.counted(made, n)  # where no translator counted


def playing_label() -> str:
    """Return the label of the film's button while it plays."""
    return say("Pause")


def group_name(group: str) -> str:
    """Return the heading of a group of actions in the menu, "" for a group that needs none."""
    return say(str(_GROUPS[group])) if group in _GROUPS else ""


def speech(name: Callable[[str], str], locale: QLocale) -> Speech:
    """Return how the corner texts are said: names by `name`, dates and times as everywhere in the window."""
    return Speech(
        say=say,
        name=name,
        date=lambda day: day_text(day, locale),
        time=lambda moment: time_text(moment, locale),
    )


def hint(tool: Tool, kind: str) -> str:
    """Return what the mouse does with this tool on this kind of set."""
    if kind == "document":
        return f"{say('Wheel: read on')} · {say('Right button: zoom')} · {say('Space bar: move')}"
    return f"{say(tool.hint)} · {say('Wheel: next image')} · {say('Right button: zoom')} · {say('Space bar: move')}"


def nothing_open() -> tuple[str, str]:
    """Return the words of an empty viewer: what to do first."""
    return (
        say("No exam is open"),
        say("Put in a disc or choose an exam on your shelf, and open it. Its images appear here."),
    )


def reading() -> tuple[str, str]:
    """Return the words while nothing can be shown yet."""
    return say("Opening the exam"), say("The first image appears in a moment.")


def unreadable() -> tuple[str, str]:
    """Return the words for an image that cannot be shown, where nobody has better ones."""
    return (
        say("This image cannot be shown"),
        say("The file is kept as it is. The other images of the exam are not affected."),
    )


def cannot_show(kind: str) -> tuple[str, str]:
    """Return the words for an object that is no picture."""
    what = {
        "report": say("This is a written report"),
        "presentation": say("This is a saved view of other images"),
        "waveform": say("This is a curve, such as an ECG"),
    }.get(kind, say("This file is no picture"))
    return what, say("Scanshelf keeps it with the exam but cannot show it yet.")


def copied(*, may_hold_text: bool) -> str:
    """Return what was copied; a name that may be part of the picture is said, before it is passed on."""
    if may_hold_text:
        return say("Picture copied. A name may be written into it: look before you pass it on.")
    return say("Picture copied, without name and texts")


def film_news(rate: float, measured: float | None, dropped: int) -> str:
    """Return how fast a film runs, honestly."""
    meant = say("{n} images a second").format(n=round(rate))
    if measured is None or measured > 0.9 * rate:
        return meant
    really = say("shown: {n} a second, {dropped} left out").format(n=round(measured), dropped=dropped)
    return f"{meant} · {really}"


# What passes through `say` here and in the plain parts of the viewer, for the tools that collect texts for translation.
SAID = (
    QT_TRANSLATE_NOOP("Viewer", "1 day old at the exam"),
    QT_TRANSLATE_NOOP("Viewer", "%n file(s)"),
    QT_TRANSLATE_NOOP("Viewer", "%n image(s)"),
    QT_TRANSLATE_NOOP("Viewer", "1 month old at the exam"),
    QT_TRANSLATE_NOOP("Viewer", "%n page(s)"),
    QT_TRANSLATE_NOOP("Viewer", "1 week old at the exam"),
    QT_TRANSLATE_NOOP("Viewer", "1 year old at the exam"),
    QT_TRANSLATE_NOOP("Viewer", "A part may be missing"),
    QT_TRANSLATE_NOOP("Viewer", "Abdomen"),
    QT_TRANSLATE_NOOP("Viewer", "Accession {number}"),
    QT_TRANSLATE_NOOP("Viewer", "As the file says"),
    QT_TRANSLATE_NOOP("Viewer", "Automatic"),
    QT_TRANSLATE_NOOP("Viewer", "Bone"),
    QT_TRANSLATE_NOOP("Viewer", "Brain"),
    QT_TRANSLATE_NOOP("Viewer", "Colours may differ"),
    QT_TRANSLATE_NOOP("Viewer", "Curve"),
    QT_TRANSLATE_NOOP("Viewer", "Description damaged"),
    QT_TRANSLATE_NOOP("Viewer", "Document"),
    QT_TRANSLATE_NOOP("Viewer", "Drawings of the file cannot be shown"),
    QT_TRANSLATE_NOOP("Viewer", "Echo time {ms} ms"),
    QT_TRANSLATE_NOOP("Viewer", "Film"),
    QT_TRANSLATE_NOOP("Viewer", "Grey values may be wrong"),
    QT_TRANSLATE_NOOP("Viewer", "ID {id}"),
    QT_TRANSLATE_NOOP("Viewer", "Frame {number} of {total}"),
    QT_TRANSLATE_NOOP("Viewer", "Image {number} of {total}"),
    QT_TRANSLATE_NOOP("Viewer", "frame {number} of {total}"),
    QT_TRANSLATE_NOOP("Viewer", "%n frame(s)"),
    QT_TRANSLATE_NOOP("Viewer", "Images"),
    QT_TRANSLATE_NOOP("Viewer", "Kernel {name}"),
    QT_TRANSLATE_NOOP("Viewer", "Letters guessed"),
    QT_TRANSLATE_NOOP("Viewer", "Liver"),
    QT_TRANSLATE_NOOP("Viewer", "Loading image {number}"),
    QT_TRANSLATE_NOOP("Viewer", "Loading the series"),
    QT_TRANSLATE_NOOP("Viewer", "Lossy {ratio}:1"),
    QT_TRANSLATE_NOOP("Viewer", "Lossy"),
    QT_TRANSLATE_NOOP("Viewer", "Lung"),
    QT_TRANSLATE_NOOP("Viewer", "May be lossy"),
    QT_TRANSLATE_NOOP("Viewer", "More tools"),
    QT_TRANSLATE_NOOP("Viewer", "More"),
    QT_TRANSLATE_NOOP("Viewer", "No exam is open"),
    QT_TRANSLATE_NOOP("Viewer", "Not subtracted"),
    QT_TRANSLATE_NOOP("Viewer", "Not the size the file says"),
    QT_TRANSLATE_NOOP("Viewer", "Not as many images as the file says"),
    QT_TRANSLATE_NOOP("Viewer", "Opening the exam"),
    QT_TRANSLATE_NOOP("Viewer", "Other file"),
    QT_TRANSLATE_NOOP("Viewer", "Overview"),
    QT_TRANSLATE_NOOP("Viewer", "Packed in an unknown way"),
    QT_TRANSLATE_NOOP("Viewer", "Packed unlike the file says"),
    QT_TRANSLATE_NOOP("Viewer", "Page {number} of {total}"),
    QT_TRANSLATE_NOOP("Viewer", "Could not be read"),
    QT_TRANSLATE_NOOP("Viewer", "Writing in the picture may be covered: T"),
    QT_TRANSLATE_NOOP("Viewer", "Name and texts are hidden: T"),
    QT_TRANSLATE_NOOP("Viewer", "Pause"),
    QT_TRANSLATE_NOOP("Viewer", "Picture copied, without name and texts"),
    QT_TRANSLATE_NOOP("Viewer", "Picture copied. A name may be written into it: look before you pass it on."),
    QT_TRANSLATE_NOOP("Viewer", "Presets"),
    QT_TRANSLATE_NOOP("Viewer", "Proportions may be wrong"),
    QT_TRANSLATE_NOOP("Viewer", "Put in a disc or choose an exam on your shelf, and open it. Its images appear here."),
    QT_TRANSLATE_NOOP("Viewer", "Ready-made windows for brain, lung, bone and more (keys {first} to {last})"),
    QT_TRANSLATE_NOOP("Viewer", "Right button: zoom"),
    QT_TRANSLATE_NOOP("Viewer", "Saved view"),
    QT_TRANSLATE_NOOP("Viewer", "Scanshelf keeps it with the exam but cannot show it yet."),
    QT_TRANSLATE_NOOP("Viewer", "Series {number}"),
    QT_TRANSLATE_NOOP("Viewer", "Slice {mm} mm"),
    QT_TRANSLATE_NOOP("Viewer", "Soft tissue"),
    QT_TRANSLATE_NOOP("Viewer", "Space bar: move"),
    QT_TRANSLATE_NOOP("Viewer", "Table of the file"),
    QT_TRANSLATE_NOOP("Viewer", "The file is kept as it is. The other images of the exam are not affected."),
    QT_TRANSLATE_NOOP("Viewer", "The first image appears in a moment."),
    QT_TRANSLATE_NOOP("Viewer", "This file is no picture"),
    QT_TRANSLATE_NOOP("Viewer", "This image cannot be shown"),
    QT_TRANSLATE_NOOP("Viewer", "This is a curve, such as an ECG"),
    QT_TRANSLATE_NOOP("Viewer", "This is a saved view of other images"),
    QT_TRANSLATE_NOOP("Viewer", "This is a written report"),
    QT_TRANSLATE_NOOP("Viewer", "Version {number} of {versions} of one image: they contradict each other"),
    QT_TRANSLATE_NOOP("Viewer", "Vessels"),
    QT_TRANSLATE_NOOP("Viewer", "Wheel: next image"),
    QT_TRANSLATE_NOOP("Viewer", "Wheel: read on"),
    QT_TRANSLATE_NOOP("Viewer", "Width {width} · Level {level}"),
    QT_TRANSLATE_NOOP("Viewer", "Written report"),
    QT_TRANSLATE_NOOP("Viewer", "Zoom {percent} %"),
    QT_TRANSLATE_NOOP("Viewer", "after {n} s"),
    QT_TRANSLATE_NOOP("Viewer", "at {mm} mm"),
    QT_TRANSLATE_NOOP("Viewer", "b {n} s/mm²"),
    QT_TRANSLATE_NOOP("Viewer", "born {date}"),
    QT_TRANSLATE_NOOP("Viewer", "derived"),
    QT_TRANSLATE_NOOP("Viewer", "echo {n}"),
    QT_TRANSLATE_NOOP("Viewer", "echo {n} ms"),
    QT_TRANSLATE_NOOP("Viewer", "fat"),
    QT_TRANSLATE_NOOP("Viewer", "female"),
    QT_TRANSLATE_NOOP("Viewer", "flip angle {n}°"),
    QT_TRANSLATE_NOOP("Viewer", "imaginary part"),
    QT_TRANSLATE_NOOP("Viewer", "in phase"),
    QT_TRANSLATE_NOOP("Viewer", "inversion {n} ms"),
    QT_TRANSLATE_NOOP("Viewer", "magnitude"),
    QT_TRANSLATE_NOOP("Viewer", "male"),
    QT_TRANSLATE_NOOP("Viewer", "mixed"),
    QT_TRANSLATE_NOOP("Viewer", "opposed phase"),
    QT_TRANSLATE_NOOP("Viewer", "original"),
    QT_TRANSLATE_NOOP("Viewer", "other sex"),
    QT_TRANSLATE_NOOP("Viewer", "part {n}"),
    QT_TRANSLATE_NOOP("Viewer", "phase image"),
    QT_TRANSLATE_NOOP("Viewer", "phase {n}"),
    QT_TRANSLATE_NOOP("Viewer", "real part"),
    QT_TRANSLATE_NOOP("Viewer", "repetition {n} ms"),
    QT_TRANSLATE_NOOP("Viewer", "shown: {n} a second, {dropped} left out"),
    QT_TRANSLATE_NOOP("Viewer", "stack {n}"),
    QT_TRANSLATE_NOOP("Viewer", "the rest"),
    QT_TRANSLATE_NOOP("Viewer", "water"),
    QT_TRANSLATE_NOOP("Viewer", "without b-value"),
    QT_TRANSLATE_NOOP("Viewer", "without contrast"),
    QT_TRANSLATE_NOOP("Viewer", "{missing} of {total} images are missing from the file"),
    QT_TRANSLATE_NOOP("Viewer", "{n} % of the breath"),
    QT_TRANSLATE_NOOP("Viewer", "{n} % of the heartbeat"),
    QT_TRANSLATE_NOOP("Viewer", "{n} days old at the exam"),
    QT_TRANSLATE_NOOP("Viewer", "{n} images a second"),
    QT_TRANSLATE_NOOP("Viewer", "{n} kV"),
    QT_TRANSLATE_NOOP("Viewer", "{n} mm"),
    QT_TRANSLATE_NOOP("Viewer", "{n} months old at the exam"),
    QT_TRANSLATE_NOOP("Viewer", "{n} ms after the heartbeat"),
    QT_TRANSLATE_NOOP("Viewer", "{n} of {total} files looked at"),
    QT_TRANSLATE_NOOP("Viewer", "{n} weeks old at the exam"),
    QT_TRANSLATE_NOOP("Viewer", "{n} years old at the exam"),
)
