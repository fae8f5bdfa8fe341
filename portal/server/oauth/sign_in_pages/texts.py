"""The words of the sign-in pages: what happened, what to do."""

from __future__ import annotations

from portal.server.base import password_hashes
from portal.server.people import passwords
from portal.server.people import user_names as names
from portal.wire.problems import ProblemCode

WRONG_SIGN_IN = (
    "User name and password do not fit together. Look whether the Caps Lock key is on, then type both once more."
)
LAPSED = (
    "Nobody signed in to this account for a year, so it rests. Nothing was deleted: call your practice, which opens it "
    "again."
)
WRONG_FACTOR = (
    "This code does not fit. A code of the app works once and for half a minute: wait for the next one. If it never "
    "fits, look whether the clock of your phone is right."
)
WRONG_PASSKEY = (
    "This passkey did not open the account. Try it once more; if it stays so, sign in with user name and password."
)
STEP_OVER = "That took more than ten minutes, or was done already. Please sign in anew."
OLD_FORM = "This page had been open for long, or your browser keeps no cookies. Please type it once more."
PASSWORDS_DIFFER = "The two passwords are not the same. Type your new password twice."
UNKNOWN_DEVICE = "No device waits under this code. Compare it with the one on the device; it works for 10 minutes."
TOO_OFTEN = "That was tried too often. For safety, wait {minutes} minutes, then try again. Nothing was changed."
TOO_OFTEN_A_MINUTE = "That was tried too often. For safety, wait a minute, then try again. Nothing was changed."
ACTIVATION: dict[ProblemCode, str] = {
    "not-found": "This activation code is not known. Compare it with your invitation, letter by letter.",
    "code-used": (
        "This activation code does not work any more: it was used, a newer one took its place, or it is more than a "
        "month old. If your account is ready, sign in; else ask your practice for a new code."
    ),
    "conflict": "Somebody else has this user name already. Choose another one.",
}
_NAME_RULE = (
    f"A user name has {names.SHORTEST} to {names.LONGEST} letters, digits or the signs . _ - + @, without blanks."
)
_PASSWORD_RULE = f"A password has at least {passwords.SHORTEST} letters. A few words in a row are easy to remember."
RULES = {
    ("user_name", "too-short"): _NAME_RULE,
    ("user_name", "too-long"): _NAME_RULE,
    ("user_name", "letters"): _NAME_RULE,
    ("password", "too-short"): _PASSWORD_RULE,
    ("password", "too-long"): f"A password has at most {password_hashes.LONGEST} letters. Choose a shorter one.",
    ("password", "is-user-name"): "Your password may not be your user name. Choose another one.",
    ("password", "too-common"): (
        "This password is one of those that are tried first. Choose another one: a few words in a row are easy to "
        "remember."
    ),
}
