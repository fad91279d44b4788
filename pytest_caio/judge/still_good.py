"""Whether a GO still holds of what the deployment says now: no I/O, no clock.

Source: ``docs/guard.md, What has to hold``. The report itself is for
:mod:`pytest_caio.verdict.clearing`.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    DEPENDENCIES,
    DISPATCHES,
    INNGEST,
    QUEUE,
    QUEUE_AGAIN,
    QUEUE_STATUS,
    READY,
    STATUS,
    STATUS_ANONYMOUS,
    TRACES,
)
from pytest_caio.gates.plan import Planned
from pytest_caio.judge.approved_since import Approved, approved, judged_at, unjudged
from pytest_caio.judge.generation import PROBES, generation
from pytest_caio.judge.judging import judge_one, probes_of
from pytest_caio.judge.live_cards import live
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence
from pytest_caio.judge.queue_cards import SKEW, clock_problem
from pytest_caio.judge.refused import unrefused
from pytest_caio.judge.todays_mails import by_approval
from pytest_caio.privacy.card_ids import short_id
from pytest_caio.verdict.clearing import AGAIN, Asked, Held, Refusal, held_until
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.result import REHEARSAL_HEADER, Result
from pytest_caio.verdict.run_finding import BEFORE
from pytest_caio.verdict.waivers import waiver_of
from pytest_caio.verdict.whole_run_findings import known_release

READS = tuple(dict.fromkeys((
    BEFORE, QUEUE, QUEUE_AGAIN, STATUS, DEPENDENCIES, READY, DECISIONS, DISPATCHES, TRACES,
    QUEUE_STATUS, INNGEST, STATUS_ANONYMOUS, *PROBES,
)))  # fmt: skip
"""What is read again, all at once."""
# It wants two readings one after the other, and says nothing of a dispatch.
_NOT_AGAIN = frozenset({"smoke.queue-refreshes"})
_SETTINGS: Mapping[str, tuple[str, ...]] = {
    STATUS: (
        "enabled", "ramp.enabled", "ramp.mode", "ramp.active", "ramp.tier_filter",
        "ramp.email_limit_override", "ramp.clean_days_required", "gatekeeper.required",
    ),
    DEPENDENCIES: (
        "auth.environment", "auth.strict_mode", "auth.query_token_enabled",
        "auth.token_configured", "auth.session_secret_explicit", "auth.webhook_signature_required",
    ),
    QUEUE: ("_shadow_queue_debug.queue_tier_filter", "_shadow_queue_debug.queue_max_age_hours"),
}  # fmt: skip
_ENGINEERING, _REVIEWER = "Engineering", "HoS"


@dataclass(frozen=True)
class Then:
    """A GO, and what it was asked about; ``now`` is what its deployment says now."""

    result: Result
    asked: Asked
    now: EvidenceFile
    judges: Mapping[str, Judge]

    @property
    def owner(self) -> str:
        """Who owns the go or no-go."""
        return self.result.snapshot.policy.review.owner

    def look(self, evidence: EvidenceFile) -> Look:
        """Return the look at one of the two evidences, by the policy of the GO."""
        asked, policy = self.asked, self.result.snapshot.policy
        return Look(asked.environment, asked.kind, evidence.of(asked.environment), policy)

    @property
    def before(self) -> Look:
        """The look that the GO rests on."""
        return self.look(self.result.evidence)

    @property
    def here(self) -> Look:
        """The look at what is there now."""
        return self.look(self.now)


def still_good(then: Then) -> Held | Refusal:
    """Return that the GO holds now, or the first thing that is missing."""
    for rule in _RULES:
        try:
            refusal = next(rule(then), None)
        except NoEvidence as problem:
            do = problem.remedy or "find out why, then try again"
            refusal = Refusal(str(problem), _ENGINEERING, do, Verdict.CANNOT_TELL)
        except BadAnswer as problem:
            refusal = Refusal(str(problem), _ENGINEERING, f"mend that, and {AGAIN}")
        if refusal:
            return refusal
    left = approved(then.before, then.here).left
    return Held(held_until(then.result, then.asked), len(left))


def _is_there(then: Then) -> Iterator[Refusal]:
    """It answers, and lets the gate in and nobody without a token."""
    for probe in (STATUS, QUEUE, QUEUE_AGAIN):
        then.here.object(probe)
    if opened := unrefused(then.here, (STATUS_ANONYMOUS,)):
        why = f"anybody gets in without a token: {listed(opened)}"
        yield Refusal(why, _ENGINEERING, f"close that, and {AGAIN}")


def _same_deployment(then: Then) -> Iterator[Refusal]:
    asked = then.asked
    answers = [e for found in then.here.evidence.values() for e in found.exchanges if e.status]
    plays = any(e.header(REHEARSAL_HEADER) for e in answers)
    if plays and not asked.rehearsal:
        why = f"what answers as {asked.environment} is a rehearsal"
        yield Refusal(why, _ENGINEERING, "set the address of the deployment itself")
    if then.result.rehearsal and not plays:
        why = "the GO is of a rehearsal, and what answers now is none"
        yield Refusal(why, then.owner, AGAIN)
    if (old := generation(then.before)) is not (new := generation(then.here)):
        yield Refusal(f"it was a {old} dashboard, and is {new} now", then.owner, AGAIN)
    policy = then.result.snapshot.policy.release
    was, now = (
        known_release(policy, look.evidence.get(BEFORE)) for look in (then.before, then.here)
    )
    if not now or not was:
        raise NoEvidence("which release is deployed doesn't show")
    if was != now:
        yield Refusal(f"the GO is of the release {was}, and {now} runs now", then.owner, AGAIN)


def _in_time(then: Then) -> Iterator[Refusal]:
    """By the deployment's clock, which is right, and has not been set back."""
    if problem := clock_problem(then.here):
        raise NoEvidence(problem, "set the clock right, then try again")
    now = then.here.answer(QUEUE).date
    assert now
    if now < judged_at(then.before) - SKEW:
        raise NoEvidence("the deployment's clock was set back since the GO")
    if now >= held_until(then.result, then.asked):
        yield Refusal("the GO has run out by the deployment's clock", then.owner, AGAIN)
    for finding in then.result.findings:
        waiver = waiver_of(finding, then.result.snapshot.waivers)
        if finding.outcome is Outcome.WAIVED and waiver and waiver.expires < now.date():
            why = f"the waiver of {finding.name} that the GO rests on has ended"
            yield Refusal(why, finding.owner, f"renew it or mend what it covers, and {AGAIN}")


