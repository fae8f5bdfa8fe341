"""The attacker's driver: code inside a decode and a media worker tries every wall, and each wall's result is printed.

    python -m tests.faults.walls [--json] [--without namespace|landlock]

Ends with 1 if one gives way that docs/security.md does not list as left open on such a system.
"""

from __future__ import annotations

import ctypes
import errno
import json
import os
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from core.errors import WorkerError
from core.job import QuietJob
from core.sandbox import seccomp
from core.workers.worker import WorkerPool, WorkerSpec
from tests.sandbox_tasks import ATTEMPTS

TOKEN = "a-token-in-the-environment"
ARGUMENT = "a-secret-among-the-arguments"
REFUSED = {"EPERM", "EACCES", "ENOSYS", "ENOENT", "EROFS", "EAGAIN"}
HARMLESS = {"start_thread", "clone3"}  # no wall: one is allowed, the other must only look absent
NAMES = {"ask_whether_there", "read_link"}  # what the namespace closes, and nothing else can for a media worker
THREADS = {"start_many_threads"}  # a media worker of root, or without a namespace, is killed for them when it is seen


@dataclass(frozen=True)
class Wall:
    """What became of one attempt in one kind of worker."""

    name: str
    worker: str
    result: str
    known: bool

    @property
    def holds(self) -> bool:
        """Tell whether the attempt was refused, or the worker lost its life over it."""
        return self.result in REFUSED or self.result.startswith("killed")


def try_all(folder: Path) -> list[Wall]:
    """Try every wall in a decode and in a media worker."""
    os.environ["SCANSHELF_TRY_TOKEN"] = TOKEN
    disc, incoming, secret = folder / "disc", folder / "incoming", folder / "elsewhere" / "Doe^Jane"
    for made in (disc, incoming, secret.parent):
        made.mkdir(parents=True)
    secret.write_text("secret")
    media = WorkerSpec("tests.sandbox_tasks", (str(disc),), (str(incoming),), arena_bytes=1 << 16)
    return [
        *_try_in("decode", WorkerSpec("tests.sandbox_tasks", arena_bytes=1 << 16), secret),
        *_try_in("media", media, secret),
    ]


def _try_in(kind: str, spec: WorkerSpec, secret: Path) -> list[Wall]:
    pool = WorkerPool(spec)
    try:
        layers = pool.layers(QuietJob())
        known = NAMES if kind == "media" and "namespace" not in layers else set()
        known = known | (THREADS if kind == "media" else set())
        return [
            Wall(name, kind, _try_one(pool, name, argument_of(name, secret)), name in known)
            for name in ATTEMPTS
            if name not in HARMLESS
        ]
    finally:
        pool.close()


def argument_of(name: str, secret: Path) -> str:
    """Say what an attempt is made on."""
    given = {
        "list_folder": str(secret.parent),
        "watch_folder": str(secret.parent),
        "write": str(secret.parent / "new"),
        "make_link": str(secret.parent / "new"),
        "connect_tcp": "9",
        "send_udp": "9",
        "find_in_environment": TOKEN,
        "find_in_arguments": ARGUMENT,
    }
    return given.get(name, str(secret))


def _try_one(pool: WorkerPool, name: str, argument: str) -> str:
    try:
        answer = pool.call("attempt", {"name": name, "argument": argument}, job=QuietJob())
    except WorkerError as error:
        return "refused" if error.code == "task-failed" else f"killed ({error.code})"
    return str(answer.header["result"])


def take_away(layer: str) -> None:
    """Make this system, for this process and its workers, one that lacks a layer."""
    column = seccomp.column()
    assert column is not None
    numbers = {"namespace": {(272, 97)[column]: errno.EPERM}, "landlock": {444: errno.ENOSYS}}[layer]
    library = ctypes.CDLL(None, use_errno=True)
    library.prctl(38, 1, 0, 0, 0)
    assert seccomp.install(library, column, seccomp.refuse_only(numbers))


def main() -> int:
    """Print each wall's result."""
    if "--without" in sys.argv:
        take_away(sys.argv[sys.argv.index("--without") + 1])
    with tempfile.TemporaryDirectory() as folder:
        walls = try_all(Path(folder))
    if "--json" in sys.argv:
        json.dump([[wall.name, wall.worker, wall.result, wall.holds, wall.known] for wall in walls], sys.stdout)
    by_name: dict[str, dict[str, Wall]] = {}
    for wall in walls:
        by_name.setdefault(wall.name, {})[wall.worker] = wall
    for name, row in by_name.items():
        sys.stderr.write(f"{name:45} {_say(row['decode']):30} {_say(row['media'])}\n")
    return int(any(not wall.holds and not wall.known for wall in walls))


def _say(wall: Wall) -> str:
    word = "holds" if wall.holds else "LEFT OPEN" if wall.known else "GIVES WAY"
    return f"{wall.worker}: {word} ({wall.result})"


if __name__ == "__main__":
    sys.exit(main())
