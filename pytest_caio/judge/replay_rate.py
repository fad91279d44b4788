"""The observed pass rate of a golden set (``docs/replay.md, Pass rate``)."""

from collections.abc import Iterator, Mapping
from typing import Any

from pytest_caio.base.messages import listed, percent, plural
from pytest_caio.evidence import probe_names
from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.judge.look import Look, NoEvidence
from pytest_caio.judge.replay_results import Replayed, work_out
from pytest_caio.judge.replay_slices import broken_slices, must_failed
from pytest_caio.replay import statistics
from pytest_caio.replay.case_results import CaseResult, ended
from pytest_caio.replay.tally import Ids
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import NO_RUNNER, REPLAY

_MEND_RUNNER = (
    "Mend the replay runner, by what it said, then run the gate again. No live "
    "cycle on this deploy before that."
)
_IN_FULL = 3
"""Failures; those beyond are named by cause, as each of them has a finding of its own."""


def scores_in_words(case: CaseResult) -> str:
    """Return a case's overall score and its four scores."""
    if case.score is None:
        return case.reason
    four = ", ".join(f"{name} {points}" for name, points in case.score.scores.items())
    reason = f": {case.reason}" if case.reason else ""
    return f"overall {case.score.overall_score:g} ({four}){reason}"


def replayed_of(look: Look) -> Replayed:
    """Return the replay of an environment, judged once for all its checks."""
    try:
        return look.derive(look.observed(probe_names.REPLAY), work_out)
    except NoEvidence as missing:
        if "no runner is named" in str(missing):
            raise NoEvidence("no replay runner is named", cause=NO_RUNNER) from None
        raise NoEvidence(str(missing), _MEND_RUNNER, REPLAY) from None


def pass_rate(look: Look) -> Ruling:
    """The observed pass rate of the whole set; cases that errored or did not run count in it."""
    replayed = replayed_of(look)
    minimum = look.policy.replay.min_pass_rate
    total = replayed.total
    if replayed.in_part:
        return _of_a_part(replayed, look.policy.replay)
    enough = statistics.meets(replayed.passed, total, minimum)
    slices = list(broken_slices(replayed, look.policy.replay))
    holds = enough and replayed.whole and not replayed.copied and not slices
    facts = _rate_facts(replayed, minimum, tolerated=holds)
    sentences = []
    if replayed.copied:
        sentences.append(f"the runner copies its answer key ({listed(replayed.copied)})")
    sentences += slices
    sentences.append(
        f"{percent(facts['rate'])} of the golden cases pass ({facts['passed']} of {total}), "
        f"{percent(minimum)} needed"
    )
    if replayed.whole:
        sentences.append(_margin_words(facts["margin"]))
    else:
        missing = total - facts["ran"]
        sentences.append(f"{plural(missing, 'case')} did not run{ended(replayed.data)}")
    sentences += _passing_errors(replayed)
    sentences += _failed(replayed.failures, replayed)
    hollow = replayed.hollow
    sentences += [f"tools without a name: {listed(hollow)}"] if hollow else []
    sentences += _for_statisticians(facts)
    expected = f"at least {percent(minimum)} of the {total} golden cases pass"
    outcome = Outcome.PASS if holds else Outcome.FAIL
    return Ruling(outcome, "; ".join(sentences), expected, facts={"replay": facts}, cause=REPLAY)


