"""Changes are told once, joined, in the thread they are handed to."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from core.changes import NOTHING, Changes, Gathered


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


def test_what_one_thread_does_can_be_told_together_and_nothing_else_waits_for_it() -> None:
    heard: list[Changes] = []
    gathered = Gathered(lambda call: call(), heard.append)
    with gathered.together():
        gathered.note(Changes(frozenset({"a:1"})))
        other = threading.Thread(target=gathered.note, args=(Changes(frozenset({"b:2"})),))
        other.start()
        other.join()
        gathered.note(Changes(frozenset({"a:3"})))
        assert heard == [Changes(frozenset({"b:2"}))]
    assert heard[1:] == [Changes(frozenset({"a:1", "a:3"}))]


def test_what_was_done_before_it_broke_off_is_told() -> None:
    heard: list[Changes] = []
    gathered = Gathered(lambda call: call(), heard.append)

    def break_off() -> None:
        with gathered.together():
            gathered.note(Changes(frozenset({"a:1"})))
            raise KeyError("gone")

    with pytest.raises(KeyError, match="gone"):
        break_off()
    with gathered.together():
        pass
    gathered.note(Changes(shelf=True))
    assert heard == [Changes(frozenset({"a:1"})), Changes(shelf=True)]


@pytest.mark.parametrize(
    "changes, uids, may",
    [
        (Changes(frozenset({"aaaaaaaaaaaa:1.2"})), ["1.2", "1.3"], True),
        (Changes(frozenset({"aaaaaaaaaaaa:1.2"})), ["1.3"], False),
        (Changes(frozenset({"aaaaaaaaaaaa:1.2"})), [None], True),
        (Changes(frozenset({"aaaaaaaaaaaa:1.2"})), [], False),
        (Changes(shelf=True), [], True),
        (Changes(uploads=frozenset({"u"})), ["1.2", None], False),
        (NOTHING, ["1.2"], False),
    ],
)
def test_which_studies_a_change_may_be_of(changes: Changes, uids: list[str | None], may: bool) -> None:
    assert changes.may_be_of(uids) is may
