"""Answers of an earlier report, held against what is to be asked now (``--caio-replay-from``).

Source: ``docs/replay.md, Answers of an earlier replay``. All that can be known beforehand is said
before anything is sent; the release shows in the sweep.
"""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from pytest_caio.base.messages import listed
from pytest_caio.evidence.model import Observed
from pytest_caio.evidence.probe_names import REPLAY
from pytest_caio.gates.policy import Policy
from pytest_caio.replay.earlier import Earlier, identity
from pytest_caio.replay.large_set import LargeSet
from pytest_caio.replay.replay_settings import ReplayPlan
from pytest_caio.report.kept_report import Report, read_report
from pytest_caio.settings.environments import REHEARSAL, Environment
from pytest_caio.verdict.run_finding import AFTER, BEFORE
from pytest_caio.verdict.whole_run_findings import known_release


def with_earlier(
    plan: ReplayPlan,
    folder: Path,
    report: Report | None,
    policy: Policy,
    deployed: Iterable[Environment],
) -> ReplayPlan:
    """Return the plan with the replay of each environment in an earlier report, which is read
    from the folder where it wasn't before.

    Raises ValueError where one is missing, or was of another runner, set or release.
    """
    if isinstance(plan.cases, LargeSet):
        text = f"--caio-replay-from={folder}: a set of {len(plan.cases):,} cases is asked anew"
        raise ValueError(f"{text} each time, or by category with -k. Leave the option out")
    report = report or read_report(folder)
    urls = {e.name: "" if e.kind == REHEARSAL else e.url for e in deployed}
    asked = {name: spec for name, spec in plan.runners.items() if spec is not None}
    found: dict[str, Earlier] = {}
    wrong: list[str] = []
    for name, spec in asked.items():
        now = identity(spec, urls.get(name, ""), plan.cases, plan.baseline, policy.replay)
        seen = report.evidence.of(name).get(REPLAY)
        if not isinstance(seen, Observed):
            wrong.append(f"it holds no replay of {name}")
            continue
        then = seen.data.get("identity", {})
        other = [what for what in now if then.get(what) != now[what]]
        wrong += [f"its replay of {name} had another {what}" for what in other]
        release, problem = _release(report, name)
        wrong += [f"of {name} {problem}"] if problem else []
        at = f"{report.evidence.started_at:%Y-%m-%d %H:%M}"
        found[name] = Earlier(f"{folder.name}, {at} UTC", release, seen.data)
    if wrong:
        raise ValueError(f"--caio-replay-from={folder}: {listed(wrong)}. Ask the whole set anew")
    return replace(plan, earlier=found)


def _release(report: Report, name: str) -> tuple[str, str]:
    """Return the release that an environment ran throughout, or why that isn't known."""
    seen = report.evidence.of(name)
    policy = report.snapshot.policy.release
    before, after = (known_release(policy, seen.get(probe)) for probe in (BEFORE, AFTER))
    if not before:
        return "", "it does not know the release"
    if AFTER in seen and after != before:
        return "", "it saw two releases"
    return before, ""
