"""Going from series to series."""

from __future__ import annotations

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.tools.action import Action


def _step(name: str, label: str, keys: tuple[str, str], steps: int, icon: str = "") -> Action:
    in_picture, everywhere = keys
    return Action(
        name,
        label,
        (in_picture,),
        "series",
        lambda at: at.position.step_set(steps),
        icon,
        only_in_picture=True,
        everywhere=(everywhere,),
    )


ACTIONS = (
    _step("previous-series", QT_TRANSLATE_NOOP("Viewer", "Previous series"), ("Left", "PgUp"), -1, "chevron-left"),
    _step("next-series", QT_TRANSLATE_NOOP("Viewer", "Next series"), ("Right", "PgDown"), 1, "chevron-right"),
)
