"""The harness itself: a seed is a mutant, and whatever is broken is noticed."""

from __future__ import annotations

import json
from dataclasses import replace
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from fuzz import invariants, operators, oracle
from fuzz.figures import Figures
from fuzz.gate import state
from fuzz.mutant import Changed, Mutant, mutant
from fuzz.served import ANONYMOUS, SESSION, TOKEN, WRONG, Asked, Seen, Served
from fuzz.trial import Trial, states, try_out
from pytest_caio.judge import judging
from pytest_caio.verdict.finding import Outcome, Ruling

HERE = "production"
STATUS = Asked(HERE, "GET", "/api/operator/status", "", TOKEN)
QUEUE = Asked(HERE, "GET", "/api/pending-emails", "include_non_dispatchable=true", TOKEN)
AGAIN = replace(QUEUE, query="")
DEPENDENCIES = Asked(HERE, "GET", "/api/runtime/dependencies", "", TOKEN)


def answer_to(asked: Asked) -> Served:
    """What a G2 in good order answers."""
    answers = states()["G2"].deployments[0].answers
    found = next(one for one in answers if one == asked)
    return answers[found][0]


def changed(asked: Asked, path: str, value: Any) -> Changed:
    """An answer with another value in one place."""
    served = answer_to(asked)
    content = json.loads(served.body)
    *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
    operators.at(content, tuple(way))[last] = value
    return Changed(asked, replace(served, body=json.dumps(content).encode()), path)


def tried(*changes: Changed) -> list[str]:
    """What a mutant with those changes breaks, as a whole run."""
    made = Mutant(-1, "G2", changes)
    with patch("fuzz.trial.mutant", lambda _seed, _states: made):
        return [f"{invariant}: {what}" for invariant, what in try_out(-1, whole=True).broken]


@pytest.mark.slow
def test_a_seed_is_always_the_same_mutant() -> None:
    """Also for a state that is recorded anew: what is random in it plays no part."""
    again = {name: one.deployments for name, one in states().items()}
    again["G2"] = state("G2", "all", (HERE, HERE, "G2")).deployments
    known = {name: one.deployments for name, one in states().items()}
    for seed in range(60):
        assert str(mutant(seed, again)) == str(mutant(seed, known))


@pytest.mark.slow
def test_in_good_order_nothing_is_broken() -> None:
    """The states are GO, the second reading has nothing against any of their checks."""
    for name, one in states().items():
        assert one.before is not None
        seen = one.before.wire.seen
        assert one.before.result.verdict == "GO", name
        assert list(invariants.of_every(one, seen, one.before)) == [], name
        assert list(invariants.of_outputs(one, one.before)) == [], name


@pytest.mark.parametrize("operator", operators.PLACE)
def test_an_operator_changes_one_place(operator: str) -> None:
    """Each makes other JSON of JSON, wherever it is let at it; seldom it finds nothing to do."""
    other = 0
    for number in range(40):
        value = {"a": {"b": [1, "x", None, True], "at": "2026-02-24T20:30:00+00:00"}, "c": 2.5}
        random = Random(number)
        path = random.choice(list(operators.nodes(value)))
        holder = operators.at(value, path[:-1])
        before = json.dumps(value)
        operators.PLACE[operator](holder, path[-1], random)
        other += json.dumps(value) != before
    assert other >= 20


@pytest.mark.slow
def test_every_kind_of_change_is_made() -> None:
    """Among a few hundred seeds there are all operators, and changes of one time alone."""
    known = {name: one.deployments for name, one in states().items()}
    made = [mutant(seed, known) for seed in range(800)]
    said = " ".join(map(str, made))
    assert [name for name in operators.PLACE if f"{name} at" not in said] == []
    words = ("status ", "detail with", "late", "broken off", "in a field", "the answer to", "date:")
    assert [word for word in words if word not in said] == []
    assert any(one.now_and_then for one in made)
    assert {one.state for one in made} == set(states())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "path", "value", "check"),
    [
        (STATUS, "emergency_stop", None, "ramp.emergency-stop"),
        (STATUS, "ramp.mode", "Clean_Days", "ramp.clean-days-mode"),
        (STATUS, "ramp.email_limit_override", 6, "ramp.limits"),
        (STATUS, "ramp.remaining_days", 9, "ramp.consistent"),
        (STATUS, "ramp.clean_days_dates", ["2020-01-01"], "ramp.graduation"),
        (STATUS, "gatekeeper.required", "true", "ramp.gatekeeper"),
        (DEPENDENCIES, "auth.environment", "prod", "environment.name"),
        (DEPENDENCIES, "auth.strict_mode", 1, "environment.auth-strict"),
        (DEPENDENCIES, "dependencies.redis.connected", None, "environment.redis-required"),
        (DEPENDENCIES, "dependencies.inngest.required", 0, "environment.inngest-required"),
        (DEPENDENCIES, "required_failures", ["redis"], "smoke.dependencies"),
        (QUEUE, "pending_emails.0.classifier", None, "smoke.card-contract"),
        (QUEUE, "pending_emails.0.body", "Hi {{name}},", "queue.no-drift"),
        (QUEUE, "pending_emails.0.compliance_checks", {}, "queue.compliance"),
        (QUEUE, "pending_emails.0.timestamp", "2026-02-24T10:00:00Z", "queue.sla-decision"),
        (QUEUE, "_shadow_queue_debug.merged_count", 9, "queue.sources-agree"),
        (QUEUE, "_shadow_queue_debug.queue_max_age_hours", 71, "environment.queue-max-age"),
    ],
)
def test_the_second_reading_sees_it(asked: Asked, path: str, value: Any, check: str) -> None:
    """What the pages rule out is ruled out, and the gate says so too."""
    changes = [changed(asked, path, value)]
    if asked is QUEUE:
        changes.append(changed(AGAIN, path, value))
    known = {one.asked: one.served for one in changes}
    before = states()["G2"].before
    assert before is not None
    seen = Seen([(a, known.get(a, s)) for a, s in before.wire.seen.all])
    assert check in dict(oracle.cannot_be_met(seen, HERE, "g2", {}))
    assert tried(*changes) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "check"), [("/leads", "access.reads-refused"), ("/sales", "smoke.sales-page")]
)
def test_a_page_that_is_shown_to_everybody(path: str, check: str) -> None:
    """Without a session no page is the dashboard."""
    open_to_all = Asked(HERE, "GET", path, "", ANONYMOUS)
    shown = answer_to(Asked(HERE, "GET", "/sales", "", SESSION))
    seen = Seen([(open_to_all, shown), (replace(open_to_all, path="/sales", who=SESSION), shown)])
    assert check in dict(oracle.cannot_be_met(seen, HERE, "g2", {}))
    assert tried(Changed(open_to_all, shown, "shown")) == []


