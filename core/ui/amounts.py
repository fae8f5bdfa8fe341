"""The words in which people count what there is, marked for translation (`dicom.amounts` puts them together)."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from core.language import english_numbers as english

MARKED = (
    QT_TRANSLATE_NOOP("Amounts", "%n image(s)"),
    QT_TRANSLATE_NOOP("Amounts", "%n report(s)"),
    QT_TRANSLATE_NOOP("Amounts", "%n document(s)"),
    QT_TRANSLATE_NOOP("Amounts", "%n other file(s)"),
    QT_TRANSLATE_NOOP("Amounts", "{some} and {last}"),
    QT_TRANSLATE_NOOP("Amounts", "(The|Both|All %n) image(s)"),
    QT_TRANSLATE_NOOP("Amounts", "(The|Both|All %n) report(s)"),
    QT_TRANSLATE_NOOP("Amounts", "(The|Both|All %n) document(s)"),
    QT_TRANSLATE_NOOP("Amounts", "(The|Both|All %n) other file(s)"),
    QT_TRANSLATE_NOOP("Amounts", "Both files, {amount},"),
    QT_TRANSLATE_NOOP("Amounts", "All {amount}"),
)
COUNT_MOST = (1 << 31) - 1  # Qt counts no further, and a portal may say any number


def counted_said(text: str, n: int) -> str:
    """Return one of these texts with its number in the form the person's language has for that many."""
    most = min(n, COUNT_MOST)
    return english.counted(QCoreApplication.translate("Amounts", text, None, most), most)
