"""The objects: bytes exactly as they were on the disc, named by what they hold.

`objects/ab/<sha256>.dcm`, readable by the owner only, never executable, never overwritten.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from core.files.content_address import ObjectFolder
from core.files.durable import sync_folder


class ShelfObjects(ObjectFolder):
    """The objects of a shelf."""

    def make_folders(self) -> None:
        """Make the folders objects lie in, all at once: each made between fsyncs would cost milliseconds."""
        for number in range(256):
            (self._folder / f"{number:02x}").mkdir(mode=0o700, exist_ok=True)
        sync_folder(self._folder)

    def take(self, temp_path: Path, sha256: str) -> None:
        """Make a complete, fsynced temp file of the same file system an object."""
        target = self.path(sha256)
        temp_path.chmod(0o400)
        if os.name == "nt" and target.exists():  # only a damaged one is ever replaced
            target.chmod(0o600)  # Windows does not rename over read-only files
        self.place(temp_path, sha256)

    def sync_folders(self, hashes: Iterable[str]) -> None:
        """Make the names of these objects durable."""
        folders = {self.path(sha256).parent for sha256 in hashes}
        # Side by side: file systems with a journal write them out in one go, ten times as fast as one by one.
        with ThreadPoolExecutor(8, thread_name_prefix="sync") as threads:
            for done in [threads.submit(sync_folder, folder) for folder in sorted(folders)]:
                done.result()
        sync_folder(self._folder)
