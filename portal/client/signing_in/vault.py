"""What keeps a sign-in from one start to the next: the refresh token of each portal, in the keyring."""

from __future__ import annotations

import hashlib
import json
import os
import secrets as random
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self

from core.errors import PortalError
from core.files.file_lock import lock_or_raise
from portal.client.signing_in.secrets import FileSecrets, MemorySecrets, Secrets, system_keyring

ENTRY_LENGTH_MOST = 1000  # Windows keeps no more than 1,280 UTF-16 letters
LOCK_SECONDS_MOST = 90.0
LOCK_PAUSE = 0.05
Kind = Literal["keyring", "file", "memory", "none"]


@dataclass(frozen=True, slots=True)
class KeptSignIn:
    """Who is signed in at one portal, and what gets new access tokens."""

    user_name: str
    refresh_token: str


class Vault:
    """Sign-ins by portal and account; shared by threads, and by processes through the lock file.

    `kind` says where they are kept; `lasting` is false where they end with the program.
    """

    def __init__(self, secrets: Secrets, kind: Kind, lock_file: Path | None = None) -> None:
        self.kind: Kind = kind
        self._secrets = secrets
        self._lock_file = lock_file
        self._threads = threading.RLock()

    @classmethod
    def open(cls, settings_folder: Path, environment: Mapping[str, str]) -> Self:
        """Open what `SCANSHELF_KEYRING` names (memory, file:PATH), else the system's keyring, else memory."""
        asked = environment.get("SCANSHELF_KEYRING", "")
        if asked.startswith("file:"):
            path = Path(asked.removeprefix("file:")).expanduser().absolute()
            return cls(FileSecrets(path), "file", path.with_name(path.name + ".lock"))
        if asked == "memory":
            return cls.in_memory()
        keyring = system_keyring()
        if keyring is None:
            return cls(MemorySecrets(), "none")
        return cls(keyring, "keyring", settings_folder / "sign-in.lock")

    @classmethod
    def in_memory(cls) -> Self:
        """Make one that ends with the program."""
        return cls(MemorySecrets(), "memory")

    @property
    def lasting(self) -> bool:
        """Say whether a sign-in outlives the program."""
        return self.kind in {"keyring", "file"}

    def read(self, url: str) -> KeptSignIn | None:
        """Give the sign-in of a portal; one that is damaged or lacks a piece is none."""
        text = _joined(self._secrets, url)
        if text is None:
            return None
        try:
            said = json.loads(text)
            return KeptSignIn(str(said["user_name"]), str(said["refresh_token"]))
        except (ValueError, TypeError, KeyError):
            return None

    def entry_of(self, url: str, user_name: str | None) -> str:
        """Name the entry of one account at a portal: the first has the portal's own, each other one of its own.

        Without a user name it is the portal's.
        """
        if user_name is None:
            return url
        first, own = self.read(url), f"{url} as {user_name}"
        if first is not None:
            return url if first.user_name == user_name else own
        return own if self.read(own) is not None else url

    def keep(self, url: str, sign_in: KeptSignIn) -> None:
        """Keep the sign-in of a portal in place of the one before; where the keyring refuses, only in memory."""
        try:
            self._keep(url, sign_in)
        except PortalError:
            self._secrets, self.kind = MemorySecrets(), "none"
            self._keep(url, sign_in)

    def _keep(self, url: str, sign_in: KeptSignIn) -> None:
        text, before = json.dumps(asdict(sign_in)), _piece_names(self._secrets.get(url), url)
        if len(text) + 1 <= ENTRY_LENGTH_MOST:
            self._secrets.put(url, "=" + text)
        else:
            self._keep_pieces(url, text)
        for name in before:
            self._secrets.drop(name)

    def forget(self, url: str) -> None:
        """Forget the sign-in of a portal; raises `PortalError` where the keyring does not let go of it."""
        names = _piece_names(self._secrets.get(url), url)
        self._secrets.drop(url)
        for name in names:
            self._secrets.drop(name)

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the vault alone, among threads and processes: a refresh token must never be used twice."""
        with self._threads, _locked(self._lock_file):
            yield

    def _keep_pieces(self, url: str, text: str) -> None:
        """Write the pieces under new names, then the entry that names them: a cut in between leaves the old ones."""
        pieces = [text[start : start + ENTRY_LENGTH_MOST] for start in range(0, len(text), ENTRY_LENGTH_MOST)]
        head = f"+{len(pieces)} {random.token_hex(4)} {_digest(text)}"
        for name, piece in zip(_piece_names(head, url), pieces, strict=True):
            self._secrets.put(name, piece)
        self._secrets.put(url, head)


def _joined(secrets: Secrets, url: str) -> str | None:
    """Read an entry, and the pieces where it names some."""
    head = secrets.get(url)
    if head is None or head.startswith("="):
        return head[1:] if head else None
    pieces = [secrets.get(name) for name in _piece_names(head, url)]
    text = "".join(piece or "" for piece in pieces)
    return text if pieces and head.endswith(_digest(text)) else None


def _piece_names(head: str | None, url: str) -> list[str]:
    if not head or not head.startswith("+") or len(head) > ENTRY_LENGTH_MOST:
        return []
    count, series, *_ = [*head[1:].split(" "), ""]
    if not (count.isascii() and count.isdigit() and len(count) < 4):
        return []
    return [f"{url} {series} {index}" for index in range(int(count))]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@contextmanager
def _locked(path: Path | None) -> Iterator[None]:
    """Hold the lock file; without one nobody else shares what is kept."""
    if path is None:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as problem:
        raise PortalError("keyring-refused") from problem
    try:
        _wait_for(descriptor)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int) -> None:
    ends = time.monotonic() + LOCK_SECONDS_MOST
    while time.monotonic() < ends:
        with suppress(OSError):
            lock_or_raise(descriptor)
            return
        time.sleep(LOCK_PAUSE)
    raise PortalError("keyring-refused")
