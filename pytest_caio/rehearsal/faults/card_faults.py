"""Faults of one card: its texts, what the server filled in, what it lacks."""

from __future__ import annotations

from typing import Any

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.faults.fault import Fault
from pytest_caio.rehearsal.faults.queue_faults import DRIFT, listed, newest_card

AT_SIGHT = ("queue.instant-reject",)


def _rule(name: str, *names: str) -> dict[str, Any]:
    """The policy that has this rule of HoS, with these names or the usual ones."""
    named = {"names": list(names)} if names else {}
    return {"instant_reject": {name: {"severity": "required", **named}}}


def _flags_as_text(deployment: Deployment) -> None:
    def told(body: Any) -> Any:
        cards = [one | {"canary": one["canary"] or "0"} for one in body["pending_emails"]]
        return body | {"pending_emails": cards}

    deployment.behaviour.reshape["/api/pending-emails"] = told


CARD_FAULTS = (
    Fault(
        "placeholder-listed",
        "A card without any text is offered for sending.",
        (DRIFT,),
        listed("placeholder", body="No body content"),
    ),
    Fault(
        "unrendered-listed",
        "A card whose text was never filled in is offered for sending.",
        (DRIFT,),
        listed("unrendered", body="{{ email_body }}"),
    ),
    Fault(
        "greeting-none",
        "A card greets a contact as None, which is how a program writes that there is no name.",
        (DRIFT,),
        newest_card(
            body="Hi None,\n\nwould a call on Thursday suit you?\n\nUnsubscribe: reply stop"
        ),
    ),
    Fault(
        "merge-tag-in-subject",
        "The subject of a card has a merge tag that nobody filled in.",
        (DRIFT,),
        newest_card(subject="A quick idea for *|FNAME|*"),
    ),
    Fault(
        "subject-filled-in",
        "A card came without a subject, and the server wrote one.",
        (DRIFT,),
        newest_card(subject="No Subject"),
    ),
    Fault(
        "body-filled-in",
        "A card came without a text, and the server wrote one with a signature under it.",
        (DRIFT,),
        newest_card(body="No Body Content\n\n--\nThe team\nUnsubscribe: https://example.com/u"),
    ),
    Fault(
        "address-filled-in",
        "A card came without an address and a contact, and the server wrote an address.",
        ("queue.sendable",),
        newest_card(contact_id=None, to="unknown@example.com"),
    ),
    Fault(
        "origin-filled-in",
        "A card came from nobody knows where, and the server wrote unknown.",
        ("smoke.card-contract",),
        newest_card(classifier={"target_platform": "unknown", "queue_origin": "unknown"}),
    ),
    Fault(
        "campaign-filled-in",
        "A card belongs to no campaign, and the server wrote an empty reference.",
        ("smoke.card-contract",),
        newest_card(
            campaign_ref=dict.fromkeys(("internal_id", "internal_type", "pipeline_run_id"), "")
        ),
    ),
    Fault(
        "flags-as-text",
        "A flag of live cards is a text, '0' for false, which a browser takes for true.",
        ("smoke.card-contract",),
        _flags_as_text,
    ),
    Fault(
        "no-way-to-unsubscribe",
        "A card's own text shows no way to unsubscribe, though its checks hold: advice.",
        (),
        newest_card(body="Hello Finn,\n\nwould a call on Thursday suit you?"),
    ),
    Fault(
        "noncompliant-card",
        "A card has no unsubscribe link.",
        ("queue.compliance",),
        newest_card(
            compliance_checks={
                "unsubscribe_present": False,
                "signature_present": True,
                "cta_present": True,
                "footer_present": True,
            }
        ),
    ),
    Fault(
        "unsendable-card",
        "A card has neither a contact nor an address.",
        ("queue.sendable",),
        newest_card(contact_id=None, to=""),
    ),
    Fault(
        "recipient-personal",
        "A card goes to a personal address, which the policy wants rejected at sight.",
        AT_SIGHT,
        newest_card(to="Finn.Abara@GMail.com"),
        policy=_rule("personal"),
    ),
    Fault(
        "recipient-competitor",
        "A card goes to a competitor, which the policy wants rejected at sight.",
        AT_SIGHT,
        newest_card(to="finn.abara@mail.rival.example"),
        policy=_rule("competitors", "rival.example"),
    ),
    Fault(
        "recipient-customer",
        "A card goes to a customer, which the policy wants rejected at sight.",
        AT_SIGHT,
        newest_card(to="finn.abara@customer.example"),
        policy=_rule("customers", "customer.example"),
    ),
    Fault(
        "title-unwanted",
        "A card goes to an intern, which the policy wants rejected at sight.",
        AT_SIGHT,
        newest_card(recipient_data={"name": "Finn Abara", "title": "Marketing Intern"}),
        policy=_rule("titles", "intern"),
    ),
)
