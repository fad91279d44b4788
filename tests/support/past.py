"""Runs as a ledger remembers them, made up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from pytest_caio.ledger.reading import deeds, runs
from pytest_caio.ledger.where import Where, where
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity
from pytest_caio.verdict.past import PastCard, PastCheck, PastDeed, PastEnd, PastRun

THEN = datetime(2026, 2, 24, 20, 0, 0, 250, tzinfo=UTC)
HOUR = timedelta(hours=1)


def past(at: datetime = THEN, **more: Any) -> PastRun:
    """Return a GO of production with a card that was approved later."""
    run = PastRun(
        run=f"run-{at.isoformat()}",
        environment="production",
        profile="preflight",
        at=at,
        verdict=Verdict.GO,
        own=Verdict.GO,
        read_at=at + timedelta(seconds=1),
        until=at + 4 * HOUR,
        release="1a2b3c4d",
        generation="G2",
        report="d" * 64,
        clean_claimed=2,
        clean_recounted=1,
        checks=(
            PastCheck("queue.no-stale", Severity.REQUIRED, Outcome.PASS),
            PastCheck("smoke.ready", Severity.ADVISORY, Outcome.FAIL, "not-ready"),
        ),
        waivers={"queue.no-drift": date(2026, 3, 1)},
        cards=(PastCard("aaaa", "", at - HOUR, True, {"to": "12345678"}), PastCard("bbbb", "ff")),
        ends=(PastEnd("aaaa", at - 2 * HOUR, False, "weak_cta"),),
    )
    return replace(run, **more)


def deeds_in(path: Path) -> tuple[PastDeed, ...]:
    """Return the deeds in a file."""
    return deeds(_there(path))


def runs_in(path: Path) -> tuple[PastRun, ...]:
    """Return the runs in a file."""
    return runs(_there(path))


def _there(path: Path) -> Where:
    found = where(str(path), {}, "", Path())
    assert found is not None
    return found
