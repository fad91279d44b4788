"""What there is to know of an answer before it is scored: which constraints it meets, and so on.

Scores follow from these facts and the case alone. So they can be worked out from whole answers in
the process, and judged again from a report that keeps no word of them (``docs/replay.md, What is
kept``). Positions count from 0, in the case's or the answer's own lists.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from pytest_caio.replay import output_schema
from pytest_caio.replay.tool_calls import calls, entries, names, same_tool, unmet

Ratio = Callable[[str, str], float]


@dataclass(frozen=True, slots=True)
class Measured:
    """The facts of one run: all that its scores depend on besides the case.

    `missing` are positions in the expected tools, `unexpected` in the tools that were called,
    `met` and `supported` in the positive constraints and `violated` in the negative ones.
    `calls_missing` are positions in the wanted tool calls, `schema_problem` says what of the output
    schema is broken. `similarity` to the earlier output is None where there is none; `digest` tells
    outputs apart.
    """

    missing: tuple[int, ...]
    unexpected: tuple[int, ...]
    met: tuple[int, ...]
    supported: tuple[int, ...]
    violated: tuple[int, ...]
    has_output: bool
    has_context: bool
    similarity: float | None
    digest: str
    calls_missing: tuple[int, ...] = ()
    schema_problem: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the facts as JSON."""
        found = ((name, getattr(self, name)) for name in _NAMES)
        return {name: list(v) if type(v) is tuple else v for name, v in found}

    @classmethod
    def of_json(cls, data: Mapping[str, Any]) -> Measured:
        """Return the facts that `as_json` wrote."""
        found: dict[str, Any] = {}
        for each in fields(cls):
            if each.name not in data and each.default is not MISSING:
                continue  # a report of an earlier version knows nothing of it
            value = data[each.name]
            found[each.name] = tuple(value) if isinstance(value, list) else value
        return cls(**found)


_NAMES = tuple(each.name for each in fields(Measured))


def measure(
    case: Mapping[str, object], run: Mapping[str, object], prior_output: str | None = None
) -> Measured:
    """Return the facts of one run of one case, each as ``docs/replay.md, Judge`` says."""
    expected = texts(case.get("expected_tools"))
    wanted = texts(case.get("positive_constraints"))
    forbidden = texts(case.get("negative_constraints"))
    tools = names(run.get("tool_trace_log"))
    output = _text(run.get("actual_output"))
    context = "\n".join(texts(run.get("rag_context_chunks")))
    schema = case.get("output_schema")
    said, known = output.lower(), context.lower()
    return Measured(
        missing=_at(expected, lambda e: not any(same_tool(e, a) for a in tools)),
        unexpected=_at(tools, lambda a: not any(same_tool(e, a) for e in expected)),
        met=_at(wanted, lambda c: c.lower() in said),
        supported=_at(wanted, lambda c: c.lower() in known),
        violated=_at(forbidden, lambda c: _violates(said, c)),
        has_output=bool(output.strip()),
        has_context=bool(context.strip()),
        similarity=None if prior_output is None else similarity()(str(prior_output), output),
        digest=hashlib.sha256(output.encode("utf-8", "replace")).hexdigest()[:16],
        calls_missing=_calls_missing(case, run),
        schema_problem=output_schema.problem(schema, output) if isinstance(schema, dict) else "",
    )


def _calls_missing(case: Mapping[str, object], run: Mapping[str, object]) -> tuple[int, ...]:
    wanted, made = calls(case.get("expected_tool_calls")), calls(run.get("tool_trace_log"))
    return unmet(wanted, made, in_order=case.get("tool_calls_in_order") is True)


@cache  # an import that fails is tried anew each time, and costs more than a short comparison
def similarity() -> Ratio:
    """Choose the function that compares two outputs (0 to 1): compiled if there, else difflib's.

    Both give the same ratios; the extra `fast` brings the compiled one.
    """
    try:
        from cydifflib import SequenceMatcher as Compiled
    except ImportError:
        return stdlib_ratio
    return lambda earlier, output: float(Compiled(None, earlier, output).ratio())


def stdlib_ratio(earlier: str, output: str) -> float:
    """Return how alike two outputs are (``docs/replay.md, Reliability``)."""
    return SequenceMatcher(None, earlier, output).ratio()


def texts(value: object) -> tuple[str, ...]:
    """Return a value as a list of texts: nothing is none, a scalar is a list of one."""
    return tuple(map(str, entries(value)))


def _at(items: Iterable[str], holds: Callable[[str], bool]) -> tuple[int, ...]:
    return tuple(number for number, item in enumerate(items) if holds(item))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _violates(lowered_output: str, constraint: str) -> bool:
    forbidden = constraint.strip().lower().rstrip(".").removeprefix("do not ")
    return forbidden != "" and forbidden in lowered_output
