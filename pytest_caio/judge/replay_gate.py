"""``replay``: the golden set as checks, the pass rate as the gate.

Source: ``docs/regimen.md, Evaluation gates``.

The evidence holds the set, the runs and the baseline; scores are worked out here, by the
judge (``docs/replay.md, Judge``).
"""

from dataclasses import replace
from typing import Any

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.probe_names import REPLAY, SUITE
from pytest_caio.judge.case_facts import case_facts
from pytest_caio.judge.look import Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.replay_categories import one_category
from pytest_caio.judge.replay_rate import pass_rate, replayed_of, scores_in_words
from pytest_caio.judge.replay_slices import tolerable
from pytest_caio.replay import statistics
from pytest_caio.replay.case_results import ended
from pytest_caio.verdict import known_causes
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_ALL_TWICE = "Have the runner answer each case every time, then run the gate again."


def one_case(look: Look) -> Ruling:
    """One golden case, or one category of a large set. Failures within the error budget of a whole
    set are tolerated, and shown as that; a part of the set tolerates none.
    """
    replayed = replayed_of(look)
    if replayed.large:
        return one_category(replayed, str(look.settings["case"]), look.policy.replay)
    case = replayed.cases[look.settings["case"]]
    facts = {"replay_case": case_facts(case)}
    if case.passed:
        return Ruling(Outcome.PASS, scores_in_words(case), facts=facts)
    text = scores_in_words(case)
    allowed = statistics.budget(replayed.total, look.policy.replay.min_pass_rate)
    if not tolerable(case, replayed, look.policy.replay):
        return _failed(f"must pass, or its category must: {text}", facts)
    if replayed.whole and len(replayed.failures) <= allowed and not replayed.copied:
        text = f"tolerated, within the error budget of {allowed}: {text}"
        facts["replay_case"]["tolerated"] = True
        return replace(_failed(text, facts), severity=Severity.ADVISORY)
    return _failed(text, facts)


def _failed(text: str, facts: dict[str, Any]) -> Ruling:
    return Ruling(Outcome.FAIL, text, facts=facts, cause=known_causes.REPLAY)


def integrity(look: Look) -> Ruling:
    """No planted answer comes back; a runner that sees the answer key needs a waiver."""
    replayed = replayed_of(look)
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
    replayed = replayed_of(look)
    repeats = replayed.data["repeats"]
    if repeats < 2:
        text = "each case ran once; replay.repeats in gates/policy.yaml runs it more often"
        return Ruling(Outcome.NOT_APPLICABLE, text)
    tally = replayed.tally
    different, compared = tally.different, tally.compared
    rest = replayed.total - compared
    unknown = f"; {plural(rest, 'case')} gave no two answers to compare" if rest else ""
    if different:
        return Ruling(Outcome.FAIL, f"outputs differ in {different.words()}{unknown}")
    if not compared:
        raise NoEvidence(f"no case gave two answers to compare{ended(replayed.data)}", _ALL_TWICE)
    text = f"{repeats} runs of each case gave the same output"
    if rest:
        text = f"{plural(compared, 'case')} gave the same output each time"
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
