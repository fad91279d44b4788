"""The few answers that every output gives first: decided once, from one result."""

from dataclasses import dataclass
from datetime import datetime

from pytest_caio.base.messages import listed
from pytest_caio.report.clearance import clearance
from pytest_caio.report.times import deadline
from pytest_caio.verdict.causes import Cause, capital
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import MET, Finding, Outcome
from pytest_caio.verdict.result import REHEARSAL_NOTE, Result
from pytest_caio.verdict.sentence import decision, empty_queues, reason, remarks

_ORDER = (Outcome.FAIL, Outcome.CANNOT_TELL, Outcome.NOT_RUN)


@dataclass(frozen=True)
class Task:
    """What one owner has to do, in order."""

    owner: str
    causes: tuple[Cause, ...]


@dataclass(frozen=True)
class Summary:
    """Decision, why, what to do next, who acts by when, and what was not checked.

    ``decision`` is the verdict with the waivers that it rests on. ``causes`` keep the verdict from
    being GO, in the order in which to deal with them; ``advice`` does not. ``again`` is the
    command that runs this gate again. ``remarks`` are to be said beside any verdict.
    ``blocking`` and ``noted`` are the findings behind both, worst first; ``unseen`` is what nobody
    saw, required or not. ``clearance`` says until when a GO is good, and for which release.
    ``nothing_to_decide`` is a run in which no live card waits anywhere; ``not_applying`` are the
    checks that had nothing to apply to.
    """

    verdict: Verdict
    decision: str
    where: str
    profile: str
    reason: str
    note: str
    remarks: tuple[str, ...]
    when: datetime
    by_when: str
    causes: tuple[Cause, ...]
    advice: tuple[Cause, ...]
    again: str
    blocking: tuple[Finding, ...]
    noted: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    unseen: tuple[Finding, ...]
    tasks: tuple[Task, ...]
    clearance: str
    nothing_to_decide: bool
    not_applying: tuple[Finding, ...]

    @property
    def headline(self) -> str:
        """The verdict and for what: ``NO-GO: staging and production, profile deploy``."""
        return f"{self.decision}: {self.where}, profile {self.profile}"


def summarise(result: Result) -> Summary:
    """Return the first answers of every output."""
    policy = result.snapshot.policy
    when = max(
        (m for p in result.snapshot.environments if (m := result.evidence.now(p.name))),
        default=result.evidence.started_at,
    )
    causes = tuple(cause for cause in result.causes if cause.blocks)
    return Summary(
        verdict=result.verdict,
        decision=decision(result),
        where=listed(shown.name for shown in result.snapshot.environments) or "no environment",
        profile=result.snapshot.profile,
        reason=capital(reason(result)),
        note=REHEARSAL_NOTE if result.rehearsal else "",
        remarks=remarks(result),
        when=when,
        by_when=deadline(policy.review, when),
        causes=causes,
        advice=tuple(cause for cause in result.causes if not cause.blocks),
        again=result.snapshot.again,
        blocking=_worst_first([f for f in result.findings if f.blocks]),
        noted=_worst_first([f for f in result.findings if not f.blocks and f.outcome not in MET]),
        waived=tuple(f for f in result.findings if f.outcome is Outcome.WAIVED),
        unseen=tuple(
            f for f in result.findings if f.outcome in {Outcome.CANNOT_TELL, Outcome.NOT_RUN}
        ),
        tasks=_tasks(causes),
        clearance=clearance(result),
        nothing_to_decide=len(empty_queues(result)) == len(result.snapshot.environments) > 0,
        not_applying=tuple(f for f in result.findings if f.outcome is Outcome.NOT_APPLICABLE),
    )


def _worst_first(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda f: _ORDER.index(f.outcome)))


def _tasks(causes: tuple[Cause, ...]) -> tuple[Task, ...]:
    owners = dict.fromkeys(owner for cause in causes for owner in cause.owners)
    return tuple(Task(o, tuple(c for c in causes if o in c.owners)) for o in owners)
