"""Series in which kinds of picture alternate at the same places, and a plain one, and how each is to be leafed through.

All of Anna's, numbered slice by slice, so that the order of the numbers changes the kind at every step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from tests.end2end.recipient import BIRTH_DATE, NAME, PATIENT_ID, STUDY
from tests.unit.viewer.series_made import slice_bytes

SIDE = 16
_KINDS = {"EchoTime": "echo {} ms", "DiffusionBValue": "b {} s/mm²"}


@dataclass(frozen=True)
class Made:
    """A series' UID, its files in no order at all, and of each part its name and its SOP Instance UIDs in order."""

    uid: str
    name: str
    files: tuple[bytes, ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]


def alternating(number: int, name: str, keyword: str, values: Iterable[float], slices: int) -> Made:
    """Make a series whose images at each place differ by the value of a keyword, the first values first."""
    values = tuple(values)
    rows = [(z, value) for z in range(slices) for value in values]
    names = {row: f"{STUDY}.{number}.{at}" for at, row in enumerate(rows, 1)}
    files = [
        _slice(number, name, at, z, uid=names[z, value], **{keyword: value}) for at, (z, value) in enumerate(rows, 1)
    ]
    parts = tuple(
        (_KINDS[keyword].format(f"{value:g}"), tuple(names[z, value] for z in range(slices)))
        for value in sorted(values)
    )
    return Made(f"{STUDY}.{number}", name, _mixed(files), parts)


def plain(number: int, name: str, places: Iterable[int]) -> Made:
    """Make a series of one kind whose images, as they are numbered, lie at these places."""
    places = tuple(places)
    names = {z: f"{STUDY}.{number}.{at}" for at, z in enumerate(places, 1)}
    files = [_slice(number, name, at, z, uid=names[z]) for at, z in enumerate(places, 1)]
    return Made(f"{STUDY}.{number}", name, _mixed(files), (("", tuple(names[z] for z in sorted(places))),))


def _slice(series: int, name: str, number: int, z: int, *, uid: str, **said: object) -> bytes:
    pixels = np.full((SIDE, SIDE), number * 100, np.uint16)
    pixels[z % SIDE] = 0
    whose: Mapping[str, object] = {
        "PatientName": NAME, "PatientBirthDate": BIRTH_DATE, "PatientID": PATIENT_ID, "StudyDate": "20190312",
        "StudyInstanceUID": STUDY, "SeriesInstanceUID": f"{STUDY}.{series}", "SeriesNumber": series,
        "SeriesDescription": name, "WindowCenter": 500, "WindowWidth": 1000,
    }  # fmt: skip
    return slice_bytes(number, z * 3.0, uid=uid, pixels=pixels, **(dict(whose) | said))


def _mixed(files: list[bytes]) -> tuple[bytes, ...]:
    return tuple(files[1::2] + files[0::2])