def _of_a_part(replayed: Replayed, policy: ReplayPolicy) -> Ruling:
    """Rule on a replay of selected cases: it may show that the rate is missed, never that it holds.

    Answers of an earlier report fill the rest, and change nothing of that.
    """
    failed = [case for case in replayed.failures if case.run]
    asked, total = replayed.tally.asked, replayed.total
    must = must_failed(replayed, policy, failed)
    sentences = [f"{replayed.passed} of {plural(asked, 'case')} pass, of {total} in the set"]
    if replayed.copied:
        sentences.insert(0, f"the runner copies its answer key ({listed(replayed.copied)})")
    sentences += [f"must pass, and did not: {must.words()}"] if must else []
    if replayed.reused:
        sentences.append(f"{plural(replayed.reused, 'answer')} taken from an earlier report")
    if why := replayed.data.get("not_reused"):
        sentences.append(f"no earlier answer was taken: {why}")
    if asked < total:
        sentences.append(f"{plural(total - asked, 'case')} not selected")
    sentences.append("a part of the set gives no verdict")
    sentences += _passing_errors(replayed)
    sentences += _failed(failed, replayed)
    missed = asked - replayed.passed > statistics.budget(total, policy.min_pass_rate)
    outcome = Outcome.FAIL if missed or must or replayed.copied else Outcome.CANNOT_TELL
    return Ruling(
        outcome,
        "; ".join(sentences),
        f"at least {percent(policy.min_pass_rate)} of the {total} golden cases pass",
        "Mend what failed, then ask the whole set: run the gate without -k, --lf or ids.",
        facts={"replay": _rate_facts(replayed, policy.min_pass_rate, tolerated=False)},
        cause=REPLAY,
    )


def _passing_errors(replayed: Replayed) -> list[str]:
    """Say what was asked again, and what never got an answer: that is no wrong answer."""
    again, without = replayed.tally.asked_again, replayed.tally.unanswered
    found = [f"asked again after an error that passes: {again.words()}"] if again else []
    if without:
        found.append(
            f"{plural(without.count, 'case')} failed for want of an answer, not for a wrong one "
            f"(rate limit, gateway or connection; ask again later): {without.words()}"
        )
    return found


def _failed(cases: list[CaseResult], replayed: Replayed) -> list[str]:
    """Say why cases failed: a few in full, many by cause, the most frequent first."""
    if len(cases) <= _IN_FULL and not replayed.large:
        return [f"{case.id}: {scores_in_words(case)}" for case in cases]
    causes = replayed.tally.causes
    if not replayed.large:
        causes = {}
        for case in cases:
            causes.setdefault(case.cause, Ids()).add(case.id)
    by_number = sorted(causes.items(), key=lambda item: -item[1].count)
    return [f"{ids.count} × {cause}: {ids.words()}" for cause, ids in by_number]


def _rate_facts(replayed: Replayed, minimum: float, *, tolerated: bool) -> dict[str, Any]:
    """Return the arithmetic beside the rate: how close it was, and what it can claim."""
    total = replayed.total
    # What did not run counts against the rate, and tells nothing about what it would have been.
    passed, ran = replayed.passed, replayed.tally.ran
    return {
        "passed": passed,
        "ran": ran,
        "total": total,
        "rate": passed / total if total else 0.0,
        "minimum": minimum,
        "categories": replayed.categories,
        "asked_again": replayed.tally.asked_again.count,
        "reused": replayed.reused,
        "usage": replayed.usage.words(),
        "margin": statistics.margin(passed, total, minimum) if replayed.whole else None,
        "wilson": list(statistics.wilson(passed, ran)),
        "needed": _needed(replayed, minimum),
        "failures": [
            {"id": case.id, "cause": case.cause, "reasons": case.reason}
            for case in replayed.failures
            if case.run or not replayed.in_part
        ],
        "tolerated": tolerated and bool(replayed.failed),
    }


def _for_statisticians(facts: Mapping[str, Any]) -> Iterator[str]:
    """Yield how sure the rate is: last, as nobody has to act on it."""
    low, high = facts["wilson"]
    of = "" if facts["ran"] == facts["total"] else f" over the {facts['ran']} that ran"
    yield f"Wilson 95 % interval {low * 100:.1f} % to {high * 100:.1f} %{of}"
    if facts["margin"] is not None:
        needed = facts["needed"] or "no number of"
        yield f"to claim {percent(facts['minimum'])} with 95 % confidence: {needed} cases"


def _needed(replayed: Replayed, minimum: float) -> int | None:
    if not replayed.whole:
        return None
    return statistics.cases_needed(minimum, 0.95, replayed.failed)


def _margin_words(margin: int) -> str:
    if margin > 0:
        return f"{plural(margin, 'more failure')} would have been too many"
    return f"{plural(1 - margin, 'failure')} too many"
