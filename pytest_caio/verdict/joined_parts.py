"""Whether parts of one environment may be joined: one deployment, one release, one occasion.

Source: ``docs/checks.md, The run as a whole``. Each part may be right, and both together say GO of
a deployment that nobody looked at as a whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from pytest_caio.base.messages import listed
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.result import ShownEnvironment, Snapshot
from pytest_caio.verdict.run_finding import AFTER, BEFORE, run_finding
from pytest_caio.verdict.whole_run_findings import changed, known_release

_AGAIN = "Run the whole gate once, or its parts again, one after the other."


@dataclass(frozen=True)
class Part:
    """A run that looked at an environment, as far as it matters for joining it with others."""

    name: str
    snapshot: Snapshot
    evidence: EvidenceFile


def findings_of_parts(environment: str, parts: Sequence[Part]) -> Iterator[Finding]:
    """Yield what keeps the parts of one environment apart; nothing where there is one part."""
    if len(parts) > 1:
        yield from _deployments(environment, parts)
        yield from _releases(environment, parts)
        yield from _hours(environment, parts)
        yield from _rules(environment, parts)


def _deployments(environment: str, parts: Sequence[Part]) -> Iterator[Finding]:
    shown = [p for part in parts for p in part.snapshot.environments if p.name == environment]
    seen = dict.fromkeys(map(_deployment, shown))
    if len(seen) > 1:
        yield _apart("one-deployment", environment, "deployment", listed(seen, 4))


def _deployment(shown: ShownEnvironment) -> str:
    try:
        parts = urlsplit(shown.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        where = f"{parts.scheme}://{parts.hostname}:{port}{parts.path.rstrip('/')}"
    except ValueError:
        where = shown.url
    return f"{where} ({shown.kind})"


def _releases(environment: str, parts: Sequence[Part]) -> Iterator[Finding]:
    first = ""
    for part in parts:
        seen = part.evidence.of(environment)
        policy = part.snapshot.policy.release
        for probe in (BEFORE, AFTER):
            label = known_release(policy, seen.get(probe))
            if not label:
                yield _unknown_release(environment, part, probe)
                return
            first = first or label
            if label != first:
                yield changed(environment, first, label)
                return


def _unknown_release(environment: str, part: Part, probe: str) -> Finding:
    end = "beginning" if probe == BEFORE else "end"
    return run_finding(
        "one-release",
        environment,
        "The release stayed the same while the gate looked",
        Outcome.CANNOT_TELL,
        f"{part.name} did not see the release at its {end}",
        f"Wait until the deployment is ready. {_AGAIN}",
    )


def _hours(environment: str, parts: Sequence[Part]) -> Iterator[Finding]:
    """Yield a finding where a part began too long before another ended, by either side's clock."""
    hours = min(part.snapshot.policy.good_for_hours for part in parts)
    theirs: list[datetime] = []
    for part in parts:
        found = part.evidence.of(environment).values()
        theirs += [e.date for each in found for e in each.exchanges if e.date]
    ours = [part.evidence.started_at for part in parts]
    longest = max(max(each) - min(each) for each in (theirs, ours) if each)
    if longest > timedelta(hours=hours):
        between = f"{longest.total_seconds() / 3600:.1f}"
        seen = (
            f"between the first look and the last lie {between} hours; a GO is good for {hours:g}"
        )
        yield run_finding(
            "one-occasion",
            environment,
            "The parts looked at it on one occasion",
            Outcome.CANNOT_TELL,
            seen,
            _AGAIN,
        )


def _rules(environment: str, parts: Sequence[Part]) -> Iterator[Finding]:
    first, *rest = (asdict(part.snapshot.policy) | {"since": part.snapshot.since} for part in parts)
    other = dict.fromkeys(key for one in rest for key in first if one[key] != first[key])
    if other:
        yield _apart("one-policy", environment, "policy", f"they differ in {listed(other, 6)}")


def _apart(check: str, environment: str, what: str, seen: str) -> Finding:
    return run_finding(
        check,
        environment,
        f"The parts are of one {what}",
        Outcome.CANNOT_TELL,
        f"more than one: {seen}",
        _AGAIN,
    )
