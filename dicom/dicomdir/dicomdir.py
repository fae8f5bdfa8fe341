"""What a DICOMDIR says is on a disc (PS3.3 F, PS3.10 8): a hint, never the truth.

Records are linked by byte offsets, which are often wrong. Each is looked up among the records that are really there;
what no link reaches is taken in the order it lies in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from dicom.dicomdir.directory_records import (
    FILE_ID,
    FILE_SET_CHARSET,
    FILE_SET_ID,
    FIRST_RECORD,
    IN_USE,
    MULTI_REFERENCED,
    NO_RECORD,
    SOP_CLASS,
    SOP_INSTANCE,
    TRANSFER_SYNTAX,
    DirectoryRecord,
    RawDirectory,
    Values,
    number,
    read_records,
)
from dicom.model import Header
from dicom.reading.header import to_code, to_text, to_values
from dicom.reading.meta import to_uid
from dicom.text.character_set import decode_values

_LEVELS: Final = {"PATIENT": 0, "STUDY": 1, "SERIES": 2}
_LEAF: Final = 3
_MAX_COMPONENTS: Final = 64


@dataclass(frozen=True, slots=True)
class DirectoryReference:
    """One file a DICOMDIR names.

    `file_id` holds the components of the name as read; `in_use` is false where the record was deleted; `header` holds
    what the record and those above it say about patient, study, series and instance.
    """

    file_id: tuple[str, ...]
    sop_instance_uid: str | None
    sop_class_uid: str | None
    transfer_syntax_uid: str | None
    in_use: bool
    record_type: str
    header: Header


@dataclass(frozen=True, slots=True)
class Directory:
    """A DICOMDIR: its references in the order of its tree, and what was wrong with it.

    `whole` is false where it may have listed more than could be read; wrong offsets alone lose nothing.
    """

    references: list[DirectoryReference]
    problems: list[str]
    file_set_id: str | None = None
    whole: bool = True


@dataclass(slots=True)
class _Tree:
    """All records and the links between them."""

    records: list[DirectoryRecord]
    by_offset: dict[int, int]
    problems: list[str]
    charset: str | None
    order: list[int] = field(default_factory=list)
    parents: set[int] = field(default_factory=set)
    shift: int = 0  # by how much all offsets are wrong
    loops: int = 0
    astray: int = 0

    def find(self, offset: int) -> int:
        """Return the record an offset leads to; 0 leads nowhere by right, others by mistake."""
        if not offset:
            return NO_RECORD
        index = self.by_offset.get(offset + self.shift, NO_RECORD)
        self.astray += index == NO_RECORD
        return index


def read_dicomdir(data: bytes) -> Directory:
    """Read a whole DICOMDIR; raises `DicomError` "not-dicom" when the bytes are none (`kind` "instance": an image).

    Each offset is followed at most once, at most 1,000,000 records are read, a bad record costs only itself.
    """
    raw = read_records(data)
    tree = _plant(raw)
    first = number(raw.top.get(FIRST_RECORD, b""), raw.big)
    if first and first not in tree.by_offset and tree.records:
        tree.shift = tree.records[0].offset - first
    _follow(tree, tree.find(first))
    _place_rest(tree)
    references = _references(tree, raw.big)
    if tree.loops:
        tree.problems.append(f"{tree.loops} offsets lead in a circle")
    if tree.astray:
        tree.problems.append(f"{tree.astray} offsets lead nowhere")
    name, _ = to_text(raw.top.get(FILE_SET_ID, b""), tree.charset)
    return Directory(references, tree.problems, name, not raw.lost)


_repeated_uid = lru_cache(maxsize=64)(to_uid)  # SOP classes and transfer syntaxes


def _plant(raw: RawDirectory) -> _Tree:
    by_offset = {record.offset: index for index, record in enumerate(raw.records)}
    charset = to_code(raw.top[FILE_SET_CHARSET]) if FILE_SET_CHARSET in raw.top else None
    return _Tree(raw.records, by_offset, raw.problems, charset)


def _follow(tree: _Tree, first: int) -> None:
    """Go along the links from one record; each record is placed once."""
    waiting = [(first, NO_RECORD)]
    while waiting:
        index, parent = waiting.pop()
        if index == NO_RECORD:
            continue
        record = tree.records[index]
        if record.placed:
            if record.parent == NO_RECORD and parent != NO_RECORD and _may_be_below(record, tree.records[parent]):
                record.parent = parent
            else:
                tree.loops += 1
            continue
        record.placed = True
        record.parent = parent if parent != NO_RECORD and _may_be_below(record, tree.records[parent]) else NO_RECORD
        tree.order.append(index)
        waiting.append((tree.find(record.next), parent))
        waiting.append((tree.find(record.lower), index))


def _may_be_below(record: DirectoryRecord, parent: DirectoryRecord) -> bool:
    """Tell whether a link downwards makes sense: a patient is below nobody, a study not below a series."""
    level = _LEVELS.get(record.kind, _LEAF)
    return level > 0 and (parent.kind not in _LEVELS or _LEVELS[parent.kind] < level)


def _place_rest(tree: _Tree) -> None:
    """Place what the first record's links do not reach: by its own links, then by the order of the file."""
    late = [index for index, record in enumerate(tree.records) if not record.placed]
    for index in late:
        if not tree.records[index].placed:
            _follow(tree, index)
    waiting = {index for index in late if tree.records[index].parent == NO_RECORD}
    newest = [NO_RECORD] * (_LEAF + 1)
    for index, record in enumerate(tree.records if waiting else ()):
        level = _LEVELS.get(record.kind, _LEAF)
        if index in waiting and record.kind != "MRDR":
            record.parent = next((newest[above] for above in range(level - 1, -1, -1) if newest[above] >= 0), NO_RECORD)
        newest[level:] = [index] + [NO_RECORD] * (_LEAF - level)


