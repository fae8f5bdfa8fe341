"""Foreign PDFs, pictures, archives and data sets are read in workers alone.

`READERS` names what reads them, and each file in which it may stand with the process it runs in there. A new reader, or
an old one in a new place, fails here until somebody has thought about where it runs.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import deque
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "core", "dicom", "exporter", "importer", "library", "portal", "viewer")

DECODE = "a decode worker"
MEDIA = "a media worker"
OURS = "bytes this program made itself"
SERVER = "bytes the portal made itself, in the portal's process"
BOUNDED = "in the process that sends: bounded, UTF-8 alone, no document type, nothing but counting of elements"
ARITHMETIC = "no reader: a checksum, or arithmetic on pixels a worker gave"
DEMO = OURS
STATUS_WORDS = "answers this program makes itself: a status and a comment"
COMMAND_SETS = "in a process of its own: pieces of 1 MiB at most, command sets alone, from hosts that were named"

# module, or module.function; a module stands for everything in it that is not named more narrowly
READERS: dict[str, dict[str, str]] = {
    "pypdfium2": {"dicom/objects/documents.py": DECODE},
    "imagecodecs": {
        "dicom/pixels/codecs.py": DECODE, "dicom/decoding/codec_check.py": DECODE, "dicom/showing/icc.py": DECODE,
        "app/demo/media/objects.py": DEMO,
    },
    "openjpeg": {"dicom/pixels/codecs.py": DECODE},
    "cv2.imdecode": {"dicom/pixels/codecs.py": DECODE, "dicom/decoding/qr_codes.py": DECODE},
    "cv2.QRCodeDetector": {"dicom/decoding/qr_codes.py": DECODE},
    "cv2.imdecodemulti": {},
    "cv2.imread": {},
    "cv2.imreadmulti": {},
    "cv2.FileStorage": {},
    "cv2.VideoCapture": {"dicom/clips/opencv.py": DECODE},
    "dicom.clips.ffmpeg": {"dicom/*.py": DECODE},
    "pydicom": {"dicom/*.py": DECODE, "app/demo/*.py": DEMO, "portal/connect/listening.py": STATUS_WORDS},
    "pynetdicom": {"portal/connect/listening.py": COMMAND_SETS},
    "PIL": {"portal/lettering.py": OURS},
    "reportlab": {"portal/*.py": OURS, "app/demo/media/report.py": DEMO},
    "zipfile": {"importer/containers/*.py": MEDIA, "portal/server/exams/archive.py": SERVER},
    "tarfile": {"importer/containers/*.py": MEDIA},
    "py7zr": {"importer/containers/*.py": MEDIA},
    "rarfile": {},
    "pycdlib": {"importer/containers/*.py": MEDIA},
    "inflate64": {"importer/containers/*.py": MEDIA},
    "bz2": {"importer/containers/*.py": MEDIA},
    "lzma": {"importer/containers/*.py": MEDIA},
    "gzip": {"portal/server/recipient/*.py": SERVER},
    "zlib.crc32": {
        "dicom/reading/bytes_source.py": ARITHMETIC, "dicom/clips/coded.py": ARITHMETIC,
        "dicom/clips/stream.py": ARITHMETIC,
        "importer/containers/*.py": MEDIA,
    },
    "zlib": {
        "dicom/pixels/codecs.py": DECODE, "dicom/decoding/codec_check.py": DECODE, "dicom/reading/dataset.py": DECODE,
        "dicom/reading/meta.py": MEDIA, "dicom/reading/truncation.py": MEDIA, "importer/containers/*.py": MEDIA,
        "portal/server/dicomweb/messages/data_set_lists.py": SERVER,
    },
    "xml": {"portal/client/upload/targets/answer.py": BOUNDED},
    "lxml": {},
    "defusedxml": {},
    "html.parser": {"app/demo/browsing/forms.py": DEMO},
    "plistlib": {},
    "yaml": {},
    "olefile": {},
    "shutil.unpack_archive": {},
    "PySide6.QtPdf": {},
    "PySide6.QtMultimedia": {},
    "PySide6.QtWebEngineCore": {},
    "PySide6.QtXml": {},
    "PySide6.QtSvg": {"app/window/appearance/icons.py": OURS},
}  # fmt: skip

# our own readers of headers and tables of contents: plain Python, and all the same in workers
CALLS: dict[str, dict[str, str]] = {
    "read_header": {"importer/media_tasks.py": MEDIA, "importer/copy/temp_file.py": MEDIA, "dicom/*.py": DECODE},
    "find_truncation": {"importer/copy/temp_file.py": MEDIA},
    "find_end": {
        "importer/copy/temp_file.py": MEDIA,
        "dicom/reading/joined.py": MEDIA,
        "dicom/reading/truncation.py": MEDIA,
    },
    "look_at_copy": {"importer/copy/copy_task.py": MEDIA, "importer/copy/rescue_task.py": MEDIA},
    "read_dicomdir": {"importer/scan/directory_task.py": MEDIA},
    "render_page": {"dicom/decoding/decode_tasks.py": DECODE},
    "count_pages": {"dicom/*.py": DECODE},
    "read_frame": {"dicom/*.py": DECODE},
    "open_data_set": {"dicom/*.py": DECODE},
    # Qt's readers of pictures: an image is made of pixels a worker gave, never of a file or of bytes with a format
    "loadFromData": {},
    "fromData": {"app/cli/selftest.py": OURS},
    "QImageReader": {},
    "QPixmapCache": {},
    "QMovie": {},
    "QPdfDocument": {},
    "QMediaPlayer": {},
    "QTextBrowser": {},
    "QTextDocument": {},
    "QTextEdit": {},
    "setHtml": {},
    "setMarkdown": {},
    "addApplicationFont": {},
    "addApplicationFontFromData": {},
    # JSON of other servers comes in by one door, which counts before it reads
    "loads": {
        "portal/client/connecting/shapes.py": "bounded, in the process that asks",
        "portal/client/known_portals.py": OURS,
        "portal/client/share_links.py": OURS,
        "portal/client/signing_in/secrets.py": OURS,
        "portal/client/signing_in/vault.py": OURS,
        "portal/server/*.py": SERVER,
        "app/*.py": OURS,
        "core/*.py": "what a worker says, counted before",
        "dicom/*.py": OURS,
        "importer/*.py": OURS,
        "library/*.py": OURS,
    },
    # numpy's readers of files
    "fromfile": {},
    "loadtxt": {},
    "genfromtxt": {},
    "memmap": {},
}
OF_PIXELS = {"QImage": (0, 2, 3, 4, 5), "QPixmap": (0, 2)}  # how many arguments make one of pixels, or an empty one


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def called(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def in_types_alone(tree: ast.AST) -> set[ast.AST]:
    blocks = [node for node in ast.walk(tree) if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test)]
    return {inner for block in blocks for part in block.body for inner in ast.walk(part)}


def names_used(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give the dotted names of modules and of what is taken from them."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from ((node.lineno, name.name) for name in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield from ((node.lineno, f"{module}.{name.name}") for name in names)
            case ast.Attribute(value=ast.Name(id=owner), attr=attribute):
                yield node.lineno, f"{owner}.{attribute}"
            case ast.Call(func=function, args=[ast.Constant(value=str(module)), *_]) if called(function) in (
                "import_module",
                "__import__",
            ):
                yield node.lineno, module


def reader_of(name: str) -> str | None:
    """Give the entry of `READERS` a name falls under, the narrowest."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        known = ".".join(parts[:end])
        if known in READERS:
            return known
    return None


