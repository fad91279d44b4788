"""The ledger's runs as evidence: what is looked up, how far back, and what goes wrong."""

from __future__ import annotations

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.gates.policy import Policy
from pytest_caio.ledger.where import Where, where
from pytest_caio.ledger.writing import add_runs
from pytest_caio.observe import past_runs as probing
from pytest_caio.observe.past_runs import past_runs
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.past import PastCard, PastRun
from pytest_caio.verdict.past_as_data import Past, of_data

NOW = datetime.now(UTC)
DAY = timedelta(days=1)
CARD = PastCard("a1b2", "c3", NOW - DAY, True, {"to": "d4e5"})


def run(days: float, environment: str = "prod", **changes: Any) -> PastRun:
    at = NOW - days * DAY
    base = PastRun("r", environment, "preflight", at, Verdict.GO, Verdict.GO, cards=(CARD,))
    return replace(base, **changes)


@pytest.fixture
def ledger(tmp_path: Path) -> Where:
    found = where("ledger.sqlite", {}, "", tmp_path)
    assert found
    return found


def looked(ledger: Where | None, environment: str = "prod", since: str = "") -> Evidence:
    context: Any = SimpleNamespace(environment=environment, policy=Policy())
    return asyncio.run(past_runs(ledger, since).observe(context))  # type: ignore[arg-type]


def past(ledger: Where, environment: str = "prod", since: str = "") -> Past:
    found = looked(ledger, environment, since)
    assert isinstance(found, Observed), found
    return of_data(found.data, environment)


def test_none_is_named() -> None:
    found = looked(None)
    assert isinstance(found, Observed)
    assert found.data == {"absent": "no ledger is named"}


def test_the_embedded_rehearsal_is_not_looked_up(ledger: Where) -> None:
    """Nothing that a ledger has is about it, and the file is not even made."""
    found = looked(ledger, "rehearsal")
    assert isinstance(found, Observed)
    assert "started anew each time" in found.data["absent"]
    assert not Path(ledger.shown).exists()


def test_an_empty_one(ledger: Where) -> None:
    add_runs(ledger, [run(1, "staging")])
    assert past(ledger) == Past()


def test_of_this_environment_and_of_the_last_days(ledger: Where) -> None:
    old, new = run(9), run(0.1, read_at=NOW - 0.1 * DAY, until=NOW)
    add_runs(ledger, [new, run(0.2, "staging"), old])
    found = past(ledger)
    assert [one.at for one in found.runs] == [new.at]
    assert found.runs[0].cards == (CARD,)
    # It knows all since the edge, as it is older than that.
    assert found.since
    assert 3 * DAY < NOW - found.since < 4 * DAY + timedelta(hours=1)
    assert len(past(ledger, since=(NOW - 7 * DAY).date().isoformat()).runs) == 2


def test_where_the_ledger_begins(ledger: Where) -> None:
    """By the deployment's clock, where its first run had seen that."""
    read = NOW - DAY + timedelta(minutes=8)
    add_runs(ledger, [run(1, read_at=read), run(0.5)])
    assert past(ledger).since == read
    add_runs(ledger, [run(2)])
    assert past(ledger).since == NOW - 2 * DAY


def test_at_most_so_many(ledger: Where, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "LIMIT", 2)
    add_runs(ledger, [run(days) for days in (1, 0.8, 0.6, 0.4)])
    found = past(ledger)
    assert [one.at for one in found.runs] == [NOW - 0.6 * DAY, NOW - 0.4 * DAY]
    assert found.since == NOW - 0.6 * DAY


def test_only_a_gos_cards_have_prints(ledger: Where) -> None:
    add_runs(ledger, [run(1, verdict=Verdict.NO_GO)])
    assert past(ledger).runs[0].cards == (replace(CARD, prints={}),)


def test_one_that_can_not_be_read(ledger: Where, tmp_path: Path) -> None:
    Path(ledger.shown).write_text("something else entirely " * 99)
    found = looked(ledger)
    assert isinstance(found, Unobserved)
    assert found.reason.endswith("is no ledger: the file is something else")
    newer = where("newer.sqlite", {}, "", tmp_path)
    assert newer
    add_runs(newer, [])
    with sqlite3.connect(newer.shown) as connection:
        connection.execute("UPDATE caio_version SET version = 99")
    connection.close()
    found = looked(newer)
    assert isinstance(found, Unobserved)
    assert "install the newer one here too" in found.reason
