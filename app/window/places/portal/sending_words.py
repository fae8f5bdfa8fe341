"""How a study on its way to a server stands, in words: for the cards of "Sending", the strip and the shelf."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from app.window.appearance.formats import date_words, name_words, study_words
from app.window.appearance.formats import left_words as time_words
from app.window.places.portal.words import moment_text
from app.words.messages import NOT_SENT, Messages
from core.language.isolates import isolated
from core.ui.amounts import counted_said
from core.ui.dates import time_text
from core.ui.parts import Tone
from dicom.amounts import all_words
from portal.ui.entries import SendAction, SendingCard

if TYPE_CHECKING:
    from library.index.rows import UploadRow


@dataclass(frozen=True, slots=True)
class Times:
    """The seconds an upload still takes, and the local time at which one that waits is tried again, where known."""

    seconds_left: float | None = None
    next_try: datetime | None = None


NOBODY: Mapping[str, str] = MappingProxyType({})
NOTHING: Mapping[str, Times] = MappingProxyType({})
UNKNOWN = Times()
RUNNING = frozenset({"waiting", "sending", "waiting-for-network"})
ACTIONS: dict[str, tuple[SendAction, ...]] = {
    "waiting": ("pause", "stop"),
    "sending": ("pause", "stop"),
    "waiting-for-network": ("pause", "stop", "now"),
    "paused": ("resume", "stop"),
    "partial": ("again",),
    "failed": ("again",),
    "cancelled": ("again",),
    "complete": (),
}
STAYS = frozenset({"no-uid", "conflict"})  # with every damage of a file
TONES: dict[str, Tone] = {"waiting-for-network": "amber", "complete": "good"}
SHORT = frozenset({"partial", "failed"})


def words(text: str, n: int = -1) -> str:
    """Translate one of this module's texts."""
    return QCoreApplication.translate("Sending", text, None, n)


def sending_cards(
    rows: Sequence[UploadRow],
    messages: Messages,
    left: Mapping[str, Counter[str]],
    times: Mapping[str, Times] = NOTHING,
    whose: Mapping[str, str] = NOBODY,
) -> list[SendingCard]:
    """Show all uploads: what goes on first, then what ended, the newest first.

    `whose` names the persons of accounts, by their ids, where there are several.
    """
    going = [row for row in rows if row.state in RUNNING or row.state == "paused"]
    ended = [row for row in reversed(rows) if row not in going]
    cards = [
        sending_card(row, messages, left.get(row.id, Counter()), times.get(row.id, UNKNOWN)) for row in [*going, *ended]
    ]
    to = {row.id: whose.get(row.account or "") for row in rows}
    return [replace(card, person=_to_whom(card.person, to[card.key])) for card in cards]


def _to_whom(person: str, account: str | None) -> str:
    """Say whose account the images of a person go to."""
    if account is None:
        return person
    return words("{person} · to the account of {account}").format(person=person, account=isolated(account))


def sending_card(row: UploadRow, messages: Messages, left: Counter[str], times: Times = UNKNOWN) -> SendingCard:
    """Show one upload; `left` counts by code what is not at the portal."""
    means, do = left_words(left, messages)
    if row.reason and row.state in SHORT:
        said = messages.for_code(row.reason)
        means, do = said.what, f"{said.means} {said.do}".strip()
    sending = row.state == "sending"
    return SendingCard(
        row.id,
        f"{isolated(study_words(row.study_description, ()))} · {date_words(row.study_date)}",
        isolated(name_words(row.patient_name)),
        note_of(row, times),
        tone_of(row),
        (row.sent_bytes / row.bytes if row.bytes else None) if row.state in RUNNING else None,
        sending or row.state == "waiting",
        means,
        do,
        _actions(row, left, messages),
    )


def _actions(row: UploadRow, left: Counter[str], messages: Messages) -> tuple[SendAction, ...]:
    """Say what can be done: what the portal signed can be had once all of it is there."""
    if row.state == "partial" and not row.reason and _stays(left, messages):
        return ()
    if row.state == "failed" and row.reason == "receipt-key-changed":
        return ("new-key", "again")
    return ("receipt",) if row.state == "complete" and row.signed else ACTIONS[row.state]


def tone_of(row: UploadRow) -> Tone:
    """Say how an upload stands: what is not there of it is amber, red where nothing is."""
    if row.state in SHORT:
        return "amber" if row.stored + row.already else "loss"
    return TONES.get(row.state, "")


