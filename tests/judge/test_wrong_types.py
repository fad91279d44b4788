"""Whatever type a server gives to whichever value, each judge still says what it saw."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from deployments import GENERATIONS, JUDGES

from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.judge.ruling import rule
from pytest_caio.testing import look

OTHERS = ({}, [], [{"a": [1]}], "x", 3.5, True, None)


def nodes(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a value stands in an answer; of a list its first two are enough."""
    yield path
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value[:2]) if isinstance(value, list) else inside
    for key, item in inside:
        yield from nodes(item, (*path, key))


def put(body: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The body with another value there."""
    if not path:
        return value
    changed = body.copy()
    changed[path[0]] = put(body[path[0]], path[1:], value)
    return changed


def spoilt(found: Evidence) -> Iterator[tuple[str, Evidence]]:
    """A probe's evidence with one value of its JSON answer after the other of another type."""
    if not (isinstance(found, Observed) and found.exchanges):
        return
    try:
        body = json.loads(found.answer.body)
    except ValueError:
        return
    for path in nodes(body):
        for other in OTHERS:
            answer = replace(found.answer, body=json.dumps(put(body, path, other)))
            yield f"{path} {other}", replace(found, exchanges=(*found.exchanges[:-1], answer))


@pytest.mark.parametrize("name", sorted(JUDGES))
def test_a_value_of_another_type_is_no_mistake_of_the_judge(name: str) -> None:
    """One value at a time, in every generation, at every probe that the judge looks at."""
    judge, failed = JUDGES[name], []
    for good in GENERATIONS.values():
        evidence = good("production")
        for probe in set(judge.probes) & evidence.keys():
            for what, changed in spoilt(evidence[probe]):
                changes = {**evidence, probe: changed}
                ruling = rule(judge.rule, look(*changes.values(), kind="production"))
                failed += [f"{probe} {what}"] if "itself failed" in ruling.observed else []
    assert not failed
