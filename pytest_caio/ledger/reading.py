"""Reading a ledger: the runs and deeds since a moment, oldest first."""

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from pytest_caio.ledger.database import connected
from pytest_caio.ledger.tables import CARDS, CHECKS, DEEDS, ENDS, RUNS, WAIVERS
from pytest_caio.ledger.where import Where
from pytest_caio.ledger.writing import stored
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity
from pytest_caio.verdict.past import PastCard, PastCheck, PastDeed, PastEnd, PastRun


def runs(
    where: Where, environments: Collection[str] = (), since: datetime | None = None
) -> tuple[PastRun, ...]:
    """Return the runs of these environments (default: all) since then, the oldest first.

    Raises LedgerProblem where they can't be read.
    """
    with connected(where) as connection:
        chosen = _chosen(select(RUNS), RUNS.c, environments, since)
        rows = connection.execute(chosen.order_by(RUNS.c.at)).mappings().all()
        ids = [row["id"] for row in rows]
        parts = [_by_run(connection, table, ids) for table in (CHECKS, CARDS, WAIVERS)]
        # Also what can't be read in a row is a problem of the ledger.
        return tuple(_run(dict(row), *(part.get(row["id"], []) for part in parts)) for row in rows)


def first(where: Where, environment: str) -> datetime | None:
    """Return when the oldest run of this environment began, None where there is none."""
    with connected(where) as connection:
        asked = select(RUNS.c.at).where(RUNS.c.environment == environment).order_by(RUNS.c.at)
        at = connection.execute(asked.limit(1)).scalar()
    return _read(at) if at else None


def ends(where: Where, environment: str, since: datetime | None = None) -> tuple[PastEnd, ...]:
    """Return the decisions on cards that any run saw in the deployment's history."""
    with connected(where) as connection:
        chosen = _chosen(select(ENDS), ENDS.c, (environment,), since).order_by(ENDS.c.at)
        rows = connection.execute(chosen).mappings().all()
    return tuple(
        PastEnd(row["card"], _read(row["at"]), row["approved"], row["tag"], row["mark"])
        for row in rows
    )


def deeds(
    where: Where, environments: Collection[str] = (), since: datetime | None = None
) -> tuple[PastDeed, ...]:
    """Return decisions, guards and clean-ups, the oldest first."""
    with connected(where) as connection:
        chosen = _chosen(select(DEEDS), DEEDS.c, environments, since).order_by(DEEDS.c.at)
        return tuple(
            PastDeed(row["kind"], row["environment"], _read(row["at"]), row["report"],
                     json.loads(row["data"]))
            for row in connection.execute(chosen).mappings()
        )  # fmt: skip


def _chosen(
    asked: Select[Any], columns: Any, environments: Collection[str], since: datetime | None
) -> Select[Any]:
    if environments:
        asked = asked.where(columns.environment.in_(list(environments)))
    return asked.where(columns.at >= stored(since)) if since else asked


def _by_run(connection: Connection, table: Any, ids: Sequence[str]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    order = table.c.name if table is WAIVERS else table.c.place
    for start in range(0, len(ids), 500):
        chosen = select(table).where(table.c.id.in_(ids[start : start + 500])).order_by(order)
        for row in connection.execute(chosen).mappings():
            found[row["id"]].append(row)
    return found


def _run(
    row: Mapping[str, Any], checks: Sequence[Any], cards: Sequence[Any], waivers: Sequence[Any]
) -> PastRun:
    plain = {k: row[k] for k in row if k not in {"id", "at", "read_at", "until", "verdict", "own"}}
    return PastRun(
        **plain,
        at=_read(row["at"]),
        read_at=_read(row["read_at"]) if row["read_at"] else None,
        until=_read(row["until"]) if row["until"] else None,
        verdict=Verdict(row["verdict"]),
        own=Verdict(row["own"]),
        checks=tuple(
            PastCheck(c["name"], Severity(c["severity"]), Outcome(c["outcome"]), c["cause"])
            for c in checks
        ),
        waivers={w["name"]: date.fromisoformat(w["until"]) for w in waivers},
        cards=tuple(
            PastCard(c["card"], c["mark"], _read(c["born"]) if c["born"] else None, c["waits"],
                     json.loads(c["prints"]))
            for c in cards
        ),
    )  # fmt: skip


def _read(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
