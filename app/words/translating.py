"""Marks texts for translation; what looks them up is handed in."""

from __future__ import annotations

from collections.abc import Callable

# Translate(text, n): the text in the person's language, its counted form chosen and "%n" filled in when n >= 0.
Translate = Callable[[str, int], str]


def tr(text: str) -> str:
    """Mark a text for translation; it is looked up when it is shown."""
    return text
