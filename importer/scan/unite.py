"""The same image found in several places: same bytes are one, other bytes under the same UID stay apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from core.errors import WorkerError
from core.job import Job
from core.workers.answers import count, judged, sha256
from core.workers.worker import WorkerPool
from dicom.model import Instance
from dicom.source import Source
from importer.bins import in_recycle_bin
from importer.results import FoundFile, Place
from importer.sources.archive import Archive
from importer.sources.wire import entry_to_row, source_to_json


@dataclass(slots=True)
class United:
    """Distinct contents, and where the bytes of each lie by its path."""

    instances: list[Instance] = field(default_factory=list)
    places: dict[str, Place] = field(default_factory=dict)

    def add(self, file: FoundFile) -> Instance:
        """Take a content that was not there yet."""
        instance = Instance(file.path, file.place.entry.size, file.header)
        self.instances.append(instance)
        self.places[file.path] = file.place
        return instance


def unite(files: Iterable[FoundFile], source: Source, media: WorkerPool, job: Job) -> United:
    """Keep one instance for each content; the others are its `duplicates`.

    Only files that share SOP Instance UID and size are read in full, to compare their hashes.
    """
    groups: dict[tuple[str | None, int], list[FoundFile]] = defaultdict(list)
    for file in files:
        groups[(file.header.sop_instance_uid, file.place.entry.size)].append(file)
    doubtful = [file for group in groups.values() if len(group) > 1 for file in group]
    hashes = _hash_all(doubtful, source, media, job)
    united = United()
    for group in groups.values():
        _unite_group(group, hashes, united)
    return united


def _unite_group(group: list[FoundFile], hashes: dict[str, str], united: United) -> None:
    first_of: dict[str, Instance] = {}
    for file in sorted(group, key=lambda file: in_recycle_bin(file.path)):  # what was not deleted stands for the rest
        sha256 = hashes.get(file.path)
        if sha256 is not None and sha256 in first_of:
            first_of[sha256].duplicates.append(file.path)
            continue
        instance = united.add(file)
        if sha256 is not None:
            first_of[sha256] = instance


def _hash_all(files: list[FoundFile], source: Source, media: WorkerPool, job: Job) -> dict[str, str]:
    """Hash files by path, one call for each place they lie in; a file that cannot be read has no hash."""
    by_archive: dict[Archive | None, list[FoundFile]] = defaultdict(list)
    for file in files:
        by_archive[file.place.archive].append(file)
    hashes: dict[str, str] = {}
    for archive, members in by_archive.items():
        waiting = members
        while waiting:
            waiting = _hash_some(waiting, source_to_json(source, archive), media, job, hashes)
    return hashes


def _hash_some(
    files: list[FoundFile], source: dict[str, Any], media: WorkerPool, job: Job, hashes: dict[str, str]
) -> list[FoundFile]:
    """Hash files; gives those that are left when one of them killed the worker, which costs only its own hash."""

    def take(part: dict[str, Any], _data: bytearray) -> None:
        with judged():
            if part["sha256"] is not None:
                hashes[files[count(part["number"])].path] = sha256(part["sha256"])

    entries = [entry_to_row(file.place.entry) for file in files]
    try:
        media.call("hash_files", {"source": source, "entries": entries}, job=job, on_part=take)
    except WorkerError as error:
        item = error.facts.get("item")
        if not isinstance(item, int) or item not in range(len(files)):
            raise
        return files[item + 1 :]
    return []
