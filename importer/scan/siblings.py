"""Texts nobody can read for certain, read by what the other images of their study, and of their disc, tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from dicom.model import Header, Instance
from dicom.reading.header import read_again
from dicom.text.character_set import codec_of, said_of
from dicom.text.guess import LATIN, is_likelier, reading_of

Raw = frozenset[tuple[bytes, bool]]


def read_siblings(instances: Iterable[Instance]) -> None:
    """Read doubtful texts again: those of one study and one named character set together.

    What has no character set and stays undecided follows the rest of the disc, where that speaks with one voice.
    """
    groups: dict[tuple[str | None, str | None], list[Instance]] = defaultdict(list)
    for instance in instances:
        if instance.header.doubtful:
            header = instance.header
            groups[(header.study_instance_uid, header.specific_character_set)].append(instance)
    found = {key: _read_together(members, key[1]) for key, members in groups.items()}
    voices = {codec for codec in found.values() if codec != LATIN}
    if len(voices) == 1:
        (codec,) = voices
        for key, members in groups.items():
            if found[key] == LATIN and key[1] is None and is_likelier(_raws(members), codec):
                _read_as(members, codec)


def _read_together(members: Sequence[Instance], charset: str | None) -> str:
    """Read a group; gives the codec all of it is in, `LATIN` where they do not agree."""
    raws = _raws(members)
    codec = reading_of(raws, said_of(raws, codec_of(charset))).codec
    if codec != LATIN:
        _read_as(members, codec)
    return codec


def _read_as(members: Iterable[Instance], codec: str) -> None:
    for instance in members:
        instance.header = read_again(instance.header, codec)


def _raws(members: Iterable[Instance]) -> Raw:
    return frozenset(
        (raw.encode("latin_1", "replace"), name == "patient_name")
        for one in members
        for name, raw in one.header.doubtful
    )


def as_scanned(header: Header, scanned: Header) -> Header:
    """Read the doubtful texts of copied bytes as the scan did, which knew their siblings."""
    if not header.doubtful or header.doubtful != scanned.doubtful:
        return header
    return replace(header, **{name: getattr(scanned, name) for name, _ in header.doubtful})
