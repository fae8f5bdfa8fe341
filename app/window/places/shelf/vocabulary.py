"""What can be searched for, in the words the shelf is drawn with: made by the functions that draw it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

from app.window.appearance.formats import (
    born_words,
    date_words,
    id_words,
    kind_words,
    name_words,
    sex_words,
)
from dicom.kind_names import ATTACHED, KINDS
from library.search.vocabulary import Vocabulary
from library.search.words import fold

_A_NAME, _A_DAY, _AN_ID = "Q^Q", "20000101", "7"


def words(text: str) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Search", text)


def shelf_vocabulary() -> Vocabulary:
    """Give the words of the language the window speaks now."""
    written = [_letters(date_words(f"2019{month:02}11")) for month in range(1, 13)]
    fillers = frozenset.intersection(*map(frozenset, written))
    drawn = [[word for word in month if word not in fillers] for month in written]
    return Vocabulary(
        {code: tuple(filter(None, (kind_words((code,)), _also(code)))) for code in sorted({*KINDS, *ATTACHED})},
        _marks(),
        tuple(frozenset({*drawn[n - 1], *_names(QLocale(), n), *_names(QLocale.c(), n)}) for n in range(1, 13)),
        fillers,
        _month_first(QLocale()),
    )


def _month_first(locale: QLocale) -> bool:
    """Tell whether dates in numbers are written with the month before the day."""
    pattern = locale.dateFormat(QLocale.FormatType.ShortFormat)
    return 0 <= pattern.find("M") < pattern.find("d")


def _also(code: str) -> str:
    """Give other words people have for a kind of images."""
    also = {
        "MR": words("MRI magnetic resonance"),
        "CT": words("CAT scan computed tomography"),
        "US": words("sonogram sonography echo"),
        "CR": words("radiograph"),
        "DX": words("radiograph"),
        "MG": words("mammography"),
    }
    return also.get(code, "")


def _marks() -> dict[str, str]:
    sexes = {"woman": sex_words("F"), "man": sex_words("M"), "other": sex_words("O")}
    return sexes | {
        "born": born_words(_A_DAY).replace(date_words(_A_DAY), " "),
        "notborn": born_words(None),
        "hasid": id_words(_AN_ID, None).replace(_AN_ID, " "),
        "noid": id_words(None, None),
        "noname": name_words(None),
        "guessed": name_words(_A_NAME, guessed=True).replace(name_words(_A_NAME), " "),
        "nodate": date_words(None),
        "nokind": kind_words(()),
    }


def _letters(date: str) -> list[str]:
    """List the words of a written date that are no numbers."""
    return [word for word in fold(date).split() if not any(sign.isdigit() for sign in word)]


def _names(locale: QLocale, month: int) -> list[str]:
    """List what a month is called: whole and short, in a date and alone."""
    forms = (QLocale.FormatType.LongFormat, QLocale.FormatType.ShortFormat)
    said = [name(month, form) for form in forms for name in (locale.monthName, locale.standaloneMonthName)]
    return [fold(name) for name in said if len(_letters(name)) == 1]