def _holds_again(then: Then) -> Iterator[Refusal]:
    """Yield the required checks of the report that no longer hold: all that these reads decide."""
    seen = then.now.of(then.asked.environment)
    for planned in then.result.snapshot.plan:
        if planned.environment != then.asked.environment or _not_again(planned):
            continue
        if all(probe in seen for probe in probes_of(planned, then.judges)):
            found = judge_one(planned, then.result.snapshot, then.now, then.judges)
            if found.blocks:
                yield _of(found)


def _not_again(planned: Planned) -> bool:
    return bool(planned.absent) or f"{planned.gate.gate}.{planned.check.id}" in _NOT_AGAIN


def _of(found: Finding) -> Refusal:
    unseen = found.outcome is not Outcome.FAIL
    verdict = Verdict.CANNOT_TELL if unseen else Verdict.NO_GO
    word = "can't be told any more" if unseen else "no longer holds"
    why = f"{found.name} {word}: {found.observed}"
    return Refusal(why, found.owner, found.remedy or f"see to it, and {AGAIN}", verdict)


def _same_settings(then: Then) -> Iterator[Refusal]:
    for probe, paths in _SETTINGS.items():
        old, new = then.before.object(probe), then.here.object(probe)
        for path in paths:
            was, now = old.value_at(path), new.value_at(path)
            if type(was) is not type(now) or was != now:
                name = path.removeprefix("_shadow_queue_debug.")
                why = f"{name} was {shown(was)} at the GO, and is {shown(now)} now"
                yield Refusal(why, then.owner, f"find out who changed it, and {AGAIN}")


def _decided(then: Then) -> Iterator[Refusal]:
    """No live card waits; none of those that the GO saw is lost."""
    here = then.here
    if left := live(here):
        names = listed((short_id(card.id) for card in left), 4)
        verb = "is" if len(left) == 1 else "are"
        why = f"{plural(len(left), 'live card')} {verb} undecided: {names}"
        yield Refusal(why, _REVIEWER, "decide each in /sales, then try again")
    if lost := _approved(then).lost:
        names = listed((short_id(end.id) for end in lost), 4)
        raise NoEvidence(f"what the GO saw waiting is nowhere now: {names}")


def _judged(then: Then) -> Iterator[Refusal]:
    found = _approved(then)
    for late, ends in ((True, found.since), (False, found.early)):
        if wrong := list(unjudged(then.before, then.here, ends)):
            when = "since the GO" if late else "before the GO, and not sent"
            why = f"a card was approved {when} that the GO had not judged so: {listed(wrong, 3)}"
            do = AGAIN if late else f"have it put back into the queue or taken out, and {AGAIN}"
            yield Refusal(why, then.owner, do)


def _room(then: Then) -> Iterator[Refusal]:
    """Yield that this dispatch would go beyond the cap: it counts no mail that an approval sent."""
    status = then.here.object(STATUS)
    if not status.get("ramp.active", bool):
        return
    wanted = then.result.snapshot.policy.ramp.daily_limit
    limit = status.get("ramp.email_limit_override", int)
    cap = limit if 0 < limit <= wanted else wanted
    sent = status.get("today.outbound_email", int) + by_approval(then.here).number
    left = len(_approved(then).left)
    more = min(left, max(status.get("limits.email_remaining", int), 0))
    if sent + more > cap:
        why = f"{plural(sent, 'mail')} went out today and {more} would follow: {cap} at most"
        yield Refusal(why, then.owner, "leave the rest for tomorrow, or have some rejected")


def _approved(then: Then) -> Approved:
    return approved(then.before, then.here)


_RULES: tuple[Callable[[Then], Iterator[Refusal]], ...] = (
    _is_there, _same_deployment, _in_time, _holds_again, _same_settings, _decided, _judged, _room,
)  # fmt: skip
