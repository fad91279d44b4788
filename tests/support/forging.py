"""Every way to edit one file of a report that we could think of, node by node."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Path_ = tuple[str | int, ...]
BETTER = {
    "fail": "pass", "cannot-tell": "pass", "not-run": "pass", "required": "advisory",
    "NO-GO": "GO", "CANNOT TELL": "GO", "FAILED": "PASSED",
}  # fmt: skip
DEEP: Any = json.loads("[" * 90 + "]" * 90)


@dataclass(frozen=True)
class Edit:
    """One edit of a JSON document: what is done at which node."""

    path: Path_
    what: str
    value: Any

    def of(self, document: Any) -> Any:
        """Return the document with the edit in it."""
        if not self.path:
            return self.value
        result = copy.deepcopy(document)
        *way, last = self.path
        node = result
        for step in way:
            node = node[step]
        node[last] = self.value
        return result


def nodes(document: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """Yield every node of a document with its path."""
    yield path, document
    if isinstance(document, dict):
        for key, value in document.items():
            yield from nodes(value, (*path, key))
    elif isinstance(document, list):
        for i, value in enumerate(document):
            yield from nodes(value, (*path, i))


def values(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield what may stand in place of a node, forging first, nonsense last."""
    if isinstance(node, str):
        if node in BETTER:
            yield "better", BETTER[node]
        yield "another text", ("0" * len(node)) if len(node) == 64 else f"{node}x"
        yield "empty", ""
    elif isinstance(node, bool):
        yield "turned", not node
    elif isinstance(node, int | float):
        yield "more", node + 1
        yield "huge", 10**300
        yield "negative", -1
    elif isinstance(node, list):
        for i in range(len(node)):
            yield f"without {i}", [*node[:i], *node[i + 1 :]]
        yield "reversed", node[::-1]
        yield "twice", [*node, *node]
        yield "empty", []
    elif isinstance(node, dict):
        for key in node:
            yield f"without {key}", {k: v for k, v in node.items() if k != key}
        yield "with more", {**node, "more": 1}
        yield "empty", {}
    yield from (
        ("null", None), ("a number", 7), ("a text", "\x00\x1b[31m"), ("a list", ["pass"]),
        ("an object", {"outcome": "pass"}), ("true", True), ("deep", DEEP),
    )  # fmt: skip


def edits(document: Any) -> Iterator[Edit]:
    """Yield each edit that changes something."""
    for path, node in nodes(document):
        for what, value in values(node):
            if json.dumps(value) != json.dumps(node):
                yield Edit(path, what, value)


def some(document: Any, number: int, seed: int = 0) -> list[Edit]:
    """Return so many edits: all that make something better, the rest drawn by lot."""
    every = list(edits(document))
    chosen = [edit for edit in every if edit.what == "better"]
    rest = [edit for edit in every if edit.what != "better"]
    return [*chosen, *random.Random(seed).sample(rest, min(number, len(rest)))]


def _directory(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _link(path: Path) -> None:
    kept = path.with_name(f"kept-{path.name}")
    path.rename(kept)
    path.symlink_to(kept)


FILE_EDITS: dict[str, Callable[[Path], object]] = {
    "deleted": Path.unlink,
    "emptied": lambda path: path.write_bytes(b""),
    "cut in half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "without its last byte": lambda path: path.write_bytes(path.read_bytes()[:-1]),
    "with a NUL": lambda path: path.write_bytes(b"\0" + path.read_bytes()),
    "not UTF-8": lambda path: path.write_bytes(b"\xff\xfe" + path.read_bytes()),
    "null": lambda path: path.write_bytes(b"null"),
    "NaN": lambda path: path.write_bytes(b"NaN"),
    "a huge number": lambda path: path.write_bytes(b"1" + b"0" * 5000),
    "deep": lambda path: path.write_bytes(b"[" * 100_000),
    "deep and closed": lambda path: path.write_bytes(b"[" * 100_000 + b"]" * 100_000),
    "a directory": _directory,
    "a link": _link,
}
