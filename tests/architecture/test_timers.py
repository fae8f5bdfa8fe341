"""Nothing asks again and again for what an event can tell: every timer, nap and wait with a time stands here, with why.

A new one fails until it has its line; none of them asks the shelf, and of a server only the place that is seen. Named
by room and file, so that a file may go to another folder.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "core", "dicom", "importer", "library", "portal", "viewer")

ALLOWED = {
    # -- the window: what Qt itself counts down --
    ("app", "presenter.py", "QTimer"): (1, "of the discs: a disc that is put in tells no portable event"),
    ("app", "looking_presenter.py", "QTimer"): (1, "a portal tells nobody: asked while seen, less and less"),
    ("app", "sending_presenter.py", "QTimer"): (
        1,
        "paces drawing: what is told fast is shown at once",
    ),
    ("app", "main_window.py", "singleShot"): (1, "once, after the first painting"),
    ("app", "opening.py", "singleShot"): (2, "once each, at once: what the viewer is made of has a turn each"),
    ("app", "garbage.py", "QTimer"): (1, "Python's garbage is collected in this thread alone"),
    ("app", "waits_to_write.py", "QTimer"): (1, "a lock that is let go tells nobody: the lock file alone"),
    ("core", "steady.py", "QTimer"): (1, "takes a sign off a button after a moment, and ends with it"),
    ("importer", "discs_panel.py", "QTimer"): (1, "once, when what goes and comes in one turn is there"),
    ("library", "search_field.py", "QTimer"): (1, "once, after a pause in typing"),
    ("portal", "card_list.py", "QTimer"): (1, "once, when a list has its room"),
    ("viewer", "film_player.py", "QTimer"): (1, "the frames of a film, while it plays"),
    ("viewer", "status_line.py", "QTimer"): (1, "once, takes an answer away"),
    ("viewer", "viewport.py", "QTimer"): (1, "once, draws finely when the hand rests"),
    ("viewer", "viewport_presenter.py", "QTimer"): (2, "once each, say that an image is long in coming"),
    # -- threads: naps in which a job can be stopped, and waits for what the system does not tell --
    ("app", "running.py", "sleep"): (
        1,
        "the lock of a server that ends tells nobody; at most once a start",
    ),
    ("app", "running.py", "wait"): (2, "how long the practice portal may take to end"),
    ("app", "running.py", "poll"): (1, "whether the child ended, asked once"),
    ("core", "durable.py", "sleep"): (1, "Windows: another program holds the file for a moment"),
    ("core", "pipe.py", "wait"): (2, "until the pipe has something; the job may be stopped"),
    ("core", "pipe.py", "poll"): (3, "the system wakes it; between that the job may be stopped"),
    ("core", "worker.py", "wait"): (1, "until a worker is free; the job may be stopped"),
    ("core", "worker_handle.py", "poll"): (1, "whether an idle worker speaks unasked, asked once"),
    ("core", "worker_handle.py", "sleep"): (1, "a hostile worker can lie through its sentinel"),
    ("core", "worker_process.py", "wait"): (1, "the worker's: until its parent ends"),
    ("portal", "device.py", "wait"): (1, "RFC 8628: asked as slowly as the portal says"),
    ("portal", "sign_in.py", "wait"): (1, "until the browser comes back"),
    ("portal", "vault.py", "sleep"): (1, "the lock of another window at the keyring file"),
    ("portal", "deliver.py", "wait"): (1, "the pause before the next try, of one instance and of several together"),
    ("portal", "pace.py", "wait"): (3, "until a request may begin, and pauses; each can be stopped"),
    ("portal", "pace.py", "sleep"): (1, "the pause before the next try; the job may be stopped"),
    ("portal", "queue.py", "sleep"): (1, "until the next try is due; the shelf is asked nothing"),
    ("core", "worker.py", "get"): (2, "until something is to be done, or a disc's worker has had nothing for a while"),
    ("importer", "copy_task.py", "get"): (1, "until a file is written; the parent hears that it goes on"),
    ("portal", "senders.py", "get"): (1, "until an instance is sent; the job may be stopped"),
    ("portal", "stoppable.py", "get"): (1, "until a server answers; the job may be stopped"),
    ("portal", "leaving.js", "setInterval"): (1, "whether half an hour went by: a device that slept tells nobody"),
    ("portal", "list.js", "setTimeout"): (1, "once, after the last letter that was typed"),
    ("portal", "patients.js", "setTimeout"): (1, "the same"),
    # -- the server --
    ("portal", "even_time.py", "sleep"): (1, "all answers take as long, so that time tells nothing"),
    ("portal", "redeem_routes.py", "sleep"): (1, "the same, beside the threads"),
    ("portal", "stow.py", "wait"): (1, "until the thread that writes has ended"),
    ("portal", "request_limits.py", "wait_for"): (1, "how long a sender may keep silent"),
    ("portal", "slow_clients.py", "call_later"): (2, "how long a head and a reader may take"),
    ("portal", "token_routes.py", "poll"): (1, "not a wait: RFC 8628 calls the question so"),
    ("portal", "sending.py", "wait"): (1, "notices another process put into the outbox, and those due again"),
    ("portal", "processes.py", "wait"): (
        1,
        "the pause before another takes the place of one that fell at once",
    ),
    # -- the demo, which plays the person --
    ("app", "browser_pipe.py", "sleep"): (1, "until the browser has ended"),
    ("app", "doctor.py", "wait_for"): (4, "until the page shows what it shall"),
    ("app", "person.py", "wait_for"): (2, "until the page shows what it shall"),
    ("app", "patience.py", "wait_for"): (1, "until the page shows what it shall"),
    ("app", "mailbox.py", "sleep"): (1, "until another process has put a letter into the demo's mailbox"),
    ("app", "screens.py", "QTimer"): (1, "looks whether the window shows what it shall, as a person does"),
    # -- the page a share opens --
    ("portal", "clock.js", "setInterval"): (1, "whether it is still shared, while the page is seen: nobody tells it"),
    ("portal", "clock.js", "setTimeout"): (2, "once each, says that the time is nearly over"),
    ("portal", "still.js", "setTimeout"): (1, "once, after what a click is for"),
    ("portal", "frames.js", "setTimeout"): (1, "once, the pause a busy server asks for"),
    ("portal", "parts.js", "setTimeout"): (1, "once, forgets an answer so that it may be asked"),
    ("portal", "papers.js", "setTimeout"): (1, "once, lets go of a saved file"),
    ("portal", "viewer.js", "setTimeout"): (1, "once, draws finely when the hand rests"),
    ("portal", "film.js", "setInterval"): (1, "the frames of a film, while it plays"),
}

ALWAYS = {"QTimer", "QBasicTimer", "singleShot", "startTimer", "Timer", "sleep", "wait_for", "call_later", "call_at"}
WITH_A_TIME = {"wait", "poll"}  # without one they return when it happens
FROM_A_QUEUE = {"get", "put", "join", "acquire", "result"}
SCRIPT = re.compile(r"\b(setTimeout|setInterval)\(")


def waits_of(path: str, text: str) -> Iterator[str]:
    """Name each timer, nap and wait with a time."""
    if path.endswith(".js"):
        yield from SCRIPT.findall(text)
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            timed = bool(node.args or node.keywords) or name == "poll"
            if name in FROM_A_QUEUE and not node.args and any(one.arg == "timeout" for one in node.keywords):
                yield name
            if name in ALWAYS or (name in WITH_A_TIME and timed):
                yield name


def sources() -> Iterator[tuple[Path, str]]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.*")):
            if path.suffix in {".py", ".js"}:
                yield path.relative_to(ROOT), path.read_text(encoding="utf-8")


def test_every_timer_has_its_reason_here_and_none_stands_here_that_is_gone() -> None:
    found = Counter((path.parts[0], path.name, name) for path, text in sources() for name in waits_of(path.name, text))
    assert found == {where: number for where, (number, _) in ALLOWED.items()}


@pytest.mark.parametrize(
    "text",
    [
        "QTimer(self, interval=2000)",
        "QTimer.singleShot(5, ask)",
        "self.startTimer(200)",
        "threading.Timer(2, ask)",
        "time.sleep(0.2)",
        "asyncio.sleep(1)",
        "changed.wait(0.2)",
        "changed.wait(timeout=0.2)",
        "loop.call_later(1, ask)",
        "process.poll()",
        "answers.get(timeout=0.1)",
    ],
)
def test_a_new_one_would_be_seen(text: str) -> None:
    assert list(waits_of("new.py", text))


def test_what_waits_for_an_event_alone_is_none() -> None:
    assert not list(waits_of("new.py", "changed.wait()\nqueue.get()\nthread.join()"))


def test_a_page_is_read_too() -> None:
    assert list(waits_of("page.js", "setInterval(() => ask(), 5000)")) == ["setInterval"]
