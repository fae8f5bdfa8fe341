"""Which images are whole thanks to another copy, in words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.words.english_numbers import counted
from app.words.messages import Words
from app.words.translating import Translate, tr
from core.language.isolates import isolated
from importer.receipts.completion import Completion, How

_SHOWN = 6
_ORDER: tuple[How, ...] = ("completed", "combined", "covered", "reduced")
_NOTHING = tr("There is nothing you need to do.")

# what happened, what it means; {images} are numbers, {source} is the other disc
_SAID: dict[How, tuple[str, str]] = {
    "completed": (
        tr("{images} (was|were) damaged on {source} and (is|are) completed from this disc."),
        tr("The whole image(s) (is|are) shown and sent now. The damaged one(s) (is|are) kept aside."),
    ),
    "combined": (
        tr("{images} (was|were) put together from two damaged copies: one here, one from {source}."),
        tr("Each had what the other lacked; the whole image(s) (is|are) shown and sent now."),
    ),
    "covered": (
        tr("{images} (is|are) damaged here, and whole on your shelf: from {source}."),
        tr("The whole image(s) (is|are) shown and sent. The damaged one(s) (is|are) kept aside."),
    ),
    "reduced": (
        tr("{images} (is|are) here twice: as the original, and smaller for a viewer program."),
        tr("The original(s) (is|are) shown and sent. The smaller one(s) (is|are) kept aside."),
    ),
}


def _plain(text: str, n: int) -> str:
    return counted(text, n) if n >= 0 else text


def completed_words(
    completions: Sequence[Completion], label: str, translate: Translate = _plain
) -> list[tuple[How, int, Words]]:
    """Say per kind and other disc how many images it is about, what happened and what it means.

    `label` is this disc's name: another copy on the same disc is said to be there.
    """
    groups: dict[tuple[How, str], list[Completion]] = defaultdict(list)
    for one in completions:
        groups[one.how, one.source if one.how != "reduced" else ""].append(one)
    found = []
    for (how, source), ones in sorted(groups.items(), key=lambda group: (_ORDER.index(group[0][0]), group[0][1])):
        what, means = (translate(text, len(ones)) for text in _SAID[how])
        here = translate(tr("another place on this disc"), -1)
        other = here if source in {"", label} else isolated(source)
        said = what.format(images=_images(ones, translate), source=other)
        found.append((how, len(ones), Words(said, means, translate(_NOTHING, -1))))
    return found


def _images(ones: Iterable[Completion], translate: Translate) -> str:
    """Name images by their numbers, the first few."""
    numbers = sorted({one.instance_number for one in ones if one.instance_number is not None})
    every = list(ones)
    if not numbers or len(numbers) < len({one.sop_instance_uid for one in every}):
        return translate(tr("%n image(s)"), len(every))
    shown = ", ".join(str(number) for number in numbers[:_SHOWN])
    if len(numbers) > _SHOWN:
        said = translate(tr("Images {numbers} and %n other(s)"), len(numbers) - _SHOWN)
    else:
        said = translate(tr("Image(s) {numbers}"), len(numbers))
    return said.format(numbers=shown)
