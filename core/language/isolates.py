"""Keeps the writing direction of foreign words, and of numbers, to themselves: Unicode isolates (UAX #9).

A name, a title, a date or "412 images" put between other words is `isolated` first. Then an Arabic name does not turn
the comma behind it round, nor an English one the number beside it in an Arabic sentence.
"""

from __future__ import annotations

import re
import unicodedata

ISOLATE, END = "\u2068", "\u2069"  # first strong isolate, pop directional isolate
MARKS = ISOLATE + END
_OPEN = "\u2066\u2067\u2068"
_OVERRIDES = re.compile("[\u202a-\u202e]")


def isolated(text: str) -> str:
    """Give a text that neither turns what stands around it nor is turned by it; "" stays ""."""
    return f"{ISOLATE}{_closed(text)}{END}" if text else ""


def apart(text: str) -> str:
    """Isolate a text only where it runs from the right, for lines of which the other words are known."""
    return isolated(text) if any(unicodedata.bidirectional(letter) in {"R", "AL"} for letter in text) else text


def is_closed(text: str) -> bool:
    """Tell whether every foreign text that begins in a text ends in it."""
    return text.count(ISOLATE) == text.count(END)


def bare(text: str) -> str:
    """Give a text without the marks, for what is no screen."""
    return text.translate(_NOTHING)


def _closed(text: str) -> str:
    """Take out of a text what would reach beyond its end: overrides, and ends of what it did not begin."""
    if text.isascii():
        return text
    kept, depth = [], 0
    for letter in _OVERRIDES.sub("", text):
        if letter == END:
            if not depth:
                continue
            depth -= 1
        elif letter in _OPEN:
            depth += 1
        kept.append(letter)
    return "".join(kept) + END * depth


_NOTHING = dict.fromkeys(map(ord, MARKS))