def violations(where: str, text: str) -> Iterator[str]:
    tree = ast.parse(text)
    narrow = {entry.split(".")[0] for entry in READERS if "." in entry}
    for line, name in names_used(tree):
        entry = reader_of(name)
        if entry is None or any(fnmatch(where, place) for place in READERS[entry]):
            continue
        if name in narrow and name == entry and _only_narrow(tree, name, where):
            continue
        yield f"{line}: {name}"
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node.func)
        if name in CALLS and not any(fnmatch(where, place) for place in CALLS[name]):
            yield f"{node.lineno}: {name}()"
        if name in OF_PIXELS and not _of_pixels(node, OF_PIXELS[name]):
            yield f"{node.lineno}: {name}() of a file or of bytes"


def _of_pixels(call: ast.Call, counts: tuple[int, ...]) -> bool:
    named = any(isinstance(each, ast.JoinedStr) or isinstance(getattr(each, "value", None), str) for each in call.args)
    return len(call.args) in counts and not named


def _only_narrow(tree: ast.AST, module: str, where: str) -> bool:
    """Tell whether a module is imported for things alone that have their own, narrower line."""
    used = {name for _, name in names_used(tree) if name.startswith(f"{module}.")}
    return bool(used) and all(
        (entry := reader_of(name)) not in (None, module)
        and any(fnmatch(where, place) for place in READERS[entry or ""])
        for name in used
    )


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_foreign_bytes_are_read_only_where_it_is_written_down(path: Path) -> None:
    where = path.relative_to(ROOT).as_posix()
    assert list(violations(where, path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    "text",
    [
        "import pypdfium2",
        "def f():\n    from pypdfium2 import PdfDocument",
        "import importlib\nimportlib.import_module('pypdfium2')",
        "import cv2\ncv2.imdecode(data, 0)",
        "from cv2 import VideoCapture",
        "import imagecodecs as codecs",
        "import pydicom\npydicom.dcmread(path)",
        "from pydicom import dcmread",
        "import zipfile",
        "import tarfile",
        "import zlib\nzlib.decompress(data)",
        "from zlib import decompressobj",
        "import gzip",
        "from xml.etree import ElementTree",
        "import xml.etree.ElementTree as ET",
        "from PIL import Image",
        "from PySide6.QtPdf import QPdfDocument",
        "QImage(path)",
        "QPixmap('x.png')",
        "image.loadFromData(data)",
        "QImage.fromData(data)",
        "QImageReader(device)",
        "label = QTextBrowser()",
        "header = read_header(first, size, more)",
        "np.fromfile(path)",
        "viewer = json.loads(body)",
        "shutil.unpack_archive(path)",
    ],
)
def test_the_rule_sees_what_it_names(text: str) -> None:
    assert list(violations("viewer/somewhere.py", text))


@pytest.mark.parametrize(
    "text",
    [
        "import cv2\ncv2.resize(pixels, size)",
        "QImage(data, width, height, stride, form)",
        "QPixmap(3, 4)",
    ],
)
def test_pixels_that_a_worker_gave_may_be_worked_on(text: str) -> None:
    assert list(violations("app/window/somewhere.py", text)) == []


def test_every_place_that_is_written_down_is_there() -> None:
    known = [path.relative_to(ROOT).as_posix() for path in sources()]
    for reader, places in {**READERS, **CALLS}.items():
        for place in places:
            assert any(fnmatch(where, place) for where in known), (reader, place)


# -- and where it is written that a worker does it, no other process can get there --

# what names a container's source in the window's process, and opens it nowhere but in a media worker
HANDLES = {
    ("importer.sources.kinds_of_source", "importer.sources.container_source"),
    ("importer.sources.wire", "importer.sources.container_source"),
}
# plain Python that is imported for its names; `CALLS` says where its readers are called
CALLED_IN_WORKERS = {"dicom.reading.meta", "dicom.reading.truncation"}


def modules() -> dict[str, Path]:
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in sources()
    }


