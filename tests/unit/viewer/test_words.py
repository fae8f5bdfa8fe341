"""Every word of the viewer that passes through `say` is marked for translation."""

import ast
from pathlib import Path

import dicom.series
import viewer
from dicom.series.part_words import _KINDS, _NUMBERED, _WITHOUT
from viewer.viewport.corner_text import _AGES, _MARKS

ROOT = Path(viewer.__file__).parent
SERIES = Path(dicom.series.__file__).parent


def literals(node: ast.AST) -> set[str]:
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def calls(path: Path, names: set[str]) -> list[ast.Call]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    return [node for node in found if getattr(node.func, "attr", getattr(node.func, "id", "")) in names]


def test_what_is_said_is_marked_for_translation() -> None:
    marked: set[str] = set()
    for call in [call for path in ROOT.rglob("*.py") for call in calls(path, {"QT_TRANSLATE_NOOP"})]:
        marked |= literals(call.args[1])
    said: set[str] = set()
    for path in [*ROOT.rglob("*.py"), *SERIES.rglob("*.py")]:
        for call in calls(path, {"say", "counted"}):
            if call.args and isinstance(call.args[0], ast.Constant):
                said |= literals(call.args[0])
    said |= {text for text, _ in _MARKS.values()} | {text for texts in _AGES.values() for text in texts}
    said |= {*_NUMBERED.values(), *_KINDS.values(), *_WITHOUT.values()}
    assert said - marked == set()
