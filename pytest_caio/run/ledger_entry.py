"""A run and the ledger: what the last one came to, and adding this one.

Whatever is wrong with a ledger is said, and changes nothing (``docs/ledger.md, When it is not
there``). The database's library is loaded only where a ledger is named.
"""

from pathlib import Path

from pytest_caio.evidence.report_files import content
from pytest_caio.ledger.where import Where
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.attestation import digest
from pytest_caio.report.previous import Previous
from pytest_caio.run.remembered import remembered
from pytest_caio.verdict.past import PastCheck, PastRun
from pytest_caio.verdict.result import Result


def recall(ledger: Where, result: Result) -> tuple[tuple[PastRun, ...], str]:
    """Return what is remembered of this run's environments, oldest first, and what is wrong with
    the ledger, or nothing.
    """
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.reading import runs

    names = [shown.name for shown in result.snapshot.environments]
    try:
        return runs(ledger, names), ""
    except LedgerProblem as problem:
        return (), str(problem)


def remember(ledger: Where, result: Result, redactor: Redactor, report: Path | None) -> str:
    """Add this run, and return what is wrong with the ledger, or nothing; ``report`` is the folder
    that it has been written into.
    """
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.writing import add_runs

    try:
        written = digest(content(report, "verdict.json")) if report else ""
    except ValueError:
        written = ""
    try:
        add_runs(ledger, remembered(redacted(result, redactor), written))
    except LedgerProblem as problem:
        return str(problem)
    return ""


def gate_and_check(check: PastCheck) -> tuple[str, str]:
    """Return both parts of a check's full name."""
    gate, _, name = check.name.partition(".")
    return gate, name


def last_run(past: tuple[PastRun, ...], result: Result) -> Previous | None:
    """Return what this run is compared with: of each environment the last run of its profile."""
    profile = result.snapshot.profile
    last = {run.environment: run for run in past if run.profile == profile and run.whole}
    if not last:
        return None
    newest = max(last.values(), key=lambda run: run.at)
    outcomes = {
        (*gate_and_check(check), run.environment): check.outcome
        for run in last.values()
        for check in run.checks
    }
    return Previous(newest.verdict, newest.at.isoformat(), outcomes)
