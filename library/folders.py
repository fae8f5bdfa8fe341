"""The folders of one shelf; what is inside names nothing outside, so a shelf can be carried elsewhere."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from core.files.durable import remove_file, replace_file, sync_folder
from core.files.own_folder import is_link, remove_own
from library.index.database import SUSPECT
from library.objects.store import ShelfObjects

FETCHED = "fetched-"  # folders in which what a server gives back lies for a moment
# copies on their way in, an index that is made again, what was fetched
_TEMP = re.compile(r".+\.part|[0-9a-f]{32}|library\.db(-.*)?|instance")


def is_temp_name(name: str) -> bool:
    """Tell whether this program gives such names to what lies in "incoming" for a while."""
    return _TEMP.fullmatch(name) is not None


@dataclass(frozen=True, slots=True)
class Folders:
    """Where things are in a shelf."""

    root: Path

    @property
    def database(self) -> Path:
        """The index."""
        return self.root / "library.db"

    @property
    def lock(self) -> Path:
        """The file the one writer holds."""
        return self.root / "library.lock"

    @property
    def suspect(self) -> Path:
        """A mark left when the index answered wrongly: it is checked at the next opening."""
        return self.root / SUSPECT

    @property
    def objects(self) -> Path:
        """Bytes as they were on the disc."""
        return self.root / "objects"

    @property
    def incoming(self) -> Path:
        """Temp files on their way in."""
        return self.root / "incoming"

    @property
    def records(self) -> Path:
        """Every change, from which the index can be made again."""
        return self.root / "records"

    def make(self) -> None:
        """Make what is not there, for the owner only and for good; raises OSError."""
        wanted = (self.objects, self.incoming, self.records)
        are_new = not all(folder.is_dir() for folder in wanted)
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        for folder in wanted:
            folder.mkdir(mode=0o700, exist_ok=True)
            folder.chmod(0o700)
        if are_new:
            ShelfObjects(self.objects).make_folders()
            sync_folder(self.root)
            sync_folder(self.root.parent)

    def clean_incoming(self) -> int:
        """Remove temp files of an earlier run; gives how many there were.

        What has no name of ours stays: somebody may have made a shelf of a folder that had an "incoming" before.
        """
        if is_link(self.incoming):
            return 0
        found = 0
        with os.scandir(self.incoming) as entries:
            for entry in list(entries):
                if entry.is_dir(follow_symlinks=False):
                    found += entry.name.startswith(FETCHED) and remove_own(Path(entry.path), is_temp_name)
                elif is_temp_name(entry.name):
                    found += 1
                    _remove(entry)
        return found

    def set_database_aside(self, stamp: str) -> Path:
        """Move a damaged index (with its log) out of the way, keeping it; gives its new place."""
        aside = self.root / f"library.db.damaged-{stamp}"
        for suffix in ("", "-wal"):
            file = self.database.with_name(self.database.name + suffix)
            if file.exists():
                replace_file(file, aside.with_name(aside.name + suffix))
        remove_file(self.database.with_name(self.database.name + "-shm"), missing_ok=True)
        return aside

    def copies_of_database(self) -> list[Path]:
        """List set-aside and backed-up indexes."""
        return [*self.root.glob("library.db.damaged-*"), *self.root.glob("library.db.before-*")]


def _remove(entry: os.DirEntry[str]) -> None:
    if os.name == "nt" and not entry.is_symlink():  # Windows does not remove read-only files
        Path(entry.path).chmod(0o600)
    remove_file(Path(entry.path))
