"""The few answers that every output gives first: decided once, from one result."""

from dataclasses import dataclass
from datetime import datetime

from pytest_caio.base.messages import listed
from pytest_caio.report.clearance import clearance
from pytest_caio.report.console import reason
from pytest_caio.report.times import deadline
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity
from pytest_caio.verdict.result import REHEARSAL_NOTE, Result

_ORDER = (Outcome.FAIL, Outcome.CANNOT_TELL, Outcome.NOT_RUN)


@dataclass(frozen=True)
class Task:
    """What one owner has to do, failures first."""

    owner: str
    findings: tuple[Finding, ...]


@dataclass(frozen=True)
class Summary:
    """Decision, why, who acts by when, and what was not checked.

    ``blocking`` keeps the verdict from being GO; ``advice`` does not; ``unseen`` is what nobody
    saw, required or not. ``clearance`` says until when a GO is good, and for which release.
    """

    verdict: Verdict
    where: str
    profile: str
    reason: str
    note: str
    when: datetime
    by_when: str
    blocking: tuple[Finding, ...]
    advice: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    unseen: tuple[Finding, ...]
    tasks: tuple[Task, ...]
    clearance: str

    @property
    def headline(self) -> str:
        """The verdict and for what: ``NO-GO: staging and production, profile deploy``."""
        return f"{self.verdict}: {self.where}, profile {self.profile}"


def summarise(result: Result) -> Summary:
    """Return the first answers of every output."""
    policy = result.snapshot.policy
    when = max(
        (m for p in result.snapshot.environments if (m := result.evidence.now(p.name))),
        default=result.evidence.started_at,
    )
    blocking = _worst_first([f for f in result.findings if f.blocks])
    advice = [
        f for f in result.findings if f.severity is Severity.ADVISORY and f.outcome not in MET
    ]
    return Summary(
        verdict=result.verdict,
        where=listed(shown.name for shown in result.snapshot.environments) or "no environment",
        profile=result.snapshot.profile,
        reason=_sentence(reason(result)),
        note=REHEARSAL_NOTE if result.rehearsal else "",
        when=when,
        by_when=deadline(policy.review, when),
        blocking=blocking,
        advice=_worst_first(advice),
        waived=tuple(f for f in result.findings if f.waiver),
        unseen=tuple(
            f for f in result.findings if f.outcome in {Outcome.CANNOT_TELL, Outcome.NOT_RUN}
        ),
        tasks=_tasks(blocking),
        clearance=clearance(result),
    )


def _worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: _ORDER.index(f.outcome)))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tasks(findings: tuple[Finding, ...]) -> tuple[Task, ...]:
    owners = dict.fromkeys(f.owner for f in findings)
    return tuple(Task(o, tuple(f for f in findings if f.owner == o)) for o in owners)
