"""What speaks against a report that is judged again: it was edited, or is of another version.

Source: ``docs/checks.md, The run as a whole``.
"""

from collections.abc import Iterable, Iterator

from pytest_caio.base.messages import listed
from pytest_caio.verdict.finding import Finding, Outcome
from pytest_caio.verdict.run_finding import run_finding

_SHOWN = 6


def laxer(environment: str, what: Iterable[str], then: str, now: str) -> Finding:
    """Return the finding that a plan asks less than the standard gates; ``what`` in words.

    ``then`` is the version that the report names, ``now`` the one that is installed.
    """
    listing = listed(list(what), _SHOWN)
    observed = f"of the standard gates of pytest-caio {now}: {listing}"
    if then != now:
        observed = f"the report is of pytest-caio {shorter(then)}; {observed}"
    remedy = "Run the whole gate again; a report is not edited."
    return run_finding(
        "standard-gates",
        environment,
        "The plan holds every standard check, none of them laxer",
        Outcome.CANNOT_TELL,
        observed,
        remedy if then == now else _again(now),
    )


def as_reported(
    environment: str, written: Iterable[Finding], again: Iterable[Finding], then: str, now: str
) -> Iterator[Finding]:
    """Yield a finding where a report's own findings are not those that its evidence gives."""
    before = {f.key: f for f in written if f.environment == environment}
    after = {f.key: f for f in again if f.environment == environment}
    other = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    if other:
        words = (_change(key, before.get(key), after.get(key)) for key in other)
        yield otherwise(environment, listed(list(words), _SHOWN), then, now)


def otherwise(environment: str, what: str, then: str, now: str) -> Finding:
    """Return the finding that a report says otherwise than its evidence; ``what`` in words."""
    observed = f"judged again, its evidence gives another: {what}"
    if then != now:
        observed = f"the report is of pytest-caio {shorter(then)}, this is {now}; {observed}"
    remedy = "Run the gate again; a report is not edited."
    return run_finding(
        "as-reported",
        environment,
        "The report says what its evidence gives",
        Outcome.CANNOT_TELL,
        observed,
        remedy if then == now else _again(now),
    )


def _change(key: tuple[str, str, str], before: Finding | None, after: Finding | None) -> str:
    name = f"{key[0]}.{key[1]}"
    words = [f"{f.outcome}, {f.severity}" if f else "not there" for f in (before, after)]
    if words[0] == words[1]:
        return f"{name} in other words"
    return f"{name} ({words[0]}; again: {words[1]})"


def _again(version: str) -> str:
    return (
        f"Run the gate again with pytest-caio {version}. What the report found stays as it was; "
        "only its clearance has lapsed."
    )


def shorter(version: str) -> str:
    """Return a version as it may be shown, whatever a report calls itself."""
    return version[:30] if version.isprintable() and version else "an unknown version"
