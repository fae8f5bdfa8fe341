"""Draws the ways things go through the rooms into docs/architecture.md: `python tests/architecture/walks.py`.

Each arrow is held against the code's own imports: one side imports the other, or a use case of `app/actions` brings
both together.
"""

from __future__ import annotations

import sys
from itertools import groupby, pairwise
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
MAP = ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- walks: drawn by tests/architecture/walks.py -->\n", "<!-- end of the walks -->\n"
ROOMS = ("app", "importer", "portal", "viewer", "library", "dicom", "core")
# what brings together rooms that are strangers to each other
JOINT = "app.actions."

WALKS = {
    "a disc to the shelf and the screen": (
        "importer.sources", "importer.scan", "importer.people", "importer.copy", "library.shelf", "library.records",
        "library.index", "viewer.study", "viewer.frames", "viewer.viewport", "viewer.ui",
    ),
    "a frame to a picture": (
        "dicom.reading", "dicom.pixels", "dicom.decoding", "dicom.showing",
        "viewer.rendering", "viewer.frames", "viewer.viewport", "viewer.ui",
    ),
    "a study to the portal": (
        "library.index", "library.waiting_to_send", "library.shelf", "portal.client.upload", "portal.wire",
        "portal.server.exams",
    ),
    "a share to its recipient": (
        "app.actions", "portal.client", "portal.wire", "portal.server.sharing", "portal.server.access",
        "portal.server.recipient",
    ),
}  # fmt: skip


def read_imports() -> grimp.ImportGraph:
    """Read the imports of all rooms."""
    sys.path.insert(0, str(ROOT))
    return grimp.build_graph(*ROOMS, cache_dir=None)


def unlinked(graph: grimp.ImportGraph, walk: tuple[str, ...]) -> list[tuple[str, str]]:
    """Give the arrows of a walk that no import bears out."""
    return [(one, other) for one, other in pairwise(walk) if not _linked(graph, one, other)]


def rooms(walk: tuple[str, ...]) -> list[str]:
    """Give the rooms a walk enters, one after the other."""
    return [room for room, _ in groupby(step.split(".")[0] for step in walk)]


def drawn() -> str:
    """Write the walks as the map shows them."""
    return "".join(f"- **{name}**: {' → '.join(map(_folder, walk))}\n" for name, walk in WALKS.items())


def _folder(step: str) -> str:
    path = step.replace(".", "/")
    return f"`{path}`" if (ROOT / path).is_dir() else f"`{path}.py`"


def _linked(graph: grimp.ImportGraph, one: str, other: str) -> bool:
    if _imports(graph, one, other) or _imports(graph, other, one):
        return True
    return any(_brings_together(graph, each, one, other) for each in graph.modules if each.startswith(JOINT))


def _brings_together(graph: grimp.ImportGraph, joint: str, one: str, other: str) -> bool:
    used = graph.find_modules_directly_imported_by(joint)
    return _within(used, one) and _within(used, other)


def _imports(graph: grimp.ImportGraph, one: str, other: str) -> bool:
    inside = {one, *graph.find_descendants(one)}
    return any(_within(graph.find_modules_directly_imported_by(each), other) for each in inside)


def _within(modules: set[str], package: str) -> bool:
    return any(each == package or each.startswith(package + ".") for each in modules)


def main() -> int:
    """Write the walks into the map; `--check` only compares."""
    text = MAP.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    wanted = f"{before}{BEGIN}{drawn()}{END}{after}"
    if "--check" in sys.argv:
        return int(wanted != text)
    MAP.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
