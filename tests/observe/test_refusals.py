"""The probe of the server's rule: what it sends, to which card, and what it keeps."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from looking import Looked, check, look, place_of

from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.probe_names import QUEUE, REJECT_INCOMPLETE, UNKNOWN
from pytest_caio.gates.policy import TAGS, Policy, SeedPolicy
from pytest_caio.judge.judging import judge_one
from pytest_caio.privacy.redactor import Secret
from pytest_caio.rehearsal.deployment.scenes import live_card
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.settings.environments import Environment

Handler = Callable[[httpx2.Request], httpx2.Response]


def posts(server: RehearsalServer) -> list[tuple[str, dict[str, list[str]]]]:
    """Path and query of everything that arrived and was not a read."""
    return [
        (one.path, parse_qs(one.query, keep_blank_values=True))
        for one in server.requests
        if one.method != "GET"
    ]


def blank(values: list[str] | None) -> str:
    """In what way a field is missing."""
    if values is None:
        return "none"
    return "some" if values[0].strip() else "blank" if values[0] else "empty"


def shown_tag(values: list[str] | None) -> str:
    """A tag, known ones by that word."""
    if blank(values) != "some":
        return blank(values)
    return "known" if values and values[0] in TAGS else (values or [""])[0]


def full_of_live_cards(server: RehearsalServer, count: int = 12) -> None:
    """Put live cards into the queue, older than the training card."""
    deployment = server.deployment
    for number in range(count):
        deployment.state.add(live_card(40 + number, deployment.now().replace(microsecond=0)))


def test_every_case_on_the_training_card_and_nothing_else() -> None:
    """One read, the incomplete rejections of the one training card, one more read."""
    with rehearse() as server:
        looked = look(place_of(server), "server-blocks")
        sent = posts(server)
        queue_reads = [one for one in server.requests if one.path == "/api/pending-emails"]
    assert looked.outcomes() == {"server-blocks": "pass"}
    ids = [path.split("/")[3] for path, _ in sent]
    assert {*ids} == {ids[0], ids[0][:-4], UNKNOWN}
    cases = {
        (blank(query.get("reason")), shown_tag(query.get("rejection_tag")))
        for path, query in sent if path.split("/")[3] == ids[0]
    }  # fmt: skip
    assert cases == {
        ("none", "none"), ("none", "known"), ("empty", "known"), ("blank", "known"),
        ("some", "none"), ("some", "empty"), ("some", "blank"), ("some", "weak_c"),
        ("some", "weak_cta_caio_gate_unknown"),
    }  # fmt: skip
    others = [query["rejection_tag"] for _, query in sent[-2:]]
    assert others == [["weak_cta_caio_gate_unknown"]] * 2
    assert len(sent) == 11
    assert len(queue_reads) == 2


def test_every_step_is_evidence_and_judged_again_alike() -> None:
    """The evidence file alone gives the same finding."""
    with rehearse(faults=["no-training-card"]) as server:
        looked = look(place_of(server), "server-blocks")
    seen = looked.evidence.of("staging")[REJECT_INCOMPLETE]
    assert [e.method for e in seen.exchanges] == ["POST", "GET", *["POST"] * 11, "GET"]
    again = judge_again(looked)
    assert again == looked["server-blocks"]
    assert again.outcome == "pass"


def judge_again(looked: Looked) -> Any:
    """The finding of the evidence, written as HAR and read back."""
    from looking import JUDGES

    read = from_har(json.loads(json.dumps(to_har(looked.evidence), default=str)))
    return judge_one(looked.snapshot.plan[0], looked.snapshot, read, JUDGES)


@pytest.mark.parametrize(
    ("kind", "kinds", "declared", "seeds"),
    [
        ("staging", ("staging", "rehearsal"), "staging", True),
        ("staging", ("staging",), "rehearsal", False),
        ("staging", ("rehearsal",), "staging", False),
        # An address that leads to another deployment than it should.
        ("staging", ("staging", "rehearsal"), "production", False),
        ("production", ("staging", "rehearsal"), "production", False),
        ("production", ("staging", "prod"), "production", True),
    ],
)
def test_seeding_only_where_the_policy_allows_it(
    kind: str, kinds: tuple[str, ...], declared: str, seeds: bool
) -> None:
    """Without a training card one is made where policy and deployment both say so."""
    policy = replace(Policy(), seed=SeedPolicy(kinds))
    with rehearse(faults=["no-training-card"], environment=declared) as server:
        looked = look(place_of(server, kind), "server-blocks", policy=policy)
        seeded = [path for path, _ in posts(server) if path == "/api/admin/seed_queue"]
    assert looked.outcomes() == {"server-blocks": "pass" if seeds else "cannot-tell"}
    assert len(seeded) == seeds
    assert all(sent.allowed for sent in looked.sent)
    assert seeds or f"caio seed --env={kind}," in looked["server-blocks"].remedy


def test_g1_without_a_card_is_advice() -> None:
    """G1 has no way to make a card: cannot tell, and only advice."""
    with rehearse("g1") as server:
        server.deployment.state.cards.clear()
        looked = look(place_of(server), "server-blocks")
    assert looked.outcomes() == {"server-blocks": "adv cannot-tell"}


@pytest.mark.parametrize(
    ("generation", "fault"),
    [
        ("g2", "untagged-accepted"),
        ("g2", "unknown-tag-accepted"),
        ("g2", "blank-tag-accepted"),
        ("g2", "empty-tag-accepted"),
        ("g2", "part-of-tag-accepted"),
        ("g2", "reasonless-accepted"),
        ("g2", "reason-not-required"),
        ("g2", "blank-reason-accepted"),
        ("g2", "refused-but-rejected"),
        ("g1", "untagged-accepted"),
        ("g1", "reason-not-required"),
        ("g0", ""),
    ],
)
def test_broken_server_loses_no_live_card(generation: Any, fault: str) -> None:
    """The rule is broken, it is said, and of all the cards only the training card was touched."""
    with rehearse(generation, faults=[fault] if fault else []) as server:
        full_of_live_cards(server)
        before = dict(server.deployment.state.cards)
        looked = look(place_of(server), "server-blocks")
        after = server.deployment.state.cards
        arrived = {path for path, _ in posts(server)}
    changed = {key for key in before if before[key] != after[key]}
    training = next(key for key, card in before.items() if card.training)
    assert looked.outcomes() == {"server-blocks": "fail"}
    assert changed == {training}
    ids = (training, training[:-4], UNKNOWN) if training.startswith("seed_") else (training,)
    assert arrived == {f"/api/emails/{one}/reject" for one in ids}


def test_three_rounds_of_latency() -> None:
    """Read, reject, read again: all rejections are under way at the same time."""
    with rehearse(latency=0.15) as server:
        looked = look(place_of(server), "server-blocks")
        moments = looked.evidence.of("staging")[REJECT_INCOMPLETE].exchanges
    starts = sorted(e.started_at for e in moments[:11])
    ends = [e.seconds for e in moments[:11]]
    assert looked["server-blocks"].outcome == "pass"
    assert float(starts[-1][17:23]) - float(starts[0][17:23]) < min(ends)


def answering(cards: list[dict[str, Any]], reject: Handler) -> httpx2.MockTransport:
    """A deployment whose queue holds ``cards`` and whose reject route is ``reject``."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.method == "POST":
            return reject(request)
        if request.url.path == "/api/pending-emails":
            return httpx2.Response(200, json={"pending_emails": cards})
        if request.url.path == "/api/runtime/dependencies":
            return httpx2.Response(200, json={"auth": {"environment": "production"}})
        return httpx2.Response(404, json={"detail": "Not Found"})

    return httpx2.MockTransport(answer)


