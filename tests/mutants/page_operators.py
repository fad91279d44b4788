"""What is done to the page's script: the mistakes of the server's operators, in its language.

An operator gets a node of the syntax tree and yields texts that might stand there instead.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from tree_sitter import Node

Operator = Callable[[Node], Iterator[str]]

_COMPARED = MappingProxyType(
    {
        "===": "!==", "!==": "===", "==": "!=", "!=": "==",
        "<": "<=", "<=": "<", ">": ">=", ">=": ">", "+": "-", "-": "+", "*": "/", "/": "*",
    }
)  # fmt: skip
_JOINED = MappingProxyType({"&&": "||", "||": "&&", "??": "&&"})
_LEAVES = frozenset({"return_statement", "throw_statement", "continue_statement"})
_TEXTS = frozenset({"string", "template_string"})


def guard_dropped(node: Node) -> Iterator[str]:
    """An `if` that ends in a return: never entered."""
    if node.type == "if_statement" and node.child_by_field_name("alternative") is None:
        body = node.child_by_field_name("consequence")
        assert body is not None
        last = (
            body.named_children[-1]
            if body.type == "statement_block" and body.named_children
            else body
        )
        if last.type in _LEAVES:
            yield ";"


def condition_negated(node: Node) -> Iterator[str]:
    """The condition of an `if` or of a choice, turned round."""
    condition = node.child_by_field_name("condition")
    if node.type in {"if_statement", "ternary_expression"} and condition is not None:
        yield _replaced(node, condition, f"(!({text(condition)}))")


def default_given(node: Node) -> Iterator[str]:
    """What a choice of two falls back on, left out."""
    if node.type == "binary_expression" and _operator(node) in {"||", "??"}:
        left = node.child_by_field_name("left")
        assert left is not None
        yield text(left)


def constant_changed(node: Node) -> Iterator[str]:
    """Numbers one off, a sentence lost, a word another one, yes and no turned round."""
    if node.type == "number":
        yield f"({text(node)} + 1)"
        yield f"({text(node)} - 1)"
    elif node.type == "string":
        inner = text(node)[1:-1]
        quote = text(node)[0]
        yield f"{quote}{quote}" if " " in inner else f"{quote}{inner}x{quote}"
    elif node.type in {"true", "false"}:
        yield "false" if node.type == "true" else "true"


def comparison_changed(node: Node) -> Iterator[str]:
    """`<` for `<=`, `===` for `!==`, `+` for `-`; a `!` left out."""
    if node.type == "binary_expression" and _operator(node) in _COMPARED:
        mark = node.child_by_field_name("operator")
        assert mark is not None
        yield _replaced(node, mark, _COMPARED[text(mark)])
    if node.type == "unary_expression" and _operator(node) == "!":
        argument = node.child_by_field_name("argument")
        assert argument is not None
        yield text(argument)


def words_swapped(node: Node) -> Iterator[str]:
    """`&&` for `||`; and each part of either left out."""
    if node.type == "binary_expression" and _operator(node) in _JOINED:
        mark = node.child_by_field_name("operator")
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        assert mark is not None
        assert left is not None
        assert right is not None
        yield f"(({text(left)}) {_JOINED[text(mark)]} ({text(right)}))"
        yield f"({text(right)})"
        if text(mark) == "&&":
            yield f"({text(left)})"


def way_out_removed(node: Node) -> Iterator[str]:
    """A return or throw that isn't there: the script goes on."""
    if node.type in {"return_statement", "throw_statement"}:
        yield f"{text(node.named_children[0])};" if node.named_children else ";"


def call_skipped(node: Node) -> Iterator[str]:
    """A call that stands by itself, left out; or a method that changes a text, left out."""
    if node.type == "expression_statement":
        inner = node.named_children[0]
        if inner.type in {"call_expression", "await_expression"}:
            yield ";"
        if inner.type == "assignment_expression":
            yield ";"
    if node.type == "call_expression":
        called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        assert called is not None
        assert given is not None
        if called.type == "member_expression" and not given.named_children:
            receiver = called.child_by_field_name("object")
            assert receiver is not None
            yield text(receiver)


def await_skipped(node: Node) -> Iterator[str]:
    """Nobody waits for what was asked."""
    if node.type == "await_expression":
        yield text(node.named_children[0])


def variable_swapped(node: Node) -> Iterator[str]:
    """An argument in the place of its neighbour."""
    if node.type == "arguments" and len(node.named_children) == 2:
        first, second = node.named_children
        if first.type == second.type == "identifier" or first.type == second.type == "string":
            yield f"({text(second)}, {text(first)})"


def argument_dropped(node: Node) -> Iterator[str]:
    """A call without its last argument, an object or list without one of its entries."""
    if node.type in {"object", "array"} or (
        node.type == "arguments" and len(node.named_children) > 1
    ):
        open_, close = text(node)[0], text(node)[-1]
        parts = [text(child) for child in node.named_children if child.type != "comment"]
        gone = range(len(parts)) if node.type != "arguments" else [len(parts) - 1]
        for at in gone:
            yield open_ + ", ".join([*parts[:at], *parts[at + 1 :]]) + close


OPERATORS: Mapping[str, Operator] = MappingProxyType(
    {
        "guard dropped": guard_dropped,
        "condition negated": condition_negated,
        "default given": default_given,
        "constant changed": constant_changed,
        "comparison changed": comparison_changed,
        "and/or swapped": words_swapped,
        "way out removed": way_out_removed,
        "call skipped": call_skipped,
        "await skipped": await_skipped,
        "variable swapped": variable_swapped,
        "entry dropped": argument_dropped,
    }
)


def text(node: Node) -> str:
    """The source of a node."""
    assert node.text is not None
    return node.text.decode()


def _operator(node: Node) -> str:
    mark = node.child_by_field_name("operator")
    return text(mark) if mark is not None else ""


def _replaced(node: Node, part: Node, new: str) -> str:
    assert node.text is not None
    start, end = part.start_byte - node.start_byte, part.end_byte - node.start_byte
    return (node.text[:start] + new.encode() + node.text[end:]).decode()
