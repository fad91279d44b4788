"""What must hold for a run as a whole: it ended by itself, and saw one deployment throughout.

These findings stand beside the plan's, and only where they have something to say. They follow
from evidence and snapshot like every other (``docs/promises.md, Reproducible``).
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from pytest_caio.base.messages import shown
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Evidence, EvidenceFile, Exchange, Unobserved
from pytest_caio.gates.policy import ReleasePolicy
from pytest_caio.gates.request import Request, parse_request
from pytest_caio.privacy.reduced_text import digest
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.misspelt_waivers import misspelt_environments
from pytest_caio.verdict.result import Snapshot
from pytest_caio.verdict.run_finding import AFTER, BEFORE, run_finding, unfinished

_SHORTEST_COMMIT = 7
_FINGERPRINT = "fingerprint "
# What a readiness answer says of the moment, not of the release.
_OF_THE_MOMENT = frozenset({"ready", "connected", "authed"})


def release_request(policy: ReleasePolicy) -> Request:
    """Return the read that shows the release; raise ValueError for a path that can't be sent."""
    return parse_request(f"GET {policy.path}")


def release(policy: ReleasePolicy, found: Evidence | None) -> str:
    """Return which release an answer shows, in words; nothing where nobody looked.

    Where the policy names a header or a JSON path, it is that value; else a short hash of what
    a readiness answer says of its own settings, which changes with most releases.
    """
    if found is None:
        return ""
    if isinstance(found, Unobserved):
        return "no answer"
    answer = found.answer
    if answer.status != 200:
        return f"an answer {answer.status}"
    if policy.header or policy.json:
        return _declared(policy, answer) or "no release in the answer"
    return f"{_FINGERPRINT}{_fingerprint(answer)}"


def known_release(policy: ReleasePolicy, found: Evidence | None) -> str:
    """Return the release that an answer shows; nothing where it shows none."""
    seen = release(policy, found)
    return "" if _unseen(seen) else seen


def _unseen(seen: str) -> bool:
    return not seen or seen == "no answer" or seen.startswith(("an answer ", "no release "))


def _declared(policy: ReleasePolicy, answer: Exchange) -> str:
    if policy.header:
        return (answer.header(policy.header) or "").strip()
    import jmespath

    try:
        value = jmespath.search(policy.json, answer.json())
    except JsonProblem:
        return ""
    return str(value).strip() if isinstance(value, str | int) else ""


def _fingerprint(answer: Exchange) -> str:
    try:
        settings = sorted(_settings(answer.json(), ""))
    except JsonProblem:
        settings = [("not JSON", answer.header("content-type") or "")]
    return digest(json.dumps(settings))


def _settings(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if not isinstance(value, dict) or not value:
        name = path.rpartition(".")[2]
        yield path, value if isinstance(value, bool) and name not in _OF_THE_MOMENT else None
        return
    for key, item in value.items():
        yield from _settings(item, f"{path}.{key}")


def is_release(expected: str, seen: str) -> bool:
    """Return whether ``seen`` is the expected release; a commit may be written short."""
    shorter, longer = sorted((expected.strip().lower(), seen.strip().lower()), key=len)
    return shorter == longer or (len(shorter) >= _SHORTEST_COMMIT and longer.startswith(shorter))


def release_in_words(snapshot: Snapshot, evidence: EvidenceFile, environment: str) -> str:
    """Return the release of an environment for people: its name where it has one, else the moment
    at which it answered, in the policy's zone.
    """
    label = release(snapshot.policy.release, evidence.of(environment).get(BEFORE))
    if not label.startswith(_FINGERPRINT):
        return label
    moment = evidence.now(environment) or evidence.started_at
    zone = ZoneInfo(snapshot.policy.review.zone)
    return f"the release that answered at {moment.astimezone(zone):%H:%M}"


def releases(snapshot: Snapshot, evidence: EvidenceFile) -> dict[str, str]:
    """Return, for each environment that was asked, which release it showed."""
    policy = snapshot.policy.release
    found = {
        p.name: release(policy, evidence.of(p.name).get(BEFORE)) for p in snapshot.environments
    }
    return {name: label for name, label in found.items() if label}


def good_until(snapshot: Snapshot, evidence: EvidenceFile) -> datetime:
    """Return until when a GO is good: the policy's hours after the deployment's own clock."""
    moments = [evidence.now(p.name) or evidence.started_at for p in snapshot.environments]
    earliest = min(moments, default=evidence.started_at)
    return earliest + timedelta(hours=snapshot.policy.good_for_hours)


def findings_of_run(snapshot: Snapshot, evidence: EvidenceFile) -> tuple[Finding, ...]:
    """Return what speaks against the run as a whole, and the expected release where one is."""
    return tuple(_findings(snapshot, evidence))


def _findings(snapshot: Snapshot, evidence: EvidenceFile) -> Iterable[Finding]:
    policy = snapshot.policy.release
    owner = snapshot.policy.review.owner
    yield from misspelt_environments(snapshot)
    for environment in snapshot.environments:
        seen = evidence.of(environment.name)
        before = release(policy, seen.get(BEFORE))
        if snapshot.unfinished:
            yield unfinished(environment.name, snapshot.unfinished, owner)
        if AFTER in seen and (after := release(policy, seen[AFTER])) != before:
            if _answers(seen.get(BEFORE)) and _answers(seen[AFTER]):
                yield changed(environment.name, before, after)
            else:
                yield unsteady(environment.name, seen.get(BEFORE), seen[AFTER])
        if snapshot.expect_release:
            yield _expected(environment.name, snapshot.expect_release, before)


def changed(environment: str, before: str, after: str) -> Finding:
    """Return the finding that an environment was deployed anew while it was looked at."""
    return run_finding(
        "one-release",
        environment,
        "The release stayed the same while the gate looked",
        Outcome.CANNOT_TELL,
        f"another release answered at the end than at the beginning ({before}, then {after}); what "
        "was seen is of two releases",
        "Wait until the deploy has ended (--caio-wait does) and run the gate again.",
        "Engineering",
    )


def _answers(found: Evidence | None) -> bool:
    return found is not None and not isinstance(found, Unobserved) and found.answer.status == 200


def unsteady(environment: str, before: Evidence | None, after: Evidence) -> Finding:
    """Return the finding that an environment went down, or came up, while it was looked at."""
    return run_finding(
        "stayed-up",
        environment,
        "The deployment stayed up while the gate looked",
        Outcome.CANNOT_TELL,
        f"at the beginning: {_state(before)}; at the end: {_state(after)}",
        "Mend or restart what is named, wait until the deployment is ready (--caio-wait does), "
        "and run the gate again.",
        "Engineering",
    )


def _state(found: Evidence | None) -> str:
    if found is None or isinstance(found, Unobserved):
        return f"no answer ({found.reason})" if found else "no answer"
    if found.answer.status == 200:
        return "it answered"
    said = shown(found.answer.body[:400], 200) or "nothing more"
    return f"it answered {found.answer.status}: {said}"


def _expected(environment: str, expected: str, seen: str) -> Finding:
    unseen = _unseen(seen)
    outcome = Outcome.CANNOT_TELL if unseen else Outcome.FAIL
    return run_finding(
        "release",
        environment,
        f"The deployment runs the release {expected}",
        Outcome.PASS if not unseen and is_release(expected, seen) else outcome,
        f"seen: {seen or 'it was not asked'}",
        "Check that the deploy has ended and succeeded, then run the gate again.",
        "Engineering",
    )
