"""Whether a report clears a dispatch, as far as the report itself shows: no I/O, no clock.

Source: ``docs/guard.md, What has to hold``. What the deployment says now is for
:mod:`pytest_caio.judge.still_good`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pytest_caio.base.messages import listed
from pytest_caio.verdict.decide import EXIT_CODES, Verdict
from pytest_caio.verdict.owners_word import Word
from pytest_caio.verdict.result import Result, ShownEnvironment
from pytest_caio.verdict.sentence import reason
from pytest_caio.verdict.whole_run_findings import good_until

AGAIN = "run the pre-flight again"
_PREFLIGHTS = frozenset({"preflight", "all"})
# So far may two machines' clocks be apart before a report is one of the future.
SKEW = timedelta(minutes=5)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to dispatch from, as this machine has it now.

    ``now`` is this machine's clock; ``hours`` for how long a GO is good by the policy in force,
    ``decision_required`` whether it asks for the owner's; ``rehearsal``: a rehearsal's GO will do.
    """

    environment: str
    kind: str
    url: str
    now: datetime
    hours: float = 4.0
    decision_required: bool = False
    rehearsal: bool = False


@dataclass(frozen=True)
class Refusal:
    """What is missing, and who can give it; ``verdict`` is NO-GO where it was seen to be missing,
    CANNOT TELL where it was not seen.
    """

    why: str
    who: str
    do: str
    verdict: Verdict = Verdict.NO_GO

    @property
    def exit_code(self) -> int:
        """The gate's code for it."""
        return EXIT_CODES[self.verdict]

    @property
    def says(self) -> str:
        """Both in one sentence."""
        return f"{self.why.rstrip('.')}; {self.who}: {self.do.rstrip('.')}."


@dataclass(frozen=True)
class Held:
    """The GO holds, until then; ``left`` is how many approved cards wait for a dispatch."""

    until: datetime
    left: int


def refusals_of_report(
    result: Result, asked: Asked, words: Sequence[Word] = (), problem: str = ""
) -> Iterator[Refusal]:
    """Yield why a report that was judged again clears nothing, the most telling first.

    ``words`` are the decisions on this very report, ``problem`` why the file of them counts not.
    """
    owner = result.snapshot.policy.review.owner
    if result.verdict is not Verdict.GO:
        why = f"the report is {result.verdict}: {reason(result)}"
        yield Refusal(why, owner, f"have that dealt with, and {AGAIN}", result.verdict)
    if result.parts:
        yield Refusal("the report was joined from several", owner, "run the pre-flight in one")
    if (profile := result.snapshot.profile) not in _PREFLIGHTS:
        why = f"the report is of the profile {profile}, which is not about a live cycle"
        yield Refusal(why, owner, "run the pre-flight (profile preflight)")
    yield from _elsewhere(result, asked)
    if result.rehearsal and not asked.rehearsal:
        why = "the report is of a rehearsal, which clears no live cycle"
        yield Refusal(why, owner, "run the pre-flight of the deployment itself")
    yield from _expired(result, asked)
    yield from _undecided(result, asked, words, problem)


def shown_as(result: Result, environment: str) -> ShownEnvironment | None:
    """Return the environment of a report that goes by this name."""
    return next((p for p in result.snapshot.environments if p.name == environment), None)


def _elsewhere(result: Result, asked: Asked) -> Iterator[Refusal]:
    owner = result.snapshot.policy.review.owner
    shown = shown_as(result, asked.environment)
    if shown is None:
        names = listed(p.name for p in result.snapshot.environments)
        why = f"the report is about {names}, not about {asked.environment}"
        yield Refusal(why, owner, f"run the pre-flight of {asked.environment}, or name its report")
        return
    if (shown.url, shown.kind) != (asked.url, asked.kind):
        there, here = f"{shown.url} ({shown.kind})", f"{asked.url} ({asked.kind})"
        why = f"the report is about {there}, and {asked.environment} is {here} here"
        yield Refusal(why, "Engineering", f"set the address that was meant, or {AGAIN}")


def held_until(result: Result, asked: Asked) -> datetime:
    """Return until when a GO holds by the deployment's clock: by the stricter of two policies."""
    policy = result.snapshot.policy
    least = replace(policy, good_for_hours=min(asked.hours, policy.good_for_hours))
    return good_until(replace(result.snapshot, policy=least), result.evidence)


def _expired(result: Result, asked: Asked) -> Iterator[Refusal]:
    """Yield that the GO has run out by this machine's clock, or is not of its past."""
    owner = result.snapshot.policy.review.owner
    hours = min(asked.hours, result.snapshot.policy.good_for_hours)
    began = result.evidence.started_at
    if asked.now >= began + timedelta(hours=hours):
        why = f"the GO is older than {hours:g} h"
        yield Refusal(why, owner, AGAIN)
    if asked.now < began - SKEW:
        why = "by this machine's clock the report was made in the future"
        yield Refusal(why, "Engineering", "set the clock right", Verdict.CANNOT_TELL)


def _undecided(
    result: Result, asked: Asked, words: Sequence[Word], problem: str
) -> Iterator[Refusal]:
    owner = result.snapshot.policy.review.owner
    if problem:
        why = f"what was decided can't be told: decisions.jsonl was changed ({problem})"
        do = "keep that file under another name, and decide again (caio decide)"
        yield Refusal(why, owner, do, Verdict.CANNOT_TELL)
    elif words and not words[-1].go:
        yield Refusal(
            f"the decision is no-go, by {words[-1].who}", owner, "decide otherwise, or wait"
        )
    elif not words and (asked.decision_required or result.snapshot.policy.decision.required):
        why = "nobody decided on this report, and the policy asks for that (decision.required)"
        yield Refusal(why, owner, "decide (caio decide REPORT --go --by=NAME)")
