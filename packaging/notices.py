"""Third-party notices: what the program needs at run time, under which licences, and their texts.

    notices.py            write docs/THIRD_PARTY_NOTICES.md
    notices.py --check    fail if it is not what would be written (packages of other systems and Pythons aside)

Both refuse a dependency that can only be had under the GPL or AGPL; the LGPL is fine.
"""

from __future__ import annotations

import re
import shutil
import sys
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
NOTICES = ROOT / "docs" / "THIRD_PARTY_NOTICES.md"
LOCK = ROOT / "requirements.lock"
PROGRAM = "scanshelf"

# The program brings its own practice portal, so it needs the server's packages as well.
EXTRAS = frozenset({"server"})

# Licences that the packages' own records leave out or say in words.
LICENCES = {"reportlab": "BSD-3-Clause", "opencv-python-headless": "Apache-2.0"}
LICENCES |= {"jinja2": "BSD-3-Clause", "segno": "BSD-3-Clause"}
LICENCES |= {"pypdfium2": "(Apache-2.0 OR BSD-3-Clause) AND BSD-3-Clause"}

# Other people's work inside the packages and the frozen program that matters to those who pass it on.
INSIDE = [
    ("Qt 6", "PySide6, shiboken6", "LGPL-3.0-only", "separate libraries that can be replaced"),
    (
        "FFmpeg",
        "opencv-python-headless for Linux and Windows",
        "LGPL-2.1-or-later",
        "separate libraries; see below for macOS",
    ),
    ("PDFium", "pypdfium2", "BSD-3-Clause", ""),
    ("OpenBLAS", "numpy, opencv-python-headless", "BSD-3-Clause", ""),
    ("OpenJPEG, CharLS, libjpeg-turbo, libjxl, OpenJPH", "imagecodecs", "BSD-2-Clause, BSD-3-Clause, IJG", ""),
    ("Little CMS", "imagecodecs", "MIT", ""),
    ("OpenSSL", "cryptography", "Apache-2.0", ""),
    ("Argon2", "argon2-cffi-bindings", "CC0-1.0 OR Apache-2.0", ""),
    ("llhttp", "httptools", "MIT", ""),
    ("libgfortran, libquadmath", "numpy, opencv-python-headless", "GPL-3.0 WITH GCC-exception-3.1", "see below"),
    ("Python", "the frozen program", "PSF-2.0", ""),
    ("PyInstaller's start program", "the frozen program", "GPL-2.0 WITH Bootloader-exception", "see below"),
    ("Lucide icons", "Scanshelf's own icons", "ISC, MIT", "resources/icons/LICENSE.txt"),
]

HEAD = """# Third-party notices

Scanshelf itself is licensed under Apache-2.0 (`LICENSE`). It uses the work of others, listed here; written by
`packaging/notices.py`, do not edit. The frozen program carries the full texts in its folder `licenses`.

"""
FOOT = """
None of these asks that programs using it be licensed like itself. The exceptions named with GCC's run-time libraries
and PyInstaller's start program permit their use in programs under any licence. In the wheel of opencv-python-headless
for macOS, FFmpeg is built with x264 and x265 under the GPL: no program is made of that one. Libraries under the LGPL
lie in the program's folder as files of their own and may be replaced by other versions of them.
"""


class Wanted(NamedTuple):
    """One package that is needed, and which extras of it."""

    name: str
    extras: frozenset[str] = frozenset()


def runtime_closure(name: str) -> list[metadata.Distribution]:
    """Return the installed distributions that `name` needs at run time, itself excepted, by name."""
    found: dict[str, metadata.Distribution] = {}
    seen: set[Wanted] = set()
    waiting = [Wanted(name, EXTRAS)]
    while waiting:
        wanted = waiting.pop()
        if wanted not in seen:
            seen.add(wanted)
            distribution = metadata.distribution(wanted.name)
            found[canonicalize_name(distribution.metadata["Name"])] = distribution
            waiting += required(distribution, wanted.extras)
    return [found[key] for key in sorted(found) if key != name]


def required(distribution: metadata.Distribution, extras: frozenset[str]) -> list[Wanted]:
    """Return what a distribution needs on this computer, with these extras of it."""
    requirements = [Requirement(text) for text in distribution.requires or []]
    return [
        Wanted(item.name, frozenset(item.extras))
        for item in requirements
        if item.marker is None or any(item.marker.evaluate({"extra": extra}) for extra in {"", *extras})
    ]


