"""What a portal refuses with: RFC 9457, `type` is PROBLEM_PREFIX + code."""

from __future__ import annotations

from typing import Literal, get_args

PROBLEM_PREFIX = "urn:scanshelf:problem:"
ProblemCode = Literal[
    "invalid-request",  # 400 what was sent does not fit its description
    "not-signed-in",  # 401
    "wrong-code",  # 401 with remaining_attempts
    "not-allowed",  # 403
    "role-needed",  # 403 with roles: one of them is needed for this staff route
    "contact-the-practice",  # 403 the practice itself changes this
    "not-proved",  # 403 with field: the password or code that was asked for once more is not right
    "account-lapsed",  # 403 nobody signed in for a year: the practice can open the account again
    "other-person",  # 403 the study is another person's
    "not-found",  # 404
    "method-not-allowed",  # 405 with the header Allow: all that this address can be asked
    "not-acceptable",  # 406 with offered: none of the media types that are asked for
    "person-unclear",  # 409 perhaps the same person: needs person_confirmed
    "report-not-released",  # 409 cannot be shared before its report is there
    "not-complete",  # 409 with missing: the server does not hold all of it
    "conflict",  # 409
    "share-ended",  # 410 with reason: expired, used-up or revoked (only when the code was right)
    "code-used",  # 410 an activation code that was used, replaced or is too old
    "changed-meanwhile",  # 412 If-Match does not fit
    "too-large",  # 413 with limit
    "unsupported-type",  # 415
    "too-many-tries",  # 429 with Retry-After
    "no-space",  # 507
    "unavailable",  # 503 with Retry-After
    "server-mistake",  # 500
    "object-damaged",  # 500 what is kept of an image or report is no longer what came: it has to be sent again
]
PROBLEM_CODES: frozenset[str] = frozenset(get_args(ProblemCode))
