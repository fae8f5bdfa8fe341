"""Keeps the words around the picture true: corner texts, the list of windows, the status line."""

from __future__ import annotations

from dataclasses import replace

from dicom.people.names import display_name
from dicom.showing.display import voi_choices
from dicom.showing.number_words import short_number
from viewer.study.series_words import counted_place
from viewer.ui import words
from viewer.ui.controls.action_set import ActionSet
from viewer.ui.controls.status_line import StatusLine
from viewer.ui.picture.film_player import FilmPlayer
from viewer.ui.picture.viewport import Viewport
from viewer.viewport.burned_in import may_hold_text
from viewer.viewport.corner_text import Amount, Situation, corner_texts
from viewer.viewport.position import Position
from viewer.viewport.window_list import NamedWindow, named_windows

_AMOUNTS: tuple[Amount, ...] = ("all", "minimal", "none")


class Captions:
    """Reads position, presentation and film; writes texts. Changes nothing else."""

    def __init__(
        self, position: Position, picture: Viewport, film: FilmPlayer, actions: ActionSet, status: StatusLine
    ) -> None:
        self.title = ""
        self.windows: tuple[NamedWindow, ...] = ()
        self._automatic = False
        self._position = position
        self._picture = picture
        self._film = film
        self._actions = actions
        self._status = status
        self._amount: Amount = "all"
        self._speech = words.speech(display_name, picture.locale())

    def next_amount(self) -> None:
        """Go from all texts to few, to none, to all; from those that had folded, which are few, at once to none.

        All that were asked for are shown whatever they cover.
        """
        step = 2 if self._picture.is_folded else 1
        self._amount = _AMOUNTS[(_AMOUNTS.index(self._amount) + step) % len(_AMOUNTS)]
        self._picture.folds = False
        self._picture.show_letters = self._amount != "none"

    def refresh(self) -> None:
        """Bring the texts on the picture and the list of windows up to date."""
        frame, current = self._picture.presentation.frame, self._position.current
        if frame is None or current is None:
            return
        number, total = self._place_of_shown()
        if not number:
            return  # the last picture of another set, which keeps its words until it is replaced
        said, index = frame.shown.description, frame.shown.frame_index
        if said.kind == "pdf":
            self._picture.texts = corner_texts(said, index, Situation(number, total), self._speech, "none")
            self._picture.folded = None
            self._picture.footer = words.say("Page {number} of {total}").format(number=number, total=total)
        else:
            presentation = self._picture.presentation
            missing, marks = frame.drawings_missing, frame.marks
            image, images, place = counted_place(current.frames, number - 1)
            situation = Situation(
                image, images, presentation.view.zoom, presentation.voi, self._value(), missing, marks
            )
            situation = replace(situation, frame=place, version=self._position.study.version(frame.shown))
            self._picture.texts = corner_texts(said, index, situation, self._speech, self._amount)
            few: Amount = "minimal" if self._amount == "all" else self._amount
            held = may_hold_text(said)
            self._picture.folded = corner_texts(said, index, situation, self._speech, few) if held else None
            self._picture.fold_mark = words.say("Writing in the picture may be covered: T") if held else ""
            self._picture.footer = words.say("Name and texts are hidden: T") if self._amount == "none" else ""
        self._offer_windows()
        self._picture.update()

    def describe_picture(self) -> None:
        """Tell a screen reader what is shown; not at every step of a gesture."""
        texts = self._picture.texts
        corners = (texts.bottom_left, texts.bottom_right, texts.top_left, texts.top_right)
        said = [line.text for corner in corners for line in corner]
        self._picture.setAccessibleDescription(", ".join([self._picture.footer, *said]).strip(", "))

    def show_status(self) -> None:
        """Bring the status line up to date."""
        self._status.show_title(self.title)
        if self._position.study.reading:
            text = words.say("{n} of {total} files looked at")
            self._status.show_news(text.format(n=self._position.study.described, total=self._position.study.total))
        elif self._film.playing:
            film = self._film
            self._status.show_news(words.film_news(film.rate(), film.measured(), film.dropped()))
        else:
            self._status.show_news("")
        current = self._position.current
        kind = "" if current is None else current.kind
        self._status.show_hint(words.hint(self._picture.tool, kind) if kind in ("stack", "clip", "document") else "")

    def _place_of_shown(self) -> tuple[int, int]:
        """Return number and total of the frame on the screen, which may not be the one that is wanted."""
        current, frame = self._position.current, self._picture.presentation.frame
        if current is None or frame is None:
            return 0, 0
        wanted = current.frames[self._position.index]
        if wanted.key == frame.shown.key:
            return self._position.index + 1, len(current.frames)
        places = (place for place, item in enumerate(current.frames, 1) if item.key == frame.shown.key)
        return next(places, 0), len(current.frames)

    def _value(self) -> str:
        pointer = self._picture.pointer
        found = None if pointer is None else self._picture.presentation.value_at(pointer)
        if found is None:
            return ""
        return f"{short_number(found[0])} {found[1]}".strip()

    def _offer_windows(self) -> None:
        frame, presentation = self._picture.presentation.frame, self._picture.presentation
        chosen = presentation.voi if frame is not None and frame.prepared.is_colour else presentation.chosen
        offered: tuple[NamedWindow, ...] = ()
        automatic = False
        if frame is not None and not frame.prepared.is_colour:
            said, index = frame.shown.description, frame.shown.frame_index
            own = voi_choices(said, index)
            offered, automatic = named_windows(said, index, own, words.say), not own
        place = next((n for n, item in enumerate(offered) if item.voi == chosen), -1 if chosen is None else -2)
        if (offered, automatic) != (self.windows, self._automatic) or place != self._actions.chosen_window:
            self.windows, self._automatic = offered, automatic
            self._actions.offer_windows([(item.name, item.key) for item in offered], place, automatic=automatic)
