"""HoS's rules for cards that are rejected at sight: what falls under one, and what is said."""

from __future__ import annotations

import json
from typing import Any

import pytest
from deployments import FAIL, NOT_APPLICABLE, PASS, card, g1, g2, queue_body, ruled

from pytest_caio.base.strict_yaml import Document
from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.model import Evidence, EvidenceFile, Observed
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN
from pytest_caio.gates.instant_reject import InstantReject, RejectRule, fallen_under
from pytest_caio.gates.policy import Policy, parse
from pytest_caio.testing import NOW, observed, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

UNSEEN = Outcome.CANNOT_TELL
NAMES = {"personal": "gmail.com", "competitors": "rival.example", "customers": "ours.example",
         "titles": "intern"}  # fmt: skip


def rules(**severities: Any) -> InstantReject:
    """The rules with these severities, each naming one thing."""
    return InstantReject(**{n: RejectRule(s, (NAMES[n],)) for n, s in severities.items()})


ALL = rules(**dict.fromkeys(NAMES, "required"))


@pytest.mark.parametrize(
    ("to", "broken"),
    [
        ("jane@gmail.com", ["personal"]),
        ("Jane@GMail.COM", ["personal"]),
        ("Jane <jane@gmail.com>", ["personal"]),
        ("a@fine.example, b@gmail.com", ["personal"]),
        ("jane@eu.mail.rival.example", ["competitors"]),
        ("jane@ours.example", ["customers"]),
        ("jane@notgmail.com", []),
        ("jane@gmail.com.example", []),
        ("gmail.com@fine.example", []),
        ("jane@fine.example", []),
        ("", None), ("unknown@example.com", None), (None, None), (7, None), ("no address", None),
    ],
)  # fmt: skip
def test_recipients(to: Any, broken: list[str] | None) -> None:
    """By the domain, whole or below it; without an address of its own nobody can tell."""
    found = fallen_under(
        rules(personal="required", competitors="required", customers="advisory"),
        [{"email_id": "c", "to": to}],
    )
    if broken is None:
        assert found[0]["unclear"] == ["personal", "competitors", "customers"]
    else:
        assert found == ([{"id": "c", "broken": broken, "unclear": []}] if broken else [])


@pytest.mark.parametrize(
    ("title", "broken"),
    [
        ("Marketing Intern", True), ("INTERN", True), ("Intern, Sales", True),
        ("Internal Audit Lead", False), ("International Sales", False), ("CRO", False),
        ("", None), ("  ", None), (None, None), (["Intern"], None),
    ],
)  # fmt: skip
def test_titles(title: Any, broken: bool | None) -> None:
    """Whole words, in any case; a title that isn't there says nothing."""
    found = fallen_under(
        rules(titles="required"), [{"email_id": "c", "recipient_data": {"title": title}}]
    )
    if broken is None:
        assert found[0]["unclear"] == ["titles"]
    else:
        assert bool(found) is broken


@pytest.mark.parametrize("cards", [None, 7, {}, "x", [None, 7, "x"], [{"recipient_data": 7}]])
def test_nonsense(cards: Any) -> None:
    """Whatever a deployment sends: nothing is said of what is no card, and nothing breaks."""
    assert not [row for row in fallen_under(ALL, cards) if row["broken"]]


def test_a_phrase_and_an_at_sign_are_fine() -> None:
    """Names are taken as people write them."""
    policy = InstantReject(
        titles=RejectRule("advisory", ("vice  president",)),
        customers=RejectRule("advisory", ("@ours.example", "*.more.example")),
    )
    one = {"email_id": "a", "to": "x@a.more.example",
           "recipient_data": {"title": "Senior Vice President"}}  # fmt: skip
    assert fallen_under(policy, [one])[0]["broken"] == ["customers", "titles"]


@pytest.mark.parametrize(
    ("said", "mistake"),
    [
        ({"personal": {"severity": "required"}}, ""),
        ({"titles": {"severity": "ignored"}}, ""),
        ({"titles": {"severity": "required"}}, "a rule that is on has to name something"),
        ({"titles": {"severity": "required", "names": [" "]}}, "has to name something"),
        ({"titles": {"severity": "off"}}, "instant_reject.titles.severity"),
        ({"title": {}}, "unknown key 'title'"),
        ({"customers": {"severity": "advisory", "names": "ours.example"}}, "customers.names"),
    ],
)
def test_the_policy(said: Any, mistake: str) -> None:
    """A mistake in it is named; personal providers are known without a list."""
    _, mistakes = parse(Document("policy.yaml", {"instant_reject": said}))
    assert bool(mistakes) is bool(mistake)
    assert mistake in "".join(map(str, mistakes))


