"""What the shelf says of the disc a study came from."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from app.window.shelf_words import receipt_line
from library.rows import ReceiptRow


@pytest.mark.parametrize(
    "facts, words",
    [
        ({"imported": 2, "planned": 2}, "All 2 images on “CD” are kept."),
        ({"imported": 2, "planned": 2, "totals": {"missing": 1}}, "2 of 3 images on “CD” are kept."),
        ({"imported": 2, "planned": 2, "of_others": 3}, "All 2 images chosen from “CD” are kept."),
        ({"imported": 2, "planned": 2, "in_recycle_bin": 1}, "All 2 images chosen from “CD” are kept."),
    ],
)
def test_a_disc_of_which_something_stayed_behind_is_not_called_kept_whole(
    qapp: QApplication, facts: dict[str, object], words: str
) -> None:
    assert receipt_line([ReceiptRow("i", "2026-01-01T00:00:00Z", "drive", "CD", "/media/x", facts)])[0] == words
