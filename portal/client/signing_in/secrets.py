"""Where secrets are kept: the system's keyring, a file for tests, or only this program's memory."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Protocol

from core.errors import PortalError
from core.files.whole import write_whole

SERVICE = "Scanshelf"


class Secrets(Protocol):
    """Texts by name."""

    def get(self, name: str) -> str | None:
        """Give one, or nothing."""

    def put(self, name: str, text: str) -> None:
        """Keep one; raises `PortalError` "keyring-refused" where it is not kept."""

    def drop(self, name: str) -> None:
        """Forget one, also where there is none."""


class MemorySecrets:
    """Kept until the program ends."""

    def __init__(self) -> None:
        self._kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        """Give one, or nothing."""
        return self._kept.get(name)

    def put(self, name: str, text: str) -> None:
        """Keep one."""
        self._kept[name] = text

    def drop(self, name: str) -> None:
        """Forget one."""
        self._kept.pop(name, None)


class FileSecrets:
    """Kept in an owner-only file, readable for whoever can read that: for tests and machines."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def get(self, name: str) -> str | None:
        """Give one, or nothing; a file nobody can read holds nothing."""
        text = self._all().get(name)
        return text if isinstance(text, str) else None

    def put(self, name: str, text: str) -> None:
        """Keep one."""
        self._write({**self._all(), name: text})

    def drop(self, name: str) -> None:
        """Forget one."""
        kept = self._all()
        if kept.pop(name, None) is not None:
            self._write(kept)

    def _all(self) -> dict[str, Any]:
        try:
            kept = json.loads(self._path.read_bytes())
        except (OSError, ValueError, RecursionError):
            return {}
        return kept if isinstance(kept, dict) else {}

    def _write(self, kept: dict[str, Any]) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._path, json.dumps(kept))  # owner-only from its first moment
        except OSError as problem:
            raise PortalError("keyring-refused") from problem


class KeyringSecrets:
    """Kept by the operating system. Its backends fail each with errors of its own, so all of them count."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def get(self, name: str) -> str | None:
        """Give one, or nothing; a keyring that stays locked holds nothing."""
        try:
            text = self._backend.get_password(SERVICE, name)
        except Exception:  # noqa: BLE001
            return None
        return text if isinstance(text, str) else None

    def put(self, name: str, text: str) -> None:
        """Keep one."""
        try:
            self._backend.set_password(SERVICE, name, text)
        except Exception as problem:
            raise PortalError("keyring-refused") from problem

    def drop(self, name: str) -> None:
        """Forget one."""
        from keyring.errors import PasswordDeleteError

        try:
            self._backend.delete_password(SERVICE, name)
        except PasswordDeleteError:
            return  # there was none
        except Exception as problem:
            raise PortalError("keyring-refused") from problem


def system_keyring() -> KeyringSecrets | None:
    """Find the operating system's keyring; keyring's stand-ins that keep nothing, or keep it readable, do not count."""
    try:
        import keyring

        backend = keyring.get_keyring()
    except Exception:  # noqa: BLE001 - a backend of the person's own choice that cannot be loaded
        return None
    return KeyringSecrets(backend) if _is_safe(backend) else None


def _is_safe(backend: Any) -> bool:
    module = type(backend).__module__
    if module.endswith("backends.chainer"):
        chained = list(backend.backends)
        return bool(chained) and all(_is_safe(each) for each in chained)
    return not module.startswith(("keyring.backends.fail", "keyring.backends.null", "keyrings.alt"))
