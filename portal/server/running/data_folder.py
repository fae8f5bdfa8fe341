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
from core.files.durable import remove_file
from core.files.file_lock import lock_or_raise, share
from core.files.whole import write_for_good
from portal.server.base.settings import ServerSettings
from portal.server.objects.orphans import is_left
from portal.server.objects.store import is_half_name

SECRET_BYTES = 32


def make_folders(settings: ServerSettings) -> None:
    """Make what is absent; nobody else may look in."""
    for folder in (settings.data, settings.store_folder, settings.objects, settings.incoming):
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)


@contextmanager
def only_server(settings: ServerSettings) -> Iterator[list[int]]:
    """Hold data folder and store against a second server; raises `PortalError("portal-in-use")`.

    Gives the descriptors that hold them: whoever else has these holds on until its own end.
    """
    with ExitStack() as held:
        descriptors = []
        for folder in dict.fromkeys((settings.data, settings.store_folder)):
            descriptors.append(_lock(folder / "server.lock"))
            held.callback(os.close, descriptors[-1])
        yield descriptors


def _lock(path: Path) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock_or_raise(descriptor)
    except OSError as error:
        os.close(descriptor)
        raise PortalError("portal-in-use") from error
    return descriptor


@contextmanager
def joined(settings: ServerSettings) -> Iterator[None]:
    """Let whoever cleans the store know that another server receives there; waits while it is being cleaned."""
    with _joining_file(settings) as descriptor:
        share(descriptor)
        yield


@contextmanager
def nobody_joins(settings: ServerSettings) -> Iterator[bool]:
    """Tell whether no other server receives into the store; then none begins to meanwhile."""
    with _joining_file(settings) as descriptor:
        try:
            lock_or_raise(descriptor)
        except OSError:
            yield False
            return
        yield True


@contextmanager
def _joining_file(settings: ServerSettings) -> Iterator[int]:
    settings.store_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(settings.store_folder / "joined.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def read_secret(settings: ServerSettings) -> bytes:
    """Give the key that codes are sealed with; made once, whoever comes first."""
    if not settings.secret_file.exists():
        with contextlib.suppress(FileExistsError):
            # a key that a power cut took away would make every code a wrong one
            write_for_good(settings.secret_file, secrets.token_hex(SECRET_BYTES), once=True)
    return bytes.fromhex(settings.secret_file.read_text("ascii"))


def empty_incoming(settings: ServerSettings, *, alone: bool = True) -> None:
    """Remove what an earlier end left half received; what has no name of ours is somebody else's.

    Where others receive, what was written lately is theirs and stays.
    """
    for file in settings.incoming.iterdir():
        if is_half_name(file.name) and file.is_file() and (alone or is_left(file)):
            remove_file(file, missing_ok=True)


def note_address(settings: ServerSettings) -> None:
    """Remember the address for links that are made while the server does not run."""
    write_for_good(settings.address_file, json.dumps({"url": settings.public_url, "local": settings.local}))


def noted_address(address_file: Path) -> tuple[str, bool] | None:
    """Give the address the server had last and whether it is this computer's own, or `None`."""
    try:
        said = json.loads(address_file.read_text("utf-8"))
        return str(said["url"]), bool(said["local"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
