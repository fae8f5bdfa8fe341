"""What a part of a series is called: the value that sets it apart, with its unit."""

from __future__ import annotations

from collections.abc import Callable

from dicom.series.kinds import STRAY, Keys
from dicom.showing.number_words import short_number

Say = Callable[[str], str]

_NUMBERED = {
    "b-value": "b {n} s/mm²",
    "echo-time": "echo {n} ms",
    "echo": "echo {n}",
    "inversion-time": "inversion {n} ms",
    "repetition-time": "repetition {n} ms",
    "time": "phase {n}",
    "frame-time": "after {n} s",
    "time-offset": "after {n} s",
    "phase": "{n} % of the heartbeat",
    "breath": "{n} % of the breath",
    "trigger": "{n} ms after the heartbeat",
    "turn": "phase {n}",
    "acquisition": "phase {n}",
    "thickness": "{n} mm",
    "voltage": "{n} kV",
    "flip": "flip angle {n}°",
    "stack": "stack {n}",
    "part": "part {n}",
}
_SECONDS = frozenset({"frame-time"})  # told in ms by the file
_KINDS = {
    "M": "magnitude",
    "MAGNITUDE": "magnitude",
    "P": "phase image",
    "PHASE": "phase image",
    "PHASE MAP": "phase image",
    "R": "real part",
    "REAL": "real part",
    "I": "imaginary part",
    "IMAGINARY": "imaginary part",
    "W": "water",
    "WATER": "water",
    "F": "fat",
    "FAT": "fat",
    "IP": "in phase",
    "IN_PHASE": "in phase",
    "OP": "opposed phase",
    "OUT_PHASE": "opposed phase",
    "OPP_PHASE": "opposed phase",
    "ORIGINAL": "original",
    "DERIVED": "derived",
    "MIXED": "mixed",
}
_WITHOUT = {"contrast": "without contrast", "b-value": "without b-value"}


def part_words(split: Keys, say: Say) -> list[str]:
    """Return a phrase for each key that sets a part apart."""
    return [_words(name.partition(" ")[0], said, say) for name, said in split]


def _words(name: str, said: str, say: Say) -> str:
    if said == STRAY:
        return say("the rest")
    if not said:
        return say(_WITHOUT.get(name, "the rest"))
    if name in ("component", "image-type"):
        told = (say(_KINDS[word]) if word in _KINDS else word for word in said.split("\\") if word)
        return " · ".join(dict.fromkeys(told))
    if name in _NUMBERED:
        return say(_NUMBERED[name]).format(n=_tidy(said, thousandth=name in _SECONDS))
    return said


def _tidy(said: str, *, thousandth: bool) -> str:
    """Return a number as people write it, and what is none as it stands."""
    try:
        number = float(said.split("\\")[0])
    except ValueError:
        return said
    return short_number(number / 1000 if thousandth else number)
