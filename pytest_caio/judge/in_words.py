"""A check in words: what it looks at, and by which rule; the same wherever it is explained."""

import functools
import inspect
from collections.abc import Mapping

from pytest_caio.gates.files import Check
from pytest_caio.judge.look import Judge


def looks_at(check: Check, judges: Mapping[str, Judge]) -> tuple[str, ...]:
    """Return the names of the probes that a check looks at; none where nobody brings its judge."""
    if check.request:
        return (check.parsed_request.name,)
    judge = judges.get(check.judge)
    return judge.probes if judge else ()


def rule_in_words(check: Check, judges: Mapping[str, Judge]) -> str:
    """Return by which rule a check judges: what it expects, or its judge and what that says."""
    if check.request:
        return "; ".join(e.in_words for e in check.expectations)
    judge = judges.get(check.judge)
    if judge is None:
        return f"{check.judge}, which no installed package brings"
    rule = judge.rule
    while isinstance(rule, functools.partial):
        rule = rule.func
    said = " ".join((inspect.getdoc(rule) or "").split())
    return f"{check.judge}: {said}" if said else check.judge
