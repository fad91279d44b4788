"""JSON as a golden set needs it: strict, with line numbers, as an array or as JSON Lines.

Strict means: no key twice in one object, no NaN, and nothing after the end. Python's own reader
lets all three pass, and a key that stands twice would silently change what an answer is held to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from pytest_caio.base.strict_json import JsonProblem, no_constant, unique_object

ALLOWED = "a golden set is a JSON array of cases, or JSON Lines with one case a line"


class JsonError(ValueError):
    """Text that isn't strict JSON; `line` counts from 1."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Broken:
    """An item that couldn't be read, and why."""

    reason: str


_DECODER = json.JSONDecoder(object_pairs_hook=unique_object, parse_constant=no_constant)


def _decode(text: str, start: int) -> tuple[object, int]:
    try:
        value, end = _DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        line = text.count("\n", 0, error.pos) + 1
        ended = error.pos >= len(text.rstrip())
        more = " (the file ends in the middle)" if ended else ""
        raise JsonError(f"not JSON: {error.msg}{more}", line) from None
    except JsonProblem as error:
        raise JsonError(str(error), text.count("\n", 0, start) + 1) from None
    except RecursionError:
        raise JsonError("not a golden set: nested too deeply", 1) from None
    except ValueError as error:  # a number of thousands of digits
        raise JsonError(f"not JSON: {error}", text.count("\n", 0, start) + 1) from None
    return value, end


def parse(text: str) -> object:
    """Read one JSON value that is the whole text; raises JsonError."""
    start = _skip(text, 0)
    value, end = _decode(text, start)
    if _skip(text, end) < len(text):
        raise JsonError("something follows the end of the JSON", text.count("\n", 0, end) + 1)
    return value


def _skip(text: str, start: int) -> int:
    while start < len(text) and text[start] in " \t\r\n":
        start += 1
    return start


def numbered_items(text: str) -> Iterator[tuple[int, object]]:
    """Yield (line, item) of an array or of JSON Lines; what can't be read is a Broken."""
    return _array(text) if text.lstrip().startswith("[") else _lines(text)


def _array(text: str) -> Iterator[tuple[int, object]]:
    """Yield (line, item) of a JSON array; the first mistake in its syntax ends the reading."""
    at = _skip(text, text.index("[") + 1)
    line = text.count("\n", 0, at) + 1
    while not text.startswith("]", at):
        try:
            item, end = _decode(text, at)
        except JsonError as error:
            yield error.line, Broken(str(error))
            return
        yield line, item
        start, at = at, _skip(text, end)
        if text.startswith(",", at):
            at = _skip(text, at + 1)
        elif not text.startswith("]", at):
            line += text.count("\n", start, at)
            end_of_file = at >= len(text)
            due = "the file ends before the closing ]" if end_of_file else "',' or ']' is due here"
            yield line, Broken(f"not JSON: {due}")
            return
        line += text.count("\n", start, at)
    rest = _skip(text, at + 1)
    if rest < len(text):
        yield text.count("\n", 0, rest) + 1, Broken("something follows the closing ]")


def _lines(text: str) -> Iterator[tuple[int, object]]:
    try:
        whole = parse(text)
    except JsonError:
        pass
    else:
        if "\n" in text.strip():
            yield 1, Broken(f"{kind(whole)} over several lines, {ALLOWED}")
            return
    # Not splitlines(): a U+2028 inside a text is no end of a line in JSON Lines.
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip(" \t\r"):
            try:
                yield number, parse(line)
            except JsonError as error:
                yield number, Broken(str(error))


def kind(value: object) -> str:
    """Say in words what a JSON value is, for a message."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true or false"
    kinds = {str: "a text", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), type(value).__name__)
