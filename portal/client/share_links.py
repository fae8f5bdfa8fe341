"""The links of shares that were made on this computer, in a file of their owner alone."""

from __future__ import annotations

import json
import threading
from pathlib import Path

from core.files.whole import write_whole
from portal.names import Link, ShareId, is_link, is_loopback


class ShareLinks:
    """The links of shares made on this computer: a link alone shows nothing, and no server tells it twice."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def of(self, portal: str) -> dict[str, Link]:
        """Give the links of a portal's shares; what another portal's share is called says nothing of its own."""
        found: dict[str, Link] = {}
        for key, link in self._all().items():
            where, _, share = key.rpartition(" ")
            known = where == portal or (not where and link.startswith(f"{portal}/"))  # older ones name no portal
            if known and (is_loopback(portal) or not is_loopback(link)):
                found[share] = link
        return found

    def keep(self, portal: str, share: ShareId, link: Link) -> None:
        """Keep a link, for its owner's eyes only."""
        with self._lock:
            self._write({**self._all(), f"{portal} {share}": link})

    def forget(self, portal: str, share: ShareId) -> None:
        """Forget the link of a share that ended."""
        with self._lock:
            gone = {f"{portal} {share}", str(share)}
            self._write({key: link for key, link in self._all().items() if key not in gone})

    def _all(self) -> dict[str, Link]:
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        return {str(key): Link(link) for key, link in said.items() if is_link(link)} if isinstance(said, dict) else {}

    def _write(self, links: dict[str, Link]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._path, json.dumps(links))
