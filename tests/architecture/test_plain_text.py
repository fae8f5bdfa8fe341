"""Foreign text is shown as text: no label, tooltip or message draws it as rich text, which would fetch pictures.

Qt takes what looks like HTML for rich text in labels, tooltips and message boxes unless it is told otherwise.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "core", "exporter", "importer", "library", "portal", "viewer")

# where labels are made; each sets plain text, as `test_labels_made_here_show_plain_text` looks
LABEL_MAKERS = {"core/ui/parts.py", "portal/ui/parts.py", "core/ui/elided.py", "portal/ui/dialogs/new_share_dialog.py"}
# boxes, notices of the system and views that draw rich text by themselves: our own parts stand in their place
BANNED = {
    "QMessageBox", "QErrorMessage", "QProgressDialog", "QInputDialog", "QWizardPage", "QSplashScreen",
    "QSystemTrayIcon", "QTextBrowser", "QTextEdit", "QTextDocument", "QStaticText", "QToolTip", "setHtml",
    "setMarkdown", "setWhatsThis", "setStatusTip", "setOpenExternalLinks", "setInformativeText", "setDetailedText",
}  # fmt: skip
TIPS = {"setToolTip"}
# words of ours, the name of a key, or made plain
OWN_WORDS = {"tr", "translate", "say", "words", "meaning", "plain_tip", "toString"}
# what a tooltip is made of that was put together before
CHECKED = {("portal/ui/dialogs/new_share_dialog.py", "words"), ("viewer/ui/controls/action_set.py", "keys")}
RICH = {"RichText", "AutoText", "MarkdownText"}


def sources() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]


def called(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )


def is_own(where: str, words: ast.expr) -> bool:
    """Tell whether a text is ours or was made plain."""
    match words:
        case ast.Constant():
            return True
        case ast.Call(func=function):
            return called(function) in OWN_WORDS
        case ast.JoinedStr(values=parts):
            return all(is_own(where, part.value if isinstance(part, ast.FormattedValue) else part) for part in parts)
        case ast.IfExp(body=body, orelse=other):
            return is_own(where, body) and is_own(where, other)
        case ast.Name(id=name):
            return (where, name) in CHECKED
    return False


def violations(where: str, text: str) -> Iterator[str]:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=function, args=[words, *_]) if called(function) in TIPS and not is_own(where, words):
                yield f"{node.lineno}: a tooltip of {ast.unparse(words)}"
            case ast.Call(func=function, args=[_, *_]) if called(function) == "QLabel" and where not in LABEL_MAKERS:
                yield f"{node.lineno}: a label with a text; core.ui.parts.label makes plain ones"
            case ast.Call(func=function) if called(function) in BANNED:
                yield f"{node.lineno}: {called(function)}"
            case ast.ImportFrom(names=names):
                yield from (f"{node.lineno}: {name.name}" for name in names if name.name in BANNED)
            case ast.Attribute(value=ast.Name(id=name)) if name in BANNED:
                yield f"{node.lineno}: {name}"
            case ast.Attribute(attr=attribute) if attribute in RICH:
                yield f"{node.lineno}: {attribute}"
            case ast.ClassDef(bases=bases) if any(called(base) in BANNED | {"QLabel"} for base in bases):
                if where not in LABEL_MAKERS:
                    yield f"{node.lineno}: a kind of label of its own"
    yield from tips_of_models(tree)


def tips_of_models(tree: ast.AST) -> Iterator[str]:
    """Give the functions that answer for `ToolTipRole` without making the text plain."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            names = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
            calls = {called(each.func) for each in ast.walk(node) if isinstance(each, ast.Call)}
            if "ToolTipRole" in names and "plain_tip" not in calls:
                yield f"{node.lineno}: {node.name} answers with a tooltip"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_foreign_text_is_shown_as_text(path: Path) -> None:
    assert list(violations(path.relative_to(ROOT).as_posix(), path.read_text("utf-8"))) == []


@pytest.mark.parametrize("where", sorted(LABEL_MAKERS))
def test_labels_made_here_show_plain_text(where: str) -> None:
    tree = ast.parse((ROOT / where).read_text("utf-8"))
    makers = [
        node
        for node in ast.walk(tree)
        if (isinstance(node, ast.FunctionDef) and any(_makes(each) for each in ast.walk(node)))
        or (isinstance(node, ast.ClassDef) and any(called(base) == "QLabel" for base in node.bases))
    ]
    assert makers
    for maker in makers:
        assert "PlainText" in ast.unparse(maker), f"{where}:{maker.lineno}"


def _makes(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and called(node.func) == "QLabel" and bool(node.args)


@pytest.mark.parametrize(
    "text",
    [
        "button.setToolTip(name)",
        "button.setToolTip(f'{study.title}')",
        "button.setToolTip(self.tr('{x}').format(x=name))",
        "button.setToolTip('\\n'.join(parts))",
        "QLabel(name)",
        "QLabel(f'{name}')",
        "QMessageBox.warning(self, 'x', name)",
        "from PySide6.QtWidgets import QMessageBox",
        "tray = QSystemTrayIcon()",
        "view.setHtml(name)",
        "label.setTextFormat(Qt.TextFormat.AutoText)",
        "class Mine(QLabel):\n    pass",
        "def data(self, role):\n    if role == Qt.ItemDataRole.ToolTipRole:\n        return self.name",
        "item.setWhatsThis(name)",
    ],
)
def test_the_rule_sees_what_it_bans(text: str) -> None:
    assert list(violations("app/window/somewhere.py", text))


@pytest.mark.parametrize(
    "text",
    [
        "mark = QLabel()",
        "x.setToolTip(self.tr('More'))",
        "x.setToolTip(plain_tip(name))",
        "x.setText(name)",
        "x.setToolTip('Close')",
    ],
)
def test_our_own_words_may_stand(text: str) -> None:
    assert list(violations("app/window/somewhere.py", text)) == []
