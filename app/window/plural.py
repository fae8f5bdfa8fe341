"""English for texts with a number in them; other languages bring Qt translation files.

Source texts write "%n image(s)" and "%n stud(y|ies)"; this turns them into "1 image", "2 studies".
"""

from __future__ import annotations

import re
from functools import lru_cache

from PySide6.QtCore import QTranslator

_CHOICE = re.compile(r"\((?:([\w ]*)\|)?([\w ]*)\)")


@lru_cache(maxsize=512)
def english(text: str, n: int) -> str:
    """Choose the singular or plural in each bracket of `text`; "%n" stays for the caller to fill."""
    return _CHOICE.sub(lambda found: (found[1] or "") if n == 1 else found[2], text)


class English(QTranslator):
    """A translator that knows only how English counts."""

    def isEmpty(self) -> bool:
        """Say that there is something to ask for."""
        return False

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Give the counted form; a text without a number is itself (an empty answer would be shown as it is)."""
        del context, disambiguation
        return english(source, n) if n >= 0 else source
