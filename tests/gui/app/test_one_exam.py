"""One exam of several kinds is one thing in every sentence about it."""

from __future__ import annotations

import pytest

from app.window.appearance.person_buttons import named, one_exam, send_text, share_text

MIXED = ("CT", "US", "DOC", "CR")


@pytest.mark.parametrize("modalities, what", [(("CT",), "CT"), (MIXED, "exam"), ((), "exam"), ((None,), "exam")])
def test_what_is_followed_by_is_stands_in_the_singular(modalities: tuple[str | None, ...], what: str) -> None:
    assert one_exam(modalities) == what
    assert named("SAMPLE^MARTHA", one_exam(modalities)) == f"\u2068Martha\u2069's {what}"
    assert send_text("", modalities) == f"Send this {what}"
    assert share_text(None, modalities) == f"Share this {what}"


def test_several_kinds_of_somebody_are_sent_as_images() -> None:
    for modalities in (MIXED, ()):
        assert send_text("SAMPLE^MARTHA", modalities) == "Send \u2068Martha\u2069's images"
