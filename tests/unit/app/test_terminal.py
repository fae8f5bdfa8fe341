"""What a terminal is given to show."""

from __future__ import annotations

from app.cli.terminal import printable


def test_marks_that_keep_a_names_direction_in_the_window_do_not_reach_a_terminal() -> None:
    assert printable("before all of \u2068DISC_400\u2069 was here") == "before all of DISC_400 was here"


def test_what_a_disc_smuggled_in_is_shown_as_question_marks() -> None:
    assert printable("a\x1b[2Jb\nc\u202e") == "a?[2Jb?c?"
