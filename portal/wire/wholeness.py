"""How much is here of what there is known to be, and why the rest is not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

# why an image of the person's copy is not among what is sent
LeftOutCode = Literal[
    "damaged",  # its file is damaged
    "conflict",  # two different images have its number
    "missing",  # the disc lists it and does not hold it
    "unreadable",  # it could not be read from the disc
    "perhaps-unreadable",  # a file of the disc that could not be read, and may be one of this study
    "not-copied",  # the disc was not taken in to its end
    "removed",  # the person took it off their shelf
    "no-number",  # it has no UID a portal could keep it under
    "refused",  # the portal did not take it
    "too-large",  # the portal does not take one so large
    "kept-other",  # the portal holds other content under its number
    "not-sent",  # for another reason
]
LEFT_OUT_CODES: frozenset[str] = frozenset(get_args(LeftOutCode))
NotHereCode = Literal[
    LeftOutCode,
    "not-arrived",  # announced, and not here (yet)
    "damaged-here",  # it was here; what the portal kept of it is damaged or gone
]
NOT_HERE_CODES: frozenset[str] = frozenset(get_args(NotHereCode))
# "whole": all that every sender told of is here, by its content; "unknown": nobody told the portal what there is
WholenessState = Literal["unknown", "arriving", "partial", "whole"]
_WORST_FIRST: tuple[WholenessState, ...] = ("arriving", "partial", "unknown", "whole")


@dataclass(frozen=True, slots=True)
class NotHere:
    """So many images are not here, and why."""

    code: NotHereCode
    images: int


@dataclass(frozen=True, slots=True)
class Wholeness:
    """How much is here of what there is known to be: `here` of `of` images (SOP instances, not frames).

    `of` is what is here and what the senders said is not; files that only may be images ("perhaps-unreadable") are told
    and not counted. Only "whole" says that nothing is missing, and only of what a person's copy and its disc held. Of
    `here` so many are `besides`: reports, documents and others that hold no image; an older portal tells none.
    """

    state: WholenessState
    here: int
    of: int
    not_here: tuple[NotHere, ...] = ()
    besides: int = 0


def together(parts: Iterable[Wholeness | None]) -> Wholeness | None:
    """Put several studies' wholeness into one; None where a portal that cannot tell is among them.

    What is known to be missing is never hidden by what is not known: "arriving", "partial", "unknown", "whole".
    """
    known = list(parts)
    told = [each for each in known if each is not None]
    if len(told) < len(known):
        return None
    missing: Counter[NotHereCode] = Counter()
    for each in told:
        missing.update({one.code: one.images for one in each.not_here})
    states = {each.state for each in told}
    state: WholenessState = next((word for word in _WORST_FIRST if word in states), _WORST_FIRST[2])
    not_here = tuple(NotHere(code, images) for code, images in sorted(missing.items()))
    here, of = sum(each.here for each in told), sum(each.of for each in told)
    return Wholeness(state, here, of, not_here, sum(each.besides for each in told))
