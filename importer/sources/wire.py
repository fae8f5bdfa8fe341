"""How listings, headers and copies travel between the media worker and its parent: plain JSON rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from operator import attrgetter
from sys import intern
from typing import Any, cast, get_args

from core.workers.answers import text
from dicom.dicomdir.dicomdir import DirectoryReference
from dicom.model import FileCode, Header
from dicom.source import Entry, EntryKind, Source
from importer.sources.archive import Archive
from importer.sources.folder import FolderSource
from importer.sources.kinds_of_source import reopen
from importer.sources.resolve import Reference

# Rows are lists, not objects with names: 5,000 of them must cost less than reading 5,000 headers does.
Row = list[Any]

_HEADER_NAMES = tuple(field.name for field in fields(Header))
_TEXT, _NUMBER, _LIST = frozenset({str, type(None)}), frozenset({int, type(None)}), frozenset({list})
_HEADER_TYPES = tuple(
    _NUMBER if name in {"series_number", "instance_number"} else _LIST if name in {"doubtful", "marks"} else _TEXT
    for name in _HEADER_NAMES
)
_ENTRY_TYPES = (frozenset({str}), frozenset({int}), frozenset({str}), _TEXT, _NUMBER, _NUMBER, _TEXT, frozenset({bool}))
_KINDS, _CODES = frozenset(get_args(EntryKind)), frozenset(get_args(FileCode))
_header_values = attrgetter(*_HEADER_NAMES)
_entry_values = attrgetter("path", "size", "kind", "target", "position", "modified_ns", "refused", "cut")


@dataclass(frozen=True, slots=True)
class Look:
    """What the media worker saw in one entry: a header, or a code that says why there is none.

    `code` "salvage" is not for people: it asks for the tolerant parser in a decode worker.
    """

    entry: Entry
    header: Header | None
    code: FileCode | None = None
    detail: str = ""
    salvage: bool = False


def _is_one_of(value: object, types: frozenset[object]) -> bool:
    return type(value) in types


def _two_texts(said: Sequence[Any]) -> tuple[str, str]:
    first, second = said
    return text(first), text(second)


def header_to_row(header: Header) -> Row:
    """Write a header as a list of its values."""
    return list(_header_values(header))


def header_from_row(row: Sequence[Any]) -> Header:
    """Read a header back; raises `TypeError` when the row is not one."""
    if len(row) != len(_HEADER_NAMES) or not all(map(_is_one_of, row, _HEADER_TYPES)):
        raise TypeError("header")
    # names, dates and UIDs of a study come with each of its files: kept once, a scan takes half the memory
    values: Row = [intern(value) if type(value) is str else value for value in row]
    values[-2], values[-1] = tuple(map(_two_texts, values[-2])), tuple(map(text, values[-1]))
    return Header(*values)


def entry_to_row(entry: Entry) -> Row:
    """Write an entry as a list of its values."""
    return list(_entry_values(entry))


def entry_from_row(row: Sequence[Any]) -> Entry:
    """Read an entry back; raises `TypeError` when the row is not one."""
    if len(row) != len(_ENTRY_TYPES) or not all(map(_is_one_of, row, _ENTRY_TYPES)):
        raise TypeError("entry")
    path, size, kind, target, position, modified_ns, refused, cut = row
    if size < 0 or kind not in _KINDS or (refused is not None and refused not in _CODES):
        raise TypeError("entry")
    return Entry(path, size, cast(EntryKind, kind), target, position, modified_ns, refused, cut)


def marked_cut(header: Header, entry: Entry) -> Header:
    """Mark the header of a file whose container breaks off in the middle of it."""
    whole = not entry.cut or "truncated" in header.marks
    return header if whole else replace(header, marks=(*header.marks, "truncated"))


def look_to_row(look: Look) -> Row:
    """Write what was seen in one entry."""
    header = header_to_row(look.header) if look.header else None
    return [entry_to_row(look.entry), header, look.code, look.detail, look.salvage]


def look_from_row(row: Sequence[Any]) -> Look:
    """Read back what was seen in one entry."""
    entry, header, code, detail, salvage = row
    if (code is not None and text(code) not in _CODES) or type(salvage) is not bool:
        raise TypeError("look")
    text(detail)
    return Look(entry_from_row(entry), header_from_row(header) if header else None, code, detail, salvage)


def source_to_json(source: Source, archive: Archive | None = None) -> dict[str, Any]:
    """Name a source, or a container that lies in it, so that another process can open it again."""
    named: dict[str, Any] = {"kind": source.kind, "path": source.path, "label": source.label}
    named["device"] = source.device if isinstance(source, FolderSource) else None
    if archive is not None:
        named["archives"] = [[entry_to_row(one.entry), one.form] for one in archive.chain()]
    return named


def source_from_json(named: dict[str, Any], tick: Callable[[], None] = lambda: None) -> Source:
    """Open a named source again; `tick` is called now and then while much is unpacked."""
    source = reopen(named["kind"], named["path"], named["label"], named["device"], tick)
    for row, form in named.get("archives", ()):
        from importer.sources.container_source import ContainerSource  # only a disc with an archive on it pays for this

        source = ContainerSource(source, entry_from_row(row), form, tick=tick)
    return source


@dataclass(frozen=True, slots=True)
class DirectoryFound:
    """One DICOMDIR as read in the worker: what it names, what was wrong with it, and whether that may be all."""

    path: str
    references: tuple[Reference, ...]
    problems: tuple[str, ...]
    whole: bool = True


def reference_to_row(reference: DirectoryReference, *, with_header: bool) -> Row:
    """Write one file a DICOMDIR names."""
    header = header_to_row(reference.header) if with_header else None
    return [list(reference.file_id), reference.sop_instance_uid, reference.in_use, header, reference.record_type]


def reference_from_row(folder: str, row: Sequence[Any]) -> Reference:
    """Read one back; `folder` is where its DICOMDIR lies."""
    file_id, uid, in_use, header, record_type = row
    if not (uid is None or type(uid) is str) or type(in_use) is not bool:
        raise TypeError("reference")
    said = header_from_row(header) if header else None
    return Reference(folder, tuple(map(text, file_id)), uid, in_use, said, intern(text(record_type)))
