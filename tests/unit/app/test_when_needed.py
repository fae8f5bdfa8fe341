"""What is made when it is first needed: once, and what follows from it is done as soon as it is there."""

from __future__ import annotations

from app.window.when_needed import WhenNeeded


def test_nothing_is_made_by_looking_whether_it_was() -> None:
    held = WhenNeeded(lambda: object())
    assert held.made is None


def test_it_is_made_once() -> None:
    held = WhenNeeded(lambda: object())
    assert held() is held() is held.made


def test_what_follows_finds_it_made_and_is_done_once() -> None:
    held = WhenNeeded(lambda: object())
    seen: list[bool] = []
    held.then(lambda made: seen.append(held.made is made))
    assert seen == []
    held(), held()
    assert seen == [True]
