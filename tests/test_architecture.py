"""The rules of ARCHITECTURE.md, held: who may import what, and how large things may be."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "pytest_caio"
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path: Path) -> str:
    """Return a module's path below the package, with slashes."""
    return path.relative_to(PACKAGE).as_posix()


def imports(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level package of every import below ``tree``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield (node.module or "").partition(".")[0]


def test_import_contracts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Data goes one way, and each library stays in its room: the contracts are kept."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True) == 0


def test_the_plugin_imports_next_to_nothing() -> None:
    """It is loaded in every session: its top level knows the standard library and pytest."""
    tree = ast.parse((PACKAGE / "plugin" / "__init__.py").read_text("utf-8"))
    top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    found = {name for node in top for name in imports(node)}
    assert found <= {"pytest", "__future__", *sys.stdlib_module_names}


def test_modules_stay_small() -> None:
    """A module of more than 250 lines holds more than one thing."""
    sizes = {name_of(m): len(m.read_text("utf-8").splitlines()) for m in MODULES}
    assert {n: s for n, s in sizes.items() if s > 250} == {}


def test_functions_stay_small() -> None:
    """A function of more than 40 lines does more than one thing."""
    found = {
        f"{name_of(module)}:{node.lineno} {node.name}"
        for module in MODULES
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno >= 40
    }
    assert found == set()


def test_judges_read_no_clock() -> None:
    """The time is the deployment's own Date header, so that a verdict can be judged again."""
    clocks = {"now", "utcnow", "today", "monotonic", "perf_counter"}
    found = {
        f"{name_of(module)}:{node.lineno}"
        for module in MODULES
        if name_of(module).startswith("judge/")
        for node in ast.walk(ast.parse(module.read_text("utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in clocks
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in {"datetime", "date", "time"}
    }
    assert found == set()


def test_each_module_has_a_name_of_its_own() -> None:
    """Who says ``rules.py`` means one module; rooms, and what opens a room, are apart."""
    names = [module.name for module in MODULES if module.name != "__init__.py"]
    assert sorted({name for name in names if names.count(name) > 1}) == []


# The sweep's context holds the run's one browser, and what uses it is a probe.
KNOWN_CIRCLE = {"observe.page", "observe.probe", "observe.token_doubt"}


def test_no_circle_inside_a_room() -> None:
    """Modules and rooms side by side import one another in one direction."""
    graph = grimp.build_graph("pytest_caio", exclude_type_checking_imports=True)
    rooms = [room for room in sorted(graph.modules) if graph.find_children(room)]
    found = {
        name.removeprefix("pytest_caio.") for room in rooms for name in _in_a_circle(graph, room)
    }
    assert found <= KNOWN_CIRCLE


def _in_a_circle(graph: grimp.ImportGraph, room: str) -> set[str]:
    """Return the children of a room that import themselves through other children of it."""
    children = graph.find_children(room)
    reach = {
        a: {b for b in children - {a}
            if graph.direct_import_exists(importer=a, imported=b, as_packages=True)}
        for a in children
    }  # fmt: skip
    for _ in children:
        reach = {a: known.union(*(reach[b] for b in known)) for a, known in reach.items()}
    return {a for a, known in reach.items() if a in known}


def test_every_room_is_drawn() -> None:
    """ARCHITECTURE.md says what each room is for, and names none that is not there."""
    text = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    rows = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert {path.parent.name for path in PACKAGE.glob("*/__init__.py")} | {"extensions"} == rows
    files = re.findall(r"`(\w+/\w+\.py)`", text)
    assert [f for f in files if not (PACKAGE / f).is_file() and not (ROOT / f).is_file()] == []
