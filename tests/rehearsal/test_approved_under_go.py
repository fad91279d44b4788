"""A ledger over a cycle: pre-flight, approvals, cycle. Over a real socket, with a real database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cleared import Cleared, cleared, variables_of
from rehearsing import gate_run

from pytest_caio.commands.judge_again import judge_again
from pytest_caio.evidence.probe_names import LEDGER
from pytest_caio.ledger.where import where
from pytest_caio.privacy.card_ids import short_id
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.rehearsal.deployment.scenes import live_card
from pytest_caio.report.folder import write_report
from pytest_caio.run.ledger_entry import remember
from pytest_caio.settings.options import Options
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import Result

pytestmark = pytest.mark.slow  # Whole gate runs, each of about a second.

NAME = "cycle.approved-under-go"


@dataclass(frozen=True)
class Day:
    """A deployment ``lab`` with a GO that a ledger has."""

    at: Cleared
    ledger: Path

    def after(self, **more: Any) -> Result:
        """Look after the cycle."""
        options = Options(("lab",), "cycle", **{"ledger": str(self.ledger), **more})
        return gate_run(options, variables_of(self.at.server)).result()


def found(result: Result) -> Finding:
    return next(f for f in result.findings if f.name == NAME)


@pytest.fixture(params=["g2", "g1"])
def day(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Day]:
    """Serve it, run the pre-flight, and remember that."""
    file = tmp_path / "ledger.sqlite"
    with cleared(tmp_path / "report", generation=request.param) as at:
        place = where(str(file), {}, "", tmp_path)
        assert place
        assert remember(place, at.result, Redactor(), at.report) == ""
        yield Day(at, file)


def test_the_one_that_no_go_had_judged_is_named(day: Day, tmp_path: Path) -> None:
    """It came after the pre-flight, and was approved like the others."""
    *_, judged = day.at.waiting
    day.at.approve(judged)
    assert found(day.after()).outcome == "pass"
    late = live_card(30, datetime.now(UTC))
    day.at.server.deployment.state.add(late)
    day.at.approve(late)
    result = day.after()
    said = found(result)
    assert (said.outcome, said.blocks, said.owner) == ("fail", True, "PTO")
    assert said.observed.startswith(short_id(late.email_id))
    assert "it was not in the queue that the GO of" in said.observed
    assert short_id(judged.email_id) not in said.observed
    assert "approve under a GO only" in said.remedy
    # Judged again, its evidence alone says so; the ledger may be gone by then.
    write_report(tmp_path / "after", result, Redactor())
    day.ledger.unlink()
    again = judge_again(tmp_path / "after")
    assert (found(again).outcome, found(again).observed) == ("fail", said.observed)


def test_a_card_that_was_changed_since(day: Day) -> None:
    *_, card = day.at.waiting
    day.at.server.deployment.configure(approval_sends=False)
    day.at.approve(day.at.change(card, subject="Something else"))
    assert "it has another subject than the GO of" in found(day.after()).observed


def test_without_a_ledger(day: Day) -> None:
    day.at.approve(day.at.waiting[0])
    result = day.after(ledger="")
    assert (found(result).outcome, found(result).observed) == ("n/a", "no ledger is named")


def test_a_ledger_that_can_not_be_read(day: Day) -> None:
    """The verdict is the same as without one."""
    day.at.approve(day.at.waiting[0])
    day.ledger.write_text("something else entirely " * 99)
    result = day.after()
    said = found(result)
    assert (said.outcome, said.severity, said.blocks) == ("cannot-tell", "advisory", False)
    assert "is no ledger: the file is something else" in said.observed
    assert result.verdict == day.after(ledger="").verdict


def test_the_embedded_one_is_not_looked_up(tmp_path: Path) -> None:
    """It is started anew by each command."""
    options = Options(("rehearsal",), "cycle", ledger=str(tmp_path / "ledger.sqlite"))
    result = gate_run(options).result()
    assert (found(result).outcome, result.verdict) == ("n/a", "GO")
    assert "started anew each time" in found(result).observed
    assert LEDGER in result.evidence.of("rehearsal")
