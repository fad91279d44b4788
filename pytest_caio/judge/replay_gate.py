"""``replay``: the golden set as checks, the pass rate as the gate.

Source: ``docs/regimen.md, Evaluation gates``.

The evidence holds the set, the runs and the baseline; scores are worked out here, by the
judge (``docs/replay.md, Judge``).
"""

from typing import Any

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.probe_names import REPLAY, SUITE
from pytest_caio.judge.look import Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.replay_results import CaseResult, Replayed, ended, work_out
from pytest_caio.judge.replay_slices import broken_slices, category_rates, tolerable
from pytest_caio.replay import statistics
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_MOST_WORDS = 4_000


def scores_in_words(case: CaseResult) -> str:
    """Return a case's overall score and its four scores."""
    if case.score is None:
        return case.reason
    four = ", ".join(f"{name} {points}" for name, points in case.score.scores.items())
    reason = f": {case.reason}" if case.reason else ""
    return f"overall {case.score.overall_score:g} ({four}){reason}"


def _replayed(look: Look) -> Replayed:
    try:
        return look.derive(look.observed(REPLAY), work_out)
    except NoEvidence as missing:
        # Its remedy is a runner, not the deployment; the gate file names it.
        raise NoEvidence(str(missing), remedy="") from None


def one_case(look: Look) -> Ruling:
    """One golden case. Failures within the error budget of a whole set are tolerated, and shown
    as that; a part of the set tolerates none.
    """
    replayed = _replayed(look)
    case = replayed.cases[look.settings["case"]]
    facts = {"replay_case": _case_facts(case)}
    if case.passed:
        return Ruling(Outcome.PASS, scores_in_words(case), facts=facts)
    text = scores_in_words(case)
    allowed = statistics.budget(replayed.total, look.policy.replay.min_pass_rate)
    if not tolerable(case, replayed, look.policy.replay):
        return Ruling(Outcome.FAIL, f"must pass, or its category must: {text}", facts=facts)
    if replayed.whole and len(replayed.failures) <= allowed and not replayed.copied:
        text = f"tolerated, within the error budget of {allowed}: {text}"
        facts["replay_case"]["tolerated"] = True
        return Ruling(Outcome.FAIL, text, severity=Severity.ADVISORY, facts=facts)
    return Ruling(Outcome.FAIL, text, facts=facts)


def _case_facts(case: CaseResult) -> dict[str, Any]:
    """Return all that a person needs to mend a case: what was wanted beside what came."""
    score = case.score
    return {
        "id": case.id,
        "asked_as": case.run.get("asked_as", case.id),
        "passed": case.passed,
        "overall_score": score.overall_score if score else None,
        "scores": dict(score.scores) if score else {},
        "reasons": case.reason,
        "cause": case.cause,
        "drift": case.drift,
        "seconds": case.seconds,
        "error": case.run.get("error", ""),
        "retried": case.run.get("retried", []),
        "question": _cut(case.case["input_query"]),
        "answer": _cut(case.run["answer"]) if "answer" in case.run else None,
        "tools": case.run.get("tools", []),
        "missing_tools": score.missing_tools if score else (),
        "unexpected_tools": score.unexpected_tools if score else (),
        "missing_words": score.missing_words if score else (),
        "forbidden_words": score.negative_constraints_violated if score else (),
        "unsupported_words": score.unsupported_claims if score else (),
        "expected_tools": case.case["expected_tools"],
        "positive_constraints": case.case["positive_constraints"],
        "negative_constraints": case.case["negative_constraints"],
    }


def _cut(text: str) -> str:
    """Return a text as findings show it; all of it is in the evidence."""
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}…"


def pass_rate(look: Look) -> Ruling:
    """The observed pass rate of the whole set; cases that errored or did not run count in it."""
    replayed = _replayed(look)
    minimum = look.policy.replay.min_pass_rate
    total = replayed.total
    enough = statistics.meets(total - len(replayed.failures), total, minimum)
    slices = list(broken_slices(replayed, look.policy.replay))
    holds = enough and replayed.whole and not replayed.copied and not slices
    facts = _rate_facts(replayed, minimum, tolerated=holds)
    sentences = []
    if replayed.copied:
        sentences.append(f"the runner copies its answer key ({listed(replayed.copied)})")
    sentences += slices
    sign = "≥" if enough else "<"
    sentences.append(f"{facts['passed']}/{total} = {facts['rate']:.3f} {sign} {minimum:g}")
    low, high = facts["wilson"]
    interval = f"Wilson 95 % interval {low:.3f} to {high:.3f}"
    if replayed.whole:
        needed = facts["needed"] or "no number of"
        sentences += [
            _margin_words(facts["margin"]),
            interval,
            f"to claim {minimum:g} with 95 % confidence: {needed} cases",
        ]
    else:
        missing = total - facts["ran"]
        sentences.append(f"{plural(missing, 'case')} did not run{ended(replayed.data)}")
        sentences.append(f"{interval} over the {facts['ran']} that ran")
    sentences += _passing_errors(replayed)
    sentences += [f"{case.id}: {scores_in_words(case)}" for case in replayed.failures]
    hollow = replayed.hollow
    sentences += [f"tools without a name: {listed(hollow)}"] if hollow else []
    expected = f"at least {minimum:g} of the {total} golden cases pass"
    outcome = Outcome.PASS if holds else Outcome.FAIL
    return Ruling(outcome, "; ".join(sentences), expected, facts={"replay": facts})


