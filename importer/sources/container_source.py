"""A container as a source: its names never become paths, and what it unpacks to is bounded."""

from __future__ import annotations

import errno
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO

from core.errors import SourceError
from dicom.model import FileCode
from dicom.source import Entry, Source, SourceKind
from importer.containers.bytes_at import AsFile, BytesAt, FileBytes
from importer.containers.kinds_of_container import Layers
from importer.containers.member import Contents, Member
from importer.containers.unpacked import BOMB_BYTES, BOMB_RATIO, Tick
from importer.reasons import TOO_MUCH, not_looked_into
from importer.sources.file import FileSource
from importer.sources.folder import FolderTrouble
from importer.sources.names import Names, components, inside, is_hostile
from importer.sources.safe_open import refuse_unless_openable
from importer.sources.session import session

MAX_ENTRIES = 200_000
MAX_ENTRY_BYTES = 16 << 30
MAX_TOTAL_BYTES = 256 << 30


class ContainerSource:
    """A ZIP file, disc image, tar or packed file that was chosen, or that lies on another source.

    `shortfalls` say, once it was listed, why there may have been more in it. Between `with` and its end the bytes stay
    open, and are unpacked forward only as long as entries are read in order.
    """

    def __init__(
        self, outer: Source, entry: Entry, form: str, kind: SourceKind = "archive", tick: Tick = lambda: None
    ) -> None:
        self.path = outer.path
        self.label = entry.path
        self.kind: SourceKind = kind
        self.form = form
        self.troubles: list[FolderTrouble] = []
        self.shortfalls: list[str] = []
        self._outer = outer
        self._entry = entry
        self._tick = tick
        self._held: tuple[ExitStack, Layers] | None = None
        self._members: dict[str, Member] = {}
        self._file: FileBytes | None = None

    @staticmethod
    def of_file(path: str, label: str, form: str, kind: SourceKind, tick: Tick = lambda: None) -> ContainerSource:
        """Make the source of a container that was chosen itself."""
        outer = FileSource(path, label)
        source = ContainerSource(outer, Entry(label, 0), form, kind, tick)
        source.label = label
        return source

    @property
    def root(self) -> Source:
        """What lies on the medium itself: the source without any container."""
        return self._outer.root if isinstance(self._outer, ContainerSource) else self._outer

    def __enter__(self) -> ContainerSource:
        """Keep the bytes open until the end of the `with` block."""
        stack = ExitStack()
        try:
            stack.enter_context(session(self._outer))
            data = self._bytes(stack)
            self._held = stack, Layers(data, self.form, self._tick)
        except BaseException:
            stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Close them; what was listed belongs to them."""
        if self._held is not None:
            stack, _layers = self._held
            self._held = None
            self._members.clear()
            stack.close()

    def entries(self) -> list[Entry]:
        """List every name that is not a folder, in the order of the bytes.

        Names that lead elsewhere, bombs and what is beyond the caps are listed as refused. Raises `SourceError`
        (`source-unopenable` with a reason; `password-needed` where nothing can be read without one), `OSError`.
        """
        if self._held is None:
            with self:
                return self.entries()
        contents = self._held[1].contents(self._entry.path)
        listing = _Listing()
        self._members, entries = listing.run(contents, self._tick)
        if listing.is_cut:
            contents.shortfalls.append(not_looked_into(TOO_MUCH))
        self.shortfalls = list(dict.fromkeys(contents.shortfalls))
        cut = OSError(errno.EIO, "this folder lies outside the image, or too deep in it")
        self.troubles = [FolderTrouble(path, cut) for path in contents.lost]
        if entries and all(entry.refused == "password-needed" for entry in entries):
            raise SourceError("password-needed")
        return entries

    def open(self, entry: Entry) -> BinaryIO:
        """Open one member; damaged content raises `OSError`, here or while it is read."""
        stack = ExitStack()
        if self._held is None:
            stack.enter_context(self)
        try:
            return AsFile.of(self.member(entry), stack.close)
        except BaseException:
            stack.close()
            raise

    def member(self, entry: Entry) -> BytesAt:
        """Give the bytes of one member, inside a `with` block."""
        refuse_unless_openable(entry)
        if not self._members:
            self.entries()
        member = self._members.get(entry.target or entry.path)
        if member is None or member.refused or member.kind != "file":
            raise OSError(errno.EPERM, "not a regular file of this archive")
        return member.open()

    def release(self) -> None:
        """Let go of the file on the medium until the next read; what was learned of it stays."""
        if isinstance(self._outer, ContainerSource):
            self._outer.release()
        elif self._file is not None:
            self._file.release()

    def _bytes(self, stack: ExitStack) -> BytesAt:
        if isinstance(self._outer, ContainerSource):
            return self._outer.member(self._entry)
        self._file = FileBytes(lambda: self._outer.open(self._entry))
        stack.callback(self._file.release)
        return self._file


class _Listing:
    """Turns members into entries, within the caps."""

    def __init__(self) -> None:
        self.is_cut = False
        self._total = 0

    def run(self, contents: Contents, tick: Callable[[], None]) -> tuple[dict[str, Member], list[Entry]]:
        """List members in the order of their bytes."""
        members: dict[str, Member] = {}
        entries: list[Entry] = []
        links: list[tuple[int, Member]] = []
        names = Names()
        for number, member in enumerate(contents.members):
            tick()
            if number >= MAX_ENTRIES:
                self.is_cut = True
                break
            entry = self._entry(member, names)
            members[entry.path] = member
            if member.links_to is not None:
                links.append((len(entries), member))
            entries.append(entry)
        for place, member in links:
            entries[place] = _linked(entries[place], member, members)
        entries.sort(key=lambda entry: entry.position or 0)
        return members, entries

    def _entry(self, member: Member, names: Names) -> Entry:
        parts = components(member.name)
        hostile = is_hostile(parts)
        shown = "/".join(inside(parts) if not hostile else (part for part in parts if part != "..")) or "unnamed"
        refused = self._refusal(member, hostile)
        path = names.free(shown)
        return Entry(path, member.size, member.kind, position=member.position, refused=refused, cut=member.cut)

    def _refusal(self, member: Member, hostile: bool) -> FileCode | None:
        if hostile:
            return "refused-path"
        if member.refused:
            return member.refused
        packed = member.packed_size
        if packed is not None and member.size > BOMB_BYTES and member.size > BOMB_RATIO * max(1, packed):
            return "refused-bomb"
        self._total += member.size
        beyond = member.size > MAX_ENTRY_BYTES or self._total > MAX_TOTAL_BYTES
        return "refused-limit" if beyond else None


def _linked(entry: Entry, member: Member, members: dict[str, Member]) -> Entry:
    """Say which entry a hard link means; one that leads out of the container stays without."""
    target = "/".join(inside(components(member.links_to or "")))
    known = members.get(target)
    return replace(entry, target=target) if known is not None and known.kind == "file" else entry
