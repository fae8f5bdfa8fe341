"""Playing the images of a set as a film."""

from __future__ import annotations

from core.language.marking import QT_TRANSLATE_NOOP
from viewer.tools.action import Action, ActiveViewport


def _play_or_stop(at: ActiveViewport) -> None:
    at.player.stop() if at.player.playing else at.player.start()


ACTIONS = (
    Action(
        "cine",
        QT_TRANSLATE_NOOP("Viewer", "Play"),
        ("C",),
        "play",
        _play_or_stop,
        "play",
        "switch",
        in_bar=True,
        meaning=QT_TRANSLATE_NOOP("Viewer", "Play the images as a film"),
    ),
    Action(
        "slower",
        QT_TRANSLATE_NOOP("Viewer", "Slower"),
        (",",),
        "play",
        lambda at: at.player.change_speed(faster=False),
        "skip-back",
    ),
    Action(
        "faster",
        QT_TRANSLATE_NOOP("Viewer", "Faster"),
        (".",),
        "play",
        lambda at: at.player.change_speed(faster=True),
        "skip-forward",
    ),
    Action(
        "sweep",
        QT_TRANSLATE_NOOP("Viewer", "There and back"),
        (),
        "play",
        lambda at: at.player.set_sweep(at.is_on("sweep")),
        kind="switch",
    ),
)
