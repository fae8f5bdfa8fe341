"""What goes wrong, each with a stable code (`portal.wire.ProblemCode`), a status of HTTP and a title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from portal.wire.problems import ProblemCode

STATUS: dict[ProblemCode, int] = {
    "invalid-request": 400,
    "not-signed-in": 401,
    "wrong-code": 401,
    "not-allowed": 403,
    "role-needed": 403,
    "contact-the-practice": 403,
    "not-proved": 403,
    "account-lapsed": 403,
    "other-person": 403,
    "not-found": 404,
    "method-not-allowed": 405,
    "not-acceptable": 406,
    "person-unclear": 409,
    "report-not-released": 409,
    "not-complete": 409,
    "conflict": 409,
    "share-ended": 410,
    "code-used": 410,
    "changed-meanwhile": 412,
    "too-large": 413,
    "unsupported-type": 415,
    "too-many-tries": 429,
    "server-mistake": 500,
    "object-damaged": 500,
    "unavailable": 503,
    "no-space": 507,
}
TITLES: dict[ProblemCode, str] = {
    "invalid-request": "The request does not fit its description.",
    "not-signed-in": "Sign in first.",
    "wrong-code": "The code is not right.",
    "not-allowed": "This is not allowed for this account.",
    "role-needed": "This is not part of your role at the practice.",
    "contact-the-practice": "The practice changes this itself: ask there.",
    "not-proved": "Password or code is not right.",
    "account-lapsed": "Nobody signed in for a year, so the account rests. The practice can open it again.",
    "other-person": "These images belong to another person than the account.",
    "not-found": "There is nothing here.",
    "method-not-allowed": "This cannot be done here.",
    "not-acceptable": "It is not here in the form that is asked for.",
    "person-unclear": "It is not certain that these images belong to the person of the account.",
    "report-not-released": "An exam can be shared once its report is there.",
    "not-complete": "Not everything has arrived yet.",
    "conflict": "This contradicts what is there already.",
    "share-ended": "This share has ended.",
    "code-used": "This code was used, replaced, or is too old.",
    "changed-meanwhile": "It was changed meanwhile. Look at it again first.",
    "too-large": "This is larger than the portal takes.",
    "unsupported-type": "The portal does not take this kind of content.",
    "too-many-tries": "Too many tries. Wait a while.",
    "server-mistake": "The portal stumbled over a mistake of its own.",
    "object-damaged": "What the portal keeps of this is damaged. It has to be sent again.",
    "unavailable": "The portal cannot answer just now.",
    "no-space": "The portal has no room left.",
}
CHALLENGE = 'Bearer realm="patient portal"'


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """Ends a request with one problem; `facts` become members of its JSON."""

    def __init__(self, code: ProblemCode, *, headers: Mapping[str, str] | None = None, **facts: Any) -> None:
        super().__init__(code)
        self.code: ProblemCode = code
        self.headers = dict(headers or {})
        self.facts = facts
