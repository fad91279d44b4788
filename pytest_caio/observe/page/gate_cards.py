"""The cards that the page in the browser sees: the gate's own, which no server knows."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pytest_caio.evidence.mail_texts import Mail
from pytest_caio.evidence.probe_names import GATE_CARDS

_RUN = "caio-gate"
IN_ALL = ("reader", "letter")
"""What stands in the name and in the subject of each card of a long queue, once."""
# Name, company, title, subject, and the age in seconds: two are of one company, as it happens.
_PEOPLE = (
    ("Quillon Averdale", "Averdale Foundry", "VP Operations", "Fewer hours on quotes", 240),
    (
        "Mirelle Ostrava",
        "Ostrava Lenses",
        "Chief Operating Officer",
        "Your next shift plan",
        660,
    ),
    ("Tobiah Wexcombe", "Wexcombe Freight", "Head of Logistics", "Routes that pay twice", 1500),
    ("Ingeborg Dallimore", "Ostrava Lenses", "VP Supply", "A training plan that never ran", 1680),
)
SEARCHED = _PEOPLE[2][1].lower()
"""What is searched for in a list; so written it stands on no card."""
SHARED = "dal"
"""What is searched for where a list is narrowed: it stands on the first and on the last card."""
LETTER = "This letter is for a mill"
"""What stands in the text of each card of a long queue."""
CROWD = 21
"""How many cards wait for the look at a list that doesn't show all of them at once: more than most
lists show on a page, one more than full pages, and no more than a few days bring."""
BODY_MARK = "Nobody gets this mail"
"""What stands in the text of each of the cards."""
TAKEN_OUT = "it exists in this browser only"
"""What is taken out of it where words are."""
# With what an address has to escape, letters outside of ASCII too: a page that doesn't cuts off or
# changes what stands behind it. As long as people say such things.
REASON = (
    "caio gate: vague & long, 50% off #1 + José; nobody reads on after its second line, and what "
    "it asks for isn't said before the end"
)
"""What is typed as the reason of a rejection."""
_SECOND = "Read it through once more"
# As long as such mails are: what is too long for a page to show it all, it folds or cuts off.
_REST = (
    "Whoever reads this does so to find out what a page makes of it. A mail of some length is "
    "read, changed, folded and unfolded, compared and sent, and each of these may leave a part of "
    "it behind, or take along a part of another one. So may what keeps to plain letters where "
    'somebody is called Zoë or José and pays in €, or isn\'t with "R&D".\n\n'
    "What goes out has to be what somebody has read and approved, from the first word to the last. "
    "That is why there are a few more of them here than it takes to say so: at best they are read "
    "slowly, with thanks and regards to whoever wrote them."
)
_LINK = "https://gate-check.example.com/plans/what-a-page-makes-of-an-address-as-long-as-this"
LAST_LINE = "These are the last words of it"
"""What the text of each of the cards ends with."""
WORDS = ("Zoë", "José", "€", "a part of another one", _LINK, LAST_LINE)
"""What stands in the text of each of the cards, from its middle to its end."""
BELOW = "caio-gate-below-it"
"""What is typed into a line of its own, below the text, where a key makes a new line."""
TWO_LINES = re.compile(rf"{BODY_MARK}(.*?){_SECOND}|{LAST_LINE}(.*?){BELOW}", re.DOTALL)
"""Two of their lines: what stands in between holds a break."""
_CHECKS = ("unsubscribe_present", "reply_stop_present", "signature_present", "cta_present",
           "footer_present")  # fmt: skip
_FIRM = {"industry": "Manufacturing", "location": "Ohio"}
# A page may treat cards by their kind: the second is the usual live one, which is looked at most.
_TRAINING = GATE_CARDS[2]
# Two: what decides many decides more than one.
_COOL = (GATE_CARDS[0], _TRAINING)
_UNSAID = GATE_CARDS[3]
_FLAGS = ("synthetic", "canary", "canary_training", "_do_not_dispatch")

DEBUG: Mapping[str, Any] = {
    "redis_connected": True,
    "queue_tier_filter": "tier_1",
    "queue_max_age_hours": 72.0,
    "merged_count": len(_PEOPLE),
    "excluded_non_actionable_count": 0,
    "excluded_non_actionable_reasons": {},
    "excluded_non_actionable_examples": [],
}


def queue_answer() -> dict[str, Any]:
    """Return what ``/api/pending-emails`` answers beside its cards, count and time."""
    return {"synced_from_gatekeeper": 0, "_shadow_queue_debug": dict(DEBUG)}


def gate_cards() -> list[dict[str, Any]]:
    """Return the cards, each with its ``age`` in seconds: the page's own clock makes its times."""
    return [_card(card, *person) for card, person in zip(GATE_CARDS, _PEOPLE, strict=True)]


def marks() -> dict[str, list[str]]:
    """Return, by card, the texts that tell it from the others wherever a page shows it."""
    people = {card["email_id"]: card["recipient_data"] for card in gate_cards()}
    firms = Counter(one["company"] for one in people.values())
    return {
        card["email_id"]: [
            card["email_id"],
            card["to"],
            card["subject"],
            person["name"],
            person["company"] if firms[person["company"]] == 1 else person["name"],
        ]
        for card in gate_cards()
        for person in (people[card["email_id"]],)
    }


def greetings() -> dict[str, str]:
    """Return, by card, how its mail begins: nothing else of the page reads so."""
    return {card["email_id"]: card["body"].partition("\n")[0] for card in gate_cards()}


def gate_mail(edits: Sequence[str], seen: Mapping[str, Any]) -> Mail:
    """Return what is known of the mail that a press may send: its ``edits``, what was ``seen``."""
    known: dict[str, Any] = {"greetings": greetings(), "words": WORDS, "letter": LETTER}
    return Mail(BODY_MARK, TWO_LINES, tuple(edits), **{**known, **seen})


def _card(card: str, name: str, company: str, title: str, subject: str, age: int) -> dict[str, Any]:
    tier, training = "tier_3" if card in _COOL else "tier_1", card == _TRAINING
    first = name.split()[0]
    return {
        "email_id": card,
        "age": age,
        "status": "pending",
        "to": f"{first.lower()}@gate-check.example.com",
        "subject": subject,
        "body": f"Hi {first},\n\n{BODY_MARK}: {TAKEN_OUT}.\n\n"
        f"{_SECOND}: it has two lines.\n\n{_REST}\n\n{_LINK}\n\n{LAST_LINE}.",
        "tier": tier,
        "contact_id": None,
        "source": "pipeline",
        "angle": "Operations",
        "direction": "outbound",
        "recipient_data": {"name": name, "company": company, "title": title, **_FIRM,
                           "employees": "120" if card == GATE_CARDS[1] else "20"},
        "context": {"pipeline_run_id": _RUN, "campaign_id": _RUN, "campaign_type": "t1_exec",
                    "icp_tier": tier},
        "classifier": {
            "target_platform": "instantly" if card == _UNSAID else "ghl",
            "queue_origin": "pipeline",
            "sync_state": "not_synced",
            "message_direction": "outbound",
        },
        "campaign_ref": {"internal_id": _RUN, "internal_type": "t1_exec", "pipeline_run_id": _RUN},
        # What doesn't say that it is for training is live.
        **(dict.fromkeys(_FLAGS, training) if card != _UNSAID else {}),
        "proof_status": "not_started",
        "proof_evidence_id": None,
        "compliance_checks": dict.fromkeys(_CHECKS, True),
    }  # fmt: skip
