"""The golden set and the baseline: read, checked and, the baseline on request, written.

Source: ``docs/replay.md, Golden set`` and ``docs/replay.md, Baseline``. All mistakes of a file are
reported at once, each with its line, so that a golden set is mended in one go.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pytest_caio.replay import output_schema, tool_calls
from pytest_caio.replay.golden_json import Broken, JsonError, kind, numbered_items, parse

TEXTS = ("id", "input_query")
LISTS = ("expected_tools", "positive_constraints", "negative_constraints")


class GoldenError(ValueError):
    """A golden set or a baseline can't be used; the message says where, what and what is due."""


@dataclass(frozen=True, slots=True)
class Case:
    """One golden case: what is asked, and what an answer is held against.

    `line` is the line of the file, from 1, on which the case begins; 0 where there is no file.
    `must_pass`, `category` and `tags` say what else it counts for; the last three what else an
    answer is held to (``docs/replay.md, Tool calls``). No runner is told of either.
    """

    id: str
    input_query: str
    expected_tools: tuple[str, ...]
    positive_constraints: tuple[str, ...]
    negative_constraints: tuple[str, ...]
    line: int = 0
    must_pass: bool = False
    category: str = ""
    tags: tuple[str, ...] = ()
    expected_tool_calls: tuple[Mapping[str, Any], ...] = ()
    tool_calls_in_order: bool = False
    output_schema: Mapping[str, Any] | None = None

    def as_mapping(self) -> dict[str, object]:
        """Return the case as a JSON object (``docs/replay.md, Golden set``)."""
        lists = {name: list(getattr(self, name)) for name in LISTS}
        return {"id": self.id, "input_query": self.input_query, **lists}

    def as_judged(self) -> dict[str, object]:
        """Return the case with all that a judge is to know of it."""
        more = {"must_pass": self.must_pass, "category": self.category, "tags": list(self.tags)}
        return {**self.as_mapping(), **more, **self._held_to()}

    def _held_to(self) -> dict[str, object]:
        found = {
            "expected_tool_calls": list(self.expected_tool_calls),
            "tool_calls_in_order": self.tool_calls_in_order,
            "output_schema": self.output_schema,
        }
        return {key: value for key, value in found.items() if value}


def read_golden(path: Path) -> tuple[Case, ...]:
    """Read a golden set: a JSON array of cases, or JSON Lines with one case a line.

    Out: the cases in the file's order, at least one. Raises GoldenError for anything else, with
    every mistake as `file:line: id: what is wrong, what is allowed`.
    """
    cases: list[Case] = []
    mistakes: list[str] = []
    first_line: dict[str, int] = {}
    line = 0
    for line, item in numbered_items(_read_text(path)):
        if isinstance(item, Broken):
            mistakes.append(f"{path}:{line}: {item.reason}")
            continue
        name, wrong = check_case(item)
        if name and name in first_line:
            wrong.append(f"the id is already used on line {first_line[name]}, ids are unique")
        first_line.setdefault(name, line)
        mistakes += [f"{path}:{line}: {name or '(no id)'}: {what}" for what in wrong]
        if not wrong:
            cases.append(case_of(item, line))
    if line == 0:
        mistakes.append(f"{path}:1: no cases; a golden set has at least one")
    if mistakes:
        raise GoldenError("\n".join(mistakes))
    return tuple(cases)


def read_baseline(path: Path, *, may_be_absent: bool = False) -> Mapping[str, str]:
    """Read a baseline, a JSON object of case id to earlier output.

    A file that isn't there is an error, unless the caller says that it may be absent: then the
    baseline is empty. A damaged one is an error in any case, never "no baseline".
    """
    if may_be_absent and not path.exists():
        return MappingProxyType({})
    text = _read_text(path)
    try:
        data = parse(text)
    except JsonError as error:
        raise GoldenError(f"{path}:{error.line}: {error}") from None
    if not isinstance(data, dict):
        raise GoldenError(f"{path}:1: {kind(data)}; a baseline is an object of id to output")
    wrong = [
        f"{path}:1: {key}: the output is {kind(value)}, an output is a text"
        for key, value in data.items()
        if not isinstance(value, str)
    ]
    if wrong:
        raise GoldenError("\n".join(wrong))
    return MappingProxyType(data)


def write_baseline(path: Path, outputs: Mapping[str, str]) -> None:
    """Write a baseline whole or not at all: a neighbouring file that takes the old one's place.

    Keys are sorted, so that a change of one output is a change of one line. Raises OSError when
    the folder can't be written.
    """
    new = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with new.open("xb") as file:
            file.write(_baseline_bytes(outputs))
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


def _baseline_bytes(outputs: Mapping[str, str]) -> bytes:
    text = json.dumps(dict(outputs), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a surrogate pair, which only an escape can write down
        return (json.dumps(dict(outputs), indent=2, sort_keys=True) + "\n").encode()


def _read_text(path: Path) -> str:
    try:
        # PowerShell writes a byte order mark; "utf-8-sig" takes it or leaves it.
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise GoldenError(f"{path}: can't be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise GoldenError(f"{path}:{line}: not UTF-8 (save the file as UTF-8)") from None


def check_case(item: object) -> tuple[str, list[str]]:
    """Return the id ("" when there is none) and what is wrong with the case."""
    if not isinstance(item, dict):
        return "", [f"{kind(item)}, a case is an object"]
    wrong = [
        f"{key} is missing, all of {', '.join(TEXTS + LISTS)} are required"
        for key in TEXTS + LISTS
        if key not in item
    ]
    for key in TEXTS:
        value = item.get(key, "-")
        if not isinstance(value, str):
            wrong.append(f"{key} is {kind(value)}, it must be a text")
        elif not value.strip():
            wrong.append(f"{key} is empty, it must have a visible character")
    for key in LISTS:
        wrong += _check_list(key, item.get(key, []))
    wrong += _check_list("tags", item.get("tags", []))
    if not isinstance(item.get("must_pass", False), bool):
        wrong.append(f"must_pass is {kind(item['must_pass'])}, it must be true or false")
    if not isinstance(item.get("tool_calls_in_order", False), bool):
        wrong.append("tool_calls_in_order must be true or false")
    wrong += tool_calls.mistakes(item.get("expected_tool_calls", []))
    if "output_schema" in item:
        wrong += output_schema.mistakes(item["output_schema"])
    if not isinstance(item.get("category", ""), str):
        wrong.append(f"category is {kind(item['category'])}, it must be a text")
    name = item.get("id")
    return (name.strip() and name if isinstance(name, str) else ""), wrong


def _check_list(key: str, value: object) -> list[str]:
    if not isinstance(value, list):
        return [f"{key} is {kind(value)}, it must be a list of texts (an empty list will do)"]
    return [
        f"{key}[{index}] is {kind(entry)}, it must be a text"
        for index, entry in enumerate(value)
        if not isinstance(entry, str)
    ]


def case_of(item: object, line: int) -> Case:
    """Return the case in an item that `check_case` found nothing wrong with."""
    assert isinstance(item, dict)  # check_case found nothing wrong
    return Case(
        id=item["id"],
        input_query=item["input_query"],
        expected_tools=tuple(item["expected_tools"]),
        positive_constraints=tuple(item["positive_constraints"]),
        negative_constraints=tuple(item["negative_constraints"]),
        line=line,
        must_pass=item.get("must_pass", False),
        category=item.get("category", ""),
        tags=tuple(item.get("tags", ())),
        expected_tool_calls=tuple(item.get("expected_tool_calls", ())),
        tool_calls_in_order=item.get("tool_calls_in_order", False),
        output_schema=item.get("output_schema"),
    )
