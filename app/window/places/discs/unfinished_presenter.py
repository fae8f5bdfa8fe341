"""The glue of what was cut off: tells it on top of "Discs & drives", goes on with it, or leaves it so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from PySide6.QtCore import QObject, Signal

from app.actions import unfinished as cut_off
from app.window.jobs.job_runner import JobRunner, Task
from app.window.places.discs import unfinished_words as say
from app.window.places.discs.held import Held
from app.window.places.discs.presenter import DiscsPresenter
from app.words.messages import Messages
from importer.ui.discs_panel import DiscsPanel
from importer.ui.summary import UnfinishedCard

if TYPE_CHECKING:
    from importer.copy.unfinished import Recognised
    from importer.results import ScanResult
    from library.index.rows import Unfinished

WaysOn = cut_off.WaysOn[Held]


class UnfinishedPresenter(QObject):
    """Asks the shelf whenever something came in, went away, ended or was settled."""

    left = Signal(object)  # Unfinished that the person leaves so
    shelf_requested = Signal(str)  # a study to choose

    def __init__(
        self, jobs: JobRunner, panel: DiscsPanel, messages: Messages, discs: DiscsPresenter, downloads: Path
    ) -> None:
        super().__init__()
        self._jobs, self._panel, self._messages, self._discs = jobs, panel, messages, discs
        self._downloads = downloads.resolve()  # as a source names its path
        self.known: dict[str, WaysOn] = {}
        discs.unfinished_changed.connect(self.refresh)
        jobs.imports_changed.connect(self.refresh)
        cards = panel.unfinished
        cards.go_on_requested.connect(self.go_on)
        cards.leave_requested.connect(self.leave)
        cards.receipt_requested.connect(self.show_receipt)
        cards.shelf_requested.connect(self.show_on_shelf)
        panel.shelf_requested.connect(self._leave_receipt)

    def refresh(self) -> None:
        """Ask what was cut off, and which of it can go on with what is in."""
        sources = [(held, held.scan) for held in self._discs.sources.values() if held.scan is not None and not held.job]
        task: Task[list[WaysOn]] = Task(done=lambda found: self._show(found, [held for held, _ in sources]))
        self._jobs.run(self._jobs.asking, lambda job: cut_off.ways_on(self._jobs.library(), sources), task)

    def go_on(self, import_id: str) -> None:
        """Go on where it was, from the source that holds most of the rest."""
        known = self.known.get(import_id)
        ways = [way for way in self._ways(known) if not way[0].job] if known is not None else []
        if known is not None and ways:
            held = max(ways, key=lambda way: way[2].found)[0]
            self._discs.keeping.go_on(held, known.unfinished)

    def leave(self, import_id: str) -> None:
        """Ask no more for the rest; it is recorded, and can be taken back."""
        known = self.known.pop(import_id, None)
        if known is not None:
            self._settle(known.unfinished, "left", lambda: self.left.emit(known.unfinished))
            self._show_cards()

    def ask_again(self, unfinished: Unfinished, then: Callable[[], None]) -> None:
        """Take back that it was left so."""
        self._settle(unfinished, None, then)

    def show_receipt(self, import_id: str) -> None:
        """Show what was brought and what was not."""
        known = self.known.get(import_id)
        if known is not None:
            self._panel.show_receipt(say.receipt(self._messages, known.unfinished, self._fetched(known.unfinished)))

    def show_on_shelf(self, import_id: str) -> None:
        """Show the first study it brought something of."""

        task = Task(done=self.shelf_requested.emit)
        self._jobs.run(self._jobs.asking, lambda job: cut_off.first_study_of(self._jobs.library(), import_id), task)

    def _leave_receipt(self, key: str) -> None:
        if key in self.known:
            self._panel.show_cards()
            self.show_on_shelf(key)

    def _settle(self, unfinished: Unfinished, how: Literal["left"] | None, then: Callable[[], None]) -> None:
        def settle(job: object) -> None:
            self._jobs.library().settle_import(unfinished.import_id, how)

        def done(_: None) -> None:
            self.refresh()
            then()

        def failed(error: Exception) -> None:
            self.refresh()
            self._jobs.failed.emit(error)

        self._jobs.run(self._jobs.lane("changing"), settle, Task(done, failed))

    def _show(self, found: Sequence[WaysOn], asked: Sequence[Held]) -> None:
        running = self._jobs.importing
        self.known = {one.unfinished.import_id: one for one in found if one.unfinished.import_id not in running}
        self._show_cards()
        for held in asked:
            if held.fresh:
                held.fresh = False
                self._go_on_by_itself(held)

    def _show_cards(self) -> None:
        self._panel.show_unfinished([self._card_of(one) for one in self.known.values()])

    def _card_of(self, one: WaysOn) -> UnfinishedCard:
        found = max((way[2].found for way in self._ways(one)), default=0)
        return say.card_of(one.unfinished, found, fetched=self._fetched(one.unfinished))

    def _go_on_by_itself(self, held: Held) -> None:
        """A disc that was pulled out in the middle and is in again goes on where it was."""
        ways = [one for one in self.known.values() for way in self._ways(one) if way[0] is held and way[2].all]
        if held.medium and len(ways) == 1 and ways[0].unfinished.end == "medium-gone":
            self.go_on(ways[0].unfinished.import_id)

    def _ways(self, one: WaysOn) -> list[tuple[Held, ScanResult, Recognised]]:
        """Give the sources that are still what they were when they were compared."""
        there = self._discs.sources
        return [way for way in one.ways if there.get(way[0].path) is way[0] and way[0].scan is way[1]]

    def _fetched(self, one: Unfinished) -> bool:
        return bool(one.path) and Path(one.path).is_relative_to(self._downloads)
