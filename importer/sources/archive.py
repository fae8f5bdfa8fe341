"""A container that lies on a source, or in another container: where it is and how it is packed."""

from __future__ import annotations

from dataclasses import dataclass

from dicom.source import Entry


@dataclass(frozen=True, slots=True)
class Archive:
    """One container; `form` says how it is opened, step by step ("zip", "gz+tar", "raw+iso", "skip:4096+iso")."""

    entry: Entry
    form: str
    outer: Archive | None = None

    @property
    def path(self) -> str:
        """Where it lies on the source."""
        return f"{self.outer.path}/{self.entry.path}" if self.outer else self.entry.path

    @property
    def depth(self) -> int:
        """How many containers it lies in, itself included."""
        return 1 + (self.outer.depth if self.outer else 0)

    def chain(self) -> tuple[Archive, ...]:
        """List the containers from the outermost to this one."""
        return (*(self.outer.chain() if self.outer else ()), self)
