"""What a portal answered last to questions that are asked again and again, so that it need not say it twice."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, TypeVar

from portal.client.connecting.connection import Connection
from portal.client.connecting.shapes import read_shape

T = TypeVar("T")
ANSWERS_MOST = 200  # pages; the oldest goes
TAG_LONGEST = 200
Key = tuple[type, str, tuple[tuple[str, Any], ...]]


class KnownAnswers:
    """The newest answer to each question of one connection, with its ETag; shared by threads."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._kept: dict[Key, tuple[str, Any]] = {}
        self._lock = threading.Lock()

    def ask(self, kind: type[T], path: str, params: Mapping[str, Any]) -> T:
        """Ask for one shape of the wire: the same object as before where the portal says that nothing is new."""
        key = (kind, path, tuple(sorted(params.items())))
        with self._lock:
            tag, before = self._kept.get(key, ("", None))
        headers = {"Accept": "application/json"} | ({"If-None-Match": tag} if tag else {})
        response = self._connection.send("GET", path, params=params, headers=headers, stream=True)
        if tag and response.status_code == 304:
            self._connection.read_any(response)
            unchanged: T = before
            return unchanged
        answer = read_shape(kind, self._connection.read_answer(response))
        self._keep(key, response.headers.get("ETag", ""), answer)
        return answer

    def _keep(self, key: Key, tag: str, answer: object) -> None:
        with self._lock:
            self._kept.pop(key, None)
            if 0 < len(tag) <= TAG_LONGEST:
                self._kept[key] = (tag, answer)
            if len(self._kept) > ANSWERS_MOST:
                del self._kept[next(iter(self._kept))]