def left_words(left: Counter[str], messages: Messages) -> tuple[str, str]:
    """Say why images were left, and what can be done."""
    said = [_left_of(code, count, messages) for code, count in left.items()]
    return " ".join(what for what, _ in said), " ".join(do for _, do in said if do)


def _left_of(code: str, count: int, messages: Messages) -> tuple[str, str]:
    if code in NOT_SENT or not messages.knows_files(code):
        return words("%n file(s) cannot be counted as sent.", count), f"{messages.not_sent(code)}."
    of_file = messages.files(code, count)
    here = words("(It was|They were) not sent, and (stays|stay) on your shelf.", count)
    return of_file.what, f"{here} {of_file.do}".strip()


def _stays(left: Counter[str], messages: Messages) -> bool:
    """Tell whether only what no server should get was left: sending it again would change nothing."""
    damage = {code for code in left if code not in NOT_SENT and messages.knows_files(code)}
    return bool(left) and set(left) <= damage | STAYS


def note_of(row: UploadRow, times: Times = UNKNOWN) -> str:
    """Say how far it is, always of how many, and how long it still takes where that is known."""
    there = there_words(row)
    proving = words("Being checked: does the portal have everything?")
    going = f"{there}{_time_words(times.seconds_left)}" if row.sent < row.instances else proving
    said = {
        "waiting": words("Waiting for its turn."),
        "sending": going,
        "waiting-for-network": f"{_why_it_waits(row.reason)} {_next_words(times.next_try)} {there}",
        "paused": words("Paused.") + f" {there}",
        "complete": _all_there(row),
        "cancelled": words("You stopped it. What is already at the portal stays there.") + f" {there}",
    }
    return said.get(row.state, there).replace("{when}", moment_text(row.ended_at))


def _why_it_waits(reason: str | None) -> str:
    if reason in {None, "portal-unreachable"}:
        return words("Waiting for the network.")
    return words("The portal is there, but can take nothing just now.")


def _next_words(next_try: datetime | None) -> str:
    if next_try is None:
        return words("It goes on by itself.")
    return words("It goes on by itself; the next try is at {time}.").replace("{time}", time_text(next_try))


def there_words(row: UploadRow) -> str:
    """Say how many images are at the portal."""
    there = max(row.sent, row.stored + row.already)
    said = words("{there} of %n image(s) (is|are) at the portal", row.instances)
    if row.besides.total:
        said = words("{there} of %n images, reports and other files are at the portal", row.instances)
    return said.replace("{there}", f"{there:,}")


def _all_there(row: UploadRow) -> str:
    said = words("{all} on your shelf (is|are) at the portal, checked on {when}.", row.instances)
    return said.replace("{all}", _all(row))


def _all(row: UploadRow) -> str:
    return all_words(row.besides.among(row.instances), counted_said)


def sent_words(row: UploadRow) -> str:
    """Say at the end of an upload how much of the exam is at the portal."""
    there, of, mixed = row.stored + row.already, row.instances, bool(row.besides.total)
    said = words("{all} on your shelf of {what} (is|are) at the portal.", of)
    if row.state == "partial":
        said = words("{there} of %n image(s) on your shelf of {what} (is|are) at the portal.", of)
        if mixed:
            said = words("{there} of %n images, reports and other files on your shelf of {what} are at the portal.", of)
    what = isolated(study_words(row.study_description, ()))
    return said.replace("{all}", _all(row)).replace("{there}", f"{there:,}").replace("{what}", what)


def _time_words(seconds: float | None) -> str:
    return f" · {time_words(seconds)}" if seconds is not None else ""


def strip_words(rows: Sequence[UploadRow], times: Mapping[str, Times] = NOTHING) -> str:
    """Write the line of the strip."""
    row = next((row for row in rows if row.state in {"sending", "waiting-for-network"}), None)
    if row is None:
        return words("Sending to the portal")
    title = isolated(study_words(row.study_description, ()))
    if row.state == "waiting-for-network":
        return words("Waiting for the network to send {what}").format(what=title)
    return (
        words("Sending {what}").format(what=title)
        + f" · {there_words(row)}{_time_words(times.get(row.id, UNKNOWN).seconds_left)}"
    )


def strip_share(rows: Sequence[UploadRow]) -> float | None:
    """Give how much of what goes on is at the portal, 0-1."""
    going = [row for row in rows if row.state in RUNNING]
    total = sum(row.bytes for row in going)
    return sum(row.sent_bytes for row in going) / total if total else None
