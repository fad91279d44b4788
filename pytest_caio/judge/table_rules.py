"""``request`` + ``expect``: the rules that a table can say."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import jmespath

from pytest_caio.base.messages import shown
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.expectations import Expectation
from pytest_caio.judge.look import OTHERWISE, BadAnswer, Look, NoEvidence, answered, seen
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import MISSING

_ABSENT = object()


def judge_expectations(
    look: Look, probe: str, expectations: tuple[Expectation, ...], *, signed_in: bool
) -> Ruling:
    """Return whether the answer of ``probe`` meets every expectation.

    Where no expectation names the status, 200 is due. A refused sign-in is no evidence about
    anything but the sign-in.
    """
    must = "; ".join(e.in_words for e in expectations)
    exchange = look.answer(probe)
    if not any(e.kind == "status" for e in expectations):
        if signed_in and exchange.status in {401, 403}:
            text = f"{probe} answered {exchange.status}: the gate was not let in"
            return NoEvidence(text).ruling(must)
        redirect = any(e.kind == "redirect" for e in expectations)
        if exchange.status != 200 and not redirect:
            text = f"{probe} answered {answered(exchange)}"
            return Ruling(Outcome.FAIL, text, must, OTHERWISE, cause=MISSING)
    results = [_result(exchange, e) for e in expectations]
    broken = [text for ok, text in results if not ok]
    if broken:
        absent = not any(e.comparison == "exists" or _is_there(exchange, e) for e in expectations)
        remedy, cause = (OTHERWISE, MISSING) if absent else ("", "")
        return Ruling(Outcome.FAIL, "; ".join(broken), must, remedy, cause=cause)
    return Ruling(Outcome.PASS, "; ".join(text for _, text in results), must)


def _result(exchange: Exchange, expectation: Expectation) -> tuple[bool, str]:
    try:
        value = _value(exchange, expectation)
    except BadAnswer as bad:
        return False, str(bad)
    target = expectation.target
    text = f"{target} is not there" if value is _ABSENT else f"{target} is {shown(value)}"
    ok = holds(value, expectation.comparison, expectation.value)
    return ok, text if ok else text + _of_another_kind(value, expectation)


def _of_another_kind(value: Any, expectation: Expectation) -> str:
    """Return which is text and which a number, where two values look the same and are not."""
    wanted = expectation.value if isinstance(expectation.value, list) else [expectation.value]
    alike = [w for w in wanted if shown(w) == shown(value) and not same(value, w)]
    if value is _ABSENT or expectation.comparison in {"not_equals", "none_of"} or not alike:
        return ""
    return f" ({_kind_of(value)}, where the gate file has {_kind_of(alike[0])})"


def _kind_of(value: Any) -> str:
    if isinstance(value, str):
        return "text"
    if isinstance(value, bool):
        return "a truth value"
    return "a number" if isinstance(value, int | float) else "no single value"


def _is_there(exchange: Exchange, expectation: Expectation) -> bool:
    """Return whether the answer has what an expectation speaks of, whatever it is."""
    try:
        return _value(exchange, expectation) is not _ABSENT
    except BadAnswer:
        return False


def _value(exchange: Exchange, expectation: Expectation) -> Any:
    match expectation.kind:
        case "status":
            return exchange.status
        case "header":
            name = expectation.target[len("header") :].strip(" .:")
            return _or_absent(exchange.header(name))
        case "text":
            if exchange.truncated:
                raise NoEvidence(f"the answer was cut after {len(exchange.body):,} characters")
            return exchange.body
        case "redirect":
            is_redirect = exchange.status is not None and 300 <= exchange.status < 400
            return _or_absent(exchange.header("location")) if is_redirect else _ABSENT
    return _json_value(exchange, expectation.target)


def _json_value(exchange: Exchange, path: str) -> Any:
    try:
        body = exchange.json()
    except JsonProblem as problem:
        raise BadAnswer(f"the answer is not usable JSON: {problem}: {seen(exchange)}") from None
    try:
        return _or_absent(jmespath.search(path, body))
    except (ValueError, ArithmeticError, TypeError, AttributeError, RecursionError) as error:
        # The library's own errors are ValueErrors; its functions let through a few others.
        raise BadAnswer(f"{path} can't be read: {shown(str(error))}") from None


def _or_absent(value: Any) -> Any:
    return _ABSENT if value is None else value


def holds(value: Any, comparison: str, wanted: Any) -> bool:
    """Return whether ``value`` compares as wanted; types count, so ``true`` is not 1.

    What is not there meets nothing but ``absent``.
    """
    if comparison == "absent":
        return value is _ABSENT
    if value is _ABSENT:
        return False
    return comparison == "exists" or _COMPARE[comparison](value, wanted)


def same(value: Any, wanted: Any) -> bool:
    """Return whether two JSON values are equal; ``true`` is not 1, and 72 is 72.0."""
    if isinstance(value, bool) or isinstance(wanted, bool):
        return value is wanted
    if isinstance(value, list) and isinstance(wanted, list):
        return len(value) == len(wanted) and all(map(same, value, wanted))
    if isinstance(value, dict) and isinstance(wanted, dict):
        return value.keys() == wanted.keys() and all(same(value[k], wanted[k]) for k in value)
    return bool(value == wanted)


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, str):
        return isinstance(wanted, str) and wanted in value
    if isinstance(value, list):
        return any(same(item, wanted) for item in value)
    return isinstance(value, dict) and isinstance(wanted, str) and wanted in value


def _lacks(value: Any, wanted: Any) -> bool:
    return isinstance(value, str | list | dict) and not _contains(value, wanted)


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "equals": same,
    "not_equals": lambda value, wanted: not same(value, wanted),
    "one_of": lambda value, wanted: any(same(value, w) for w in wanted),
    "none_of": lambda value, wanted: not any(same(value, w) for w in wanted),
    "at_least": lambda value, wanted: _number(value) and value >= wanted,
    "at_most": lambda value, wanted: _number(value) and value <= wanted,
    "contains": _contains,
    "lacks": _lacks,
    "matches": lambda value, wanted: isinstance(value, str) and bool(re.search(wanted, value)),
}
