"""The mark of a text that is translated where it is shown, for code that knows nothing of Qt."""

from __future__ import annotations


def QT_TRANSLATE_NOOP(context: str, text: str) -> str:  # noqa: N802 - the name by which Qt's tools find texts
    """Return `text` as it is; `context` is what it is translated in."""
    return text
