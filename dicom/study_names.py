"""What a hospital calls an exam: StudyDescription (0008,1030) on one line."""

from __future__ import annotations

from collections.abc import Iterable

NAMES_MOST = 3


def study_name(study_description: str | None) -> str:
    """Give what the hospital wrote, on one line; "" where it wrote nothing."""
    return " ".join((study_description or "").split())


def study_names(study_descriptions: Iterable[str | None]) -> str:
    """Name several studies together, each name once, in the order given; "" where none has a name."""
    names = list(dict.fromkeys(filter(None, map(study_name, study_descriptions))))
    return ", ".join(names[:NAMES_MOST]) + (", …" if len(names) > NAMES_MOST else "")
