"""What is written and drawn over the picture, shown or hidden."""

from __future__ import annotations

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.tools.action import Action, ActiveViewport


def _show_drawings(at: ActiveViewport) -> None:
    at.presentation.drawings = at.is_on("drawings")


ACTIONS = (
    Action(
        "text",
        QT_TRANSLATE_NOOP("Viewer", "Texts"),
        ("T",),
        "text",
        lambda at: at.show_next_texts(),
        "captions",
        in_bar=True,
        meaning=QT_TRANSLATE_NOOP("Viewer", "All texts, few texts, no texts on the picture"),
        redraws=True,
    ),
    Action(
        "drawings",
        QT_TRANSLATE_NOOP("Viewer", "Drawings of the file"),
        ("O",),
        "text",
        _show_drawings,
        kind="switch",
        meaning=QT_TRANSLATE_NOOP("Viewer", "Show lines and marks that were saved with the image"),
        redraws=True,
    ),
)
