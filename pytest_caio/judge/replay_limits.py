"""Whether a replay stays within its limits (``docs/replay.md, Time and money``)."""

from collections.abc import Iterator

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.replay_policy import LimitsPolicy
from pytest_caio.judge.look import Judge, Look, NoEvidence
from pytest_caio.judge.replay_rate import replayed_of
from pytest_caio.replay.usage import Usage
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

NO_LIMIT = "replay.limits in gates/policy.yaml sets none"


def within_limits(look: Look) -> Ruling:
    """No limit that the policy sets is exceeded; what is limited has to be reported."""
    limits = look.policy.replay.limits
    severity = Severity.REQUIRED if limits.severity == "required" else None
    took = replayed_of(look).usage
    text = took.words()
    if not any((limits.median_seconds, limits.p95_seconds, limits.cost_usd, limits.tokens)):
        return Ruling(Outcome.NOT_APPLICABLE, f"{NO_LIMIT}; {text}")
    if broken := list(_exceeded(took, limits)):
        return Ruling(Outcome.FAIL, f"{'; '.join(broken)}; in all: {text}", severity=severity)
    if unknown := list(_unknown(took, limits)):
        why = f"{listed(unknown)}; in all: {text}"
        remedy = (
            "Let the runner report cost_usd and total_tokens in the metadata of each answer, or "
            "set no limit."
        )
        if severity:
            return Ruling(Outcome.CANNOT_TELL, why, remedy=remedy, severity=severity)
        raise NoEvidence(why, remedy=remedy)
    return Ruling(Outcome.PASS, text, severity=severity)


def _exceeded(took: Usage, limits: LimitsPolicy) -> Iterator[str]:
    for name, seen, limit, unit in (
        ("the median", took.median_seconds, limits.median_seconds, "s"),
        ("the 95th percentile", took.p95_seconds, limits.p95_seconds, "s"),
        ("the cost", took.cost_usd, limits.cost_usd, "USD"),
        ("the sum", took.tokens, limits.tokens, "tokens"),
    ):
        if limit and seen > limit:
            yield f"{name} is {seen:,g} {unit}, the limit {limit:,g}"


def _unknown(took: Usage, limits: LimitsPolicy) -> Iterator[str]:
    if not took.runs:
        yield "nothing was asked"
    for name, limit, reported in (
        ("cost_usd", limits.cost_usd, took.with_cost),
        ("tokens", limits.tokens, took.with_tokens),
    ):
        if limit and reported < took.runs:
            yield f"{plural(took.runs - reported, 'run')} report no {name}"


JUDGES = (Judge("replay.limits", within_limits, (REPLAY,)),)
