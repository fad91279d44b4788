"""One category of a large golden set, as a check (``docs/replay.md, Large sets``)."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from pytest_caio.base.messages import plural
from pytest_caio.gates.replay_policy import ReplayPolicy
from pytest_caio.judge.case_facts import case_facts
from pytest_caio.judge.replay_results import Replayed
from pytest_caio.judge.replay_slices import below_their_rate
from pytest_caio.replay import statistics
from pytest_caio.replay.case_results import ended
from pytest_caio.replay.large_set import categories_of_checks
from pytest_caio.replay.tally import Slice, joined
from pytest_caio.verdict import known_causes
from pytest_caio.verdict.finding import Outcome, Ruling, Severity


def one_category(replayed: Replayed, name: str, policy: ReplayPolicy) -> Ruling:
    """All cases of a category pass; the error budget of a whole set covers those that may fail."""
    categories = categories_of_checks(replayed.sizes).get(name, ())
    part = joined(replayed.tally.slices[c] for c in categories if c in replayed.tally.slices)
    size = sum(replayed.sizes[category] for category in categories)
    facts = _facts(replayed, categories, part, size)
    expected = f"all {plural(size, 'case')} of this category pass, or the error budget covers them"
    if size and part.passed == size and not replayed.copied:
        return Ruling(Outcome.PASS, f"{part.passed} of {size} pass", expected, facts=facts)
    text = _words(replayed, part, size)
    failed = Ruling(Outcome.FAIL, text, expected, facts=facts, cause=known_causes.REPLAY)
    if part.must_failed or not below_their_rate(replayed, policy).isdisjoint(categories):
        return replace(failed, observed=f"must pass, or its category must: {text}")
    allowed = statistics.budget(replayed.total, policy.min_pass_rate)
    if size and replayed.whole and replayed.failed <= allowed and not replayed.copied:
        text = f"tolerated, within the error budget of {allowed}: {text}"
        facts = {**facts, "replay_cases": _tolerated(facts["replay_cases"])}
        return replace(failed, observed=text, facts=facts, severity=Severity.ADVISORY)
    return failed


def _words(replayed: Replayed, part: Slice, size: int) -> str:
    sentences = [f"{part.passed} of {plural(size, 'case')} pass"]
    if missing := size - part.ran:
        sentences.append(f"{plural(missing, 'case')} did not run{ended(replayed.data)}")
    by_number = sorted(part.causes.items(), key=lambda item: -item[1].count)
    sentences += [f"{ids.count} × {cause}: {ids.words()}" for cause, ids in by_number]
    return "; ".join(sentences)


def _facts(replayed: Replayed, categories: Sequence[str], part: Slice, size: int) -> dict[str, Any]:
    """Return the numbers, and of the cases that failed all that a person needs to mend them."""
    kept = [c for c in replayed.failures if (c.case.get("category") or "") in categories]
    failed = sum(ids.count for ids in part.causes.values())
    return {
        "replay_category": {
            "categories": list(categories),
            "passed": part.passed,
            "ran": part.ran,
            "total": size,
            "failed": failed,
            "shown": len(kept),
        },
        "replay_cases": [case_facts(case) for case in kept],
    }


def _tolerated(cases: list[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return [{**case, "tolerated": True} for case in cases]
