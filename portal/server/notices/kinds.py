"""Which notices there are."""

from __future__ import annotations

from typing import Literal

NoticeKind = Literal[
    "activation",
    "contact-changed",
    "deletion-asked",
    "lapse-warning",
    "password-changed",
    "recovery",
    "report",
    "share",
    "share-ends",
    "share-last",
    "share-opened",
    "sign-in",
    "wrong-codes",
]
Language = Literal["en", "de"]
LANGUAGES: tuple[Language, ...] = ("en", "de")
