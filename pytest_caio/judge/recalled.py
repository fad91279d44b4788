"""What the ledger has of an environment's last runs, as a judge reads it.

Source: ``docs/ledger.md, What it gives``. A rehearsal's runs are about a rehearsal alone.
"""

from dataclasses import replace

from pytest_caio.evidence.probe_names import LEDGER
from pytest_caio.judge.look import Look, NoEvidence
from pytest_caio.verdict.past_as_data import Past, of_data
from pytest_caio.verdict.result import REHEARSAL_HEADER


def recalled(look: Look) -> Past:
    """Return the runs of what this look is at; raise NoEvidence where they can't be read."""
    try:
        past = of_data(look.observed(LEDGER).data, look.environment)
    except ValueError as problem:
        raise NoEvidence(str(problem)) from None
    exchanges = (e for found in look.evidence.values() for e in found.exchanges)
    plays = any(exchange.header(REHEARSAL_HEADER) for exchange in exchanges)
    return replace(past, runs=tuple(run for run in past.runs if run.rehearsal is plays))
