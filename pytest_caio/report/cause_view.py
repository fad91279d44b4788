"""Causes as ``report.html`` shows them: numbered steps, with links to the findings that wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pytest_caio.base.messages import listed
from pytest_caio.report.previous import Changes
from pytest_caio.report.summary import Summary
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.waiting_checks import waiting

_PLACES = 6  # environments that a check links to; the others are in the engineers' part
_UNSEEN = {Outcome.CANNOT_TELL, Outcome.NOT_RUN}


@dataclass(frozen=True)
class Waiting:
    """A check that is not met over a cause: where, with links; ``more`` are left out."""

    title: str
    name: str
    places: tuple[tuple[str, str], ...]
    more: int


@dataclass(frozen=True)
class CauseView:
    """One cause as a step: its number, the checks that show it and those that wait for it.

    ``behind`` counts those in words. Golden cases have a section of their own; ``cases`` says that
    there are some.
    """

    number: int
    anchor: str
    cause: Cause
    tone: str
    where: str
    shows: tuple[Waiting, ...]
    checks: tuple[Waiting, ...]
    behind: str
    cases: bool
    unseen: bool


@dataclass(frozen=True)
class Change:
    """What changed, in words, and in how many findings; what has a cause leads to it."""

    text: str
    anchor: str
    number: int


def anchor(finding: Finding) -> str:
    """Return what a finding is linked by."""
    return "-".join(finding.key)


def cause_views(causes: Iterable[Cause], first: int = 1) -> tuple[CauseView, ...]:
    """Return causes as numbered steps."""
    return tuple(_view(number, cause) for number, cause in enumerate(causes, first))


def _view(number: int, cause: Cause) -> CauseView:
    return CauseView(
        number=number,
        anchor=f"cause-{number}",
        cause=cause,
        tone=_tone(cause),
        where=listed(cause.environments, 4),
        shows=_by_check(cause.shows),
        checks=_by_check(cause.hidden),
        behind=waiting(cause, 0),
        cases=any(_is_case(f) for f in cause.findings),
        unseen=any(f.outcome in _UNSEEN for f in cause.findings),
    )


def _is_case(finding: Finding) -> bool:
    return finding.check.startswith("case[")


def _by_check(findings: Iterable[Finding]) -> tuple[Waiting, ...]:
    checks: dict[str, list[Finding]] = {}
    for finding in findings:
        if not _is_case(finding):
            checks.setdefault(finding.name, []).append(finding)
    return tuple(map(_waiting, checks.values()))


def _waiting(found: Sequence[Finding]) -> Waiting:
    places = tuple((f.environment, anchor(f)) for f in found[:_PLACES])
    return Waiting(found[0].title, found[0].name, places, len(found) - len(places))


def _tone(cause: Cause) -> str:
    if not cause.blocks:
        return "noted"
    return "bad" if cause.outcome is Outcome.FAIL else "unclear"


def who_acts(summary: Summary) -> tuple[tuple[str, str], ...]:
    """Return each owner that has a task, with the numbers of the steps."""
    numbers = {cause.key: number for number, cause in enumerate(summary.causes, 1)}
    return tuple(
        (task.owner, listed((numbers[cause.key] for cause in task.causes), 6))
        for task in summary.tasks
    )


def changed(changes: Changes, views: Iterable[CauseView]) -> Mapping[str, tuple[Change, ...]]:
    """Return what got worse, was mended and is still open: by cause, as far as one is known."""
    by_finding = {f.key: view for view in views for f in view.cause.findings}
    parts = {"Worse": changes.worse, "Mended": changes.mended, "Still open": changes.still}
    return {word: _merged(found, by_finding) for word, found in parts.items() if found}


def _merged(
    findings: Iterable[Finding], by_finding: Mapping[tuple[str, str, str], CauseView]
) -> tuple[Change, ...]:
    groups: dict[tuple[str, str], int] = {}
    for finding in findings:
        view = by_finding.get(finding.key)
        key = (view.cause.headline, view.anchor) if view else (finding.title, "")
        groups[key] = groups.get(key, 0) + 1
    return tuple(Change(text, to, number) for (text, to), number in groups.items())
