"""Turns what people type into questions to the search table.

Every word must be there, from its start: in a text of the study or of its series, or in what the shelf says in the
person's language ("Ultrasound" for US). Words that together are a date mean that day, month or year.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from library.schema.search import SEARCH_COLUMNS
from library.search.typed_dates import LONGEST, is_full, may_be_part, whole_dates
from library.search.vocabulary import Vocabulary
from library.search.words import fold, folded_spellings

_DATES = ("study_date", "patient_birth_date")
_TEXTS = tuple(column for column in SEARCH_COLUMNS if column not in {*_DATES, "marks"})
_NOTHING = '"a" NOT "a"'  # no study has a word and has it not
_MOST_WORDS = 32  # a whole line of the shelf has fewer
_LETTERS_OF_A_KIND, _LETTERS_INSIDE, _LETTERS_OF_A_MARK = 2, 4, 3


def match_expressions(text: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Give FTS5 expressions, of which the first that finds something is the answer; none for no text.

    The second one also takes what stands beside the names and dates ("born", "woman", "no date"), and a date that is
    not typed to its end. Text without a letter or digit finds nothing, rather than everything.
    """
    words = [word for word in text.split() if fold(word)][:_MOST_WORDS]
    if not text.strip():
        return ()
    if not words:
        return (_NOTHING,)
    found = (_expression(words, vocabulary, loose=loose) for loose in (False, True))
    return tuple(dict.fromkeys(found))


def _expression(words: Sequence[str], vocabulary: Vocabulary, *, loose: bool) -> str:
    return " AND ".join(_group(group, vocabulary, loose=loose) for group in _grouped(words, vocabulary, loose=loose))


def _grouped(words: Sequence[str], vocabulary: Vocabulary, *, loose: bool) -> Iterator[Sequence[str]]:
    """Put words that together are a date side by side: first whole dates, then the longest parts of one."""
    parts = [may_be_part(word, vocabulary) for word in words]
    for full in (True, False):
        for length in range(min(LONGEST, len(words)), 1, -1):
            for start in range(len(words) - length + 1):
                group, rest = words[start : start + length], words[start + length :]
                if not all(parts[start : start + length]) or full != is_full(group, vocabulary):
                    continue
                if whole_dates(group, vocabulary, partial=loose and not rest):
                    yield from _grouped(words[:start], vocabulary, loose=False)
                    yield group
                    yield from _grouped(rest, vocabulary, loose=loose)
                    return
    yield from ([word] for word in words)


def _group(words: Sequence[str], vocabulary: Vocabulary, *, loose: bool) -> str:
    ways = []
    dates = whole_dates(words, vocabulary, partial=loose)
    if dates:
        ways.append(_in(_DATES, [_quoted(date) for date in dates]))
    texts = [_in(_TEXTS, [f'"{spelling}" *' for spelling in folded_spellings(word)]) for word in words]
    ways.append(" AND ".join(texts) if len(texts) == 1 else f"({' AND '.join(texts)})")
    if len(words) == 1:
        ways += _said(words[0], vocabulary, loose=loose)
    return f"({' OR '.join(ways)})"


def _said(word: str, vocabulary: Vocabulary, *, loose: bool) -> Iterator[str]:
    """Give what a word means of the kinds of images, of the time of day, and of what stands beside names and dates."""
    kinds = [kind for kind, names in vocabulary.kinds.items() if any(_fits(word, name) for name in names)]
    if kinds:
        yield _in(("modality",), [f'"{fold(kind)}"' for kind in kinds])
    hours, colon, minutes = word.strip(",;").partition(":")
    if colon and hours.isdecimal() and (minutes.isdecimal() or not minutes):
        yield _in(("study_date",), [f'"t{fold(hours):0>2}{fold(minutes)}" *'])
    if not loose:
        return
    marks = [mark for mark, name in vocabulary.marks.items() if _begins(word, name, _LETTERS_OF_A_MARK)]
    if marks:
        yield _in(("marks",), [f'"{mark}"' for mark in marks])


def _fits(word: str, name: str) -> bool:
    if _begins(word, name, _LETTERS_OF_A_KIND):
        return True
    typed = fold(word).replace(" ", "")
    return len(typed) >= _LETTERS_INSIDE and typed in fold(name).replace(" ", "")


def _begins(word: str, name: str, letters: int) -> bool:
    """Tell whether a name has a word that begins so, or the word itself where that is shorter than `letters`."""
    for typed in folded_spellings(word):
        for spelling in folded_spellings(name):
            parts = spelling.split()
            tails = ("".join(parts[start:]) for start in range(len(parts)))
            wanted = typed.replace(" ", "")
            if any(tail.startswith(wanted) for tail in tails) and (len(wanted) >= letters or wanted in parts):
                return True
    return False


def _in(columns: Sequence[str], terms: Sequence[str]) -> str:
    return f"{{{' '.join(columns)}}} : ({' OR '.join(terms)})"


def _quoted(date: str) -> str:
    return f'"{date[:-1]}" *' if date.endswith("*") else f'"{date}"'
