"""Adding to a ledger: what a run came to, and what somebody did. Nothing in it is ever changed."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import uuid4

from sqlalchemy import Connection, delete, select

from pytest_caio.ledger.database import connected
from pytest_caio.ledger.tables import CARDS, CHECKS, DEEDS, ENDS, RUNS, WAIVERS
from pytest_caio.ledger.where import Where
from pytest_caio.verdict.past import PastDeed, PastEnd, PastRun


def add_runs(where: Where, runs: Iterable[PastRun]) -> None:
    """Write a run, all environments or none; raise LedgerProblem where that can't be."""
    with connected(where) as connection:
        for run in runs:
            _add(connection, run)


def add_deeds(where: Where, deeds: Iterable[PastDeed]) -> None:
    """Write what somebody did, all of it or nothing; raise LedgerProblem where that can't be."""
    rows = [
        {"id": uuid4().hex, "kind": deed.kind, "environment": deed.environment,
         "at": stored(deed.at), "report": deed.report,
         "data": json.dumps(dict(deed.data), sort_keys=True)}
        for deed in deeds
    ]  # fmt: skip
    with connected(where) as connection:
        connection.execute(DEEDS.insert(), rows)


def forget(where: Where, before: datetime) -> int:
    """Take out all that is older; return how many rows of runs and deeds that were."""
    edge = stored(before)
    with connected(where) as connection:
        connection.execute(delete(ENDS).where(ENDS.c.at < edge))
        gone = connection.execute(delete(RUNS).where(RUNS.c.at < edge)).rowcount
        return int(gone + connection.execute(delete(DEEDS).where(DEEDS.c.at < edge)).rowcount)


def _add(connection: Connection, run: PastRun) -> None:
    row = uuid4().hex
    plain = (
        "run", "environment", "profile", "release", "generation", "rehearsal", "whole", "report",
        "replay_rate", "clean_claimed", "clean_recounted",
    )  # fmt: skip
    values = {name: getattr(run, name) for name in plain}
    values |= {"id": row, "verdict": str(run.verdict), "own": str(run.own), "at": stored(run.at)}
    values |= {name: stored(getattr(run, name)) for name in ("read_at", "until")}
    connection.execute(RUNS.insert().values(values))
    checks = [
        {"id": row, "place": i, "name": c.name, "severity": str(c.severity),
         "outcome": str(c.outcome), "cause": c.cause}
        for i, c in enumerate(run.checks)
    ]  # fmt: skip
    cards = [
        {"id": row, "place": i, "card": c.card, "mark": c.mark, "born": stored(c.born),
         "waits": c.waits, "prints": json.dumps(dict(c.prints), sort_keys=True)}
        for i, c in enumerate(run.cards)
    ]  # fmt: skip
    waivers = [{"id": row, "name": name, "until": u.isoformat()} for name, u in run.waivers.items()]
    for table, rows in ((CHECKS, checks), (CARDS, cards), (WAIVERS, waivers)):
        if rows:
            connection.execute(table.insert(), rows)
    _add_ends(connection, run.environment, run.ends)


def _add_ends(connection: Connection, environment: str, ends: Sequence[PastEnd]) -> None:
    """Add the decisions that are not there yet: each run sees those of earlier ones again."""
    if not ends:
        return
    columns = (ENDS.c.card, ENDS.c.mark, ENDS.c.at)
    since = stored(min(end.at for end in ends))
    asked = select(*columns).where(ENDS.c.environment == environment, ENDS.c.at >= since)
    known = {tuple(row) for row in connection.execute(asked)}
    new = {(end.card, end.mark, stored(end.at)): end for end in ends}
    rows = [
        {"environment": environment, "card": end.card, "mark": end.mark, "at": stored(end.at),
         "approved": end.approved, "tag": end.tag}
        for key, end in new.items() if key not in known
    ]  # fmt: skip
    if rows:
        connection.execute(ENDS.insert(), rows)


def stored(moment: datetime | None) -> datetime | None:
    """Return a moment as the database has it: UTC without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
