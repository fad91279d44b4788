"""What a gate file may expect of an answer: the words, and their mistakes.

``- ramp.mode: {equals: clean_days}`` names a target and one or more comparisons. Targets are
``status``, ``header NAME``, ``text``, ``redirect``; anything else is a JMESPath into the JSON
body (``"@".status`` or ``@.status`` reaches a key that has one of those names).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pytest_caio.base.messages import did_you_mean, listed

COMPARISONS: Mapping[str, str] = {
    "equals": "is {}",
    "not_equals": "is not {}",
    "one_of": "is one of {}",
    "none_of": "is none of {}",
    "at_least": "is at least {}",
    "at_most": "is at most {}",
    "contains": "contains {}",
    "lacks": "does not contain {}",
    "matches": "matches {}",
    "exists": "is there",
    "absent": "is not there",
}
_PLAIN_TARGETS = ("status", "text", "redirect")
_LISTS = frozenset({"one_of", "none_of"})
# Text that reads like a number or a truth value is shown in quotes.
_LIKE_ANOTHER = re.compile(r"\s*|[+-]?[\d.]+([eE][+-]?\d+)?|true|false|null", re.IGNORECASE)
_NUMBERS = frozenset({"at_least", "at_most"})

Problem = tuple[tuple[str | int, ...], str]


@dataclass(frozen=True)
class Expectation:
    """One comparison of one target: ``kind`` is status, header, text, redirect or json."""

    kind: str
    target: str
    comparison: str
    value: Any

    @property
    def in_words(self) -> str:
        """The expectation as a sentence's end, for people."""
        return f"{self.target} {COMPARISONS[self.comparison].format(_shown(self.value))}"


def parse_expectations(expect: Any) -> tuple[tuple[Expectation, ...], tuple[Problem, ...]]:
    """Return the expectations of an ``expect`` block, and its mistakes with their paths."""
    found: list[Expectation] = []
    problems: list[Problem] = []
    for path, target, comparisons in _targets(expect, problems):
        kind, problem = _kind(target)
        if problem:
            problems.append((path, problem))
            continue
        for name, value in _comparisons(comparisons):
            text = _problem(kind, name, value)
            if text:
                problems.append(((*path, name) if isinstance(comparisons, dict) else path, text))
            else:
                found.append(Expectation(kind, target, name, value))
    return tuple(found), tuple(problems)


def _targets(expect: Any, problems: list[Problem]) -> list[tuple[tuple[str | int, ...], str, Any]]:
    if expect is None:
        return []
    if isinstance(expect, dict):
        return [((key,), key, value) for key, value in expect.items()]
    if not isinstance(expect, list):
        problems.append(((), "expect is a list like '- ramp.mode: {equals: clean_days}'"))
        return []
    result: list[tuple[tuple[str | int, ...], str, Any]] = []
    for i, item in enumerate(expect):
        if isinstance(item, dict) and item:
            result += [((i, key), key, value) for key, value in item.items()]
        else:
            problems.append(((i,), "expected 'target: {comparison: value}'"))
    return result


def _kind(target: str) -> tuple[str, str]:
    if target in _PLAIN_TARGETS:
        return target, ""
    if re.match(r"header\b", target, re.IGNORECASE):
        name = target[len("header") :].strip(" .:")
        return "header", "" if name else "a header needs a name: 'header Content-Type'"
    import jmespath.exceptions

    try:
        jmespath.compile(target)
    except jmespath.exceptions.JMESPathError as error:
        return "", f"{target!r} is no JMESPath: {str(error).splitlines()[0]}"
    return "json", ""


def _comparisons(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [("equals", value)]
    return list(value.items()) or [("", None)]


def _problem(kind: str, name: str, value: Any) -> str:
    if name not in COMPARISONS:
        hint = did_you_mean(name, COMPARISONS)
        return f"unknown comparison {name!r}{hint} Allowed: {listed(COMPARISONS, 20)}."
    if name in {"exists", "absent"} and value is not True:
        return (
            f"{name} takes true; for the opposite use {'absent' if name == 'exists' else 'exists'}"
        )
    if name in _LISTS and (not isinstance(value, list) or not value):
        return f"{name} takes a list with at least one value"
    if name in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
        return f"{name} takes a number"
    if name == "matches":
        return _regex_problem(value)
    if value is None:
        return f"{name}: nothing to compare with; use 'absent: true' for what must not be there"
    if (
        kind == "status"
        and name == "equals"
        and (isinstance(value, bool) or not isinstance(value, int))
    ):
        return "status is a number like 200"
    return ""


def _regex_problem(value: Any) -> str:
    try:
        re.compile(value)
    except (re.error, TypeError) as error:
        return f"matches takes a regular expression: {error}"
    return ""


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return listed((_shown(item) for item in value), 20)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and _LIKE_ANOTHER.fullmatch(value):
        return f'"{value}"'
    return str(value)
