"""Tries the changes of rooms: `python -m tests.mutation ROOM … [--most 60] [--only TEXT]`; see docs/mutation.md."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import TextIO

from tests.mutation import asked, chosen
from tests.mutation.asked import Collected, Touched, Verdict
from tests.mutation.operators import Mutant
from tests.mutation.rooms import ROOMS, Room
from tests.tools import REPOSITORY

_RESULTS = REPOSITORY / ".mutants"
_EQUIVALENT = Path(__file__).with_name("equivalent.txt")
_TRACE_SECONDS = 900.0
_FIRST_SECONDS = 8.0  # for what tests of a room begin once: workers, portals
_SLOWER = 4.0  # what a changed test may take more of


def main() -> None:
    """Try the rooms one after the other and tell the score."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation")
    parser.add_argument("rooms", nargs="*", default=list(ROOMS), metavar="ROOM", help=", ".join(ROOMS))
    parser.add_argument("--most", type=int, default=40, help="so many changes of each room; 0 for all")
    parser.add_argument("--only", help="of the sample those whose name holds this text")
    parser.add_argument("--tests", nargs="+", help="ask these tests instead of the room's")
    parser.add_argument("--again", action="store_true", help="only what survived the last time")
    options = parser.parse_args()
    _RESULTS.mkdir(exist_ok=True)
    asked.import_what_others_made()
    for name in options.rooms:
        _try_room(name, options)


def _try_room(name: str, options: argparse.Namespace) -> None:
    room = ROOMS[name]
    tests = tuple(options.tests or room.tests)
    made, mutants = chosen.changes(room, options.most or sys.maxsize)
    results = _RESULTS / f"{name}.jsonl"
    if options.again:
        lived = {row["name"] for row in _rows(results) if row["state"] in {"survived", "untouched"}}
        mutants = [one for one in mutants if one.name in lived]
    if options.only:
        mutants = [one for one in mutants if options.only in one.name]
    part = options.again or options.only
    target = _RESULTS / f"{name}.again.jsonl" if part else results
    target.unlink(missing_ok=True)
    began = time.monotonic()
    _in_own_process(lambda: _ask_swapped(room, tests, mutants, target))
    _ask_others(room, mutants, target)
    _tell_score(name, made, list(_rows(target)), time.monotonic() - began)


def _in_own_process(work: object) -> None:
    """Leave this process without any of our modules, for the changes that must be there before an import."""
    assert callable(work)
    pid = os.fork()
    if pid == 0:
        work()
        sys.stderr.flush()
        os._exit(0)
    os.waitpid(pid, 0)


def _ask_swapped(room: Room, tests: Sequence[str], mutants: Sequence[Mutant], target: Path) -> None:
    said = os.fdopen(os.dup(2), "w", buffering=1)
    tests_found = _RESULTS / "tests.json"
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)

    def ask(collected: Collected) -> None:
        touched = _touched(room, collected, said)
        tests_found.write_text(json.dumps(list(collected.items)))
        every = list(collected.items)
        for mutant in mutants:
            names = chosen.tests_of(mutant, touched, every)
            source = (REPOSITORY / mutant.path).read_text()
            verdict: Verdict | None = Verdict("untouched")
            if names:
                limit = _FIRST_SECONDS + _SLOWER * chosen.seconds_of(names, touched)
                verdict = asked.ask_collected(collected, mutant, source, names, limit)
            _note(target, mutant, verdict or Verdict("later"), said)

    asked.collect(tests, ask)


def _ask_others(room: Room, mutants: Sequence[Mutant], target: Path) -> None:
    rows = {row["name"]: row for row in _rows(target)}
    later = [one for one in mutants if rows.get(one.name, {}).get("state") == "later"]
    if not later:
        return
    touched = _read_touched(room, json.loads((_RESULTS / "tests.json").read_text()))
    for mutant in later:
        names = chosen.tests_of(mutant, touched, list(touched.seconds))
        limit = 2 * _FIRST_SECONDS + _SLOWER * chosen.seconds_of(names, touched)
        source = (REPOSITORY / mutant.path).read_text()
        _note(target, mutant, asked.ask_from_start(mutant, source, names, limit), sys.stderr)


def _touched(room: Room, collected: Collected, said: TextIO) -> Touched:
    """Give the lines each test runs; what was noted is kept until room or test change."""
    fresh = [name for name in collected.items if not _kept(room, name).exists()]
    if fresh:
        said.write(f"{len(fresh)} tests run once without a change\n")
        for name, one in asked.trace(collected, fresh, room.files(), _TRACE_SECONDS).by_file().items():
            _kept(room, name).write_text(json.dumps(asdict(one)))
    found = _read_touched(room, collected.items)
    said.write(f"{len(found.seconds)} tests, {sum(found.seconds.values()):.0f} s; left out: {found.failed}\n")
    return found


def _kept(room: Room, test: str) -> Path:
    files = [*room.files(), test.partition("::")[0]]
    return _RESULTS / f"touched-{_digest(tuple(files))}.json"


@cache
def _digest(files: tuple[str, ...]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.encode() + (REPOSITORY / file).read_bytes())
    return digest.hexdigest()[:16]


def _read_touched(room: Room, tests: Iterable[str]) -> Touched:
    found = Touched()
    for kept in sorted({_kept(room, test) for test in tests}):
        read = json.loads(kept.read_text())
        found.seconds |= read["seconds"]
        found.failed += read["failed"]
        for file, lines in read["lines"].items():
            for line, names in lines.items():
                found.lines.setdefault(file, {}).setdefault(int(line), []).extend(names)
    return found


def _note(target: Path, mutant: Mutant, verdict: Verdict, said: TextIO) -> None:
    row = {"name": mutant.name, "number": mutant.number, "line": mutant.line, **asdict(verdict)}
    with target.open("a") as file:
        file.write(json.dumps(row) + "\n")
    if verdict.state not in {"killed", "later"}:
        said.write(f"{verdict.state} ({verdict.asked} tests) line {mutant.line}: {mutant.name}\n")


def _rows(target: Path) -> Iterable[dict[str, str]]:
    """The last word on each change."""
    if not target.exists():
        return []
    rows = [json.loads(line) for line in target.read_text().splitlines()]
    return list({(row["name"], row["number"]): row for row in rows}.values())


def _equivalent() -> set[str]:
    """What was looked at and changes nothing anybody could notice: lines `name  # reason`."""
    lines = _EQUIVALENT.read_text().splitlines() if _EQUIVALENT.exists() else []
    return {line.partition("  # ")[0] for line in lines if line and not line.startswith("#")}


def _tell_score(name: str, made: int, rows: Sequence[dict[str, str]], seconds: float) -> None:
    same = _equivalent()
    states = Counter(
        "equivalent" if row["name"] in same and row["state"] in {"survived", "untouched"} else row["state"]
        for row in rows
    )
    counted = len(rows) - states["equivalent"]
    killed = states["killed"] + states["timeout"]
    sys.stdout.write(
        f"{name}: {made} made, {len(rows)} tried, {killed} killed ({states['timeout']} by time), "
        f"{states['survived']} survived, {states['untouched']} run by no test, {states['equivalent']} equivalent, "
        f"score {killed / max(1, counted):.0%}, {seconds:.0f} s\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    main()
