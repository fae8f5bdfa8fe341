"""How much of a source is on the shelf already, in words that claim no more than was looked at."""

from __future__ import annotations

from app.words.english_numbers import counted
from app.words.translating import Translate, tr
from importer.scan.known import Known

_ONE = tr("By number and size it seems to be on your shelf already.")
_ALL = tr("By number and size all %n seem to be on your shelf already.")
_SOME = tr("{new} new of {all}. By number and size %n seem(s|) to be on your shelf already.")
_NONE_ALIKE = tr("{new} new of {all}.")
_OTHER = tr("%n (differs|differ) in size or packing from what is there: (its|their) content will be compared.")
_BINNED = tr("%n lie(s|) in your bin.")


def known_words(known: Known | None, words: Translate = counted) -> str:
    """Say it; "" where nothing of the source is known, or nothing was asked."""
    if known is None or known.new == known.images:
        return ""
    if known.alike == known.images:
        return words(_ONE, -1) if known.images == 1 else words(_ALL, known.alike)
    first = words(_SOME if known.alike else _NONE_ALIKE, known.alike if known.alike else -1)
    said = [first.format(new=f"{known.new:,}", all=f"{known.images:,}")]
    said += [words(_OTHER, known.other)] if known.other else []
    said += [words(_BINNED, known.binned)] if known.binned else []
    return " ".join(said)
