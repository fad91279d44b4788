"""Golden cases in the report: those that fail for one cause stand together, however many."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from pytest_caio.base.messages import percent, plural
from pytest_caio.verdict.finding import Finding

_KEYS = frozenset({"id", "question", "answer", "seconds", "cause"})


def golden_case(finding: Finding) -> Mapping[str, Any] | None:
    """Return what a finding says of a golden case; None where it is about something else."""
    facts = finding.facts.get("replay_case")
    return facts if isinstance(facts, Mapping) and facts.keys() >= _KEYS else None


def golden_cases(finding: Finding) -> Iterator[Mapping[str, Any]]:
    """Yield the golden cases that a finding about many says more of: those that failed."""
    many = finding.facts.get("replay_cases")
    for facts in many if isinstance(many, list | tuple) else ():
        if isinstance(facts, Mapping) and facts.keys() >= _KEYS:
            yield facts


class _HasFinding(Protocol):
    @property
    def finding(self) -> Finding: ...

    @property
    def golden(self) -> Mapping[str, Any] | None: ...


T = TypeVar("T", bound=_HasFinding)


@dataclass(frozen=True)
class CaseGroup(Generic[T]):
    """The golden cases of one environment that are not met for one cause; ``allowed`` are those
    within the error budget.
    """

    cause: str
    environment: str
    allowed: bool
    items: tuple[T, ...]


def case_groups(items: Iterable[T]) -> tuple[CaseGroup[T], ...]:
    """Return the golden cases among the findings by cause, the largest group first."""
    causes: dict[tuple[str, str, bool], list[T]] = {}
    for item in items:
        facts = item.golden
        if facts is not None:
            key = (str(facts["cause"]), item.finding.environment, not item.finding.blocks)
            causes.setdefault(key, []).append(item)
    groups = [CaseGroup(*key, tuple(found)) for key, found in causes.items()]
    return tuple(sorted(groups, key=lambda group: (group.allowed, -len(group.items))))


def case_rows(case: Mapping[str, Any]) -> Iterator[str]:
    """Yield a golden case in lines: what was asked and answered, and what was wanted of it."""
    rows = {
        "question": case["question"],
        "answer": case["answer"],
        "tools called": ", ".join(case["tools"]),
        "missing tools": ", ".join(case["missing_tools"]),
        "unexpected tools": ", ".join(case["unexpected_tools"]),
        "missing calls": ", ".join(case.get("missing_calls", ())),
        "output breaks its schema": case.get("schema_problem", ""),
        "missing words": ", ".join(case["missing_words"]),
        "forbidden words": ", ".join(case["forbidden_words"]),
        "unsupported words": ", ".join(case["unsupported_words"]),
        "answer taken from": case.get("reused", ""),
        "asked again after": "; ".join(case.get("retried", ())),
    }
    yield from (f"{label}: {text}" for label, text in rows.items() if text)


def rate_words(rate: Mapping[str, Any]) -> str:
    """Return a pass rate in a line: ``57 of 60, 95 % needed, 0 failures left``."""
    text = f"{rate['passed']} of {rate['total']}, {percent(rate['minimum'])} needed"
    if rate.get("asked_again"):
        return f"{_met_words(rate, text)}; {plural(rate['asked_again'], 'case')} asked again"
    return _met_words(rate, text)


def _met_words(rate: Mapping[str, Any], text: str) -> str:
    margin = rate.get("margin")
    if margin is None:
        reused = f", {rate['reused']} from an earlier report" if rate.get("reused") else ""
        return f"{text}{reused}, {rate['total'] - rate.get('ran', 0)} did not run"
    if margin > 0:
        return f"{text}, {plural(margin - 1, 'failure')} left"
    return f"{text}, {plural(1 - margin, 'failure')} too many"
