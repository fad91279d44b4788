import sys
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_caio.commands import trace
from pytest_caio.rehearsal.faults.catalogue import FAULTS


def test_in_good_order(start: Any, caio: Any) -> None:
    server = start()
    ran = caio("trace", "--env=lab")
    assert (ran.code, ran.err) == (0, "")
    assert "ready_for_live_send" in ran.out
    assert "n/a_target_platform:training" in ran.out
    assert server.token not in ran.out
    assert {r.method for r in server.requests} == {"GET"}


def test_no_address_and_no_text_leaves_the_process(start: Any, caio: Any) -> None:
    cards = start().deployment.state.cards.values()
    for ran in (caio("trace", "--env=lab"), caio("trace", "--env=lab", "--json")):
        assert not any(c.to in ran.out or c.subject in ran.out or c.body in ran.out for c in cards)


def test_what_an_operator_recognises_cards_by(start: Any, caio: Any) -> None:
    cards = [c for c in start().deployment.queue().listed if c.contact_id]
    ran = caio("trace", "--env=lab")
    assert "By tier: tier_1 4." in ran.out
    assert "By platform: ghl 2, instantly 1 and training 1." in ran.out
    for card in cards:
        assert card.context["pipeline_run_id"] in ran.out
        assert card.contact_id in ran.out
    assert "not_synced" in ran.out


def test_limit(start: Any, caio: Any) -> None:
    start()
    ran = caio("trace", "--env=lab", "--limit=1")
    assert "3 more cards: --all shows them." in ran.out
    assert "more card" not in caio("trace", "--env=lab", "--limit=1", "--all").out
    assert caio("trace", "--env=lab", "--limit=0").code == 4


def test_people_are_shown_on_a_terminal_only(
    start: Any, caio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start()
    cards = server.deployment.queue().listed
    ran = caio("trace", "--env=lab", "--show")
    assert (ran.code, ran.out) == (4, "")
    assert "on a terminal only" in ran.err
    monkeypatch.setattr(trace, "on_a_terminal", lambda: True)
    ran = caio("trace", "--env=lab", "--show")
    assert ran.code == 0
    assert all(card.to in ran.out and card.subject in ran.out for card in cards)
    assert server.token not in ran.out


@pytest.mark.parametrize(
    ("tty", "ci", "terminal"), [(True, "", True), (True, "true", False), (False, "", False)]
)
def test_what_a_terminal_is(
    monkeypatch: pytest.MonkeyPatch, tty: bool, ci: str, terminal: bool
) -> None:
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(sys, "stdout", SimpleNamespace(isatty=lambda: tty))
    found = trace.on_a_terminal()
    monkeypatch.undo()
    assert found is terminal


def test_json(start: Any, caio: Any) -> None:
    start("stale-hidden")
    ran = caio("trace", "--env=lab", "--json")
    assert ran.code == 1
    assert ran.json["queue"]["excluded"]["reasons"] == {"stale_gt_72h": 5}
    assert ran.json["drift"]["remedy"].count("caio cleanup --env=lab") == 2
    assert {card["kind"] for card in ran.json["queue"]["cards"]} == {"live", "training"}


def test_what_is_hidden_is_said(start: Any, caio: Any) -> None:
    start("stale-hidden", generation="g1")
    ran = caio("trace", "--env=lab")
    assert ran.code == 1
    assert "Hidden from the list: 5 (stale_gt_72h 5)." in ran.out


@pytest.mark.parametrize("fault", ["token-rotated", "twenty-merged", "not-a-dashboard"])
def test_could_not_see(start: Any, caio: Any, fault: str) -> None:
    assert fault in FAULTS
    start(fault)
    assert caio("trace", "--env=lab").code == 10


def test_the_rehearsal_starts_itself(caio: Any) -> None:
    assert caio("trace", "--env=rehearsal").code == 0
    assert caio("trace", "--env=rehearsal", "--fault=stale-hidden").code == 1


@pytest.mark.parametrize(
    ("argv", "said"),
    [
        (["--env=lab"], "unknown environment"),
        (["--env=prod"], "CAIO_PROD_URL"),
        (["--env=prod,staging"], "one environment"),
        (["--env=rehearsal", "--fault=stale-hiden"], "stale-hidden"),
        ([], "--env"),
        (["--env=rehearsal", "--wrong"], "--wrong"),
    ],
)
def test_usage(caio: Any, argv: list[str], said: str) -> None:
    ran = caio("trace", *argv)
    assert ran.code == 4
    assert said in ran.err


def test_a_policy_of_ones_own(start: Any, caio: Any, tmp_path: Any) -> None:
    start("undecided-3h")
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "policy.yaml").write_text("queue:\n  max_age_hours: 2\n")
    ran = caio("trace", "--env=lab", "--json")
    assert ran.code == 1
    assert ran.json["queue"]["max_age_hours"] == 2