def imports_of(path: Path, known: dict[str, Path]) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    unread = in_types_alone(tree)
    found: set[str] = set()
    for node in ast.walk(tree):
        if node in unread:
            continue
        match node:
            case ast.Import(names=names):
                found |= {name.name for name in names}
            case ast.ImportFrom(module=str(module), names=names):
                found |= {module, *(f"{module}.{name.name}" for name in names)}
    return found & set(known)


def reached_from_the_window() -> dict[str, str]:
    """Give every module the window and the command line can come to import, also late, and who does it."""
    known = modules()
    begins = ("app", "library", "viewer", "portal.client", "portal.ui")
    beside = ("app.demo", "app.cli.demo", "app.cli.portal", "app.cli.selftest")  # our own bytes; the server's process
    roots = [name for name in known if name.split(".")[0] in begins or name.startswith(begins)]
    queue = deque((name, "") for name in roots if not name.startswith(beside))
    reached: dict[str, str] = {}
    while queue:
        name, by = queue.popleft()
        if name in reached:
            continue
        reached[name] = by
        queue.extend((each, name) for each in imports_of(known[name], known) if (name, each) not in HANDLES)
    return reached


@pytest.mark.long
def test_what_runs_in_workers_is_imported_by_no_other_process() -> None:
    reached = reached_from_the_window()
    readers = {name: path.relative_to(ROOT).as_posix() for name, path in modules().items()}
    for reader, places in READERS.items():
        workers_alone = [place for place, process in places.items() if process in (DECODE, MEDIA)]
        for name, where in readers.items():
            if (
                name not in CALLED_IN_WORKERS
                and any(fnmatch(where, place) for place in workers_alone)
                and _uses(name, reader)
            ):
                assert name not in reached, (
                    f"{name} reads foreign bytes with {reader} and is imported by {reached[name]}"
                )


def _uses(name: str, reader: str) -> bool:
    tree = ast.parse(modules()[name].read_text("utf-8"))
    return any(reader_of(used) == reader for _, used in names_used(tree))


LOADS = """
import importlib, pkgutil, sys

if __name__ == "__main__":
    for room in ("app.window", "app.cli", "library", "viewer", "portal.client", "portal.ui", "importer.ui"):
        package = importlib.import_module(room)
        for each in pkgutil.walk_packages(package.__path__, room + "."):
            if not each.name.startswith("app.cli.demo"):
                importlib.import_module(each.name)
    import dicom.decoding.decoder, app.build
    readers = ("pypdfium2", "imagecodecs", "openjpeg", "pydicom", "inflate64", "PIL",
               "dicom.objects.documents", "dicom.pixels.codecs", "dicom.reading.dataset", "dicom.decoding.decode_tasks",
               "importer.media_tasks", "importer.sources.container_source")
    print([name for name in readers if name in sys.modules])
"""


def test_a_process_that_loaded_the_whole_window_has_no_reader_in_it(tmp_path: Path) -> None:
    (tmp_path / "loads.py").write_text(LOADS)
    surroundings = {"PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen", "PATH": "/usr/bin", "HOME": str(tmp_path)}
    words = [sys.executable, str(tmp_path / "loads.py")]
    done = subprocess.run(words, env=surroundings, capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr
