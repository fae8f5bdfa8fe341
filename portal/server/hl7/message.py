"""HL7 v2 messages as text: segments, fields, components; bounded, and nothing in them is believed to be more."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MOST_SEGMENTS = 5000
LONGEST_CONTROL_ID = 199
_CODECS = {"": "utf-8", "ASCII": "ascii", "8859/1": "latin-1", "8859/15": "iso8859_15", "UNICODE UTF-8": "utf-8"}
_ESCAPED = re.compile(r"\\([^\\]{0,32})\\")


class Hl7Error(Exception):
    """A message that is not taken; `code` says why in a few letters, `rejected` that it can never be."""

    def __init__(self, code: str, *, rejected: bool = False) -> None:
        super().__init__(code)
        self.code, self.rejected = code, rejected


@dataclass(frozen=True, slots=True)
class Message:
    """One message; fields are counted from 1 as the standard counts them, also in MSH."""

    segments: tuple[tuple[str, ...], ...]
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"

    def all(self, name: str) -> list[tuple[str, ...]]:
        """Give all segments of a name."""
        return [segment for segment in self.segments if segment[0] == name]

    def field(self, segment: Sequence[str], number: int) -> str:
        """Give one field as it came, "" where there is none."""
        return segment[number] if number < len(segment) else ""

    def parts(self, field: str) -> list[str]:
        """Give the components of a field, each a plain text."""
        return [self.plain(each.split(self.subcomponent)[0]) for each in field.split(self.component)]

    def first(self, field: str) -> str:
        """Give the first component of a field."""
        return self.parts(field)[0].strip()

    def plain(self, text: str) -> str:
        """Write out what was escaped (chapter 2.7); what means no letter is left out."""
        if self.escape not in text:
            return text
        letters = {"F": "|", "S": self.component, "R": self.repetition, "E": self.escape, "T": self.subcomponent}

        def letter(found: re.Match[str]) -> str:
            said = found.group(1)
            if said in letters:
                return letters[said]
            return "\n" if said.lower() in (".br", ".sp", "x0a", "x0d", "x0d0a") else ""

        return _ESCAPED.sub(letter, text.replace(self.escape, "\\"))


def read_message(body: bytes) -> Message:
    """Read one message, with or without the frame of MLLP; raises `Hl7Error` for what is none."""
    data = body.strip(b"\x0b\x1c\r\n ")
    if not data.startswith(b"MSH") or len(data) < 8:
        raise Hl7Error("not-hl7", rejected=True)
    separator, signs = chr(data[3]), data[4:8].decode("latin-1")
    if separator.isalnum() or len(set(signs + separator)) < 5:
        raise Hl7Error("separators", rejected=True)
    lines = [line for line in re.split(rb"[\r\n]+", data) if line]
    if len(lines) > MOST_SEGMENTS:
        raise Hl7Error("too-many-segments", rejected=True)
    head = lines[0].decode("latin-1").split(separator)
    said = head[17].split(signs[1])[0].strip().upper() if len(head) > 17 else ""
    try:
        texts = [line.decode(_CODECS[said]) for line in lines]
    except (KeyError, UnicodeDecodeError) as error:
        raise Hl7Error("character-set", rejected=True) from error
    segments = [tuple(text.split(separator)) for text in texts]
    segments[0] = ("MSH", separator, *segments[0][1:])
    return Message(tuple(segments), *signs)


def acknowledgement(message: Message | None, code: str, text: str, now: datetime) -> bytes:
    """Write the answer: AA taken, AE not taken, AR never to be taken."""
    head = message.segments[0] if message is not None else ()
    said = [message.field(head, number) if message is not None else "" for number in (3, 4, 10)]
    sender, place, control = (re.sub(r"[^ -{}]", "", each)[:LONGEST_CONTROL_ID] for each in said)
    at = now.strftime("%Y%m%d%H%M%S")
    lines = (
        f"MSH|^~\\&|SCANSHELF||{sender}|{place}|{at}||ACK^R01^ACK|{at}{now.microsecond:06d}|P|2.5.1",
        f"MSA|{code}|{control}|{text}",
    )
    return "".join(line + "\r" for line in lines).encode("ascii", "replace")
