"""Imports that were cut off in the words of "Discs & drives"."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import name_words, stamp_words
from app.window.places.discs.receipt_words import file_tone
from app.words.messages import Messages
from app.words.unfinished import sum_words, title_of, unfinished_words
from core.language.isolates import isolated
from core.ui.parts import Tone
from importer.ui.summary import ProblemLine, Receipt, ReceiptLine, UnfinishedCard

if TYPE_CHECKING:
    from library.index.rows import Unfinished


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Unfinished", text, None, n)


def card_of(one: Unfinished, found: int, *, fetched: bool) -> UnfinishedCard:
    """Write the card of an unfinished import; `found` images of its rest are on what is in."""
    said = unfinished_words(one, words, found=found, fetched=fetched, title=_title(one, fetched=fetched))
    return UnfinishedCard(one.import_id, _heading(one, fetched=fetched), said.what, said.means, said.do,
                          found > 0, one.here > 0)  # fmt: skip


def receipt(messages: Messages, one: Unfinished, fetched: bool) -> Receipt:
    """Write the receipt of an import that was cut off, from what was saved of it and what is here."""
    said = unfinished_words(one, words, fetched=fetched, title=_title(one, fetched=fetched))
    tone: Tone = "amber" if one.here else "loss"
    problem = ProblemLine(tone, said.what, said.means, said.do)
    facts = [words("Kept for {name}").format(name=isolated(name_words(name))) for name in one.names]
    headline = words("%n file(s) (is|are) on your shelf", one.here)
    if one.of is not None:
        headline = words("{here} of %n file(s) (is|are) on your shelf", one.of).format(here=f"{one.here:,}")
    document = json.dumps(_document(one), indent=1, ensure_ascii=False)
    lines = tuple(_lines(messages, one, tone))
    return Receipt(one.import_id, _heading(one, fetched=fetched), headline, tone, lines, (problem,), document,
                   tuple(facts))  # fmt: skip


def closing_words(here: int, of: int) -> tuple[str, tuple[str, ...]]:
    """Write the question that is asked when the window is closed in the middle."""
    title = words("{here} of %n file(s) (is|are) on your shelf so far", of).format(here=f"{here:,}")
    means = words("What is here stays here. The other %n (is|are) not on this computer yet.", of - here)
    do = words("If you stop now, it goes on later from where it was. The next start says how.")
    return title, (means, do)


def left_words(one: Unfinished) -> str:
    """Say that an import is left as it is."""
    return words("{title} stays as it is. {sum}").format(title=title_of(one), sum=sum_words(one.here, one.of, words))


def _title(one: Unfinished, *, fetched: bool) -> str:
    return words("an exam of your portal") if fetched else title_of(one)


def _heading(one: Unfinished, *, fetched: bool) -> str:
    when = stamp_words(one.started_at)
    title = _title(one, fetched=fetched)
    parts = [title[:1].upper() + title[1:], *(isolated(name_words(name)) for name in one.names[:3])]
    return " · ".join([*parts, words("begun {when}").format(when=when)] if when else parts)


def _lines(messages: Messages, one: Unfinished, tone: Tone) -> list[ReceiptLine]:
    lines = []
    if one.of is not None:
        lines.append(ReceiptLine(one.of, words("files were to be put on your shelf")))
    lines.append(ReceiptLine(one.here, words("are on your shelf, and checked"), "good" if one.here else ""))
    if one.of is not None:
        left = words("not reached yet: put it in again, and it goes on from there")
        lines.append(ReceiptLine(one.of - one.here, left, "amber"))
    counts = Counter(str(told["code"]) for told in one.receipt.get("problems", ()) if told.get("path"))
    for code, count in sorted(counts.items()):
        label = messages.file_label(code)
        lines.append(ReceiptLine(count, label[:1].lower() + label[1:], file_tone(messages, code, tone)))
    return lines


def _document(one: Unfinished) -> dict[str, Any]:
    """Give the saved receipt, or where nobody was there to save one what is known of it."""
    named = {"import_id": one.import_id, "end": one.end or None, "here": one.here, "planned": one.of}
    source = {"kind": one.kind, "label": one.label, "path": one.path}
    return {**one.receipt, "source": source, **named, "persons": list(one.persons)}
