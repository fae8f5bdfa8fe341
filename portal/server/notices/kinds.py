"""Which notices there are."""

from __future__ import annotations

from typing import Literal, get_args

from portal.wire.desk.practice import Language as Language

NoticeKind = Literal[
    "activation",
    "contact-changed",
    "deletion-asked",
    "email-changed",
    "email-confirm",
    "factor-off",
    "factor-on",
    "factor-reset",
    "lapse-warning",
    "passkey-added",
    "passkey-removed",
    "password-changed",
    "practice-joined",
    "recovery",
    "recovery-code-used",
    "report",
    "share",
    "share-ends",
    "share-last",
    "share-opened",
    "sign-in",
    "strangers",
    "staff-activation",
    "wrong-codes",
]

LANGUAGES: tuple[Language, ...] = get_args(Language)
