"""What the demo tells: its steps, each with its figures, and whatever is not as it should be."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

Figure = int | float | str


@dataclass(slots=True)
class Step:
    """One step of the way: what was done, its figures, and where they differ from what was put on the disc."""

    name: str
    title: str
    figures: dict[str, Figure] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)

    def check(self, what: str, found: object, wanted: object) -> None:
        """Note a figure that is not what it must be."""
        if found != wanted:
            self.wrong.append(f"{what}: {found!r} instead of {wanted!r}")


class Story:
    """The steps told so far."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.steps: list[Step] = []
        self._say = say

    def tell(self, step: Step, lines: Iterable[str]) -> None:
        """Finish a step: say it in words."""
        self.steps.append(step)
        self._say(f"{len(self.steps)}. {step.title}")
        for line in [*lines, *(f"NOT AS IT SHOULD BE: {trouble}" for trouble in step.wrong)]:
            self._say(f"   {line}")
        for picture in step.pictures:
            self._say(f"   picture: {picture}")

    @property
    def wrong(self) -> list[str]:
        """List all that is not as it should be."""
        return [f"{step.name}: {trouble}" for step in self.steps for trouble in step.wrong]

    def to_json(self) -> dict[str, Any]:
        """Write the story as the command's JSON document."""
        return {"steps": [asdict(step) for step in self.steps], "wrong": self.wrong}
