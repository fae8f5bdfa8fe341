"""Build the program as a folder that needs no Python, and try it: `dist/scanshelf`.

build.py               build, then run its self-test, demo and practice portal from an awkward place
build.py --only-try    try what has been built
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from notices import collect_texts, refused, runtime_closure
from try_portal import try_portal

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist" / "scanshelf"
# Libraries of Linux wheels that still carry the names of their inner functions (others do not survive losing them).
STRIPPED = ("_openjpeg*.so", "PIL/_imaging.*.so", "libpdfium.so", "_imcd.*.so", "_rust.abi3.so", "libicu*.so.*")
STRIPPED += ("sqlalchemy/**/*.so", "httptools/**/*.so", "_pydantic_core.*.so", "_wrappers.*.so")
AWKWARD_NAME = "Scan shelf ü"
WISHED_MIB = 350
TRY_SECONDS = 600


def main(arguments: list[str]) -> int:
    """Build and try; 0 if the program works."""
    if "--only-try" not in arguments:
        build()
    size = sum(path.stat().st_size for path in DIST.rglob("*") if path.is_file() and not path.is_symlink()) / (1 << 20)
    print(f"size {size:.0f} MiB (wished for: {WISHED_MIB})")
    with tempfile.TemporaryDirectory() as folder:
        return 0 if try_program(Path(folder) / AWKWARD_NAME) else 1


def build() -> None:
    """Run PyInstaller, then add the licence texts."""
    distributions = runtime_closure("scanshelf")
    if bad := refused(distributions):
        raise SystemExit(f"refused licences: {bad}")
    shutil.rmtree(DIST, ignore_errors=True)
    started = time.monotonic()
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN"]
    command += [
        "--distpath",
        str(DIST.parent),
        "--workpath",
        str(ROOT / "build"),
        str(ROOT / "packaging/scanshelf.spec"),
    ]
    subprocess.run(command, check=True, cwd=ROOT)
    strip_names()
    texts = collect_texts(distributions, DIST / "_internal" / "licenses")
    print(f"built in {time.monotonic() - started:.0f} s, with {texts} licence texts")


def strip_names() -> None:
    """Leave out what only a debugger reads."""
    strip = shutil.which("strip")
    if sys.platform == "linux" and strip is not None:
        paths = [path for pattern in STRIPPED for path in DIST.rglob(pattern) if not path.is_symlink()]
        subprocess.run([strip, "--strip-unneeded", *map(str, paths)], check=True)


def try_program(place: Path) -> bool:
    """Copy the program to a place with a space and an umlaut and run it there without any Python in reach."""
    shutil.copytree(DIST, place / "program", symlinks=True)
    (place / "home").mkdir()
    program = place / "program" / f"scanshelf{'.exe' if sys.platform == 'win32' else ''}"
    try_version(program, place)
    worked = [try_selftest(program, place), try_demo(program, place)]
    return all(worked) and try_portal(program, surroundings(place), place)


def surroundings(place: Path) -> dict[str, str]:
    """Return an environment that holds nothing of ours."""
    home = str(place / "home")
    keep = {name: os.environ[name] for name in ("SYSTEMROOT", "TEMP", "TMP") if name in os.environ}
    environment = keep | {"HOME": home, "USERPROFILE": home, "PATH": "", "LANG": "C.UTF-8"}
    return environment | {
        "SCANSHELF_LIBRARY": str(place / "shelf ä"),
        "SCANSHELF_CONFIG_DIR": str(place / "settings"),
        "SCANSHELF_KEYRING": "memory",
    }


def run(program: Path, place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the frozen program to its end."""
    return subprocess.run(
        [str(program), *words],
        env=surroundings(place),
        cwd=place,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=TRY_SECONDS,
        check=False,
    )


def try_version(program: Path, place: Path) -> None:
    """Say how long the program takes to start, disk cache cold and warm."""
    for state in ("first", "second"):
        started = time.monotonic()
        said = run(program, place, "--version").stdout.strip()
        print(f"{said}: {state} start {time.monotonic() - started:.2f} s")


def try_selftest(program: Path, place: Path) -> bool:
    """Run the self-test and print its checks."""
    done = run(program, place, "selftest", "--json")
    try:
        document: dict[str, Any] = json.loads(done.stdout)
    except ValueError:
        print(f"selftest failed ({done.returncode}):\n{done.stdout}\n{done.stderr}")
        return False
    for check in document["checks"]:
        print(f"  {'ok    ' if check['ok'] else 'FAILED'} {check['name']}: {check['detail']}")
    decoders = [check["detail"] for check in document["checks"] if check["name"].startswith("codec ")]
    print(f"selftest: frozen {document['frozen']}, {len(decoders)} codecs, exit {done.returncode}")
    # where FFmpeg's libraries are not found OpenCV reads clips, and refuses the interlaced ones
    direct = sys.platform != "linux" or any(detail.startswith("ffmpeg ") for detail in decoders)
    if not direct:
        print("selftest failed: the FFmpeg libraries are not where dicom/clips/ffmpeg.py looks for them")
    return done.returncode == 0 and document["frozen"] and bool(decoders) and direct


def try_demo(program: Path, place: Path) -> bool:
    """Run the demo with pictures of each step and show what it said; with --json it opens no window at the end."""
    done = run(
        program, place, "demo", "--json", "--keep", str(place / "kept"), "--screenshots", str(place / "pictures")
    )
    print(done.stderr, end="")
    pictures = list((place / "pictures").glob("*.png"))
    print(f"demo: {len(pictures)} pictures, exit {done.returncode}")
    return done.returncode == 0 and bool(pictures)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
