"""`scanshelf selftest`: does everything the program needs work on this computer? The frozen build runs it too."""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import ssl
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

from app.cli.terminal import Terminal
from app.places import library_folder, settings_folder
from app.server_parts import missing_part
from app.version import version
from app.words.messages import Messages
from core.errors import ScanshelfError
from core.job import Job
from core.workers.worker import WorkerPool

DECODER_LAYERS = {"linux": ["seccomp", "landlock", "limits"], "darwin": ["limits"]}
READER_LAYERS = {"linux": ["seccomp", "landlock", "namespace", "limits"], "darwin": ["limits"]}
LEFT_OPEN = {
    "seccomp": "code hidden in a disc's files could use the network",
    "landlock": "the other layers must keep such code from other files",
    "namespace": "code hidden in a disc's files could ask whether a file exists, but not open it",
}
PLATFORM_PLUGINS = {"linux": "libqxcb.so", "win32": "qwindows.dll", "darwin": "libqcocoa.dylib"}
PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><rect width="4" height="4" fill="#fff"/></svg>'


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tried: `name` is stable, `detail` says what was found."""

    name: str
    ok: bool
    detail: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take no arguments of its own."""


def run(arguments: argparse.Namespace) -> int:
    """Try everything and say how each went; 0 if all works, else 1."""
    terminal = Terminal(json=arguments.json, quiet=arguments.quiet)
    checks = [*check_workers(terminal.job()), *check_qt(), check_keyring(), *check_portal()]
    checks.append(check_shelf(library_folder(arguments.library)))
    ok = all(check.ok for check in checks)
    width = max(len(check.name) for check in checks)
    for check in checks:
        terminal.say(f"{'ok    ' if check.ok else 'FAILED'}  {check.name:<{width}}  {check.detail}".rstrip())
    terminal.say("Everything works." if ok else "Something does not work here. Please send these lines to support.")
    if arguments.json:
        terminal.document(describe(checks, ok=ok))
    return 0 if ok else 1


def describe(checks: list[Check], *, ok: bool) -> dict[str, object]:
    """Return the JSON document."""
    return {
        "ok": ok,
        "version": version(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "frozen": bool(getattr(sys, "frozen", False)),
        "checks": [asdict(check) for check in checks],
    }


def check_workers(job: Job) -> Iterator[Check]:
    """Start a decode worker, ask for its sandbox, and have it decode one frame with each decoder."""
    from app.actions.scanning import named_source
    from app.build import Workers

    with tempfile.TemporaryDirectory(prefix="scanshelf-") as folder, Workers(decode_workers=1) as workers:
        try:
            layers = workers.decode_pool.layers(job)
            reader_layers = workers.media(named_source(folder), Path(folder)).layers(job)
        except ScanshelfError as error:
            yield failed("worker", error)
            return
        yield Check("worker", ok=True, detail="a process of its own starts and answers")
        yield describe_sandbox("sandbox", layers, DECODER_LAYERS)
        yield describe_sandbox("sandbox of the disc reader", reader_layers, READER_LAYERS)
        yield from check_codecs(workers.decode_pool, job)


def describe_sandbox(name: str, layers: list[str], expected: dict[str, list[str]]) -> Check:
    """Say which layers are active. Missing ones are told, not failed: older systems do not have them."""
    missing = [layer for layer in expected.get(sys.platform, []) if layer not in layers]
    said = [f"{layer} ({LEFT_OPEN[layer]})" if layer in LEFT_OPEN else layer for layer in missing]
    absent = f"; not on this system: {', '.join(said)}" if said else ""
    return Check(name, ok=True, detail=(", ".join(layers) or "none") + absent)


def check_codecs(pool: WorkerPool, job: Job) -> Iterator[Check]:
    """Decode one small frame of every transfer syntax, and one with every decoder, in the worker."""
    try:
        found = pool.call("check_codecs", {}, job=job).header
    except ScanshelfError as error:
        yield failed("codecs", error)
        return
    for _, name, decoder, right in found["codecs"]:
        yield Check(f"codec {name}", ok=bool(right), detail=str(decoder))
    for row in found["decoders"]:
        yield Check(f"decoder {row['codec']}: {row['decoder']}", ok=bool(row["ok"]), detail=str(row["detail"]))


def failed(name: str, error: ScanshelfError) -> Check:
    """Say what kept a check from being made."""
    facts = " ".join(f"{key}={value}" for key, value in error.facts.items())
    return Check(name, ok=False, detail=f"{error.code} {facts}".strip())


def check_qt() -> Iterator[Check]:
    """Start Qt without a screen, draw a picture, find fonts, and load the plug-in that shows windows here."""
    try:
        from PySide6.QtCore import QLibraryInfo
        from PySide6.QtGui import QGuiApplication
    except ImportError as error:
        yield Check("Qt", ok=False, detail=str(error))
        return
    application = QGuiApplication.instance() or QGuiApplication(["scanshelf", *platform_choice()])
    yield Check("Qt", ok=True, detail=f"{QLibraryInfo.version().toString()}, {QGuiApplication.platformName()}")
    yield _tried("Qt SVG pictures", _draw_picture)
    yield _tried("fonts", _count_fonts)
    yield _tried("Qt window plug-in", _load_platform_plugin)
    del application


def platform_choice() -> tuple[str, ...]:
    """Need no screen on Linux; Windows and macOS need none either, and have their fonts on their own platform only."""
    return ("-platform", "offscreen") if sys.platform == "linux" else ()


def _tried(name: str, attempt: Callable[[], tuple[bool, str]]) -> Check:
    ok, detail = attempt()
    return Check(name, ok, detail)


def _draw_picture() -> tuple[bool, str]:
    from PySide6.QtGui import QIcon, QImage, QPixmap

    image = QImage.fromData(PICTURE)
    pixmap = QPixmap.fromImage(image)
    return not image.isNull() and not QIcon(pixmap).isNull(), "as image and icon"


def _count_fonts() -> tuple[bool, str]:
    from PySide6.QtGui import QFontDatabase

    families = len(QFontDatabase.families())
    return families > 0, f"{families} families"


def _load_platform_plugin() -> tuple[bool, str]:
    from PySide6.QtCore import QLibraryInfo, QPluginLoader

    name = PLATFORM_PLUGINS.get(sys.platform, "")
    folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.PluginsPath)) / "platforms"
    loader = QPluginLoader(str(folder / name))
    return loader.load(), name if loader.isLoaded() else loader.errorString()


