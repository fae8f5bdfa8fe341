"""How English counts: source texts write "%n image(s)", "%n stud(y|ies)" and "(The|Both|All %n) image(s)"."""

from __future__ import annotations

import re
from functools import lru_cache

_CHOICE = re.compile(r"\(([\w %|]*)\)")


@lru_cache(maxsize=512)
def english(text: str, n: int) -> str:
    """Choose the form in each bracket of `text`: (of one|of several), or (of one|of two|of more).

    One alone is that of several. "%n" stays for the caller to fill.
    """

    def chosen(found: re.Match[str]) -> str:
        forms = found[1].split("|")
        if n == 1:
            return forms[0] if len(forms) > 1 else ""
        return forms[1] if n == 2 and len(forms) == 3 else forms[-1]

    return _CHOICE.sub(chosen, text)


def counted(text: str, n: int) -> str:
    """Choose the form and fill in the number."""
    return english(text, n).replace("%n", f"{n:,}") if n >= 0 else text
