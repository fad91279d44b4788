"""Cycles as they happen on a current dashboard: approving is sending. Over real sockets."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx2
import pytest

from pytest_caio.__main__ import main
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe import sender
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.privacy.card_ids import short_id
from pytest_caio.rehearsal.deployment.scenes import clean_run, live_card, training_card
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.report.folder import write_report
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.result import Result

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)
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
    assert (day["approved"], day["sent"]) == (7, 7)
    # More than the ramp lets through in a day, which is all that is wrong with it.
    assert [text.partition(" went out")[0] for text in day["anomalies"]] == ["7 mails"]
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
    assert short_id(lost) in found["cycle.decided"].observed
    assert "caio trace --env=lab --all shows them whole" in found["cycle.decided"].remedy
    (day,) = found["cycle.dispatch"].facts["log"]
    assert any(short_id(lost) in text for text in day["anomalies"])


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
    assert f"no GO had seen it: {short_id(late.email_id)}" in found["cycle.dispatch"].observed


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


def caio(here: Cycle, *argv: str) -> tuple[int, Any]:
    """Run a command at the deployment: its exit code, and what it says in JSON."""
    here.now += timedelta(minutes=2)
    out = io.StringIO()
    with patch.dict(os.environ, here.variables), redirect_stdout(out):
        code = main([argv[0], "--env=lab", "--json", f"--previous={here.folder}", *argv[1:]])
    return code, json.loads(out.getvalue())


def approved(here: Cycle, *cards: str) -> None:
    """Approve these cards."""
    for card in cards:
        here.decides(card)


def unproved(here: Cycle, card: str) -> None:
    """Approve a card, and lose its mail."""
    here.decides(card)
    here.server.deployment.state.mails.clear()


def blocked(here: Cycle, card: str) -> None:
    """Approve a card whose address can't be delivered to."""
    here.server.deployment.behaviour.deliver = lambda state, card, at: "blocked_deliverability"
    here.decides(card)


def unsent(here: Cycle, card: str) -> None:
    """Approve a card where sending is off, and dispatch nothing of it."""
    here.server.deployment.configure(approval_sends=False)
    here.decides(card)
    here.now += timedelta(minutes=3)
    run = clean_run(0, here.now, instantly=0)
    here.server.deployment.state.reports.append(run)


def rejected(here: Cycle, card: str) -> None:
    """Reject a card."""
    here.decides(card, "reject", reason="vague", rejection_tag="weak_cta")


def hidden(here: Cycle, card: str) -> None:
    """Leave a card until the list hides it."""
    here.now += timedelta(days=4)


def expired(here: Cycle, card: str) -> None:
    """Leave a card until it is gone."""
    here.now += timedelta(days=8)


@pytest.mark.parametrize(
    ("faults", "does", "end", "seen_in", "said"),
    [
        ([], approved, "sent", "GHL", ""),
        ([], unproved, "sent unproved", "traces", "was approved: sent unproved (traces)"),
        ([], blocked, "blocked", "traces", "was approved: blocked (traces)"),
        (["send-fails-quietly"], approved, "send failed", "traces", "was approved: send failed"),
        (["server-in-utc"], approved, "send failed", "traces", "was approved: send failed"),
        ([], unsent, "approved unsent", "history", "before the dispatch, and not seen to be sent"),
        ([], rejected, "rejected", "history", ""),
        ([], hidden, "undecided", "queue, hidden", ""),
        ([], expired, "expired", "its age", "expired undecided"),
        (["card-vanishes"], rejected, "unaccounted for", "", "nowhere now: nobody knows why"),
        (["expires-early"], lambda here, card: setattr(here, "now", here.now + HOUR),
         "unaccounted for", "", "nowhere now: nobody knows why"),
    ],
)  # fmt: skip
def test_each_end_of_a_card(
    cycle: Callable[..., Cycle], faults: list[str], does: Any, end: str, seen_in: str, said: str
) -> None:
    """In the trace, card by card, and in the log, counted: the same, by the same sources."""
    here = cycle(*faults, cards=1)
    here.preflight()
    # What the stories of the faults hold besides is not of this cycle.
    (card,) = here.cards()
    does(here, card)
    code, found = caio(here, "trace")
    rows = {row["id"]: row for row in found["ended"]["cards"]}
    # Of a card that is nowhere now only the earlier report knows, which has no whole ids.
    card = card if card in rows else short_id(card)
    assert ("…" in card) is (seen_in == "" or end == "expired")
    assert (rows[card]["end"], rows[card]["seen in"]) == (end, seen_in)
    assert found["note"] == "A rehearsal clears no live cycle."
    wrong = [text for text in found["ended"]["wrong"] if card in text]
    assert [said in text for text in wrong] == ([True] if said else [])
    assert not said or code == 1
    _, log = caio(here, "log")
    (day,) = log["days"]
    assert bool([text for text in day["anomalies"] if card in text]) is bool(said)
    assert rows[card]["at"] is None or day["ends"] == {end: 1}


def test_a_card_that_waits_is_in_the_queue(cycle: Callable[..., Cycle]) -> None:
    """Listed, it is undecided, and shown with all that there is of it."""
    here = cycle(cards=1)
    here.preflight()
    code, found = caio(here, "trace")
    assert (code, found["ended"]["cards"]) == (0, [])
    assert here.cards() == [c["id"] for c in found["queue"]["cards"] if c["kind"] == "live"]


def test_an_approval_that_takes_another_along(cycle: Callable[..., Cycle]) -> None:
    """It was sent, and no GO had seen it."""
    here = cycle("approves-another", cards=1)
    here.preflight()
    approved(here, *here.cards())
    found = here.after()
    assert found["cycle.dispatch"].facts["log"][0]["ends"] == {"sent": 2}
    assert "no GO had seen it" in found["cycle.dispatch"].observed
    assert found["verdict"] == "NO-GO"


def test_beyond_the_cap_by_approval(cycle: Callable[..., Cycle]) -> None:
    """Six mails of a day, none of them dispatched: the log says so, and the next pre-flight."""
    here = cycle(cards=6)
    here.preflight()
    approved(here, *here.cards())
    _, log = caio(here, "log")
    said = "6 mails went out today (0 dispatched and 6 by approval): 5 at most"
    assert said in log["days"][0]["anomalies"]
    limits = next(f for f in here.looks("preflight").findings if f.name == "ramp.limits")
    assert (limits.outcome, said in limits.observed) == ("fail", True)
