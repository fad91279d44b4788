"""The environment's last runs, from the ledger that is named (``--caio-ledger``).

Nothing is asked of the deployment: what a ledger has becomes evidence of this run, so that judging
again needs no ledger.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import LEDGER
from pytest_caio.ledger.where import Where
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.settings.cycle_start import cycle_start
from pytest_caio.settings.environments import REHEARSAL
from pytest_caio.verdict.past_as_data import Past, as_data

BACK = timedelta(days=3)
"""So far before the cycle's start a run is looked for."""
LIMIT = 200
"""So many runs are looked at, the newest ones."""
NOT_NAMED = "no ledger is named"
NEW_EACH_TIME = "--caio-env=rehearsal is started anew each time: no earlier run is about it"


def past_runs(ledger: Where | None, since: str) -> Probe:
    """Return the probe that looks up the runs of its environment in ``ledger``; ``since`` is
    ``--caio-since``.
    """

    async def observe(context: Context) -> Evidence:
        name = context.environment
        absent = NOT_NAMED if ledger is None else NEW_EACH_TIME if name == REHEARSAL else ""
        if absent or ledger is None:
            return _observed(name, Past(absent=absent))
        start = cycle_start(since, datetime.now(UTC), context.policy.review.zone)
        # Its library takes long to load, and a database may be away.
        found = await asyncio.to_thread(_looked_up, ledger, name, start - BACK)
        return Unobserved(LEDGER, name, found) if isinstance(found, str) else _observed(name, found)

    return Probe(LEDGER, observe, asks=())


def _observed(environment: str, past: Past) -> Observed:
    return Observed(LEDGER, environment, (), MappingProxyType(as_data(past)))


def _looked_up(ledger: Where, environment: str, edge: datetime) -> Past | str:
    """Return what the ledger has since ``edge``, or why it can't be read."""
    from pytest_caio.ledger.database import LedgerProblem
    from pytest_caio.ledger.reading import first, runs

    try:
        began = first(ledger, environment)
        found = runs(ledger, (environment,), edge) if began else ()
    except LedgerProblem as problem:
        return str(problem)
    if began is None:
        return Past()
    if len(found) > LIMIT:
        return Past(found[-LIMIT:], found[-LIMIT].at)
    if began < edge:
        return Past(found, edge)
    # The ledger begins with this run: by the deployment's clock, as decisions are dated by it.
    return Past(found, found[0].read_at or began) if found else Past((), began)
