"""What is done to the server's code: each operator makes the mistakes of one kind.

An operator gets a node and where it stands, and yields what might stand there instead. Nothing is
told to it about what the code means.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from types import MappingProxyType

_COMPARED: Mapping[type[ast.cmpop], type[ast.cmpop]] = MappingProxyType(
    {
        ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
        ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
        ast.Is: ast.IsNot, ast.IsNot: ast.Is,
    }
)  # fmt: skip
_CALCULATED: Mapping[type[ast.operator], type[ast.operator]] = MappingProxyType(
    {ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult}
)
_OPPOSITES = MappingProxyType({"min": "max", "max": "min", "any": "all", "all": "any"})
_LEAVES = ast.Return | ast.Raise | ast.Continue | ast.Break


@dataclass(frozen=True, slots=True)
class Scope:
    """What a node's operators may know: names of its function, and fields of the same type."""

    names: tuple[str, ...] = ()
    types: Mapping[str, str] = field(default_factory=dict)
    siblings: Mapping[str, str] = field(default_factory=dict)


Operator = Callable[[ast.AST, Scope], Iterator[ast.AST]]


def guard_dropped(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """An `if` that ends in a return or raise: never entered."""
    if isinstance(node, ast.If) and not node.orelse and isinstance(node.body[-1], _LEAVES):
        yield _with(node, test=ast.Constant(False))


def condition_negated(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """The condition of an `if` or of a comprehension, turned round."""
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        yield _with(node, test=_negated(node.test))
    if isinstance(node, ast.comprehension):
        for at, test in enumerate(node.ifs):
            yield _with(node, ifs=[*node.ifs[:at], _negated(test), *node.ifs[at + 1 :]])
            yield _with(node, ifs=[*node.ifs[:at], *node.ifs[at + 1 :]])


def default_given(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """A look-up that finds nothing answers something; or the default that it had is lost."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return
    if node.func.attr == "get" and not node.keywords and len(node.args) == 1:
        yield _with(node, args=[*node.args, ast.Constant("other")])
    elif node.func.attr == "get" and not node.keywords:
        yield _with(node, args=node.args[:1])


def constant_changed(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """Numbers one off, texts emptied or changed, yes and no turned round."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        yield ast.Constant(node.value + 1)
        yield ast.Constant(node.value - 1)
    elif isinstance(node.value, str):
        # A sentence is lost, a word becomes another one.
        yield ast.Constant("" if " " in node.value else f"{node.value}x")


def comparison_changed(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """`<` for `<=`, `==` for `!=`, `in` for `not in`; `+` for `-`; the larger for the smaller."""
    if isinstance(node, ast.Compare):
        for at, op in enumerate(node.ops):
            changed = [*node.ops[:at], _COMPARED[type(op)](), *node.ops[at + 1 :]]
            yield _with(node, ops=changed)
    if isinstance(node, ast.BinOp) and type(node.op) in _CALCULATED:
        yield _with(node, op=_CALCULATED[type(node.op)]())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield deepcopy(node.operand)
    called = node.func if isinstance(node, ast.Call) else None
    if isinstance(called, ast.Name) and called.id in _OPPOSITES:
        yield _with(node, func=ast.Name(_OPPOSITES[called.id], ast.Load()))


def variable_swapped(node: ast.AST, scope: Scope) -> Iterator[ast.AST]:
    """Another name of the same function and type, or another field of the same class and type."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in scope.names:
        kind = scope.types.get(node.id)
        alike = [name for name in scope.names if kind and scope.types.get(name) == kind]
        if len(alike) > 1:
            yield ast.Name(alike[(alike.index(node.id) + 1) % len(alike)], ast.Load())
    read = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    if read and node.attr in scope.siblings:
        yield _with(node, attr=scope.siblings[node.attr])


def way_out_removed(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """A return or raise that isn't there: the code goes on."""
    if isinstance(node, ast.Raise):
        yield ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None:
        yield ast.Expr(deepcopy(node.value))


def words_swapped(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """`and` for `or`; and each part of either left out."""
    if isinstance(node, ast.BoolOp):
        other = ast.Or() if isinstance(node.op, ast.And) else ast.And()
        yield _with(node, op=other)
        for at in range(len(node.values)):
            left = [*node.values[:at], *node.values[at + 1 :]]
            yield deepcopy(left[0]) if len(left) == 1 else _with(node, values=left)


def call_skipped(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """A call that stands by itself, or its await, left out; or what it was given, as it was."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call | ast.Await):
        yield ast.Pass()
    if isinstance(node, ast.Call) and not node.keywords:
        one = node.args[0] if isinstance(node.func, ast.Name) and len(node.args) == 1 else None
        if one is not None and not isinstance(one, ast.Starred | ast.GeneratorExp):
            yield deepcopy(one)
        if isinstance(node.func, ast.Attribute) and not node.args:
            yield deepcopy(node.func.value)


def keyword_dropped(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """A call without one of the arguments that it names."""
    if isinstance(node, ast.Call):
        for at in range(len(node.keywords)):
            yield _with(node, keywords=[*node.keywords[:at], *node.keywords[at + 1 :]])


def entry_dropped(node: ast.AST, _scope: Scope) -> Iterator[ast.AST]:
    """A dictionary, list or set without one of its entries."""
    if isinstance(node, ast.Dict):
        for at in range(len(node.keys)):
            keys, values = list(node.keys), list(node.values)
            del keys[at], values[at]
            yield _with(node, keys=keys, values=values)
    several = isinstance(node, ast.List | ast.Set | ast.Tuple) and len(node.elts) > 1
    if several and not isinstance(getattr(node, "ctx", None), ast.Store):
        for at in range(len(node.elts)):
            yield _with(node, elts=[*node.elts[:at], *node.elts[at + 1 :]])


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "guard dropped": guard_dropped,
        "condition negated": condition_negated,
        "default given": default_given,
        "constant changed": constant_changed,
        "comparison changed": comparison_changed,
        "variable swapped": variable_swapped,
        "way out removed": way_out_removed,
        "and/or swapped": words_swapped,
        "call skipped": call_skipped,
        "keyword dropped": keyword_dropped,
        "entry dropped": entry_dropped,
    }
)


def _negated(test: ast.expr) -> ast.expr:
    return ast.UnaryOp(ast.Not(), deepcopy(test))


def _with(node: ast.AST, **changes: object) -> ast.AST:
    changed = deepcopy(node)
    for name, value in changes.items():
        setattr(changed, name, value)
    return changed
