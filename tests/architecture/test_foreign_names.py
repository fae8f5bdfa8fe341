"""A name that came from outside becomes part of no path, and what a portal answers is a checked kind of name.

Every place that makes a path of something that is not written there stands here with who named it. A new one fails
until somebody has looked where its name comes from.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import pkgutil
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import portal.wire
from portal.names import CHECKS

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "core", "dicom", "importer", "library", "portal", "viewer")
PLAYS = ROOT / "app" / "demo"  # what it writes are its own pictures and discs

OURS = "a name this program chose"
FOUND = "a name found in one of this program's own folders"
HASH = "a hash, checked where the path is made"
UID = "a `Uid`: digits and dots, checked where it came in"

# room, file, path -> whose name it is
NAMED = {
    ("app", "downloading.py", "folder / f'{reports.name(home.portal.url, home.account.id, exam)}.pdf'"): HASH,
    ("app", "picture.py", "self._out / f'{chosen}{self._suffix}'"): "reduced to harmless letters",
    ("app", "running.py", "self._folder / LOCK"): OURS,
    ("app", "running.py", "here.with_name(here.name.replace('-window', ''))"): OURS,
    ("app", "room.py", "Path(place, name)"): "found on the shelf, for its size alone",
    ("app", "selftest.py", "folder / name"): OURS,
    ("core", "content_address.py", "folder / sha256[:2]"): HASH,
    ("core", "content_address.py", "folder / sha256[:2] / f'{sha256}.dcm'"): HASH,
    ("core", "own_folder.py", "self.make() / self.name(*about)"): HASH,
    ("core", "own_folder.py", "self._root / self.name(*about)"): HASH,
    ("core", "own_folder.py", "self._root / earlier"): "24 digits, looked at before anything is done with it",
    ("importer", "bounded.py", "_DEVICES / f'{os.major(device)}:{os.minor(device)}'"): "two numbers of the kernel",
    ("importer", "keeper.py", "self._library.incoming / row.temp"): "a worker's word, held against its pattern",
    ("importer", "temp_file.py", "Path(folder, f'{prefix}{secrets.token_hex(8)}.part')"): OURS,
    ("library", "database.py", "Path(self._private.name) / self.path.name"): OURS,
    ("library", "database.py", "copy.with_name(copy.name + suffix)"): OURS,
    ("library", "database.py", "self.path.with_name(SUSPECT)"): OURS,
    ("library", "database.py", "self.path.with_name(self.path.name + suffix)"): OURS,
    ("library", "database.py", "target.with_name(f'{target.name}.part')"): OURS,
    ("library", "database.py", "path.with_name(f'{path.name}.before-{len(migrations)}')"): OURS,
    ("library", "folders.py", "self.root / SUSPECT"): OURS,
    ("library", "folders.py", "self.root / f'library.db.damaged-{stamp}'"): OURS,
    ("library", "folders.py", "self.database.with_name(self.database.name + '-shm')"): OURS,
    ("library", "folders.py", "self.database.with_name(self.database.name + suffix)"): OURS,
    ("library", "folders.py", "aside.with_name(aside.name + suffix)"): OURS,
    ("library", "rebuild.py", "path.with_name(path.name + suffix)"): OURS,
    ("library", "recovery.py", "writer.folders.incoming / item['temp']"): "a record's, looked at before it is used",
    ("library", "record_files.py", "self._folder / f'{int(name[:8]) // _A_FOLDER:05d}'"): FOUND,
    ("library", "record_files.py", "self._folder / f'{int(name[:8]) // _A_FOLDER:05d}' / name"): FOUND,
    ("library", "record_files.py", "path.with_name(f'{name}.damaged')"): FOUND,
    ("library", "record_files.py", "self._folder / f'{sequence // _A_FOLDER:05d}'"): OURS,
    (
        "library",
        "record_files.py",
        "self._folder / f'{sequence // _A_FOLDER:05d}' / f'{sequence:08d}-{kind}.json'",
    ): OURS,
    ("library", "store.py", "self._folder / f'{number:02x}'"): OURS,
    ("portal", "download.py", "folder / name"): UID,
    ("portal", "download.py", "folder / f'{name}.part'"): UID,
    ("portal", "download.py", "part / _file_name(instance)"): UID,
    ("portal", "download.py", "folder / _file_name(instance)"): UID,
    ("portal", "download.py", "folder / f'.report-{name}.pdf'"): HASH,
    ("portal", "download.py", "folder / f'report-{name}.pdf'"): HASH,
    ("portal", "download.py", "whole / file.name"): FOUND,
    ("portal", "erasing.py", "settings.orphans / place.name"): HASH,
    ("portal", "lettering.py", "Path(place) / name"): OURS,
    ("portal", "mailbox.py", "folder / f'{now:%Y%m%dT%H%M%S%f}-{letter.id}{ending}'"): OURS,
    ("portal", "orphans.py", "settings.orphans / file.name"): FOUND,
    ("portal", "picture_cache.py", "path.with_name(f'{path.name}.{secrets.token_hex(4)}')"): OURS,
    ("portal", "picture_cache.py", "self._folder / place[:2]"): HASH,
    ("portal", "picture_cache.py", "self._folder / place[:2] / place"): HASH,
    ("portal", "settings.py", "self.data / ADDRESS_FILE"): OURS,
    ("portal", "settings.py", "self.store_folder / ('objects' if self.store_url is None else 'near')"): OURS,
    ("portal", "administration.py", "self.settings.staff_token_file.with_name(f'staff-token-{number}')"): "a number",
    ("portal", "spool.py", "self.folder / f'{secrets.token_hex(12)}.part'"): OURS,
    ("portal", "store.py", "self.incoming / f'{secrets.token_hex(12)}.part'"): OURS,
    ("portal", "vault.py", "path.with_name(path.name + '.lock')"): OURS,
    ("portal", "wording.py", "FOLDER / 'texts' / f'{language}.toml'"): "one of the languages there are",
}

# what stands left of the sign where a path is made, and not where numbers are divided
_FOLDER = re.compile(
    r"(?i)(folder|root|path|place|incoming|orphans|objects|data|downloads|part|whole|aside|database|home|here|copy"
    r"|devices|out|target|pictures|profile|files|make\(\)|Path\(.*\))$"
)
_NOT_A_PATH = re.compile(r"^self\.(time|size|sent)|\.total$")


def paths_of(text: str) -> Iterator[str]:
    """Give each path that is made of something that is not written there."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not isinstance(node.right, ast.Constant):
            left = node.left
            while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Div):
                left = left.left
            if isinstance(node.right, ast.JoinedStr) or _FOLDER.search(ast.unparse(left)):
                yield ast.unparse(node)
        elif isinstance(node, ast.Call) and any(not isinstance(one, ast.Constant) for one in node.args):
            function = node.func
            name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
            if name in {"joinpath", "with_name", "with_stem"} or (name == "Path" and len(node.args) > 1):
                yield ast.unparse(node)


