"""What the window did with somebody's images, in words with the name, and how each is taken back."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence

from app.window.appearance.person_buttons import named
from app.window.places.discs.unfinished_words import left_words
from app.window.shell.undo import Undo, Undoable
from app.words.messages import Words
from app.words.unfinished import title_of

if TYPE_CHECKING:
    from app.window.places.discs.unfinished_presenter import UnfinishedPresenter
    from app.window.places.shelf.copies_presenter import CopiesPresenter
    from app.window.places.shelf.presenter import Binned, ShelfPresenter
    from library.index.rows import TwinRow, Unfinished


def words(text: str) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("UndoWords", text)


def binned(undo: Undo, shelf: ShelfPresenter, what: Binned) -> None:
    """Tell that something is in the bin, with the way back."""
    keys = QKeySequence(QKeySequence.StandardKey.Undo).toString(QKeySequence.SequenceFormat.NativeText)
    means = words("{many} there for 30 days. {keys} brings {them} back too.").format(
        many=words("They stay") if what.several else words("It stays"),
        keys=keys,
        them=words("them") if what.several else words("it"),
    )
    in_bin = words("{whose} are in the bin.") if what.several else words("{whose} is in the bin.")
    done = Words(_upper(in_bin.format(whose=what.whose)), means, "")
    take_back = partial(shelf.bring_back, what, lambda: undo.say(Words(_is_back(what), "", "")))
    undo.did(Undoable(what.key, done, words("Bring {whose} back").format(whose=what.whose), take_back))


def restored(undo: Undo, shelf: ShelfPresenter, what: Binned) -> None:
    """Tell that something came back from the bin, with the way into it again."""
    undo.forget(what.key)
    again = words("Move {whose} to the bin again").format(whose=what.whose)
    undo.did(Undoable(what.key, Words(_is_back(what), "", ""), again, lambda: shelf.bin_again(what)))


def purged(undo: Undo, entries: tuple[str, ...], said: str) -> None:
    """Tell that something is gone for good; nothing promises any more to bring it back."""
    for entry in entries:
        undo.forget_part(entry)
    undo.say(Words(said, "", ""))


def _is_back(what: Binned) -> str:
    back = words("{whose} are back on your shelf.") if what.several else words("{whose} is back on your shelf.")
    return _upper(back.format(whose=what.whose))


def decided(undo: Undo, copies: CopiesPresenter, row: TwinRow) -> None:
    """Tell which copy of an image counts from now on, with the way back."""
    whose = named(row.patient_name, words("image"))
    done = Words(_upper(words("{whose}: you said which copy counts.").format(whose=whose)), "", "")
    back = Words(_upper(words("{whose}: all copies count again.").format(whose=whose)), "", "")
    take_back = partial(copies.take_choice_back, row, lambda: undo.say(back))
    undo.did(Undoable(copy_key(row), done, words("Take back the choice of {whose}").format(whose=whose), take_back))


def copy_key(row: TwinRow) -> str:
    """Name a choice between copies."""
    return f"{row.person_key}:{row.sop_instance_uid}"


def left_so(undo: Undo, unfinished: UnfinishedPresenter, one: Unfinished) -> None:
    """Tell that the rest of an import is not asked for any more, with the way to ask again."""
    title = title_of(one)
    again = Words(words("The rest of {title} is asked for again.").format(title=title), "", "")
    take_back = partial(unfinished.ask_again, one, lambda: undo.say(again))
    ask = words("Ask for the rest of {title} again").format(title=title)
    undo.did(Undoable(one.import_id, Words(left_words(one), "", ""), ask, take_back))


def _upper(sentence: str) -> str:
    """Begin a sentence; a name keeps its own first letter, behind what keeps its direction."""
    return sentence[:1].upper() + sentence[1:]
