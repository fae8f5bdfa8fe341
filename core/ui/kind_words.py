"""What people call the kinds of images, in their language: the English names that `dicom.kind_names` gives, marked."""

from __future__ import annotations

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

MARKED = (
    QT_TRANSLATE_NOOP("Kinds", "Angiography"),
    QT_TRANSLATE_NOOP("Kinds", "Blood flow"),
    QT_TRANSLATE_NOOP("Kinds", "Bone density"),
    QT_TRANSLATE_NOOP("Kinds", "CT"),
    QT_TRANSLATE_NOOP("Kinds", "Dental X-ray"),
    QT_TRANSLATE_NOOP("Kinds", "Document"),
    QT_TRANSLATE_NOOP("Kinds", "ECG"),
    QT_TRANSLATE_NOOP("Kinds", "Endoscopy"),
    QT_TRANSLATE_NOOP("Kinds", "Eye"),
    QT_TRANSLATE_NOOP("Kinds", "Heart exam"),
    QT_TRANSLATE_NOOP("Kinds", "MR"),
    QT_TRANSLATE_NOOP("Kinds", "Mammogram"),
    QT_TRANSLATE_NOOP("Kinds", "Microscopy"),
    QT_TRANSLATE_NOOP("Kinds", "Nuclear medicine"),
    QT_TRANSLATE_NOOP("Kinds", "PET"),
    QT_TRANSLATE_NOOP("Kinds", "Photograph"),
    QT_TRANSLATE_NOOP("Kinds", "Radiotherapy"),
    QT_TRANSLATE_NOOP("Kinds", "Report"),
    QT_TRANSLATE_NOOP("Kinds", "Ultrasound"),
    QT_TRANSLATE_NOOP("Kinds", "X-ray"),
    QT_TRANSLATE_NOOP("Kinds", "X-ray film"),
)


def kind_said(name: str) -> str:
    """Return the name of a kind in the person's language; a code that has no name stays as it is."""
    return QCoreApplication.translate("Kinds", name)
