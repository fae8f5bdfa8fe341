"""What of a damaged object can be compared with a whole one in other wrapping: elements, and pixels block by block.

The comparing is the parent's, over plain hashes; `dicom.partial_reading` makes them in a worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

SECTOR = 2048
MARK = 8  # bytes that stand for one block; eight equal ones for a block that is filled with one value

PixelsAs = Literal["stored", "decoded"]


@dataclass(frozen=True, slots=True)
class Partial:
    """One object as far as it goes.

    `elements` are hashes by tag of all that is complete before the pixels; `last` is the last tag met, complete or not;
    `codec` is "native", a transfer syntax UID, or "" without pixels; `phase` is how many bytes the first block has, so
    that blocks end where the sectors of the medium did; `blocks` holds `MARK` bytes for each block.
    """

    elements: dict[int, str]
    last: int
    codec: str
    phase: int
    pixel_bytes: int
    cut: bool
    blocks: bytes


def to_facts(partial: Partial) -> tuple[dict[str, Any], bytes]:
    """Write as an answer of the worker."""
    return {
        "elements": [[tag, value] for tag, value in partial.elements.items()],
        "last": partial.last,
        "codec": partial.codec,
        "phase": partial.phase,
        "pixel_bytes": partial.pixel_bytes,
        "cut": partial.cut,
    }, partial.blocks


def from_facts(facts: dict[str, Any], blocks: bytes) -> Partial:
    """Read an answer of the worker; raises what a wrong one gives (KeyError, TypeError, ValueError)."""
    return Partial(
        {int(tag): str(value) for tag, value in facts["elements"]},
        int(facts["last"]),
        str(facts["codec"]),
        int(facts["phase"]),
        int(facts["pixel_bytes"]),
        bool(facts["cut"]),
        blocks,
    )


def elements_agree(damaged: Partial, whole: Partial) -> bool:
    """Say whether everything the damaged one still says is what the whole one says, with nothing left out between."""
    if any(whole.elements.get(tag) != value for tag, value in damaged.elements.items()):
        return False
    return not any(tag < damaged.last for tag in whole.elements.keys() - damaged.elements.keys())


def pixels_agree(damaged: Partial, whole: Partial) -> bool:
    """Say whether the damaged one's blocks are the whole one's, but for filled ones and the one it ends in."""
    if damaged.pixel_bytes > whole.pixel_bytes + SECTOR:
        return False
    differing = [one for one, other in zip(_blocks(damaged), _blocks(whole), strict=False) if one != other]
    others = sum(one.count(one[:1]) != MARK for one in differing)
    return others <= (1 if damaged.cut else 0)


def _blocks(partial: Partial) -> list[bytes]:
    return [partial.blocks[start : start + MARK] for start in range(0, len(partial.blocks), MARK)]