PLACE = Environment("production", "production", "https://caio.example", Secret("a-secret-token"))
CARD = {"email_id": "seed 1/2?x#%", "status": "pending", "canary": True}


def refuse(request: httpx2.Request) -> httpx2.Response:
    """Refuse as the dashboard does."""
    return httpx2.Response(422, json={"detail": "reason and rejection_tag are required"})


@pytest.mark.parametrize(
    ("part", "unknown", "outcome"),
    [
        (404, 404, "pass"), (422, 422, "pass"), (400, 400, "pass"), (422, 404, "fail"),
        (400, 404, "fail"), (200, 404, "fail"), (409, 404, "fail"), (500, 404, "pass"),
        (404, 200, "fail"), (200, 200, "fail"),
    ],
)  # fmt: skip
def test_a_part_of_an_id(part: int, unknown: int, outcome: str) -> None:
    """Who refuses an unknown id for what it lacks says nothing of how cards are found."""
    whole = "seed_20261128_000523_a2179072"

    def answer(request: httpx2.Request) -> httpx2.Response:
        card = request.url.path.split("/")[3]
        status = 422 if card == whole else unknown if card == UNKNOWN else part
        detail = "reason and rejection_tag are required" if status == 422 else "as it is"
        return httpx2.Response(status, json={"detail": detail})

    looked = look(PLACE, "server-blocks", transport=answering([CARD | {"email_id": whole}], answer))
    assert looked["server-blocks"].outcome == outcome


def test_a_part_that_is_another_cards_id() -> None:
    """It finds that card by its whole id, so nothing is to be learnt from it."""
    ids, asked = ("seed_20261128_000523_1", "seed_20261128_0005"), set[str]()

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.add(request.url.path.split("/")[3])
        return refuse(request)

    cards = [CARD | {"email_id": one} for one in ids]
    looked = look(PLACE, "server-blocks", transport=answering(cards, answer))
    assert looked["server-blocks"].outcome == "pass"
    assert asked == {ids[0]}


