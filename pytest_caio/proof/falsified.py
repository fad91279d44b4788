"""The answer that an expectation of a gate file does not hold of, made from what it says.

Source: ``docs/proof.md, Gate files``.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import jmespath

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.expectations import Expectation
from pytest_caio.proof.other_values import STATUSES, Vocabulary, others
from pytest_caio.proof.place import Path, changed, saying, value_at

_LEAVES = 200
"""Places that are tried where an expectation's path is no plain one."""


def falsified(exchange: Exchange, expectation: Expectation) -> Iterator[tuple[str, Exchange]]:
    """Yield answers that the expectation should not hold of, with what was changed."""
    match expectation.kind:
        case "status":
            for status in STATUSES:
                yield f"status {status}", replace(exchange, status=status)
        case "text":
            for text in _texts(exchange.body, expectation):
                yield "text", replace(exchange, body=text)
        case "header":
            yield from _headers(exchange, expectation)
        case "redirect":
            yield "status 200", replace(exchange, status=200)
            for value in ("/another", "https://elsewhere.example/"):
                yield f"location {value}", _with_header(exchange, "location", value)
        case _:
            yield from _json(exchange, expectation)


def _texts(text: str, expectation: Expectation) -> Iterator[str]:
    wanted = expectation.value
    if isinstance(wanted, str):
        yield text.replace(wanted, "")
        yield text + wanted
    yield ""
    yield f"{text} another"


def _headers(exchange: Exchange, expectation: Expectation) -> Iterator[tuple[str, Exchange]]:
    name = expectation.target[len("header") :].strip(" .:")
    values = [v for v in (expectation.value, "another", "") if isinstance(v, str)]
    for value in values:
        yield f"{name}: {value}", _with_header(exchange, name, value)
    without = tuple(pair for pair in exchange.headers if pair[0].lower() != name.lower())
    yield f"{name}: removed", replace(exchange, headers=without)


def _with_header(exchange: Exchange, name: str, value: str) -> Exchange:
    others = tuple(pair for pair in exchange.headers if pair[0].lower() != name.lower())
    return replace(exchange, headers=(*others, (name, value)))


def _json(exchange: Exchange, expectation: Expectation) -> Iterator[tuple[str, Exchange]]:
    try:
        tree = exchange.json()
    except JsonProblem:
        return
    for path in _paths(tree, expectation.target):
        was = value_at(tree, path)
        where = ".".join(map(str, path))
        for value in _values(was, expectation):
            yield f"{where}: another value", saying(exchange, changed(tree, path, value))
    if expectation.comparison == "absent" and isinstance(tree, dict):
        there = _nested(expectation.target.split("."), tree)
        yield f"{expectation.target}: there", saying(exchange, there)


def _values(was: Any, expectation: Expectation) -> Iterator[Any]:
    """Yield other values of the type that stands there, and nothing at all where that is asked."""
    wanted = expectation.value if isinstance(expectation.value, list) else [expectation.value]
    if expectation.comparison in {"not_equals", "none_of", "lacks"}:
        yield from (v for v in wanted if type(v) is type(was))
        yield from ([*was, v] for v in wanted if isinstance(was, list))
        yield from (f"{was}{v}" for v in wanted if isinstance(was, str))
    if expectation.comparison == "exists":
        yield None
    for each in wanted:
        if isinstance(each, int | float) and not isinstance(each, bool):
            yield from (each - 1, each + 1)
    yield from others("", was, Vocabulary())


def _paths(tree: Any, target: str) -> Iterator[Path]:
    """Yield where the value lies that a JMESPath speaks of; of one that is no plain path, every
    place of the answer, as far as there are not too many.
    """
    plain = _plain(tree, target)
    if plain:
        yield plain
        return
    for number, path in enumerate(_leaves(tree)):
        if number == _LEAVES:
            return
        yield path


def _plain(tree: Any, target: str) -> Path:
    keys: list[str] = [key.strip('"') for key in target.removeprefix("@.").split(".")]
    path: Path = ()
    for key in keys:
        if not isinstance(tree, dict) or key not in tree:
            return ()
        tree, path = tree[key], (*path, key)
    return path if jmespath.search(target, {}) is None else ()


def _leaves(tree: Any, here: Path = ()) -> Iterator[Path]:
    if here:
        yield here
    parts = (
        tree.items()
        if isinstance(tree, dict)
        else enumerate(tree)
        if isinstance(tree, list)
        else ()
    )
    for key, below in parts:
        yield from _leaves(below, (*here, key))


def _nested(keys: list[str], tree: dict[str, Any]) -> dict[str, Any]:
    key = keys[0].strip('"')
    inner = tree.get(key)
    below = inner if isinstance(inner, dict) else {}
    return {**tree, key: _nested(keys[1:], below) if keys[1:] else "another"}
