"""``caio seed``: one training card, where a person asked for it, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest


def posts(server: Any) -> list[tuple[str, str]]:
    """What arrived that was no read."""
    return [(r.path, r.query) for r in server.requests if r.method != "GET"]


SEEDED = [("/api/admin/seed_queue", "count=1&tier=tier_1")]


def test_one_card(start: Any, caio: Any) -> None:
    """It is made, it is a training card, and what was sent is said."""
    server = start("no-training-card", environment="staging")
    cards = server.deployment.state.cards
    before = set(cards)
    ran = caio("seed", "--env=lab")
    (made,) = set(cards) - before
    assert (ran.code, ran.err) == (0, "")
    assert cards[made].training
    assert f"Made the training card {made} in lab." in ran.out
    assert "Sent: POST" in ran.out
    assert "(seed a training card)" in ran.out
    assert posts(server) == SEEDED
    assert server.token not in ran.out


def test_json(start: Any, caio: Any) -> None:
    """The same for a program: what was made and what was sent."""
    start(environment="staging")
    ran = caio("seed", "--env=lab", "--json")
    assert ran.code == 0
    assert ran.json["environment"] == "lab"
    assert len(ran.json["made"]) == 1
    assert [(line["method"], line["allowed"]) for line in ran.json["sent"]] == [("POST", True)]


def test_it_is_what_the_gate_lacked(start: Any, caio: Any) -> None:
    """In a production in good order without a training card, it is one command away from GO."""
    from looking import look, place_of

    server = start("no-training-card", environment="production")
    place = place_of(server, "production")
    without = look(place, "server-blocks")["server-blocks"]
    assert without.outcome == "cannot-tell"
    assert "caio seed --env=production" in without.remedy
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CAIO_PROD_URL", server.url)
        patch.setenv("CAIO_PROD_TOKEN", server.token)
        assert caio("seed", "--env=production").code == 0
    assert look(place, "server-blocks")["server-blocks"].outcome == "pass"


@pytest.mark.parametrize(
    ("more", "faults", "words"),
    [
        # The address was taken for something else than it is.
        ({"environment": "production"}, (), "says that it is 'production'"),
        ({"environment": "staging"}, ("auth-undeclared",), "does not say which environment"),
        ({"generation": "g1"}, (), "no route that makes one either (404)"),
    ],
)
def test_not_made(
    start: Any, caio: Any, more: dict[str, Any], faults: tuple[str, ...], words: str
) -> None:
    """What the deployment says of itself counts: nothing is sent, and why is said."""
    server = start(*faults, **more)
    ran = caio("seed", "--env=lab")
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert posts(server) == []


def test_no_route(start: Any, caio: Any) -> None:
    """A deployment that can't make one says so by 404."""
    server = start("no-training-card-and-no-seed", environment="staging")
    ran = caio("seed", "--env=lab", "--json")
    assert ran.code == 1
    assert posts(server) == SEEDED
    assert (ran.json["made"], "(404)" in ran.json["said"]) == ([], True)


def test_a_wrong_token(start: Any, caio: Any) -> None:
    """Nothing was seen, so nothing is sent."""
    server = start("token-rotated", environment="staging")
    ran = caio("seed", "--env=lab")
    assert ran.code == 10
    assert "401" in ran.err
    assert posts(server) == []


def test_nothing_answers(caio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment that is not there."""
    monkeypatch.setenv("CAIO_LAB_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("CAIO_LAB_TOKEN", "a-token-of-the-lab")
    ran = caio("seed", "--env=lab")
    assert ran.code == 10
    assert "no connection" in ran.err
