"""Changes are told once, joined, in the thread they are handed to."""

from __future__ import annotations

from collections.abc import Callable

from core.changes import Changes, Gathered


def test_what_changed_until_it_is_heard_is_told_once() -> None:
    due: list[Callable[[], None]] = []
    heard: list[Changes] = []
    gathered = Gathered(due.append, heard.append)
    gathered.note(Changes())
    assert due == []
    gathered.note(Changes(uploads=frozenset({"a"})))
    gathered.note(Changes(uploads=frozenset({"b"}), shares=frozenset({"s"})))
    (hand_on,) = due
    hand_on()
    assert heard == [Changes(uploads=frozenset({"a", "b"}), shares=frozenset({"s"}))]
    gathered.note(Changes(shelf=True))
    assert len(due) == 2
