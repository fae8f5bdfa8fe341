"""The viewer's words for actions, in the person's language."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLocale

from core.language import english
from core.ui.dates import day_text, time_text
from viewer.viewport.corner_text import Speech

# Short label of each action (on its button) and what it does (tooltip, status tip).
_LABELS = {
    "tool-window": QT_TRANSLATE_NOOP("Viewer", "Brightness"),
    "tool-pan": QT_TRANSLATE_NOOP("Viewer", "Move"),
    "tool-zoom": QT_TRANSLATE_NOOP("Viewer", "Zoom"),
    "fit": QT_TRANSLATE_NOOP("Viewer", "Fit"),
    "actual": QT_TRANSLATE_NOOP("Viewer", "1:1"),
    "zoom-in": QT_TRANSLATE_NOOP("Viewer", "Larger"),
    "zoom-out": QT_TRANSLATE_NOOP("Viewer", "Smaller"),
    "move-left": QT_TRANSLATE_NOOP("Viewer", "Move left"),
    "move-right": QT_TRANSLATE_NOOP("Viewer", "Move right"),
    "move-up": QT_TRANSLATE_NOOP("Viewer", "Move up"),
    "move-down": QT_TRANSLATE_NOOP("Viewer", "Move down"),
    "brighter": QT_TRANSLATE_NOOP("Viewer", "Brighter"),
    "darker": QT_TRANSLATE_NOOP("Viewer", "Darker"),
    "softer": QT_TRANSLATE_NOOP("Viewer", "Softer"),
    "harder": QT_TRANSLATE_NOOP("Viewer", "Harder"),
    "invert": QT_TRANSLATE_NOOP("Viewer", "Invert"),
    "flip-horizontal": QT_TRANSLATE_NOOP("Viewer", "Mirror"),
    "flip-vertical": QT_TRANSLATE_NOOP("Viewer", "Flip"),
    "rotate-left": QT_TRANSLATE_NOOP("Viewer", "Turn left"),
    "rotate-right": QT_TRANSLATE_NOOP("Viewer", "Turn right"),
    "reset": QT_TRANSLATE_NOOP("Viewer", "Reset"),
    "cine": QT_TRANSLATE_NOOP("Viewer", "Play"),
    "slower": QT_TRANSLATE_NOOP("Viewer", "Slower"),
    "faster": QT_TRANSLATE_NOOP("Viewer", "Faster"),
    "sweep": QT_TRANSLATE_NOOP("Viewer", "There and back"),
    "text": QT_TRANSLATE_NOOP("Viewer", "Texts"),
    "drawings": QT_TRANSLATE_NOOP("Viewer", "Drawings of the file"),
    "copy": QT_TRANSLATE_NOOP("Viewer", "Copy"),
    "previous-image": QT_TRANSLATE_NOOP("Viewer", "Previous"),
    "next-image": QT_TRANSLATE_NOOP("Viewer", "Next"),
    "back-ten": QT_TRANSLATE_NOOP("Viewer", "Ten images back"),
    "forward-ten": QT_TRANSLATE_NOOP("Viewer", "Ten images on"),
    "first-image": QT_TRANSLATE_NOOP("Viewer", "First image"),
    "last-image": QT_TRANSLATE_NOOP("Viewer", "Last image"),
    "previous-series": QT_TRANSLATE_NOOP("Viewer", "Previous series"),
    "next-series": QT_TRANSLATE_NOOP("Viewer", "Next series"),
    "alone": QT_TRANSLATE_NOOP("Viewer", "Picture only"),
    "full-screen": QT_TRANSLATE_NOOP("Viewer", "Full screen"),
}
_MEANINGS = {
    "previous-image": QT_TRANSLATE_NOOP("Viewer", "Previous image"),
    "next-image": QT_TRANSLATE_NOOP("Viewer", "Next image"),
    "tool-window": QT_TRANSLATE_NOOP("Viewer", "Drag with the left button: right for softer, up for brighter"),
    "tool-pan": QT_TRANSLATE_NOOP("Viewer", "Drag with the left button to move the picture"),
    "tool-zoom": QT_TRANSLATE_NOOP("Viewer", "Drag with the left button up to enlarge, down to shrink"),
    "fit": QT_TRANSLATE_NOOP("Viewer", "Show the whole picture"),
    "actual": QT_TRANSLATE_NOOP("Viewer", "Show each pixel of the picture as one pixel of the screen"),
    "invert": QT_TRANSLATE_NOOP("Viewer", "Exchange black and white"),
    "flip-horizontal": QT_TRANSLATE_NOOP("Viewer", "Exchange left and right"),
    "flip-vertical": QT_TRANSLATE_NOOP("Viewer", "Exchange top and bottom"),
    "rotate-left": QT_TRANSLATE_NOOP("Viewer", "Turn a quarter to the left"),
    "rotate-right": QT_TRANSLATE_NOOP("Viewer", "Turn a quarter to the right"),
    "reset": QT_TRANSLATE_NOOP("Viewer", "Show the picture as it was first shown"),
    "cine": QT_TRANSLATE_NOOP("Viewer", "Play the images as a film"),
    "text": QT_TRANSLATE_NOOP("Viewer", "All texts, few texts, no texts on the picture"),
    "drawings": QT_TRANSLATE_NOOP("Viewer", "Show lines and marks that were saved with the image"),
    "copy": QT_TRANSLATE_NOOP("Viewer", "Copy the picture as shown, without the texts at its edges"),
    "alone": QT_TRANSLATE_NOOP("Viewer", "Hide everything but the picture"),
}
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


def label(name: str) -> str:
    """Return the short label of an action."""
    return say(str(_LABELS[name]))


def meaning(name: str) -> str:
    """Return what an action does, its label where that says it all."""
    return say(str(_MEANINGS.get(name, _LABELS[name])))


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


def hint(tool: str, kind: str) -> str:
    """Return what the mouse does with this tool on this kind of set."""
    left = {
        "window": say("Left button: brightness and contrast"),
        "pan": say("Left button: move the picture"),
        "zoom": say("Left button: enlarge and shrink"),
    }[tool]
    if kind == "document":
        return f"{say('Wheel: read on')} · {say('Right button: zoom')} · {say('Space bar: move')}"
    return f"{left} · {say('Wheel: next image')} · {say('Right button: zoom')} · {say('Space bar: move')}"


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
