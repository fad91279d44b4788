"""Clean-up against a deployment on a real socket: what it rejects, what it leaves alone."""

import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from past import deeds_in

from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.privacy.card_ids import hashed
from pytest_caio.rehearsal.deployment.scenes import live_card, training_card
from pytest_caio.rehearsal.deployment.state import Card, State
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options

# Whole gate runs, each of about a second.
pytestmark = pytest.mark.slow

HOUR = timedelta(hours=1)


def journal(path: Path = Path("caio-cleanup.jsonl")) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def stale(server: Any, number: int) -> list[Card]:
    """Put so many stale cards into the queue, all of them hidden from the list."""
    now = server.deployment.now()
    made = [live_card(20 + n, now - (80 + n) * HOUR) for n in range(number)]
    server.deployment.state.add(*made)
    return made


def pending(server: Any) -> set[str]:
    return {c.email_id for c in server.deployment.state.cards.values() if c.status == "pending"}


def posts(server: Any) -> list[Any]:
    return [r for r in server.requests if r.method != "GET"]


def test_dry_by_default(start: Any, caio: Any) -> None:
    server = start("stale-hidden")
    before = dict(server.deployment.state.cards)
    ran = caio("cleanup", "--env=lab")
    assert ran.code == 1
    assert ran.out.count("stale_gt_72h") >= 5
    assert "--apply" in ran.out
    assert not posts(server)
    assert server.deployment.state.cards == before
    assert not Path("caio-cleanup.jsonl").exists()


def test_nothing_to_do(start: Any, caio: Any) -> None:
    server = start()
    assert caio("cleanup", "--env=lab").code == 0
    assert caio("cleanup", "--env=lab", "--apply").code == 0
    assert not posts(server)


@pytest.mark.slow
@pytest.mark.parametrize("generation", ["g2", "g1"])
@pytest.mark.parametrize(
    "fault",
    [
        "stale-hidden",
        "noise-hidden",
        "stale-listed",
        "placeholder-listed",
        "unrendered-listed",
        "duplicate-listed",
        "wrong-tier-listed",
    ],
)
def test_what_drift_names_is_gone_and_the_rest_untouched(
    start: Any, caio: Any, generation: str, fault: str
) -> None:
    server = start(fault, generation=generation)
    before = dict(server.deployment.state.cards)
    named = {card["id"] for card in caio("cleanup", "--env=lab", "--json").json["left"]["cards"]}
    ran = caio("cleanup", "--env=lab", "--apply", "--json")
    assert ran.code == 0
    assert ran.json["left"] == {"cards": [], "hidden": {}, "unseen": False}
    assert {step["card"] for step in ran.json["steps"]} == named
    after = server.deployment.state.cards
    assert {i for i, card in after.items() if card != before[i]} == named
    assert all(after[i].status == "rejected" for i in named)
    assert caio("trace", "--env=lab").code == 0


def test_tag_reason_approver_and_header_token(start: Any, caio: Any) -> None:
    server = start("stale-hidden")
    caio("cleanup", "--env=lab", "--apply")
    decisions = [d for d in server.deployment.state.decisions if d.reviewer == "caio-cleanup"]
    assert len(decisions) == 5
    assert {d.tag for d in decisions} == {"queue_hygiene_non_actionable"}
    assert all("stale_gt_72h" in d.reason for d in decisions)
    assert not any(server.token in f"{request.path}?{request.query}" for request in server.requests)


@pytest.mark.slow
def test_five_at_a_time_until_none_is_left(start: Any, caio: Any) -> None:
    server = start()
    made = stale(server, 13)
    ran = caio("cleanup", "--env=lab", "--apply")
    assert ran.code == 0
    assert not pending(server) & {card.email_id for card in made}


@pytest.mark.slow
def test_more_than_the_server_looks_at(start: Any, caio: Any) -> None:
    server = start()
    made = stale(server, 30)
    assert caio("cleanup", "--env=lab", "--apply").code == 0
    assert not pending(server) & {card.email_id for card in made}


def test_reasons_that_go_with_another_card(start: Any, caio: Any) -> None:
    server = start()
    old = server.deployment.now() - 90 * HOUR
    twins = [live_card(30 + n, old, to="a@b.example", subject="the same") for n in range(8)]
    server.deployment.state.add(*twins)
    assert caio("cleanup", "--env=lab", "--apply").code == 0
    assert not pending(server) & {card.email_id for card in twins}


