"""Imports that were cut off, in words: what happened, how much is here, and how it goes on; for window and terminal."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from app.words.english_numbers import counted
from app.words.messages import Words
from app.words.translating import Translate, tr
from core.language.isolates import isolated

if TYPE_CHECKING:
    from library.index.rows import Unfinished

_MEDIA = frozenset({"drive", "dicomdir"})

_WHAT = {
    "stopped": tr("Putting {title} on your shelf was stopped before it was done."),
    "medium-gone": tr("{title} went away before all of it was on your shelf."),
    "no-space": tr("There was no more room on this computer for the rest of {title}."),
    "interrupted": tr("Something went wrong before all of {title} was on your shelf."),
}
_CUT_OFF = tr("Scanshelf ended before all of {title} was on your shelf: it was closed, or the power went.")

_SOME = tr("{here} of {of} files are here, and safe. The other %n (is|are) not on this computer.")
_NONE = tr("None of its %n file(s) is on this computer yet.")
_UNKNOWN = tr("%n file(s) of it (is|are) here, and safe. How many more it holds is not known.")

_DO_MEDIUM = tr("Put the disc in again: it goes on where it was.")
_DO_OTHER = tr("Choose it again: it goes on where it was.")
_DO_FETCHED = tr("Download the exam again in My portal: it goes on where it was.")
_DO_HERE = tr("It is in now. Press “Go on”.")
_DO_PART = tr("%n of them (is|are) on what is in now. Press “Go on” to take what is there.")
_DO_ROOM = tr("Empty the wastebasket to make room. ")


def _plain(text: str, n: int) -> str:
    return counted(text, n) if n >= 0 else text


def title_of(one: Unfinished) -> str:
    """Name where an import came from, in short."""
    label = one.label or one.kind
    return isolated(PurePath(label).name or label)


def sum_words(here: int, of: int | None, translate: Translate = _plain) -> str:
    """Say how much is here."""
    if of is None:
        return translate(_UNKNOWN, here)
    if not here:
        return translate(_NONE, of)
    return translate(_SOME, of - here).format(here=f"{here:,}", of=f"{of:,}")


def unfinished_words(
    one: Unfinished, translate: Translate = _plain, *, found: int = 0, fetched: bool = False, title: str = ""
) -> Words:
    """Write an unfinished import; `found` images of its rest are on a source that is in."""
    what = translate(_WHAT.get(one.end, _CUT_OFF), -1).format(title=title or title_of(one))
    do = _do(one, translate, found, fetched=fetched)
    if one.end == "no-space":
        do = translate(_DO_ROOM, -1) + do
    what = what[:1].upper() + what[1:]
    return Words(what, sum_words(one.here, one.of, translate), do)


def mark_words(awaited: int, instances: int, translate: Translate = _plain) -> str:
    """Write the mark of a study: how much of it is here, and what brings the rest."""
    if not awaited:
        return translate(tr("Perhaps not all of it is here: putting it on your shelf was not finished."), -1)
    said = translate(tr("{here} of {of} files are here: putting it on your shelf is not finished."), -1)
    return said.format(here=f"{instances:,}", of=f"{instances + awaited:,}")


def _do(one: Unfinished, translate: Translate, found: int, *, fetched: bool) -> str:
    if found and one.of is not None and found < one.of - one.here:
        return translate(_DO_PART, found)
    if found:
        return translate(_DO_HERE, -1)
    if fetched:
        return translate(_DO_FETCHED, -1)
    return translate(_DO_MEDIUM if one.kind in _MEDIA else _DO_OTHER, -1)
