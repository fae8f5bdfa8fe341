"""A real browser, driven: headless Chromium over its own debugging pipe, with nothing to install beside it."""

from __future__ import annotations

import base64
import json
import os
import shutil
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from app.demo.browsing.browser_pipe import BrowserError, BrowserPipe

__all__ = ["Browser", "BrowserError", "Point", "browser_starts", "find_chromium"]

Point = tuple[float, float]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
_SECONDS = 60.0
_KEYS = {"Enter": ("\r", 13), "Tab": ("", 9), "Escape": ("", 27), "Home": ("", 36), "End": ("", 35), " ": (" ", 32)}
_KEYS |= {"ArrowLeft": ("", 37), "ArrowUp": ("", 38), "ArrowRight": ("", 39), "ArrowDown": ("", 40)}
_KEYS |= {"PageUp": ("", 33), "PageDown": ("", 34)}


def find_chromium() -> str | None:
    """Return a Chromium or Chrome of this computer, or `None`."""
    if not hasattr(os, "posix_spawn"):
        return None
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    return found or (_MAC if Path(_MAC).exists() else None)


def browser_starts() -> bool:
    """Say whether there is a browser on this computer and it starts here."""
    try:
        with Browser():
            return True
    except BrowserError:
        return False


_LONGEST_FOLDER = 40  # bytes