def test_training_cards_are_never_touched(start: Any, caio: Any) -> None:
    server = start()
    server.deployment.behaviour.queue_rules = frozenset()
    old = training_card(50, server.deployment.now() - 500 * HOUR, body="No body content")
    server.deployment.state.add(old)
    assert caio("cleanup", "--env=lab", "--apply").code == 0
    assert not posts(server)


def test_a_server_with_another_policy_hides_good_cards(start: Any, caio: Any) -> None:
    server = start("undecided-3h")
    server.deployment.configure(queue_max_age_hours=1.0)
    ran = caio("cleanup", "--env=lab", "--apply", "--json")
    assert ran.code == 1
    assert ran.json["left"]["hidden"] == {"stale_gt_1h": 1}
    assert not posts(server)


def test_a_wrong_reason_for_a_young_card(start: Any, caio: Any) -> None:
    server = start("undecided-3h")
    server.deployment.configure(queue_max_age_hours=1.0)
    path = "/api/pending-emails"
    server.deployment.behaviour.reshape[path] = lambda body: json.loads(
        json.dumps(body).replace("stale_gt_1h", "stale_gt_72h")
    )
    assert caio("cleanup", "--env=lab", "--apply").code == 1
    assert not posts(server)


class _Meddler:
    """Somebody else, who does something to the queue at a certain reading of it."""

    def __init__(self, server: Any, at: int, what: Any) -> None:
        self.server, self.left, self.what = server, at, what
        server.deployment.behaviour.reshape["/api/pending-emails"] = self

    def __call__(self, body: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            self.what(self.server.deployment.state)
        return body


def test_a_card_that_changed_meanwhile(start: Any, caio: Any) -> None:
    server = start("placeholder-listed")
    card = next(c for c in server.deployment.state.cards.values() if c.body == "No body content")
    _Meddler(server, 1, lambda state: state.add(replace(card, body="TBD")))
    ran = caio("cleanup", "--env=lab", "--apply", "--json")
    assert [(s["outcome"], s["detail"]) for s in ran.json["steps"]] == [
        ("skipped", "it changed meanwhile")
    ]
    assert ran.code == 1
    assert not posts(server)


def test_a_card_that_was_mended_meanwhile(start: Any, caio: Any) -> None:
    server = start("placeholder-listed")
    card = next(c for c in server.deployment.state.cards.values() if c.body == "No body content")
    _Meddler(server, 1, lambda state: state.add(replace(card, body="A real text, at last.")))
    ran = caio("cleanup", "--env=lab", "--apply", "--json")
    assert [s["detail"] for s in ran.json["steps"]] == ["no rule names it any more"]
    assert ran.code == 0
    assert not posts(server)


def test_a_card_that_was_decided_meanwhile(start: Any, caio: Any) -> None:
    server = start("placeholder-listed")
    card = next(c for c in server.deployment.state.cards.values() if c.body == "No body content")
    decided = replace(card, status="approved", queued=False)
    _Meddler(server, 1, lambda state: state.add(decided))
    ran = caio("cleanup", "--env=lab", "--apply", "--json")
    assert [s["outcome"] for s in ran.json["steps"]] == ["skipped"]
    assert server.deployment.state.cards[card.email_id] == decided


@pytest.mark.slow
def test_a_failure_in_the_middle_and_once_more(start: Any, caio: Any) -> None:
    server = start()
    made = stale(server, 8)
    right = server.deployment.behaviour.reject_refusal
    answered: list[int] = []

    def refuses(*args: Any) -> str | None:
        answered.append(1)
        return right(*args) if len(answered) <= 3 else "no more today"

    server.deployment.behaviour.reject_refusal = refuses
    ran = caio("cleanup", "--env=lab", "--apply", "--json")
    assert ran.code == 1
    outcomes = [step["outcome"] for step in ran.json["steps"]]
    assert outcomes == ["rejected"] * 3 + ["failed"]
    assert "422" in ran.json["problem"]
    assert "Running it again goes on" in ran.err
    assert len(ran.json["left"]["cards"]) == 5
    server.deployment.behaviour.reject_refusal = right
    assert caio("cleanup", "--env=lab", "--apply").code == 0
    assert not pending(server) & {card.email_id for card in made}


def test_a_deployment_that_only_says_so(
    start: Any, caio: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    start("stale-hidden")
    monkeypatch.setattr(State, "decide", lambda state, decision: None)
    ran = caio("cleanup", "--env=lab", "--apply", "--json")
    assert ran.code == 1
    assert len(ran.json["steps"]) == 5
    assert len(ran.json["left"]["cards"]) == 5


def test_journal(start: Any, caio: Any, tmp_path: Path) -> None:
    server = start("stale-hidden")
    to = {card.to for card in server.deployment.state.cards.values()}
    path = tmp_path / "paper.jsonl"
    path.write_text('{"older": "line"}\n{"torn')
    caio("cleanup", "--env=lab", "--apply", f"--journal={path}")
    lines = path.read_text().splitlines()
    assert lines[:2] == ['{"older": "line"}', '{"torn']
    found = [json.loads(line) for line in lines[2:]]
    assert [line["outcome"] for line in found] == ["rejecting", "rejected"] * 5
    assert {line["approver"] for line in found} == {"caio-cleanup"}
    assert server.token not in path.read_text()
    assert not any(address in path.read_text() for address in to)


def test_no_rejection_without_paper(start: Any, caio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_room(_file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    server = start("stale-hidden")
    monkeypatch.setattr(os, "fsync", no_room)
    ran = caio("cleanup", "--env=lab", "--apply")
    assert ran.code == 10
    assert "it stopped: No space left on device. Running it again" in ran.err
    assert not posts(server)


def test_could_not_see(start: Any, caio: Any) -> None:
    server = start("token-rotated")
    assert caio("cleanup", "--env=lab").code == 10
    assert caio("cleanup", "--env=lab", "--apply").code == 10
    assert not posts(server)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX")
@pytest.mark.parametrize("after", [1, 7])
def test_killed_half_way_and_run_again(start: Any, caio: Any, after: int) -> None:
    server = start(latency=0.02)
    before = dict(server.deployment.state.cards)
    made = {card.email_id for card in stale(server, 15)}
    command = [sys.executable, "-m", "pytest_caio", "cleanup", "--env=lab", "--apply"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while len(posts(server)) < after and time.monotonic() < deadline:  # a condition, polled
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    assert process.wait(10) == -signal.SIGKILL
    assert made & pending(server), "it was killed half-way"
    ran = caio("cleanup", "--env=lab", "--apply")
    assert ran.code == 0
    assert not made & pending(server)
    cards = server.deployment.state.cards
    assert {i: cards[i] for i in before} == before
    tags = {d.tag for d in server.deployment.state.decisions if d.email_id in made}
    assert tags == {"queue_hygiene_non_actionable"}
    noted = {line["card"] for line in journal() if line["outcome"] in {"rejecting", "rejected"}}
    assert noted == made


@pytest.mark.parametrize("generation", ["g2", "g1"])
def test_no_go_names_the_command_and_the_command_makes_it_clean(
    start: Any, caio: Any, generation: str
) -> None:
    server = start("stale-hidden", generation=generation)
    found = drift(server)
    assert found.outcome == "fail"
    assert "caio cleanup --env=lab --apply" in found.remedy
    assert caio("cleanup", "--env=lab", "--apply").code == 0
    assert drift(server).outcome == "pass"


def drift(server: Any) -> Any:
    """Return what ``queue.no-drift`` finds in the environment that the commands clean."""
    variables = {"CAIO_LAB_URL": server.url, "CAIO_LAB_TOKEN": server.token}
    run = prepare(Options(("lab",)), variables, standard_judges(), standard_probes())
    (planned,) = (p for p in run.plan if p.check.id == "no-drift")
    run.sweep([planned], lambda done, total: None)
    return run.judge(planned)


def test_a_ledger_keeps_what_was_cleaned_up(start: Any, caio: Any, tmp_path: Path) -> None:
    """Numbers and hashes; a look alone is nothing to keep."""
    server, path = start(), tmp_path / "l.sqlite"
    cards = stale(server, 2)
    caio("cleanup", "--env=lab", f"--ledger={path}")
    assert not path.exists()
    assert caio("cleanup", "--env=lab", "--apply", f"--ledger={path}").code == 0
    (deed,) = deeds_in(path)
    assert (deed.kind, deed.environment, deed.data["rejected"]) == ("clean-up", "lab", 2)
    assert sorted(str(deed.data["cards"]).split()) == sorted(hashed(c.email_id)[0] for c in cards)
