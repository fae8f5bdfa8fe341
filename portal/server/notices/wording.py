"""Writes a notice: subject, plain text and HTML, from the words of its language."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from portal.server.notices.kinds import Language, NoticeKind

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True)
class Sender:
    """Who writes: the practice and its phone, and whether the portal reaches one computer alone."""

    practice: str
    phone: str | None
    local: bool


@dataclass(frozen=True, slots=True)
class Told:
    """What one notice tells: `facts` for its sentences, its button's address, a message of whoever had it sent."""

    kind: NoticeKind
    facts: Mapping[str, str] = field(default_factory=dict)
    address: str | None = None
    message: str | None = None
    about: str | None = None  # the share or exam, so that nobody is told twice
    off: str | None = None  # the address that switches letters of this kind off


@dataclass(frozen=True, slots=True)
class Written:
    """A notice in words; `text` alone is what a text message (SMS) says in `short`."""

    subject: str
    text: str
    html: str
    short: str


def written(told: Told, sender: Sender, language: Language) -> Written:
    """Write a notice; foreign words are words, in the text as in the HTML."""
    layout, words = texts(language)["layout"], texts(language)[told.kind]
    names = {**told.facts, "practice": sender.practice, "phone": sender.phone or ""}
    parts = {
        "greeting": layout["greeting"],
        "body": _filled(words["body"], names),
        "code": words["code"].format(**names) if "code" in words else None,
        "message_lead": words.get("message") if told.message else None,
        "message": told.message,
        "button": words.get("button") if told.address else None,
        "address": told.address,
        "other_way": layout["other_way"],
        "after": _filled(words.get("after", []), names),
        "unasked": layout["unasked"],
        "off_words": layout["off"] if told.off else None,
        "off": told.off,
        "closing": layout["closing"].format(**names),
        "phone": layout["phone"].format(**names) if sender.phone else None,
        "local": layout["local"] if sender.local else None,
        "language": language,
        "subject": words["subject"],
    }
    return Written(words["subject"], _plain(parts), _layout().render(parts), _short(parts))


@cache
def texts(language: Language) -> dict[str, dict[str, Any]]:
    """Give all words of a language."""
    return tomllib.loads((FOLDER / "texts" / f"{language}.toml").read_text("utf-8"))


def _filled(sentences: list[str], names: Mapping[str, str]) -> list[str]:
    return [sentence.format(**names) for sentence in sentences]


def _plain(parts: Mapping[str, Any]) -> str:
    message = [parts["message_lead"], _quoted(parts["message"])] if parts["message_lead"] else []
    button = [f"{parts['button']}:\n{parts['address']}"] if parts["button"] else []
    code = [f"    {parts['code']}"] if parts["code"] else []
    off = f"{parts['off_words']}\n{parts['off']}" if parts["off"] else None
    ends = [each for each in (parts["phone"], parts["local"], parts["unasked"], off) if each]
    blocks = [parts["greeting"], *parts["body"], *code, *message, *button, *parts["after"], parts["closing"], *ends]
    return "\n\n".join(blocks) + "\n"


def _quoted(message: str) -> str:
    return "\n".join(f"> {line}" for line in message.splitlines())


def _short(parts: Mapping[str, Any]) -> str:
    """Say it in one text message: what it is, the code, the address."""
    last = parts["closing"].splitlines()[-1]
    return " ".join(each for each in (f"{last}: {parts['subject']}.", parts["code"], parts["address"]) if each)


@cache
def _layout() -> Any:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("layout.html")
