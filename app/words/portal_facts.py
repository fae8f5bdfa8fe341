"""What a portal said beside a code, as sentences: how many tries are left, when the report will be there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.words.moments import moment_words
from app.words.translating import Translate, tr

REASONS: dict[str, str] = {
    "expired": tr("Its time is over."),
    "used-up": tr("It was opened as often as it may be."),
    "revoked": tr("Its owner took it back."),
    "several-persons": tr("The exams belong to different people: share them one by one."),
}
FIELDS: dict[str, str] = {
    "days": tr("for how many days"),
    "max_accesses": tr("how often it may be opened"),
    "expires_at": tr("until when it is shared"),
    "email": tr("the e-mail address"),
    "label": tr("whom it is for"),
    "message": tr("the message"),
    "studies": tr("what is shared"),
    "include_images": tr("what is shared"),
}


def fact_sentences(facts: Mapping[str, object], translate: Translate) -> Iterator[str]:
    """Say the facts a person can use; what does not fit its name is left out."""
    if (left := _number(facts, "remaining_attempts")) is not None:
        yield translate(tr("%n (try is|tries are) left."), left)
    if (reason := _text(facts, "reason")) in REASONS:
        yield translate(REASONS[str(reason)], -1)
    if moment := _moment(facts, "available_at"):
        yield translate(tr("The report will be there on {moment}."), -1).replace("{moment}", moment)
    if moment := _moment(facts, "latest"):
        yield translate(tr("The latest it allows is {moment}."), -1).replace("{moment}", moment)
    if (size := _number(facts, "limit", 1 << 50)) is not None and size >= 1 << 20:
        yield translate(tr("It takes up to %n MB at a time."), size >> 20)
    if (wait := _number(facts, "retry_after")) is not None:
        yield _pause(wait, translate)
    if fields := _fields(facts):
        yield translate(tr("Look at: {fields}."), -1).replace(
            "{fields}", ", ".join(translate(FIELDS[field], -1) for field in fields)
        )
    if folder := _text(facts, "folder"):
        yield translate(tr("Its folder is {folder}."), -1).replace("{folder}", folder)
    if parts := _text(facts, "parts"):
        yield translate(tr("What is missing: {parts}."), -1).replace("{parts}", parts)
    if kind := _text(facts, "ended_with"):
        yield translate(tr("It ended with: {kind}."), -1).replace("{kind}", kind)
    missing = facts.get("missing")
    if isinstance(missing, list) and missing:
        yield translate(tr("%n file(s) (is|are) missing there."), len(missing))
    if url := _text(facts, "url"):
        yield translate(tr("The address is {url}."), -1).replace("{url}", url)


def _fields(facts: Mapping[str, object]) -> list[str]:
    """Name what a portal did not accept, as far as there are words for it."""
    told = facts.get("fields")
    if not isinstance(told, list):
        return []
    named = [str(each.get("field")).removeprefix("body.") for each in told if isinstance(each, dict)]
    return [field for field in FIELDS if field in named]


def _pause(seconds: int, translate: Translate) -> str:
    if seconds < 90:
        return translate(tr("It can be tried again in %n second(s)."), seconds)
    return translate(tr("It can be tried again in %n minute(s)."), -(-seconds // 60))


def _number(facts: Mapping[str, object], name: str, most: int = 1 << 30) -> int | None:
    value = facts.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most else None


def _moment(facts: Mapping[str, object], name: str) -> str | None:
    """Write a moment; what is none is a portal's own word, and not repeated."""
    said = _text(facts, name)
    words = moment_words(said)
    return words if words != said else None


def _text(facts: Mapping[str, object], name: str) -> str | None:
    value = facts.get(name)
    return value if isinstance(value, str) and 0 < len(value) <= 200 else None