def test_an_id_is_encoded_into_the_path() -> None:
    """Whatever a card's id looks like, the request goes to that card's reject route or nowhere."""
    seen: list[str] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        seen.append(request.url.raw_path.decode())
        return refuse(request)

    card = CARD | {"email_id": "seed:1+2=3~x"}
    looked = look(PLACE, "server-blocks", transport=answering([card], keep))
    assert looked["server-blocks"].outcome == "pass"
    assert {path.split("?")[0] for path in seen} == {"/api/emails/seed%3A1%2B2%3D3~x/reject"}


def test_an_id_that_leads_elsewhere_is_stopped() -> None:
    """An id with a slash is no card's route: the interlock stops it, and the check can't tell."""
    seen: list[httpx2.Request] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        seen.append(request)
        return refuse(request)

    looked = look(PLACE, "server-blocks", transport=answering([CARD], keep))
    assert looked["server-blocks"].outcome == "cannot-tell"
    assert "stopped by the interlock" in looked["server-blocks"].observed
    assert seen == []


@pytest.mark.parametrize(
    "card",
    [
        CARD | {"email_id": "a", "canary": "true"},
        CARD | {"email_id": "a", "status": "rejected"},
        {"email_id": "a", "status": "pending"},
        {"email_id": 7, "status": "pending", "canary": True},
        "not a card",
    ],
)
def test_only_a_pending_training_card_will_do(card: Any) -> None:
    """What is unclear is a live contact: nothing is sent."""

    def never(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError(f"{request.method} {request.url} was sent")

    looked = look(PLACE, "server-blocks", transport=answering([card], never))
    assert looked["server-blocks"].outcome == "cannot-tell"
    assert not [sent for sent in looked.sent if sent.method == "POST"]


def test_a_card_that_is_live_elsewhere_is_not_touched() -> None:
    """Seen live in one reading and as training in another, it stays live."""
    sent: list[httpx2.Request] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return refuse(request)

    twice = [{**CARD, "email_id": "a"}, {"email_id": "a", "status": "pending"}]
    looked = look(PLACE, "server-blocks", transport=answering(twice, keep))
    assert looked["server-blocks"].outcome == "cannot-tell"
    assert sent == []


def test_a_card_that_another_reading_shows_as_live_is_not_touched() -> None:
    """The other reading of the list is waited for, where there is one: live there is live."""
    live = {"email_id": "a", "status": "pending"}
    sent: list[httpx2.Request] = []

    def keep(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        return refuse(request)

    def answer(request: httpx2.Request) -> httpx2.Response:
        if request.url.path == "/api/pending-emails" and not request.url.query:
            return httpx2.Response(200, json={"pending_emails": [live], "refreshed_at": "later"})
        return answering([{**live, "canary": True}], keep).handle_request(request)

    beside = replace(check("server-blocks"), id="refreshes", judge="smoke.queue-refreshes")
    looked = look(PLACE, "server-blocks", beside, transport=httpx2.MockTransport(answer))
    assert looked["server-blocks"].outcome == "cannot-tell"
    assert sent == []


@pytest.mark.parametrize(
    ("status", "body"), [(401, '{"detail": "Unauthorized"}'), (200, "<html>"), (200, "[]")]
)
def test_an_unreadable_queue_is_no_evidence(status: int, body: str) -> None:
    """Without a list of cards nothing is tried, and the check can't tell."""
    transport = httpx2.MockTransport(lambda request: httpx2.Response(status, text=body))
    looked = look(PLACE, "server-blocks", transport=transport)
    assert looked["server-blocks"].outcome == "cannot-tell"
    assert "the queue could not be read" in looked["server-blocks"].observed


def test_the_token_is_in_no_evidence() -> None:
    """Neither raw nor elsewhere, in evidence of the probe and in the interlock's record."""
    with rehearse() as server:
        looked = look(place_of(server), "server-blocks")
        text = json.dumps(to_har(looked.evidence), default=str)
        assert server.token not in text
    assert REJECT_INCOMPLETE in text
    assert QUEUE in text


def test_without_grant_nothing_is_seeded() -> None:
    """A folder's policy that names other kinds keeps staging from being seeded."""
    policy = replace(Policy(), seed=SeedPolicy(kinds=("rehearsal",)))
    with rehearse(faults=["no-training-card"]) as server:
        looked = look(place_of(server), "server-blocks", policy=policy)
        assert posts(server) == []
    assert looked.outcomes() == {"server-blocks": "cannot-tell"}
