"""A source that is read from several times in a row."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

from dicom.source import Source


def session(source: Source) -> AbstractContextManager[object]:
    """Keep an archive or image open while several of its entries are read; nothing to do for folders."""
    return source if isinstance(source, AbstractContextManager) else nullcontext()
