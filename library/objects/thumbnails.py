"""Small pictures of objects; the whole folder may be deleted any time."""

from __future__ import annotations

from pathlib import Path

from core.files.durable import remove_file, replace_file


class Thumbnails:
    """Picture files named by the object's sha256 and their size in pixels."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, sha256: str, size: int) -> Path:
        """Say where the thumbnail lies, or would lie."""
        if not sha256.isalnum():
            raise ValueError("not a sha256")
        return self._folder / sha256[:2] / f"{sha256}-{size}.png"

    def read(self, sha256: str, size: int) -> bytes | None:
        """Give the file's bytes, or None when there is none."""
        try:
            return self.path(sha256, size).read_bytes()
        except OSError:
            return None

    def save(self, sha256: str, size: int, content: bytes) -> None:
        """Keep a thumbnail; where that cannot be, it is made again next time."""
        path = self.path(sha256, size)
        part = path.with_suffix(".part")
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.touch(mode=0o600)
            part.write_bytes(content)
            replace_file(part, path)
        except OSError:
            return

    def remove(self, sha256: str) -> None:
        """Remove every size of one object's thumbnail."""
        for path in (self._folder / sha256[:2]).glob(f"{sha256}-*"):
            remove_file(path, missing_ok=True)
