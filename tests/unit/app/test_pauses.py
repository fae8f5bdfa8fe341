"""How often a portal is asked again."""

from __future__ import annotations

from app.window.places.portal.looking.pauses import Pauses


def test_the_pauses_grow_while_nothing_is_new_and_begin_again_with_any_news_or_act() -> None:
    pauses = Pauses()
    assert [pauses.after(news=False) for _ in range(5)] == [10_000, 20_000, 40_000, 60_000, 60_000]
    assert pauses.after(news=True) == 5_000
    assert pauses.after(news=False) == 10_000
    assert pauses.begin() == pauses.now == 5_000
