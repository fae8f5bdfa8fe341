"""What an exam is called wherever the portal's exams are named: as on the shelf, its plain words beside it."""

from __future__ import annotations

from dataclasses import dataclass

from core.language.isolates import isolated
from dicom.study_names import study_names
from portal.wire.exams import Exam
from portal.wire.sharing import Share


@dataclass(frozen=True, slots=True)
class ExamName:
    """The `main` name is what the hospital calls it, as on the shelf; `plain` says it in the portal's words.

    Where the hospital gave no name, or the same, the portal's words are the name and `plain` is "".
    """

    main: str
    plain: str = ""

    def __str__(self) -> str:
        """Write it on one line: "Thorax nativ (CT of the chest)"."""
        return f"{self.main} ({self.plain})" if self.plain else self.main

    def isolated(self) -> ExamName:
        """Give the name for a screen, each part keeping its writing direction to itself."""
        return ExamName(isolated(self.main), isolated(self.plain))


def exam_name(said: Exam | Share) -> ExamName:
    """Name what a portal tells of; an older portal names its exams by the studies alone, its shares not at all."""
    name = said.name
    if not name and isinstance(said, Exam):
        name = study_names(study.study_description for study in said.studies)
    return beside(name, said.title)


def beside(name: str, title: str) -> ExamName:
    """Put the hospital's name and the portal's plain words together."""
    if not name or name.casefold() == title.casefold():
        return ExamName(name or title)
    return ExamName(name, title)