def _passing_errors(replayed: Replayed) -> list[str]:
    """Say what was asked again, and what never got an answer: that is no wrong answer."""
    again, without = replayed.asked_again, replayed.unanswered
    found = [f"asked again after an error that passes: {_ids(again)}"] if again else []
    if without:
        found.append(
            f"{plural(len(without), 'case')} failed for want of an answer, not for a wrong one "
            f"(rate limit, gateway or connection; ask again later): {_ids(without)}"
        )
    return found


def _ids(cases: list[CaseResult]) -> str:
    return listed(case.id for case in cases)


def _rate_facts(replayed: Replayed, minimum: float, *, tolerated: bool) -> dict[str, Any]:
    """Return the arithmetic beside the rate: how close it was, and what it can claim."""
    total = replayed.total
    passed = total - len(replayed.failures)
    # What did not run counts against the rate, and tells nothing about what it would have been.
    ran = sum(case.ran for case in replayed.cases.values())
    return {
        "passed": passed,
        "ran": ran,
        "total": total,
        "rate": passed / total if total else 0.0,
        "minimum": minimum,
        "categories": category_rates(replayed),
        "asked_again": len(replayed.asked_again),
        "margin": statistics.margin(passed, total, minimum) if replayed.whole else None,
        "wilson": list(statistics.wilson(passed, ran)),
        "needed": _needed(replayed, minimum),
        "failures": [
            {"id": case.id, "cause": case.cause, "reasons": case.reason}
            for case in replayed.failures
        ],
        "tolerated": tolerated and bool(replayed.failures),
    }


def _needed(replayed: Replayed, minimum: float) -> int | None:
    if not replayed.whole:
        return None
    return statistics.cases_needed(minimum, 0.95, len(replayed.failures))


def _margin_words(margin: int) -> str:
    if margin > 0:
        return f"{plural(margin, 'more failure')} would have been too many"
    return f"{plural(1 - margin, 'failure')} too many"


def integrity(look: Look) -> Ruling:
    """No planted answer comes back; a runner that sees the answer key needs a waiver."""
    replayed = _replayed(look)
    if replayed.data["blind"]:
        return Ruling(Outcome.NOT_APPLICABLE, "the runner sees the question only")
    if replayed.copied:
        where = listed(replayed.copied)
        text = f"the runner copies its answer key: planted words came back in {where}"
        return Ruling(Outcome.FAIL, text)
    text = "blind is false: the runner is handed the answer key, so its passes prove little"
    return Ruling(Outcome.FAIL, text)


def deterministic(look: Look) -> Ruling:
    """The same case gives the same output."""
    replayed = _replayed(look)
    repeats = replayed.data["repeats"]
    if repeats < 2:
        text = "each case ran once; replay.repeats in gates/policy.yaml runs it more often"
        return Ruling(Outcome.NOT_APPLICABLE, text)
    cases = replayed.cases.values()
    different = [case.id for case in cases if len(set(case.digests)) > 1]
    compared = [case.id for case in cases if len(case.digests) > 1]
    rest = len(cases) - len(compared)
    unknown = f"; {plural(rest, 'case')} gave no two answers to compare" if rest else ""
    if different:
        return Ruling(Outcome.FAIL, f"outputs differ in {listed(different)}{unknown}")
    if not compared:
        raise NoEvidence(f"no case gave two answers to compare{ended(replayed.data)}", remedy="")
    text = f"{repeats} runs of each case gave the same output"
    if rest:
        text = f"{plural(len(compared), 'case')} gave the same output each time"
    return Ruling(Outcome.PASS, f"{text}{unknown}")


def suite(look: Look) -> Ruling:
    """Zero failures, zero errors and at least one test in the suite that the policy names."""
    data = look.observed(SUITE).data
    if not data.get("configured"):
        return Ruling(
            Outcome.NOT_APPLICABLE, "no suite is named in gates/policy.yaml, so none is part"
        )
    failed = data["failed"]
    text = f"{plural(data['tests'], 'test')}, {plural(len(failed), 'failure or error')}"
    broken = [f"{text}: {listed(failed, 12)}"] if failed else []
    broken += ["the suite ran no test"] if not data["tests"] else []
    broken += [data["problem"]] if data.get("problem") else []
    return verdict_on(broken, text)


JUDGES = (
    Judge("replay.case", one_case, (REPLAY,)),
    Judge("replay.pass-rate", pass_rate, (REPLAY,)),
    Judge("replay.integrity", integrity, (REPLAY,)),
    Judge("replay.deterministic", deterministic, (REPLAY,)),
    Judge("replay.suite", suite, (SUITE,)),
)