@pytest.mark.slow
def test_a_judge_that_lets_everything_pass_is_noticed() -> None:
    """A GO against the pages is a violation."""
    with patch.object(judging, "rule", lambda _judge, _look: Ruling(Outcome.PASS, "fine")):
        said = tried(changed(STATUS, "emergency_stop", True))
    assert any("ramp.emergency-stop is pass (and GO)" in one for one in said)


@pytest.mark.slow
def test_a_judge_that_breaks_is_noticed() -> None:
    """Its own failure is no answer, also where the verdict is right."""
    text = "the judge itself failed: KeyError"
    with patch.object(judging, "rule", lambda _judge, _look: Ruling(Outcome.CANNOT_TELL, text)):
        assert any(one.startswith(invariants.TRACEBACK) for one in tried())


@pytest.mark.slow
def test_a_secret_in_an_output_is_noticed() -> None:
    """Whoever forgets to redact is seen."""
    token = states()["G2"].deployments[0].token
    ruling = Ruling(Outcome.PASS, f"seen: {token}")
    with (
        patch.object(judging, "rule", lambda _judge, _look: ruling),
        patch("pytest_caio.run.gate_run.redacted", lambda value, _redactor: value),
        patch("pytest_caio.report.folder.redacted", lambda value, _redactor: value),
    ):
        said = tried()
    assert any(one.startswith(invariants.SECRET) and "evidence" not in one for one in said)


@pytest.mark.parametrize(
    ("method", "path", "query", "who", "body", "may"),
    [
        ("GET", "/api/leads", "", TOKEN, b"", True),
        ("GET", "/api/operator/trigger", "", TOKEN, b"", False),
        ("GET", "/api/operator/trigger", "", ANONYMOUS, b"", True),
        ("GET", "/api/emails/caio-gate-unknown-any/approve", "_method=POST", TOKEN, b"", True),
        ("GET", "/api/emails/caio-gate-unknown-any/approve", "id=a", TOKEN, b"", False),
        ("GET", "/api/emails/a/approve", "_method=POST", TOKEN, b"", False),
        ("DELETE", "/api/admin/clear-queue", "", ANONYMOUS, b"", False),
        ("POST", "/api/admin/seed_queue", "count=0", ANONYMOUS, b"", True),
        ("POST", "/api/admin/seed_queue", "count=1", ANONYMOUS, b"", False),
        ("POST", "/api/emails/caio-gate-unknown-any/approve", "", WRONG, b"", True),
        ("POST", "/api/emails/a/approve", "", TOKEN, b"", False),
        ("POST", "/api/emails/a/reject", "rejection_tag=weak_cta", TOKEN, b"", True),
        ("POST", "/api/emails/a/reject", "rejection_tag=weak_cta&reason=x", TOKEN, b"", False),
        ("POST", "/api/emails/b/reject", "rejection_tag=weak_cta", TOKEN, b"", False),
        ("POST", "/webhooks/clay", "", ANONYMOUS, b"{", True),
        ("POST", "/webhooks/clay", "", ANONYMOUS, b"{}", False),
    ],
)
def test_what_may_be_sent(
    method: str, path: str, query: str, who: str, body: bytes, may: bool
) -> None:
    """The second reading of what does no harm, with one training card `a`."""
    asked = Asked(HERE, method, path, query, who, body)
    assert invariants.may_be_sent(asked, body, {"a"}) is may


def test_figures_are_kept_and_added_up(tmp_path: Any) -> None:
    """What is written is read again, and added to."""
    document = tmp_path / "fuzz.md"
    document.write_text("<!-- figures -->\n<!-- end of figures -->\n", "utf-8")
    trial = Trial(Mutant(1, "G2", ()), "GO", ((invariants.GO, "x"), (invariants.GO, "y")), True)
    with patch("fuzz.figures.DOCUMENT", document):
        for anew in (True, False, False):
            figures = Figures(seconds=2.0)
            figures.add(trial)
            figures.write(anew=anew)
    text = document.read_text("utf-8")
    assert "| **mutants** | **3** |" in text
    assert f"| violations: {invariants.GO} | 3 |" in text
    assert "| seconds of one processor | 6 |" in text


@pytest.mark.slow
def test_some_mutants_break_nothing() -> None:
    """The first hundred, and one of them looked at whole."""
    trials = [try_out(seed) for seed in range(1, 101)]
    assert [str(trial.mutant) for trial in trials if trial.broken] == []
    assert sum(trial.whole for trial in trials) >= 1
