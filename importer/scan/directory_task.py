"""Reading DICOMDIRs in the media worker: what each names is handed over in pieces, however much that is."""

from __future__ import annotations

from collections.abc import Collection

from core.errors import DicomError
from core.workers.task import TaskCall
from dicom.dicomdir.dicomdir import Directory, read_dicomdir
from dicom.source import Entry, Source
from importer.reading.bounded import read_whole, reading
from importer.sources.names import is_dicomdir_name
from importer.sources.wire import reference_to_row

_MAX_BYTES = 256 << 20
_REFERENCES_IN_A_PART = 2000
_WITH_HEADER = 50_000  # beyond, a hint is worth less than the memory it takes


class DirectoryReader:
    """Reads each DICOMDIR of a source once; parts are `{"path", "references", "problems", "whole", "last"}`."""

    def __init__(self, source: Source, call: TaskCall) -> None:
        self._source = source
        self._call = call
        self._read: set[str] = set()

    def read_named(self, entries: list[Entry], skip: Collection[int]) -> None:
        """Read those that are called so, before any other file, but for those (by number) nothing can read."""
        for number, entry in enumerate(entries):
            if entry.kind != "file" or entry.refused or number in skip:
                continue
            if "dicomdir" in entry.path.rpartition("/")[2].casefold():
                self._call.working_on(number)
                self.read(entry)

    def read(self, entry: Entry) -> None:
        """Read one, unless it has been read."""
        if entry.path in self._read:
            return
        self._read.add(entry.path)
        directory = self._directory(entry)
        if directory is not None:
            self._hand_over(entry, directory)

    def _directory(self, entry: Entry) -> Directory | None:
        try:
            with reading(self._source, entry) as opened:
                if opened.size > _MAX_BYTES:
                    return Directory([], [f"{opened.size} bytes are too many for an index"], whole=False)
                data = read_whole(opened)
            return read_dicomdir(data)
        except OSError:
            return None  # looking at the entry itself will say what is wrong with it
        except DicomError as error:
            named = is_dicomdir_name(entry.path.rpartition("/")[2])
            return Directory([], [error.code], whole=False) if named else None

    def _hand_over(self, entry: Entry, directory: Directory) -> None:
        references = directory.references
        for start in range(0, len(references) or 1, _REFERENCES_IN_A_PART):
            piece = references[start : start + _REFERENCES_IN_A_PART]
            rows = [reference_to_row(one, with_header=start < _WITH_HEADER) for one in piece]
            last = start + _REFERENCES_IN_A_PART >= len(references)
            part = {"path": entry.path, "references": rows, "last": last, "whole": directory.whole}
            self._call.part(part | {"problems": directory.problems if last else []})
