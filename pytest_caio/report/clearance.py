"""Until when a GO is good, and for which release."""

from datetime import datetime

from pytest_caio.base.messages import listed
from pytest_caio.report.times import local
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.whole_run_findings import good_until, release_in_words


def clearance(result: Result) -> str:
    """Return ``good until …, for what is deployed now (…)``; nothing for anything but a GO.

    A rehearsal clears no live cycle, so its GO is good for nothing that could run out.
    """
    if result.verdict is not Verdict.GO or result.rehearsal:
        return ""
    seen = {
        shown.name: release_in_words(result.snapshot, result.evidence, shown.name)
        for shown in result.snapshot.environments
    }
    what = listed(f"{name}: {label}" for name, label in seen.items() if label)
    text = f"good until {local(until(result), result.snapshot.policy.review.zone)}"
    return f"{text}, for what is deployed now ({what})" if what else text


def until(result: Result) -> datetime:
    """Return until when a GO is good; one that was joined, as long as the first of its parts."""
    return min(map(until, result.parts), default=good_until(result.snapshot, result.evidence))