def reading(probe: str, policy: InstantReject, *cards: Any, **more: Any) -> Evidence:
    """A reading of the queue as the probe keeps it."""
    seen = observed(probe, queue_body(*cards, **more))
    assert isinstance(seen, Observed)
    return Observed(probe, seen.environment, seen.exchanges,
                    {"instant_reject": fallen_under(policy, list(cards))})  # fmt: skip


def judged(policy: InstantReject, *cards: Any, deployment: Any = g2, **more: Any) -> Ruling:
    """The ruling on a queue with these cards."""
    both = (reading(QUEUE, policy, *cards, **more), reading(QUEUE_AGAIN, policy, *cards, **more))
    return ruled("queue.instant-reject", deployment(), *both, policy=Policy(instant_reject=policy))


def person(number: int, to: str = "jane@fine.example", title: Any = "CRO", **more: Any) -> Any:
    """A live card to somebody."""
    return card(number, to=to, recipient_data={"title": title}, **more)


@pytest.mark.parametrize("deployment", [g1, g2])
@pytest.mark.parametrize(
    ("cards", "outcome", "said"),
    [
        ([person(1)], PASS, "1 live card, none under a rule (personal, competitors, customers"),
        ([person(1, "j@gmail.com")], FAIL, "to a personal address: card_1"),
        ([person(1, "j@rival.example"), person(2, title="Intern")], FAIL,
         "to a competitor: card_1; to somebody with such a title: card_2"),
        ([person(1, "")], UNSEEN, "no address to go by: card_1"),
        ([person(1, title=None)], UNSEEN, "no title to go by: card_1"),
        ([person(1, ""), person(2, "j@gmail.com")], FAIL, "no address to go by: card_1"),
        ([], NOT_APPLICABLE, "no live card is waiting"),
        ([person(1, "j@gmail.com", synthetic=True)], NOT_APPLICABLE, "no live card is waiting"),
    ],
)  # fmt: skip
def test_what_is_said(cards: Any, outcome: Outcome, said: str, deployment: Any) -> None:
    """The cards by their ids, and under which rule; never an address."""
    found = judged(ALL, *cards, deployment=deployment)
    assert (found.outcome, said in found.observed) == (outcome, True)
    assert "@" not in found.observed


def test_unseen_cards() -> None:
    """At 20 the window is full: older cards may be there."""
    assert judged(ALL, person(1), merged=20).outcome is UNSEEN


def test_off_until_it_is_on() -> None:
    """The standard policy has no such rule."""
    found = ruled("queue.instant-reject", g2())
    assert (found.outcome, found.severity) == (NOT_APPLICABLE, None)


@pytest.mark.parametrize(
    ("severities", "severity"),
    [
        ({"personal": "required"}, Severity.REQUIRED),
        ({"personal": "advisory"}, None),
        ({"personal": "advisory", "titles": "required"}, None),
        ({"personal": "required", "titles": "advisory"}, Severity.REQUIRED),
    ],
)
def test_as_severe_as_the_broken_rule(severities: Any, severity: Any) -> None:
    """Required where a required rule is broken; another rule's severity doesn't count."""
    found = judged(rules(**severities), person(1, "j@gmail.com"))
    assert (found.outcome, found.severity) == (FAIL, severity)


@pytest.mark.parametrize("severity", ["required", "advisory"])
def test_nothing_to_see(severity: str) -> None:
    """No queue, no evidence: as severe as the strictest rule."""
    policy = Policy(instant_reject=rules(personal=severity))
    for gone in (unobserved(QUEUE, "no answer"), observed(QUEUE, queue_body(person(1)))):
        found = ruled("queue.instant-reject", g2(), gone, policy=policy)
        assert found.outcome is UNSEEN
        assert found.severity == (Severity.REQUIRED if severity == "required" else None)


def test_what_is_kept_says_nothing_of_a_person() -> None:
    """An id and names of rules; and judging again gives the same."""
    seen = reading(QUEUE, ALL, person(1, "j@gmail.com"))
    document = to_har(EvidenceFile(NOW, {(seen.environment, QUEUE): seen}))
    kept = json.loads(json.dumps(document))["log"]["_probes"][0]["data"]
    assert kept == {"instant_reject": [{"id": "card_1", "broken": ["personal"], "unclear": []}]}
    assert from_har(document).evidence[(seen.environment, QUEUE)] == seen
