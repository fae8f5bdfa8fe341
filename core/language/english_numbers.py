"""How English counts: source texts write "%n image(s)" and "%n stud(y|ies)"."""

from __future__ import annotations

import re
from functools import lru_cache

_CHOICE = re.compile(r"\((?:([\w ]*)\|)?([\w ]*)\)")


@lru_cache(maxsize=512)
def english(text: str, n: int) -> str:
    """Choose the singular or plural in each bracket of `text`; "%n" stays for the caller to fill."""
    return _CHOICE.sub(lambda found: (found[1] or "") if n == 1 else found[2], text)


def counted(text: str, n: int) -> str:
    """Choose the form and fill in the number."""
    return english(text, n).replace("%n", f"{n:,}") if n >= 0 else text
