"""Every mutant of the server's code, in the order of its files."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import CodeType

import pytest_caio.rehearsal.deployment as deployment
from mutants.mutant import Mutant, difference, numbered
from mutants.python_operators import OPERATORS, Scope

FOLDER = Path(str(deployment.__file__)).parent
# Not what a dashboard runs: the story that a rehearsal starts with, its golden answers, and the
# GoHighLevel that stands in for somebody else's.
NOT_ITS_CODE = frozenset(
    {"__init__", "scenes", "recorded_answers", "ghl_service", "core.story", "core.build"}
)


def modules() -> tuple[str, ...]:
    """The names of the modules that are changed."""
    return tuple(sorted({path.stem for path in FOLDER.glob("*.py")} - NOT_ITS_CODE))


def server_mutants(reached: Mapping[str, frozenset[int]]) -> list[Mutant]:
    """All mutants on the lines that a gate run reaches, by module."""
    siblings = _siblings(modules())
    return [
        mutant
        for module in modules()
        for mutant in mutants_of(module, source_of(module), siblings)
        if mutant.line in reached.get(module, frozenset()) and mutant.place not in NOT_ITS_CODE
    ]


def source_of(module: str) -> str:
    """The source of a module below `deployment`."""
    return (FOLDER / f"{module}.py").read_text("utf-8")


def mutants_of(module: str, source: str, siblings: Mapping[str, str]) -> Iterator[Mutant]:
    """Every mutant of one module, each with its code."""
    tree = ast.parse(source)
    return numbered(
        Mutant(
            site.place, operator, *difference(_text(site.node), _text(changed)), site.line,
            partial(_compiled, tree, site, changed, module),
        )
        for site in _sites(tree, module, siblings)
        for operator, vary in OPERATORS.items()
        for changed in vary(site.node, site.scope)
        if ast.dump(changed) != ast.dump(site.node)
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Site:
    node: ast.AST
    parent: ast.AST
    place: str
    line: int
    scope: Scope


def _sites(tree: ast.Module, module: str, siblings: Mapping[str, str]) -> Iterator[_Site]:
    """Every node that an operator may look at, with its place."""
    yield from _below(tree, module, 1, Scope(siblings=siblings))


def _below(node: ast.AST, place: str, line: int, scope: Scope) -> Iterator[_Site]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        place = f"{place}.{node.name}"
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        scope = _scope_of(node, scope)
    for name, value in ast.iter_fields(node):
        if _is_none_of_it(node, name):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not _is_docstring(child):
                at = getattr(child, "lineno", line)
                yield _Site(child, node, place, at, scope)
                yield from _below(child, place, at, scope)


def _is_none_of_it(node: ast.AST, field: str) -> bool:
    """Types, imports, decorators and assertions are not what a server does."""
    if isinstance(node, ast.Import | ast.ImportFrom | ast.Assert):
        return True
    if isinstance(node, ast.Dict) and field == "keys":
        return True  # another key is an entry that isn't there
    return field in {
        "annotation",
        "returns",
        "decorator_list",
        "bases",
        "type_params",
        "format_spec",
    }


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _scope_of(function: ast.FunctionDef | ast.AsyncFunctionDef, outer: Scope) -> Scope:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    types = {a.arg: ast.unparse(a.annotation) if a.annotation else "self" for a in given}
    made = [
        n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
    ]
    return Scope(tuple(dict.fromkeys([*types, *made])), types, outer.siblings)


def _siblings(names: tuple[str, ...]) -> dict[str, str]:
    """For each field of a dataclass the next one of the same class and type."""
    found: dict[str, str] = {}
    for name in names:
        for node in ast.walk(ast.parse(source_of(name))):
            if isinstance(node, ast.ClassDef):
                by_type: dict[str, list[str]] = {}
                for line in node.body:
                    if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
                        by_type.setdefault(ast.unparse(line.annotation), []).append(line.target.id)
                for alike in by_type.values():
                    if len(alike) > 1:
                        found |= dict(zip(alike, [*alike[1:], alike[0]], strict=True))
    return found


def _compiled(tree: ast.Module, site: _Site, changed: ast.AST, module: str) -> CodeType:
    """The module's code with `changed` in the place of the site's node; the tree stays as it is."""
    for name, value in ast.iter_fields(site.parent):
        if value is site.node:
            setattr(site.parent, name, changed)
            try:
                return _code(tree, module)
            finally:
                setattr(site.parent, name, value)
        if isinstance(value, list) and any(item is site.node for item in value):
            at = next(i for i, item in enumerate(value) if item is site.node)
            value[at] = changed
            try:
                return _code(tree, module)
            finally:
                value[at] = site.node
    raise AssertionError(site.place)


def _code(tree: ast.Module, module: str) -> CodeType:
    whole = ast.fix_missing_locations(tree)
    return compile(whole, str(FOLDER / f"{module}.py"), "exec")


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.comprehension):
        return " ".join(f"if {ast.unparse(test)}" for test in node.ifs) or "no condition"
    if isinstance(node, ast.If):
        return f"if {ast.unparse(node.test)}"
    return ast.unparse(ast.fix_missing_locations(node))
