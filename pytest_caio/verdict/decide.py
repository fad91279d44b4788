"""From findings to GO, NO-GO or CANNOT TELL (``docs/checks.md, Verdict``)."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pytest_caio.verdict.finding import MET, Finding, Outcome, Severity


class Verdict(StrEnum):
    """The three verdicts; each has an exit code of its own."""

    GO = "GO"
    NO_GO = "NO-GO"
    CANNOT_TELL = "CANNOT TELL"


EXIT_CODES: Mapping[Verdict, int] = {Verdict.GO: 0, Verdict.NO_GO: 1, Verdict.CANNOT_TELL: 10}


def decide(findings: Iterable[Finding]) -> Verdict:
    """Return the verdict. No required finding at all is never a GO."""
    required = [f for f in findings if f.severity is Severity.REQUIRED]
    if any(f.outcome is Outcome.FAIL for f in required):
        return Verdict.NO_GO
    if required and all(f.outcome in MET for f in required):
        return Verdict.GO
    return Verdict.CANNOT_TELL


def counts(findings: Iterable[Finding]) -> dict[str, int]:
    """Return how many findings have each outcome, and how many advisory ones are not met."""
    found = list(findings)
    by_outcome = Counter(f.outcome for f in found)
    result = {outcome.value: by_outcome[outcome] for outcome in Outcome}
    result["advisory"] = sum(
        f.severity is Severity.ADVISORY and f.outcome not in MET for f in found
    )
    result["total"] = len(found)
    return result
