"""A run and the ledger: what the last one came to, and adding this one.

Whatever is wrong with a ledger is said, and changes nothing (``docs/ledger.md, When it is not
there``). The database's library is loaded only where a ledger is named.
"""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from pytest_caio.evidence.report_files import content
from pytest_caio.ledger.where import Where
from pytest_caio.privacy.outputs import redacted
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.attestation import digest
from pytest_caio.report.previous import Previous
from pytest_caio.run.publish import Publisher
from pytest_caio.run.remembered import remembered
from pytest_caio.verdict.causes import capital
from pytest_caio.verdict.past import PastRun
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.trends import comparable, trends

LOOK_BACK = timedelta(days=100)
"""So far back a run looks: what was before is for ``caio history``, which may take its time."""


def compared(
    ledger: Where | None, publisher: Publisher, result: Result, redactor: Redactor
) -> tuple[Publisher, str]:
    """Return a publisher that knows what this run is compared with, and what is wrong with the
    ledger, or nothing.

    An earlier report that is named comes before the ledger's last run; trends are the ledger's.
    """
    if ledger is None:
        return publisher, ""
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.reading import runs

    named, names = publisher.previous, [shown.name for shown in result.snapshot.environments]
    try:
        past = runs(ledger, names, result.evidence.started_at - LOOK_BACK)
        now = remembered(redacted(result, redactor))
        previous = replace(named or last_run(past, now), trends=trends(past, now))
    except LedgerProblem as problem:
        why = Previous(problem=f"{capital(str(problem))}.")
        return replace(publisher, previous=named or why), str(problem)
    except Exception as error:  # noqa: BLE001 - nothing about a ledger costs a verdict
        return publisher, _broken(error)
    return replace(publisher, previous=previous), ""


def remember(ledger: Where | None, result: Result, redactor: Redactor, report: Path | None) -> str:
    """Add this run, and return what is wrong with the ledger, or nothing; ``report`` is the folder
    that it has been written into.
    """
    if ledger is None:
        return ""
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.writing import add_runs

    try:
        add_runs(ledger, remembered(redacted(result, redactor), _digest(result, report)))
    except LedgerProblem as problem:
        return str(problem)
    except Exception as error:  # noqa: BLE001 - nothing about a ledger costs a verdict
        return _broken(error)
    return ""


def _broken(error: Exception) -> str:
    return f"the ledger can't be used: the gate itself failed there ({type(error).__name__})"


def _digest(result: Result, report: Path | None) -> str:
    """Return the digest of the run's ``verdict.json``; nothing where it isn't written."""
    if report is None or result.snapshot.unfinished:
        return ""
    try:
        return digest(content(report, "verdict.json"))
    except ValueError:
        return ""


def last_run(past: tuple[PastRun, ...], now: tuple[PastRun, ...]) -> Previous:
    """Return the outcomes of the last run that ``now`` can be compared with, by environment."""
    last = [earlier[-1] for this in now if (earlier := comparable(past, this))]
    if not last:
        return Previous(problem="The ledger has no earlier whole run of this profile here.")
    newest = max(last, key=lambda run: run.at)
    outcomes = {
        (*_gate_and_check(check.name), run.environment): check.outcome
        for run in last
        for check in run.checks
    }
    return Previous(newest.verdict, newest.at.isoformat(), outcomes)


def _gate_and_check(name: str) -> tuple[str, str]:
    gate, _, check = name.partition(".")
    return gate, check
