"""What the widgets of "My portal" show, as plain data in words: nothing here is a wire shape any more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.ui.parts import Tone

Verdict = Literal["same", "perhaps", "other"]
SendAction = Literal["pause", "resume", "again", "stop", "now", "receipt", "new-key"]


@dataclass(frozen=True, slots=True)
class AccountChoice:
    """An account that is signed in: whose it is, and where."""

    url: str
    user_name: str
    person: str
    portal: str


@dataclass(frozen=True, slots=True)
class Who:
    """Who is signed in, and where; `note` is the line below, `local` where links reach nobody but this computer.

    `warning` says what must not be overlooked as long as somebody is signed in.
    """

    person: str
    user_name: str
    portal: str
    address: str
    local: bool
    note: str = ""
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A portal that answered: its name, whom to ask there, its address."""

    name: str
    facts: tuple[str, ...]
    url: str
    local: bool = False


@dataclass(frozen=True, slots=True)
class ShelfPersonChoice:
    """A person on the shelf for whom a practice portal can be tried; the values are as DICOM wrote them."""

    name: str
    born: str
    patient_name: str
    patient_birth_date: str
    patient_id: str = ""


@dataclass(frozen=True, slots=True)
class ExamCard:
    """One exam at the portal; `share_text` is what the button says, empty where it is absent."""

    key: str
    title: str
    when: str
    person: str
    facts: tuple[str, ...]
    report: str
    report_tone: Tone = ""
    share_text: str = ""
    shares: str = ""
    can_download: bool = True
    on_shelf: bool = False
    hint: str = ""
    has_report: bool = False
    whole: str = ""  # how much of it is here
    whole_tone: Tone = ""


@dataclass(frozen=True, slots=True)
class SendingCard:
    """One study on its way; `share` is 0-1 while something is under way (None: no end known)."""

    key: str
    title: str
    person: str
    note: str
    tone: Tone = ""
    share: float | None = None
    running: bool = False
    means: str = ""
    do: str = ""
    actions: tuple[SendAction, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareCard:
    """One share as its owner sees it; `url` is there while the link is known on this computer."""

    key: str
    for_whom: str
    what: str
    status: str
    status_tone: Tone
    opened: str
    until: str
    until_date: str  # ISO, for the editor
    created: str = ""
    warning: str = ""
    warning_tone: Tone = "amber"
    whole: str = ""
    later: str = ""  # what came later and is no part of it
    url: str = ""
    can_edit: bool = True
    can_stop: bool = True
    can_print: bool = False


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """One sentence of what happened, and the exams it is about."""

    when: str
    what: str
    exams: tuple[str, ...] = ()
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class IdentityRow:
    """One fact about a person, in the images and at the portal."""

    name: str
    images: str
    account: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class SendQuestion:
    """What is asked before a study is sent."""

    key: str
    verdict: Verdict
    short_name: str
    title: str
    facts: tuple[str, ...]
    receipt: str
    receipt_tone: Tone
    rows: tuple[IdentityRow, ...]
    portal: str
    local: bool
    refusal: tuple[str, str, str] = ("", "", "")  # what, means, do: where it is another person's
    account_person: str = ""  # whose account it would go to


@dataclass(frozen=True, slots=True)
class ShareQuestion:
    """What a share is to be made of, and what the portal allows."""

    key: str
    short_name: str
    title: str
    facts: tuple[str, ...]
    has_report: bool
    portal: str
    local: bool
    whole_exam: str = ""
    days: int = 30
    days_most: int = 365
    accesses: int = 10
    accesses_most: int = 10
    whole: str = ""  # what is not here, or that it is not known
    whole_tone: Tone = ""


@dataclass(frozen=True, slots=True)
class ShareChoice:
    """What the person chose for a share."""

    key: str
    label: str
    days: int
    accesses: int
    include_images: bool
    include_report: bool
    allow_download: bool
    message: str
    email: str = ""  # where the portal is to send the link, never the code


@dataclass(frozen=True, slots=True)
class NewShareCard:
    """Link and codes of a share that was just made; the codes are shown this once."""

    key: str
    for_whom: str
    title: str
    url: str
    verification_code: str
    share_code: str
    until: str
    views: str
    local: bool
    mail_to: str = ""  # who was to get the link by mail
    mailed: bool = False  # whether the portal said that it sends it
