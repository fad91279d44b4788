"""Cycles as they happen on a current dashboard: approving is sending. Over real sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2
import pytest

from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe import sender
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.rehearsal.deployment.scenes import live_card, training_card
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.report.folder import write_report
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.result import Result

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

STORY = datetime(2026, 2, 24, 20, 7, tzinfo=UTC)
"""Seven minutes past three in the afternoon in New York."""


@dataclass
class Cycle:
    """A deployment with its GHL, a clock that a test moves, and the report of a pre-flight."""

    server: RehearsalServer
    variables: dict[str, str]
    folder: Path
    now: datetime = STORY

    def looks(self, profile: str, **more: Any) -> Result:
        """Run the gates that are about cards and mails."""
        run = prepare(
            Options(("lab",), profile, **more), self.variables, standard_judges(), standard_probes()
        )
        chosen = [p for p in run.plan if p.gate.gate in {"queue", "ramp", "cycle"}]
        run.snapshot = replace(run.snapshot, plan=tuple(chosen))
        return self._judged(run, chosen)

    def _judged(self, run: GateRun, chosen: list[Any]) -> Result:
        run.sweep(chosen, lambda done, total: None)
        for planned in chosen:
            run.judge(planned)
        result = run.result()
        self.redactor = run.redactor
        return result

    def preflight(self) -> Result:
        """Look before the cycle, and keep the report."""
        result = self.looks("preflight")
        write_report(self.folder, result, self.redactor)
        self.now += timedelta(minutes=2)
        return result

    def after(self, **more: Any) -> dict[str, Any]:
        """Look after the cycle: findings by the names of their checks."""
        self.now += timedelta(minutes=2)
        result = self.looks("cycle", previous=self.folder, **more)
        found = {f.name: f for f in result.findings}
        return {"verdict": result.verdict, **found}

    def cards(self) -> list[str]:
        """The live cards that wait."""
        cards = self.server.deployment.state.cards.values()
        return [c.email_id for c in cards if c.status == "pending" and not c.training]

    def decides(self, card: str, what: str = "approve", **query: str) -> Any:
        """Do what a reviewer does on the page."""
        answer = httpx2.post(
            f"{self.server.url}/api/emails/{card}/{what}",
            params={"approver": "hos", **query},
            headers={"X-Dashboard-Token": self.server.token},
        )
        assert answer.status_code == 200
        return answer.json()


@pytest.fixture
def cycle(tmp_path: Path) -> Iterator[Callable[..., Cycle]]:
    """Start a deployment with seven fresh cards for GHL and nothing else in it."""
    with ExitStack() as stack:

        def starts(*faults: str, cards: int = 7, generation: str = "g2") -> Cycle:
            clock: list[Cycle] = []
            # Each reading has a moment of its own: whoever sees none would read again.
            ticks = count()

            def now() -> datetime:
                return (clock[0].now if clock else STORY) + timedelta(milliseconds=next(ticks))

            at = partial(rehearse, clock=now)
            server = stack.enter_context(at(faults=faults, generation=generation))
            ghl = stack.enter_context(at())
            state = server.deployment.state
            state.cards.clear()
            state.decisions.clear()
            state.reports.clear()
            state.contacts.clear()
            state.mails.clear()
            made = STORY - timedelta(minutes=10)
            state.add(training_card(0, made), *(live_card(n, made) for n in range(cards)))
            ghl.deployment.state = state
            variables = {
                "CAIO_LAB_URL": server.url,
                "CAIO_LAB_TOKEN": server.token,
                "CAIO_GHL_URL": ghl.ghl_url,
                "CAIO_GHL_TOKEN": ghl.ghl_token,
                "CAIO_GHL_LOCATION_ID": ghl.ghl_location_id,
            }
            clock.append(Cycle(server, variables, tmp_path / "preflight"))
            stack.enter_context(patch.object(sender, "utc_now", lambda: clock[0].now))
            return clock[0]

        yield starts


def test_seven_approved_and_seven_sent(cycle: Callable[..., Cycle]) -> None:
    """Each with its evidence; the history names none of them, and no dispatch ran."""
    here = cycle()
    assert here.preflight().verdict == "GO"
    for card in here.cards():
        assert here.decides(card)["status"] == "approved"
    found = here.after()
    assert found["verdict"] == "GO"
    assert "a sent mail for each of 7 approved cards" in found["cycle.sent-evidence"].observed
    assert "7 approved, 7 sent by approval, 0 dispatched" in found["cycle.dispatch"].observed
    (day,) = found["cycle.dispatch"].facts["log"]
    assert (day["approved"], day["sent"], day["anomalies"]) == (7, 7, ())
    assert (day["ends"], day["sources"]) == ({"sent": 7}, {"GHL": 7})


def test_a_day_of_every_kind(cycle: Callable[..., Cycle]) -> None:
    """Sent, rejected by tag, and one that is left."""
    here = cycle(cards=4)
    here.preflight()
    first, second, third, _ = here.cards()
    here.decides(first, "reject", reason="vague", rejection_tag="weak_cta")
    here.decides(second)
    here.decides(third)
    found = here.after()
    (day,) = found["cycle.dispatch"].facts["log"]
    assert (day["approved"], day["sent"], day["rejected"]) == (2, 2, {"weak_cta": 1})
    assert day["top_rejection"] == "weak_cta"
    assert found["cycle.decided"].outcome == "fail"


def test_everything_rejected_needs_no_dispatch(cycle: Callable[..., Cycle]) -> None:
    """There was nothing to send."""
    here = cycle(cards=2)
    here.preflight()
    for card in here.cards():
        here.decides(card, "reject", reason="vague", rejection_tag="other")
    found = here.after()
    assert (found["verdict"], found["cycle.dispatch"].outcome) == ("GO", "n/a")


def test_a_send_that_fails_behind_a_200(cycle: Callable[..., Cycle]) -> None:
    """It is found: by the missing mail, and by what was left for a dispatch that never ran."""
    here = cycle("send-fails-quietly", cards=2)
    here.preflight()
    answers = [here.decides(card)["message"] for card in here.cards()]
    assert all(answer.startswith("Send Failed") for answer in answers)
    found = here.after()
    assert found["cycle.sent-evidence"].outcome == "fail"
    assert found["cycle.sent-evidence"].severity == "required"
    assert "2 cards approved and not sent" in found["cycle.dispatch"].observed
    assert found["cycle.dispatch"].facts["log"][0]["ends"] == {"send failed": 2}


def test_outside_the_hours_of_the_server(cycle: Callable[..., Cycle]) -> None:
    """Preflight says so beforehand; the approval answers 200 and sends nothing."""
    here = cycle("server-in-utc", cards=1)
    before = {f.name: f for f in here.preflight().findings}
    assert "15:00 to 17:00 America/New_York is 20:00 to 22:00 there" in (
        before["cycle.send-hours"].observed
    )
    here.decides(*here.cards())
    assert here.after()["cycle.sent-evidence"].outcome == "fail"


def test_a_card_that_vanishes_is_named(cycle: Callable[..., Cycle]) -> None:
    """No list, no trace, no mail: nobody knows, and that is said."""
    here = cycle("card-vanishes", cards=3)
    here.preflight()
    lost, *rest = here.cards()
    here.server.deployment.behaviour.deliver = lambda state, card, at: "sent_unresolved"
    here.decides(lost)
    here.server.deployment.behaviour.records_decisions = True
    for card in rest:
        here.decides(card, "reject", reason="vague", rejection_tag="other")
    found = here.after()
    assert found["cycle.decided"].outcome == "cannot-tell"
    assert lost in found["cycle.decided"].observed
    (day,) = found["cycle.dispatch"].facts["log"]
    assert any(lost in text for text in day["anomalies"])


def test_a_card_that_vanished_and_was_sent(cycle: Callable[..., Cycle]) -> None:
    """GHL knows what the deployment forgot."""
    here = cycle("card-vanishes", cards=1)
    here.preflight()
    here.decides(*here.cards())
    found = here.after()
    assert found["cycle.decided"].outcome == "pass"
    assert found["cycle.dispatch"].facts["log"][0]["ends"] == {"sent": 1}


def test_a_card_expires_after_seven_days(cycle: Callable[..., Cycle]) -> None:
    """It is gone by its age, undecided: no riddle, and said."""
    here = cycle(cards=1)
    here.preflight()
    here.server.deployment.state.cards.clear()
    here.now += timedelta(days=8)
    found = here.after()
    (day,) = found["cycle.dispatch"].facts["log"]
    assert found["cycle.decided"].outcome == "pass"
    assert any("expired undecided" in text for text in day["anomalies"])


def test_approved_and_no_go_had_seen_it(cycle: Callable[..., Cycle]) -> None:
    """A card that came after the pre-flight, and was approved."""
    here = cycle(cards=1)
    here.preflight()
    late = live_card(30, here.now)
    here.server.deployment.state.add(late)
    for card in here.cards():
        here.decides(card)
    found = here.after()
    assert found["cycle.dispatch"].outcome == "fail"
    assert f"no GO had seen it: {late.email_id}" in found["cycle.dispatch"].observed


def test_approved_although_the_preflight_said_no(cycle: Callable[..., Cycle]) -> None:
    """The emergency stop was on: preflight was NO-GO, and approving sends all the same."""
    here = cycle("sends-while-stopped", cards=1)
    assert here.preflight().verdict == "NO-GO"
    here.decides(*here.cards())
    assert here.server.deployment.state.mails
    found = here.after()
    assert "although the pre-flight said NO-GO" in found["cycle.dispatch"].observed
    (day,) = found["cycle.dispatch"].facts["log"]
    assert "the emergency stop is on: it stops dispatches, and no approval" in day["anomalies"]


def test_without_traces_nobody_knows(cycle: Callable[..., Cycle]) -> None:
    """Nothing in any list is not "nobody was approved"."""
    here = cycle("traces-missing", cards=2)
    here.preflight()
    for card in here.cards():
        here.decides(card)
    here.server.deployment.state.mails.clear()
    found = here.after()
    assert found["cycle.sent-evidence"].outcome == "cannot-tell"
    assert found["cycle.dispatch"].outcome == "cannot-tell"
    assert found["verdict"] == "CANNOT TELL"


def test_g1_approves_and_dispatches(cycle: Callable[..., Cycle]) -> None:
    """In G1 an approval sends nothing: it stays in the history until a run sends it."""
    here = cycle(cards=2, generation="g1")
    here.preflight()
    for card in here.cards():
        here.decides(card)
    state = here.server.deployment.state
    assert (state.mails, {d.status for d in state.decisions}) == ([], {"approved"})
    assert here.after()["cycle.dispatch"].outcome == "fail"