def _references(tree: _Tree, big: bool) -> list[DirectoryReference]:
    """Make the references, from the tree's top to its leaves."""
    tree.parents = {record.parent for record in tree.records}
    references: list[DirectoryReference] = []
    for index in tree.order:
        record = tree.records[index]
        if record.kind == "MRDR":
            continue
        raw, source = record.raw, record.raw
        if FILE_ID not in raw and MULTI_REFERENCED in raw:
            shared = tree.by_offset.get(number(raw[MULTI_REFERENCED], big))
            source = tree.records[shared].raw if shared is not None else raw
        if not source.get(FILE_ID) and not (source.get(SOP_INSTANCE) or raw.get(SOP_INSTANCE)):
            continue  # it names no file: a patient, a study, a series
        references.append(_reference(tree, index, source, big))
    return references


def _reference(tree: _Tree, index: int, source: dict[int, bytes], big: bool) -> DirectoryReference:
    record = tree.records[index]
    raw = record.raw
    sop_class_uid = _repeated_uid(source.get(SOP_CLASS) or raw.get(SOP_CLASS, b""))
    sop_instance_uid = to_uid(source.get(SOP_INSTANCE) or raw.get(SOP_INSTANCE, b""))
    transfer_syntax_uid = _repeated_uid(source.get(TRANSFER_SYNTAX) or raw.get(TRANSFER_SYNTAX, b""))
    values = _values(tree, index)
    header = Header(sop_class_uid, sop_instance_uid, transfer_syntax_uid, **values)
    return DirectoryReference(
        _file_id(source.get(FILE_ID, b""), header.specific_character_set),
        sop_instance_uid,
        sop_class_uid,
        transfer_syntax_uid,
        _is_in_use(raw, big) and (raw is source or _is_in_use(source, big)),
        record.kind,
        header,
    )


def _is_in_use(raw: dict[int, bytes], big: bool) -> bool:
    """Tell whether a record counts; only a plain 0 says that it does not (PS3.3 F.3.2.2)."""
    flag = raw.get(IN_USE, b"")
    return flag == b"\xff\xff" or len(flag) < 2 or number(flag, big) != 0


def _file_id(raw: bytes, charset: str | None) -> tuple[str, ...]:
    """Split a Referenced File ID into its components, which are ASCII by the standard and anything by experience."""
    if raw.isascii():
        text = raw[:4096].decode("ascii").rstrip(" \0")
        parts = [part.strip(" ") for part in text.split("\\")]
    else:
        parts = list(decode_values(raw[:4096], charset)[0])
    while parts and not parts[-1]:
        parts.pop()
    return tuple(parts[:_MAX_COMPONENTS])


def _values(tree: _Tree, index: int) -> Values:
    """Return what a record and those above it say, by name; its own word wins."""
    chain: list[int] = []
    seen: set[int] = set()
    while index != NO_RECORD and index not in seen and tree.records[index].values is None:
        seen.add(index)
        chain.append(index)
        index = tree.records[index].parent
    inherited = tree.records[index].values if index != NO_RECORD else None
    values: Values = inherited or {"specific_character_set": tree.charset}
    for below in reversed(chain):
        record = tree.records[below]
        own, _, doubtful = to_values(record.raw, values.get("specific_character_set"))
        above = tuple(one for one in values.get("doubtful", ()) if one[0] not in own)
        values = values | own | {"doubtful": above + doubtful}
        if below in tree.parents:  # a leaf is asked for once
            record.values = values
    return values