class Browser:
    """One page in a browser with an empty profile of its own; a context manager.

    `console_errors` holds what the page complained of, `requests` every address it asked for, `refused` those that
    were answered with 400 and above.
    """

    def __init__(self, program: str | None = None) -> None:
        found = program or find_chromium()
        if found is None:
            raise BrowserError("there is no Chromium on this computer")
        self.console_errors: list[str] = []
        self.requests: list[str] = []
        self.refused: list[tuple[str, int]] = []
        self._profile = tempfile.TemporaryDirectory(prefix="browser-", dir=_short_folder(), ignore_cleanup_errors=True)
        self._program = found
        self._pipe: BrowserPipe | None = None
        self._number = 0
        self._session: str | None = None
        self._loaded = False

    def __enter__(self) -> Browser:
        try:
            target = self._first_page()
            self._session = self._call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            for part in ("Page", "Runtime", "Log", "Network"):
                self._call(f"{part}.enable")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._profile.cleanup()

    def _first_page(self) -> str:
        """Start; without its sandbox where that cannot be (root, some containers), since it sees our own pages only."""
        for sandbox in (False,) if os.geteuid() == 0 else (True, False):
            self._end()
            self._pipe = BrowserPipe(self._program, self._profile.name, sandbox=sandbox)
            try:
                return str(self._call("Target.createTarget", url="about:blank")["targetId"])
            except BrowserError:
                if not sandbox:
                    raise
        raise BrowserError("the browser does not start")

    def _end(self) -> None:
        pipe, self._pipe = self._pipe, None
        if pipe is not None:
            pipe.close()
            pipe.kill()

    def open(
        self,
        url: str,
        width: int = 1280,
        height: int = 800,
        *,
        mobile: bool = False,
        dark: bool = False,
        still: bool = False,
    ) -> None:
        """Go to a page, on a screen of this size, and wait until it is loaded; `still` asks for reduced motion."""
        scale = 2 if mobile else 1
        size = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile}
        self._call("Emulation.setDeviceMetricsOverride", **size)
        self._call("Emulation.setTouchEmulationEnabled", enabled=mobile, maxTouchPoints=5 if mobile else 1)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        motion = {"name": "prefers-reduced-motion", "value": "reduce" if still else ""}
        self._call("Emulation.setEmulatedMedia", features=[scheme, motion])
        self._loaded = False
        answer = self._call("Page.navigate", url=url)
        if "errorText" in answer:
            raise BrowserError(f"the page does not open: {answer['errorText']}")
        deadline = time.monotonic() + _SECONDS
        while not self._loaded and "loaderId" in answer:
            self._note(self._started().receive(deadline))

    def evaluate(self, script: str) -> Any:
        """Run JavaScript in the page (a promise is waited for) and return its value."""
        answer = self._call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            raise BrowserError(str(answer["exceptionDetails"].get("exception", {}).get("description", "script ended")))
        return answer["result"].get("value")

    def wait_for(self, condition: str, seconds: float = _SECONDS) -> None:
        """Wait until a JavaScript expression is true, also across pages."""
        script = (
            f"new Promise(done => {{ const until = performance.now() + 500; const look = () => {{ let so = false;"
            f" try {{ so = Boolean({condition}); }} catch {{ so = false; }}"
            f" if (so || performance.now() > until) done(so); else setTimeout(look, 15); }}; look(); }})"
        )
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            try:
                if self.evaluate(script):
                    return
            except BrowserError as error:
                if "context" not in str(error) and "navigated" not in str(error):
                    raise
        raise BrowserError(f"it never came true: {condition}")

    def click(self, selector: str) -> None:
        """Click the middle of an element, which is brought into view."""
        x, y = self._middle(selector)
        self.mouse("mousePressed", x, y, clicks=1)
        self.mouse("mouseReleased", x, y, clicks=1)

    def type(self, selector: str, text: str) -> None:
        """Write text into a field, in place of what is there."""
        field = f"document.querySelector({json.dumps(selector)})"
        self.evaluate(f"{field}.focus(), {field}.select()")
        self._call("Input.insertText", text=text)

    def give(self, selector: str, *files: Path) -> None:
        """Choose files in a field for files."""
        found = self._call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        place = found["result"]["objectId"]
        self._call("DOM.setFileInputFiles", files=[str(file) for file in files], objectId=place)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press and let go of one key: a letter, or a name such as "ArrowDown" or "Enter"."""
        text, number = _KEYS.get(key, (key, ord(key[0].upper())))
        said = {"key": key, "windowsVirtualKeyCode": number, "modifiers": 8 if shift else 0}
        self._call("Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **said)
        self._call("Input.dispatchKeyEvent", type="keyUp", **said)

    def mouse(self, kind: str, x: float, y: float, *, button: str = "left", clicks: int = 0) -> None:
        """Send one mouse event: "mousePressed", "mouseMoved" or "mouseReleased"."""
        held = {"left": 1, "right": 2, "middle": 4, "none": 0}[button] if kind != "mouseReleased" else 0
        said = {"button": button, "buttons": held, "clickCount": clicks}
        self._call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **said)

    def drag(self, start: Point, end: Point, *, button: str = "left", steps: int = 5) -> None:
        """Drag the mouse from one point to another."""
        self.mouse("mousePressed", *start, button=button, clicks=1)
        for step in range(1, steps + 1):
            x, y = (a + (b - a) * step / steps for a, b in zip(start, end, strict=True))
            self.mouse("mouseMoved", x, y, button=button)
        self.mouse("mouseReleased", *end, button=button, clicks=1)

    def wheel(self, x: float, y: float, down: float, *, ctrl: bool = False, shift: bool = False) -> None:
        """Turn the wheel over a point."""
        said = {"x": x, "y": y, "deltaX": 0, "deltaY": down, "modifiers": (2 if ctrl else 0) | (8 if shift else 0)}
        self._call("Input.dispatchMouseEvent", type="mouseWheel", **said)

    def touch(self, *moments: Sequence[Point]) -> None:
        """Put fingers down at the first moment's points, move them through the others, and lift them."""
        for number, points in enumerate(moments):
            fingers = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
            self._call("Input.dispatchTouchEvent", type="touchMove" if number else "touchStart", touchPoints=fingers)
        self._call("Input.dispatchTouchEvent", type="touchEnd", touchPoints=[])

    def screenshot(self, path: Path | str) -> None:
        """Write what is seen as a PNG."""
        Path(path).write_bytes(base64.b64decode(self._call("Page.captureScreenshot", format="png")["data"]))

    def give_authenticator(self) -> None:
        """Give the page a passkey's authenticator that looks who it is and is always content (WebAuthn)."""
        kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        self._call("WebAuthn.enable")
        self._call("WebAuthn.addVirtualAuthenticator", options={**kind, "isUserVerified": True})

    def connect(self, connected: bool = True) -> None:
        """Cut the page off from every network, or connect it again."""
        free = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        self._call("Network.emulateNetworkConditions", offline=not connected, **free)

    def lose(self, *addresses: str) -> None:
        """Let requests to these addresses ("*" stands for anything) get no answer; none of them where none is named."""
        self._call("Network.setBlockedURLs", urls=list(addresses))

    def forget(self) -> None:
        """Clear the cookies."""
        self._call("Network.clearBrowserCookies")

    def _started(self) -> BrowserPipe:
        if self._pipe is None:
            raise BrowserError("the browser was not started")
        return self._pipe

    def _middle(self, selector: str) -> Point:
        script = (
            f"(() => {{ const f = document.querySelector({json.dumps(selector)}); if (!f) return null;"
            " f.scrollIntoView({block: 'nearest', inline: 'nearest', behavior: 'instant'});"
            " const r = f.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        found = self.evaluate(script)
        if not found:
            raise BrowserError(f"nothing on the page is {selector}")
        return float(found[0]), float(found[1])

    def _call(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        message: dict[str, Any] = {"id": self._number, "method": method, "params": parameters}
        if self._session is not None:
            message["sessionId"] = self._session
        pipe = self._started()
        pipe.send(message)
        deadline = time.monotonic() + _SECONDS
        while (answer := pipe.receive(deadline)).get("id") != self._number:
            self._note(answer)
        if "error" in answer:
            raise BrowserError(f"{method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def _note(self, event: dict[str, Any]) -> None:
        """Keep what the page tells by itself."""
        said = event.get("params", {})
        match event.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(said["request"]["url"])
            case "Network.responseReceived" if said["response"]["status"] >= 400:
                self.refused.append((said["response"]["url"], int(said["response"]["status"])))
            case "Runtime.exceptionThrown":
                details = said["exceptionDetails"]
                self.console_errors.append(str(details.get("exception", {}).get("description") or details["text"]))
            case "Runtime.consoleAPICalled" if said["type"] in ("error", "warning", "assert"):
                self.console_errors.append(" ".join(str(each.get("value", "")) for each in said["args"]))
            case "Log.entryAdded" if said["entry"]["level"] == "error" and said["entry"]["source"] != "network":
                self.console_errors.append(str(said["entry"]["text"]))


def _short_folder() -> str:
    """Give a temporary folder in which the path of the browser's own socket stays below 108 bytes, else it ends."""
    folder = tempfile.gettempdir()
    return folder if len(os.fsencode(folder)) <= _LONGEST_FOLDER or not Path("/tmp").is_dir() else "/tmp"
