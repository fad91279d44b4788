"""Every mutant of the page's script, each as the whole page that a browser gets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

import tree_sitter_javascript
from tree_sitter import Language, Node, Parser

from mutants.mutant import Mutant, difference, numbered
from mutants.page_operators import OPERATORS, text

PAGE = "sales.html"
# What checks speak of: rejecting, its tags, its card, and the refreshing; not filters, figures,
# messages, focus and approving. By function, or by the element that is listened to.
ITS_CONTRACT = frozenset(
    "reject sendReject decide openCard offerTags loadTags call start fetchPendingEmails "
    "drawCard refreshUnattended rejectButton feedbackInput closeButton button".split()
)
# What tells somebody something, or shows what a card reads: no check speaks of either.
_SHOWS = re.compile(
    r"(?:alert|toast)\(|throw new Error|byId\(\"(?:modalMessage|modalRecipient|modalTitle|"
    r"subjectInput|bodyInput|refreshedAt)\"|\w+\.(?:className|textContent) =|\"use strict\"|"
    r"for \(const name of \[\"tierFilter|const buttons =|buttons\.forEach|modal\.close\("
)
_SCRIPT = re.compile(r"(?<=<script>\n).*(?=</script>)", re.DOTALL)
_LISTENER = re.compile(r"(?:byId\(\"(\w+)\"\)|(\w+))\.addEventListener\(")
_FUNCTIONS = frozenset({"function_declaration", "method_definition"})


def page_mutants(page: str) -> list[Mutant]:
    """All mutants of the script in `page`, which is the page as a deployment serves it."""
    found = _SCRIPT.search(page)
    if found is None:
        raise ValueError("the page has no script of its own")
    script = found[0].encode()
    first = page[: found.start()].count("\n")
    tree = Parser(Language(tree_sitter_javascript.language())).parse(script)
    if tree.root_node.has_error:
        raise ValueError("the page's script is not understood")
    return list(
        numbered(
            Mutant(
                place, operator, *difference(text(node), changed), node.start_point.row + first + 1,
                page=partial(_page, page, found.start(), script, node, changed),
            )
            for node, place in _nodes(tree.root_node, PAGE)
            if place == PAGE or place.removeprefix(f"{PAGE}.") in ITS_CONTRACT
            for operator, vary in OPERATORS.items()
            for changed in vary(node)
        )
    )  # fmt: skip


def _nodes(node: Node, place: str) -> Iterator[tuple[Node, str]]:
    """Every named node, with the function or the element's listener that it stands in."""
    if node.type in _FUNCTIONS:
        name = node.child_by_field_name("name")
        assert name is not None
        place = f"{PAGE}.{text(name)}"
    elif node.type == "expression_statement" and (listener := _LISTENER.match(text(node))):
        place = f"{PAGE}.{listener[1] or listener[2]}"
    if node.type.endswith("_statement") and _SHOWS.match(text(node)):
        return
    yield node, place
    for child in node.named_children:
        yield from _nodes(child, place)


def _page(page: str, start: int, script: bytes, node: Node, changed: str) -> str:
    mutated = script[: node.start_byte] + changed.encode() + script[node.end_byte :]
    return page[:start] + mutated.decode() + page[start + len(script.decode()) :]
