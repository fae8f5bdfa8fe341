"""Tasks for the tests of worker processes: some behave, some do not."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
import threading
import time
from typing import Any

from core.errors import DicomError
from core.workers.task import Task, TaskCall


def warm_up() -> None:
    """Need nothing."""


def echo(arguments: dict[str, Any], call: TaskCall) -> tuple[dict[str, Any], memoryview]:
    """Return what came."""
    return arguments, call.data


def who(_arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Return the process id and what is imported."""
    return {"pid": os.getpid(), "modules": sorted(sys.modules)}


def read_file(_arguments: dict[str, Any], call: TaskCall) -> tuple[dict[str, Any], bytes]:
    """Return the start of the open file that came along."""
    assert call.file is not None
    return {"file": call.file}, os.pread(call.file, 1 << 20, 0)


def parts(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Hand over numbered parts, each with bytes of its own; end as asked."""
    for number in range(arguments["count"]):
        call.part({"number": number}, bytes([number % 256]) * arguments.get("size", 0))
    if arguments.get("then") == "die":
        os._exit(9)
    return {"count": arguments["count"]}


def die(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Die in the way of a crashing codec, unless the marker pipe says it has happened once."""
    call.working_on(arguments.get("item", "the item"))
    if call.file is not None and os.read(call.file, 1) == b"":
        return {"survived": True}
    ctypes.string_at(0)
    return {}


def wait_for_byte(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Wait until a byte comes and tell whether this is the worker that was first asked."""
    if os.getpid() == arguments["first"]:
        return hang(arguments, call)
    assert call.file is not None
    os.read(call.file, 1)
    return {"same": False}


def spin(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Use CPU and listen to nobody."""
    call.working_on(arguments.get("item", 7))
    while True:
        pass


def spin_politely(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Use CPU until told to stop."""
    call.part({"started": True})
    while True:
        call.check()


def items(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Use CPU time on each of many items, all together more than one may use."""
    for item in range(arguments["count"]):
        call.working_on(item)
        start = time.process_time()
        while time.process_time() - start < arguments["seconds"]:
            pass
    return {}


def hang(_arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Wait for ever without using CPU."""
    while True:
        time.sleep(60)


def fail(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Raise as asked."""
    if "item" in arguments:
        call.working_on(arguments["item"])
    if arguments["kind"] == "known":
        raise DicomError("decode-failed", frame=3)
    if arguments["kind"] == "panic":
        raise PanicException
    if arguments["kind"] == "memory":
        return {"length": len(bytearray(arguments["bytes"]))}
    raise ValueError("a value nobody should see")


class PanicException(BaseException):
    """As pylibjpeg-rle raises it."""


def write_to_every_pipe(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Say something of one's own to whoever listens, as code that took the worker over could."""
    for descriptor in range(3, 64):
        if descriptor != call.file:
            with contextlib.suppress(OSError):
                os.write(descriptor, bytes.fromhex(arguments["bytes"]))
    while True:
        time.sleep(60)


def say_much(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Say a long message of one's own."""
    text = ('{"kind": "end", "header": {"a": [' + arguments["piece"] * arguments["times"] + "0]}}").encode()
    arguments = {"bytes": (struct.pack("!i", len(text)) + text).hex()}
    return write_to_every_pipe(arguments, call)


def trickle(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Begin a long message and send it byte by byte."""
    call.part({"started": True})
    write_all(struct.pack("!i", 1 << 20))
    while True:
        write_all(b" ")
        time.sleep(arguments["seconds"])


def answer_much(arguments: dict[str, Any], _call: TaskCall) -> dict[str, Any]:
    """Answer with more than one header holds."""
    return {"values": [0] * arguments["values"]}


def start_threads(arguments: dict[str, Any], call: TaskCall) -> dict[str, Any]:
    """Start many threads that do nothing."""
    threading.stack_size(1 << 16)
    for _ in range(arguments["count"]):
        threading.Thread(target=hang, args=({}, call), daemon=True).start()
    return hang({}, call)


def write_all(data: bytes) -> None:
    """Write into every pipe and socket."""
    for descriptor in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(descriptor, data)


TASKS: dict[str, Task] = {
    task.__name__: task
    for task in (
        *(wait_for_byte, echo, who, read_file, parts, die, spin, spin_politely, items, hang, fail),
        *(write_to_every_pipe, say_much, trickle, answer_much, start_threads),
    )
}
