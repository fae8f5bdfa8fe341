"""How English counts, for this room's words."""

from __future__ import annotations

from core.language.english_numbers import counted, english

__all__ = ["counted", "english"]
