"""What the window did with somebody's images, in words with the name, and how each is taken back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from app.messages import Words
from app.unfinished_words import title_of
from app.window.person_buttons import named
from app.window.undo import Deed, Undo
from app.window.unfinished_say import left_words

if TYPE_CHECKING:
    from app.window.copies_desk import CopiesDesk
    from app.window.shelf_desk import Binned, ShelfDesk
    from app.window.unfinished_desk import UnfinishedDesk
    from library.rows import TwinRow, Unfinished


def words(text: str) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Deeds", text)


def binned(undo: Undo, desk: ShelfDesk, what: Binned) -> None:
    """Tell that something is in the bin, with the way back."""
    whose = named(what.patient_name, what.what)
    keys = QKeySequence(QKeySequence.StandardKey.Undo).toString(QKeySequence.SequenceFormat.NativeText)
    means = words("It stays there for 30 days. {keys} brings it back too.").format(keys=keys)
    done = Words(_upper(words("{whose} is in the bin.").format(whose=whose)), means, "")
    back = Words(_upper(words("{whose} is back on your shelf.").format(whose=whose)), "", "")
    take_back = partial(desk.bring_back, what, lambda: undo.say(back))
    undo.did(Deed(what.entry, done, words("Bring {whose} back").format(whose=whose), take_back))


def restored(undo: Undo, desk: ShelfDesk, what: Binned) -> None:
    """Tell that something came back from the bin, with the way into it again."""
    undo.forget(what.entry)
    whose = named(what.patient_name, what.what)
    done = Words(_upper(words("{whose} is back on your shelf.").format(whose=whose)), "", "")
    again = words("Move {whose} to the bin again").format(whose=whose)
    undo.did(Deed(what.entry, done, again, lambda: desk.bin_again(what)))


def decided(undo: Undo, desk: CopiesDesk, row: TwinRow) -> None:
    """Tell which copy of an image counts from now on, with the way back."""
    whose = named(row.patient_name, words("image"))
    done = Words(_upper(words("{whose}: you said which copy counts.").format(whose=whose)), "", "")
    back = Words(_upper(words("{whose}: all copies count again.").format(whose=whose)), "", "")
    take_back = partial(desk.take_choice_back, row, lambda: undo.say(back))
    undo.did(Deed(copy_key(row), done, words("Take back the choice of {whose}").format(whose=whose), take_back))


def copy_key(row: TwinRow) -> str:
    """Name a choice between copies."""
    return f"{row.person_key}:{row.sop_instance_uid}"


def left_so(undo: Undo, desk: UnfinishedDesk, one: Unfinished) -> None:
    """Tell that the rest of an import is not asked for any more, with the way to ask again."""
    title = title_of(one)
    again = Words(words("The rest of {title} is asked for again.").format(title=title), "", "")
    take_back = partial(desk.ask_again, one, lambda: undo.say(again))
    ask = words("Ask for the rest of {title} again").format(title=title)
    undo.did(Deed(one.import_id, Words(left_words(one), "", ""), ask, take_back))


def _upper(sentence: str) -> str:
    """Begin a sentence; a name keeps its own first letter, behind what keeps its direction."""
    return sentence[:1].upper() + sentence[1:]
