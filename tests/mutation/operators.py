"""The small changes: what each makes of one file's source, told by what stood there and what stands there then."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

_COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_CALLED = {"any": "all", "all": "any", "min": "max", "max": "min"}
_SQL = re.compile(r"\b(SELECT|UPDATE|DELETE FROM|INSERT|WHERE|JOIN|ORDER BY|EXISTS|AND)\b")
_SQL_CHANGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(found), put)
    for found, put in (
        (r"\bAND\b", "OR"),
        (r"(?<!INSERT )\bOR\b", "AND"),
        (r"\bIS NOT NULL\b", "IS NULL"),
        (r"\bIS NULL\b", "IS NOT NULL"),
        (r"\bNOT (?=IN\b|EXISTS\b)", ""),
        (r"(?<= )<(?= )", "<="),
        (r"(?<= )>(?= )", ">="),
        (r"(?<=[\w)] )=(?= [\w:?(])", "!="),
        (r" DESC\b", ""),
        (r"\bDISTINCT ", ""),
        (r"\bLEFT JOIN\b", "JOIN"),
        (r"\bMIN\(", "MAX("),
        (r"\bMAX\(", "MIN("),
        (r"(?<== )0\b", "1"),
        (r"(?<== )1\b", "0"),
    )
)


@dataclass(frozen=True)
class Mutant:
    """One change of one file; `line` and `where` say at what place, `name` tells it from all others of the file."""

    path: str
    number: int  # among all changes of this source
    line: int
    where: str
    before: str
    after: str

    @property
    def name(self) -> str:
        """What stays the same when lines move."""
        return f"{self.path}::{self.where}: {self.before} -> {self.after}"


@dataclass(frozen=True)
class _Place:
    line: int
    where: str
    before: str
    after: str
    change: Callable[[], None]


def mutants_of(path: str, source: str) -> list[Mutant]:
    """List all changes of a file."""
    return [
        Mutant(path, number, place.line, place.where, place.before, place.after)
        for number, place in enumerate(_places(ast.parse(source)))
    ]


def mutated(source: str, number: int) -> ast.Module:
    """Give the file with one change; lines keep their numbers."""
    tree = ast.parse(source)
    list(_places(tree))[number].change()
    return ast.fix_missing_locations(tree)


def _places(tree: ast.Module) -> Iterator[_Place]:
    yield from _inside(tree, "module")


def _inside(parent: ast.AST, where: str) -> Iterator[_Place]:
    for field, value in ast.iter_fields(parent):
        if field in {"annotation", "returns", "decorator_list", "type_comment", "format_spec", "bases"}:
            continue
        children = value if isinstance(value, list) else [value]
        for index, child in enumerate(children):
            if not isinstance(child, ast.AST) or _is_left_alone(parent, field, child, where):
                continue
            inner = where
            if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                inner = child.name if where == "module" else f"{where}.{child.name}"
            put = _putter(parent, field, index if isinstance(value, list) else None)
            for before, after, new in _changes(child, parent, inner):
                yield _Place(_line(child), inner, before, after, _bind(put, new))
            yield from _inside(child, inner)


def _line(node: ast.AST) -> int:
    return node.iter.lineno if isinstance(node, ast.comprehension) else getattr(node, "lineno", 0)


def _bind(put: Callable[[Any], None], new: Callable[[], Any]) -> Callable[[], None]:
    return lambda: put(new())


def _putter(parent: ast.AST, field: str, index: int | None) -> Callable[[Any], None]:
    def put(new: Any) -> None:
        if index is None:
            setattr(parent, field, new)
        else:
            getattr(parent, field)[index] = new

    return put


def _is_left_alone(parent: ast.AST, field: str, child: ast.AST, where: str) -> bool:
    """Types, texts for people and what only describes are no behaviour."""
    if isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING":
        return True
    if isinstance(child, ast.ClassDef) and any("Protocol" in ast.unparse(base) for base in child.bases):
        return True
    if isinstance(child, ast.Assert | ast.Import | ast.ImportFrom):
        return True
    if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
        return True
    is_outside = where == "module" or isinstance(parent, ast.ClassDef)
    return is_outside and isinstance(parent, ast.Assign) and field == "value" and _is_type(child)


def _is_type(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.BitOr) and _is_type(node.left) and _is_type(node.right)
    if isinstance(node, ast.Subscript):
        return _is_type(node.value)
    return isinstance(node, ast.Name) and node.id[:1].isupper() and not node.id.isupper()


_Change = tuple[str, str, Callable[[], Any]]


def _changes(node: ast.AST, parent: ast.AST, where: str) -> Iterator[_Change]:
    if isinstance(node, ast.stmt):
        yield from _of_statement(node, where)
    elif isinstance(node, ast.Compare):
        yield from _of_comparison(node)
    elif isinstance(node, ast.BoolOp):
        yield from _of_bool(node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield _text(node), _text(node.operand), lambda: node.operand
    elif isinstance(node, ast.BinOp) and type(node.op) in _COUNTED:
        new = ast.BinOp(node.left, _COUNTED[type(node.op)](), node.right)
        yield _text(node), _text(new), lambda: ast.copy_location(new, node)
    elif isinstance(node, ast.Constant):
        yield from _of_constant(node, parent)
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _CALLED:
        called = ast.Call(ast.Name(_CALLED[node.func.id], ast.Load()), node.args, node.keywords)
        yield _text(node), _text(called), lambda: ast.copy_location(called, node)
    elif isinstance(node, ast.comprehension):
        for index, test in enumerate(node.ifs):
            rest = [*node.ifs[:index], *node.ifs[index + 1 :]]
            less = ast.comprehension(node.target, node.iter, rest, node.is_async)
            yield f"if {_text(test)}", "(no filter)", _same(less)
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield from _of_condition(node)


def _same(new: Any) -> Callable[[], Any]:
    return lambda: new


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())


def _of_statement(node: ast.stmt, where: str) -> Iterator[_Change]:
    gone = ast.copy_location(ast.Pass(), node)
    if where == "module":
        return
    if _is_deed(node):
        yield _text(node), "pass", lambda: gone
    elif isinstance(node, ast.Return):
        if node.value is None:
            yield "return", "pass", lambda: gone
        elif not (isinstance(node.value, ast.Constant) and not node.value.value):
            yield _text(node), "return None", lambda: ast.copy_location(ast.Return(ast.Constant(None)), node)


def _is_deed(node: ast.stmt) -> bool:
    """Say whether a statement by itself changes something: what it calls, where it goes on, what it puts where."""
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Call)
    if isinstance(node, ast.Assign):
        return any(isinstance(one, ast.Attribute | ast.Subscript) for one in node.targets)
    return isinstance(node, ast.Raise | ast.Continue | ast.Break | ast.Delete | ast.AugAssign)


def _of_comparison(node: ast.Compare) -> Iterator[_Change]:
    for index, op in enumerate(node.ops):
        for other in _COMPARED.get(type(op), ()):
            new = ast.Compare(node.left, [*node.ops[:index], other(), *node.ops[index + 1 :]], node.comparators)
            yield _text(node), _text(new), _same(ast.copy_location(new, node))


def _of_bool(node: ast.BoolOp) -> Iterator[_Change]:
    other = ast.BoolOp(ast.Or() if isinstance(node.op, ast.And) else ast.And(), node.values)
    yield _text(node), _text(other), _same(ast.copy_location(other, node))
    for index in range(len(node.values)):
        rest = [*node.values[:index], *node.values[index + 1 :]]
        less = rest[0] if len(rest) == 1 else ast.copy_location(ast.BoolOp(node.op, rest), node)
        yield _text(node), _text(less), _same(less)


def _of_constant(node: ast.Constant, parent: ast.AST) -> Iterator[_Change]:
    value = node.value
    if isinstance(value, bool):
        yield f"{value} in {_text(parent)}", str(not value), _same(ast.copy_location(ast.Constant(not value), node))
    elif isinstance(value, int | float):
        more = value + 1
        yield f"{value} in {_text(parent)}", str(more), _same(ast.copy_location(ast.Constant(more), node))
    elif isinstance(value, str) and _SQL.search(value):
        yield from _of_sql(node, value)


def _of_sql(node: ast.Constant, value: str) -> Iterator[_Change]:
    for pattern, put in _SQL_CHANGES:
        for found in pattern.finditer(value):
            new = value[: found.start()] + put + value[found.end() :]
            around = value[max(0, found.start() - 30) : found.end() + 30]
            told = value[max(0, found.start() - 30) : found.start()] + put + value[found.end() : found.end() + 30]
            yield (
                f"SQL {' '.join(around.split())}",
                " ".join(told.split()),
                _same(ast.copy_location(ast.Constant(new), node)),
            )


def _of_condition(node: ast.If | ast.IfExp | ast.While) -> Iterator[_Change]:
    test = node.test
    if isinstance(test, ast.Compare | ast.BoolOp | ast.Constant):
        return
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return
    fields = {name: value for name, value in ast.iter_fields(node) if name != "test"}
    turned = ast.copy_location(type(node)(test=ast.UnaryOp(ast.Not(), test), **fields), node)
    yield f"if {_text(test)}", f"if not {_text(test)}", _same(turned)