def check_keyring() -> Check:
    """Say what keeps a sign-in. Without a keyring it lasts until the program ends, which is told, not failed."""
    from app.actions.signing_in import Access

    vault = Access(settings_folder(), os.environ).vault()
    kept = {"keyring": "the system's", "file": "a file (SCANSHELF_KEYRING)"}
    return Check("keyring", ok=True, detail=kept.get(vault.kind, "none: a sign-in lasts until the program ends"))


def check_portal() -> Iterator[Check]:
    """Say whether the program can talk to portals, and run one: libraries, certificates, pages and tables."""
    try:
        import truststore

        from portal.client.signing_in import sign_in

        truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    except (ImportError, OSError) as error:
        yield Check("portal", ok=False, detail=str(error))
    else:
        yield Check("portal", ok=callable(sign_in.sign_in), detail="signing in, with the system's certificates")
    yield check_practice_portal()
    yield check_time_zones()


def check_practice_portal() -> Check:
    """Say whether a portal can be run here, or which package is not installed."""
    if (part := missing_part(serving=True)) is not None:
        words = Messages().for_code("portal-parts-missing")
        return Check("practice portal", ok=False, detail=f"{part} is not installed. {words.do}")
    from portal.server.oauth.sign_in_pages.html_pages import TEMPLATES
    from portal.server.recipient.page_files import ASSETS, PAGE

    there = [*TEMPLATES.glob("*.html"), *ASSETS.rglob("*.js"), PAGE]
    return Check("practice portal", ok=PAGE.is_file() and len(there) > 10, detail=f"{len(there)} pages and scripts")


def check_time_zones() -> Check:
    """Say whether the program's own time zones are here: not every system has some."""
    try:
        with files("tzdata").joinpath("zoneinfo", "Europe", "Berlin").open("rb") as stream:
            zone = ZoneInfo.from_file(stream, "Europe/Berlin")
    except (ImportError, OSError, ValueError) as error:
        return Check("time zones", ok=False, detail=str(error))
    return Check("time zones", ok=str(datetime(2026, 7, 1, tzinfo=zone).tzname()) == "CEST", detail="the program's own")


def check_shelf(folder: Path) -> Check:
    """Write and remove a file where the shelf is, or where it will be made."""
    place = folder
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        with tempfile.NamedTemporaryFile(prefix=".scanshelf-", dir=place) as file:
            file.write(b"x")
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(place).free
    except OSError as error:
        return Check("shelf", ok=False, detail=f"cannot be written: {error.strerror}")
    made = "" if place == folder else ", will be made at the first import"
    return Check("shelf", ok=True, detail=f"can be written, {free / 1e9:.1f} GB free{made}")
