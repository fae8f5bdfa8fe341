"""The folder a portal keeps its data in: for its owner's eyes only, and for one server at a time."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from core.errors import PortalError
from core.files.durable import remove_file, replace_file, sync, sync_folder
from core.files.file_lock import lock_or_raise
from portal.server.base.settings import ServerSettings
from portal.server.objects.store import is_half_name

SECRET_BYTES = 32


def make_folders(settings: ServerSettings) -> None:
    """Make what is absent; nobody else may look in."""
    for folder in (settings.data, settings.store_folder, settings.objects, settings.incoming):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)


@contextmanager
def only_server(settings: ServerSettings) -> Iterator[None]:
    """Hold data folder and store against a second server; raises `PortalError("portal-in-use")`."""
    with ExitStack() as held:
        for folder in dict.fromkeys((settings.data, settings.store_folder)):
            held.callback(os.close, _lock(folder / "server.lock"))
        yield


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock_or_raise(descriptor)
    except OSError as error:
        os.close(descriptor)
        raise PortalError("portal-in-use") from error
    return descriptor


def read_secret(settings: ServerSettings) -> bytes:
    """Give the key that codes are sealed with; made once, whoever comes first."""
    if not settings.secret_file.exists():
        with contextlib.suppress(FileExistsError):
            write_owner_only(settings.secret_file, secrets.token_hex(SECRET_BYTES), once=True)
    return bytes.fromhex(settings.secret_file.read_text("ascii"))


def empty_incoming(settings: ServerSettings) -> None:
    """Remove what an earlier end left half received; what has no name of ours is somebody else's."""
    for file in settings.incoming.iterdir():
        if is_half_name(file.name) and file.is_file():
            remove_file(file)


def note_address(settings: ServerSettings) -> None:
    """Remember the address for links that are made while the server does not run."""
    write_owner_only(settings.address_file, json.dumps({"url": settings.public_url, "local": settings.local}))


def noted_address(address_file: Path) -> tuple[str, bool] | None:
    """Give the address the server had last and whether it is this computer's own, or `None`."""
    try:
        said = json.loads(address_file.read_text("utf-8"))
        return str(said["url"]), bool(said["local"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_owner_only(path: Path, words: str, *, once: bool = False) -> None:
    """Write a small file whole or not at all, readable for its owner alone; `once` never replaces one."""
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(words)
        file.flush()
        sync(file.fileno())
    try:
        if once:
            path.hardlink_to(beside)
        else:
            replace_file(beside, path)
    finally:
        remove_file(beside, missing_ok=True)
    sync_folder(path.parent)  # a key that a power cut took away would make every code a wrong one