def licence(distribution: metadata.Distribution) -> str:
    """Return the licence as the distribution records it."""
    name = canonicalize_name(distribution.metadata["Name"])
    said = LICENCES.get(name) or field(distribution, "License-Expression") or field(distribution, "License")
    if said and "\n" not in said:
        return said
    classifiers = distribution.metadata.get_all("Classifier") or []
    return ", ".join(text.split(" :: ")[-1] for text in classifiers if text.startswith("License"))


def field(distribution: metadata.Distribution, name: str) -> str:
    """Return a field of a distribution's record, empty if it is not there."""
    return str((distribution.metadata.get_all(name) or [""])[0]).strip()


def is_acceptable(expression: str) -> bool:
    """Tell whether one of the ways to license something is free of the GPL and AGPL."""
    return bool(expression) and any(not is_copyleft(way) for way in re.split(r"\s+OR\s+", expression))


def is_copyleft(expression: str) -> bool:
    """Tell whether an expression names the GPL or AGPL (not the LGPL) without an exception for programs that use it."""
    without_exceptions = re.sub(r"\S*GPL\S*\s+WITH\s+\S+", "", expression)
    return bool(re.search(r"(?<![L\w])A?GPL|(?<!Lesser )(?<!Library )General Public Licen[sc]e", without_exceptions))


def refused(distributions: list[metadata.Distribution]) -> list[str]:
    """Name the distributions that must not be depended on."""
    named = [(item.metadata["Name"], licence(item)) for item in distributions]
    return [f"{name}: {text or 'no licence recorded'}" for name, text in named if not is_acceptable(text)]


def home_page(distribution: metadata.Distribution) -> str:
    """Return the first address that leads to the project."""
    labelled = [text.split(", ", 1) for text in distribution.metadata.get_all("Project-URL") or []]
    addresses = {label.lower(): address for label, address in labelled}
    wanted = ("homepage", "home", "source", "source code", "repository", "documentation")
    return field(distribution, "Home-page") or next((addresses[key] for key in wanted if key in addresses), "")


def render(distributions: list[metadata.Distribution]) -> str:
    """Return the notices as Markdown."""
    packages = [(item.metadata["Name"], item.version, licence(item), home_page(item)) for item in distributions]
    tables = [
        *("| package | version | licence | home |", "|---|---|---|---|"),
        *(f"| {' | '.join(row)} |" for row in packages),
        *("", "| inside | part of | licence | note |", "|---|---|---|---|"),
        *(f"| {' | '.join(row)} |" for row in INSIDE),
    ]
    return HEAD + "\n".join(tables) + "\n" + FOOT


def same_everywhere(text: str) -> list[str]:
    """Return the lines without the packages that only some systems or Pythons need and others do not install."""
    somewhere = {line.partition("==")[0] for line in LOCK.read_text("utf-8").splitlines() if " ; " in line}
    return [
        line for line in text.splitlines() if canonicalize_name(line.strip("| ").partition(" ")[0]) not in somewhere
    ]


def collect_texts(distributions: list[metadata.Distribution], target: Path) -> int:
    """Copy every licence text into one folder a distribution; returns how many files."""
    shutil.copytree(ROOT / "packaging" / "licenses", target / "general")
    shutil.copytree(ROOT / "resources" / "icons", target / "icons", ignore=lambda _, names: not_licences(names))
    count = 0
    for distribution in distributions:
        folder = target / canonicalize_name(distribution.metadata["Name"])
        for file in distribution.files or []:
            if is_licence_text(file.as_posix()):
                place = folder / re.sub(r"^.*?\.dist-info/(licenses/)?", "", file.as_posix())
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(distribution.locate_file(file)), place)
                count += 1
    return count


def is_licence_text(path: str) -> bool:
    """Tell licence texts among a distribution's files."""
    name = path.rsplit("/", 1)[-1].upper()
    return ".dist-info/licenses/" in path or (name.startswith(("LICEN", "COPYING", "NOTICE")) and "/." not in path)


def not_licences(names: list[str]) -> list[str]:
    """Return the names that are no licence texts."""
    return [name for name in names if not name.upper().startswith("LICEN")]


def main(arguments: list[str]) -> int:
    """Write or check the notices."""
    distributions = runtime_closure(PROGRAM)
    if bad := refused(distributions):
        print("These licences do not go with Scanshelf's:", *bad, sep="\n  ", file=sys.stderr)
        return 1
    text = render(distributions)
    if "--check" in arguments:
        current = NOTICES.exists() and same_everywhere(NOTICES.read_text("utf-8")) == same_everywhere(text)
        print("up to date" if current else "docs/THIRD_PARTY_NOTICES.md is old: run `make notices`")
        return 0 if current else 1
    NOTICES.write_text(text, "utf-8")
    print(f"{NOTICES.relative_to(ROOT)}: {len(distributions)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
