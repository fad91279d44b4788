"""Whom a mail goes to, by each thing that its card says of it."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import FAIL, PASS, card, g1, g2, queue_body, ruled

from pytest_caio.evidence.probe_names import QUEUE
from pytest_caio.testing import observed
from pytest_caio.verdict.finding import Ruling

PEOPLE = ("Maria Keller", "Tom Okafor", "Ines Duarte")
TRAINING: dict[str, Any] = {"canary": True, "classifier": {"target_platform": "training"}}


def ruling(*cards: dict[str, Any], generation: Any = g2) -> Ruling:
    """What is said of a queue with those cards."""
    return ruled("smoke.card-contract", generation(), observed(QUEUE, queue_body(*cards)))


def greets(number: int, greeted: str, name: str | None = None, **changes: Any) -> dict[str, Any]:
    """A card whose body greets somebody, and whose recipient has that name."""
    person = {"name": PEOPLE[number - 1] if name is None else name, "company": "Norlund Freight"}
    text = f"{greeted}\n\nWould a call on Thursday suit you?"
    return card(number, body=text, recipient_data=person, **changes)


@pytest.mark.parametrize(
    ("greeted", "outcome"),
    [
        (("Hi Maria,", "Hi Tom,", "Hi Ines,"), PASS),
        (("Hello Ms. Keller,", "Dear Mr. Okafor,", "Good morning Ines -"), PASS),
        (("Hi there,", "Hello,", "Would you have a minute?"), PASS),
        (("Hi Mia,", "Hi Tommy,", "Hi Agnes,"), PASS),
        (("Hi Maria,", "Hi Maria,", "Hi Ines,"), PASS),
        (("Hi Tom,", "Hi Maria,", "Hi Ines,"), FAIL),
        (("HI TOM!", "hey ines,", "Dear Maria,"), FAIL),
        (("Hi Maria,", "Hi Maria,", "Hi Maria,"), FAIL),
        (("Dear Mr. Okafor,", "Dear Ms. Duarte,", "Dear Ms. Keller,"), FAIL),
        (("<p>Hi Tom,</p>", "<p>Hi <b>Maria</b>,</p>", "<p>Hi Ines,</p>"), FAIL),
    ],
)
@pytest.mark.parametrize("generation", [g1, g2])
def test_who_is_greeted(greeted: tuple[str, ...], outcome: Any, generation: Any) -> None:
    """Two mails that greet the recipients of others are mixed up; one may be a nickname."""
    said = ruling(*(greets(n, g) for n, g in enumerate(greeted, 1)), generation=generation)
    assert said.outcome is outcome
    assert outcome is PASS or "card_2" in said.observed


@pytest.mark.parametrize(
    ("names", "outcome"),
    [
        (("Ines Duarte",) * 3, FAIL), (("Maria Keller", "Maria Keller", "Ines Duarte"), PASS),
        (("", "", ""), PASS), (("Mia Keller", "Tommy Okafor", "Agnes Duarte"), PASS),
    ],
)  # fmt: skip
def test_one_recipient_for_all(names: tuple[str, ...], outcome: Any) -> None:
    """Beside mails that greet three people, to three addresses."""
    greeted = ("Hi Maria,", "Hi Tom,", "Hi Ines,")
    cards = [greets(n, g, name) for n, (g, name) in enumerate(zip(greeted, names, strict=True), 1)]
    assert ruling(*cards).outcome is outcome


@pytest.mark.parametrize("name", ["Unknown", "N/A", "Unknown Contact", "Owner"])
def test_a_name_that_is_filled_in(name: str) -> None:
    """It stands on the cards of several, whom their mails greet as they are called."""
    greeted = ("Hi Maria,", "Hi Tom,", "Hi Ines,")
    assert ruling(*(greets(n, g, name) for n, g in enumerate(greeted, 1))).outcome is PASS


@pytest.mark.parametrize("greeted", [("Hi there,", "Hello team,"), ("Hi Mike,", "Hi Mike,")])
def test_one_person_with_two_addresses(greeted: tuple[str, str]) -> None:
    """Greeted by a short name, or by none."""
    cards = [greets(n, g, "Michael Keller") for n, g in enumerate(greeted, 1)]
    assert ruling(*cards).outcome is PASS


@pytest.mark.parametrize("name", ["", "Unknown", "n/a"])
def test_a_name_that_is_not_known(name: str) -> None:
    """Nothing is held against a name that is missing; of two the others are."""
    cards = greets(1, "Hi Tom,", name), greets(2, "Hi Maria,", "")
    assert ruling(*cards, greets(3, "Hi Ines,")).outcome is PASS


def test_training_cards_too() -> None:
    """A list that is joined wrongly is wrong wherever it shows."""
    assert ruling(greets(1, "Hi Tom,"), greets(2, "Hi Maria,", **TRAINING)).outcome is FAIL


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"to": "Maria Keller <maria@norlund.example>"}, PASS),
        ({"to": "maria@norlund.example, tom@norlund.example"}, PASS),
        ({"to": "", "contact_id": "c1"}, PASS),
        ({"to": "unknown", "contact_id": "c1"}, PASS),
        ({"to": "m***@norlund.example", "contact_id": "c1"}, FAIL),
        ({"to": "\u2022\u2022\u2022@norlund.example", "contact_id": "c1"}, FAIL),
        ({"to": "Maria Keller", "contact_id": "c1"}, FAIL),
        ({"to": "m***@norlund.example", "contact_id": "c1", **TRAINING}, PASS),
        ({"to": "linkedin.com/in/maria", "classifier": {"target_platform": "heyreach"}}, PASS),
        ({"to": "m@x.example", "recipient_data": {"email": "M@x.example"}}, PASS),
        ({"to": "m@x.example", "recipient_data": {"email": ""}}, PASS),
        ({"to": "m@x.example", "recipient_data": {"email": "Maria <m@x.example>"}}, PASS),
        ({"to": "m@x.example", "recipient_data": {"email": "tom@x.example"}}, FAIL),
        ({"to": "m@x.example", "recipient_data": {"email": "t@x.example"}, **TRAINING}, PASS),
        ({"to": "m@x.example", "recipient_data": None}, PASS),
    ],
)
def test_the_address(changes: dict[str, Any], outcome: Any) -> None:
    """HoS sees whole whom it goes to, and it is who the card is about."""
    assert ruling(card(**changes)).outcome is outcome


@pytest.mark.parametrize(
    ("first", "second", "outcome"),
    [
        ({"contact_id": "c1"}, {"contact_id": "c2"}, PASS),
        ({"contact_id": "c1"}, {"contact_id": "c1"}, FAIL),
        ({"contact_id": " "}, {"contact_id": " "}, PASS),
        ({"contact_id": "unknown"}, {"contact_id": "unknown"}, PASS),
        ({"contact_id": "None"}, {"contact_id": "None"}, PASS),
        (
            {"contact_id": "c1", "to": "A@x.example"},
            {"contact_id": "c1", "to": "a@x.example"},
            PASS,
        ),
        ({"contact_id": "c1", "to": ""}, {"contact_id": "c1"}, PASS),
        ({"contact_id": "c1", **TRAINING}, {"contact_id": "c1"}, PASS),
    ],
)
def test_one_contact(first: dict[str, Any], second: dict[str, Any], outcome: Any) -> None:
    """What goes to one contact in the CRM can't be for two addresses."""
    assert ruling(card(1, **first), card(2, **second)).outcome is outcome