def test_whoever_names_a_file_stands_here() -> None:
    files = [path for room in ROOMS for path in (ROOT / room).rglob("*.py") if not path.is_relative_to(PLAYS)]
    found = {
        (path.relative_to(ROOT).parts[0], path.name, made)
        for path in files
        for made in paths_of(path.read_text(encoding="utf-8"))
    }
    assert found - NAMED.keys() == set()
    assert NAMED.keys() - found == set()


def test_a_path_of_a_foreign_name_would_be_seen() -> None:
    for made in ("folder / exam.id", "self._downloads / f'{share.id}.pdf'", "Path(folder, uid)", "root.joinpath(name)"):
        assert list(paths_of(made)) == [ast.unparse(ast.parse(made))]
    assert list(paths_of("sent / total")) == []


# fields that name something and are no checked kind of name, each with why; what the desk is told (`portal/wire/desk/`)
# is read by the portal's own pages, never by this program
_FREE = {
    "AccountToken.id": "this program never asks for it",
    "Passkey.id": "read by the page alone",
    "Person.patient_id": "a person's number as the hospital wrote it: text",
    "Person.issuer_of_patient_id": "text",
    "Invitation.patient_id": "said by the practice: text",
    "Redeemed.session": "read by the page alone",
    "Redeemed.studies": "read by the page alone",
    # what the desktop says, which the server takes apart: `portal/server/receiving/manifests.py`, `sharing/`
    "ShareRequest.studies": "looked up among the caller's own",
    "ShareRequest.exams": "looked up among the caller's own",
    "Redeem.token": "hashed, and looked up",
    "ManifestItem.sop_instance_uid": "checked with the manifest",
    "ManifestItem.sha256": "checked with the manifest",
    "LeftOut.sop_instance_uid": "checked with the manifest",
    "Manifest.study_instance_uid": "checked with the manifest",
}
_NAMES = re.compile(r"(^|_)(ids?|uids?|sha256|link|url|token|studies|exams|missing|conflicts|later)$|^session$")


def _kinds(hint: Any) -> Iterator[Any]:
    parts = getattr(hint, "__args__", ())
    if not parts or hint in CHECKS:
        yield hint
    for part in parts:
        yield from _kinds(part)


def test_each_name_a_portal_answers_is_a_checked_kind_of_name() -> None:
    free: set[str] = set()
    for module in pkgutil.iter_modules(portal.wire.__path__):
        shapes = importlib.import_module(f"portal.wire.{module.name}")
        for shape in vars(shapes).values():
            if isinstance(shape, type) and dataclasses.is_dataclass(shape) and shape.__module__ == shapes.__name__:
                for name, hint in get_type_hints(shape).items():
                    if _NAMES.search(name) and str in set(_kinds(hint)):
                        free.add(f"{shape.__name__}.{name}")
    assert free == set(_FREE)
