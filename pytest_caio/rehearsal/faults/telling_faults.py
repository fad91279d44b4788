"""Faults of what answers tell, and of what they do though they were only read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.faults.fault import G2_ONLY, Fault, code

_QUEUE, _DEBUG = "/api/pending-emails", "_shadow_queue_debug"
_LONGEST = 60


def _told(path: str, change: Callable[[Any], Any]) -> Callable[[Deployment], None]:
    def apply(deployment: Deployment) -> None:
        deployment.behaviour.reshape[path] = lambda body: body | change(body)

    return apply


def _debug(**values: object) -> Callable[[Deployment], None]:
    return _told(_QUEUE, lambda body: {_DEBUG: body[_DEBUG] | values})


def _cards(change: Callable[[dict[str, Any]], Any]) -> Callable[[Deployment], None]:
    return _told(
        _QUEUE, lambda body: {"pending_emails": [c | change(c) for c in body["pending_emails"]]}
    )


def _names_prospects(deployment: Deployment) -> None:
    def named(body: Any) -> Any:
        return body | {"next_up": [card.to for card in deployment.queue().listed]}

    deployment.behaviour.reshape["/api/health"] = named


def _forgets(deployment: Deployment) -> None:
    shown: list[str] = []

    def once(body: Any) -> Any:
        left = [one for one in body["emails"] if one["email_id"] not in shown]
        shown.extend(one["email_id"] for one in left)
        return body | {"emails": left, "count": len(left)}

    deployment.behaviour.reshape["/api/emails/history"] = once


def _mixed_up(body: Any) -> Any:
    """The people of the cards, each at the next one's card."""
    cards = body["pending_emails"]
    people = [card["recipient_data"] for card in cards]
    others = [*people[1:], *people[:1]]
    mixed = [card | {"recipient_data": one} for card, one in zip(cards, others, strict=True)]
    return {"pending_emails": mixed}


def _labels_apart(body: Any) -> Any:
    tags = body["tags"]
    labels = [tag["label"] for tag in tags]
    others = [*labels[1:], *labels[:1]]
    return {"tags": [tag | {"label": one} for tag, one in zip(tags, others, strict=True)]}


TELLING_FAULTS = (
    Fault(
        "health-names-prospects",
        "The health page, which is open to everybody, names whom the next mails are for.",
        ("access.reads-refused",),
        _names_prospects,
    ),
    Fault(
        "health-shows-a-key",
        "The health page, which is open to everybody, shows a key of Inngest.",
        ("access.reads-refused",),
        _told("/api/health", lambda _body: {"inngest": {"event_key": "evt-4f2a90cc17"}}),
    ),
    Fault(
        "mails-mixed-up",
        "Each card shows another card's recipient beside its mail.",
        ("smoke.card-contract",),
        _told(_QUEUE, _mixed_up),
    ),
    Fault(
        "labels-apart",
        "Each rejection tag has the label of another one.",
        ("rejection.tags",),
        _told("/api/rejection-tags", _labels_apart),
    ),
    Fault(
        "links-decide",
        "A link decides: a GET that says so in its address is taken for a POST.",
        ("access.actions-refused",),
        code(method_in_query=True),
    ),
    Fault(
        "any-origin",
        "Pages of any origin are let in, with the session of whoever is signed in.",
        ("access.preflight-open", "access.login"),
        code(lets_in_origins=True, same_site="none"),
        G2_ONLY,
    ),
    Fault(
        "session-everywhere",
        "The session goes along with whatever other sites' pages ask.",
        ("access.login",),
        code(same_site="none"),
        G2_ONLY,
    ),
    Fault(
        "one-machines-files",
        "Cards in one machine's own files are merged into the queue.",
        ("environment.redis-required",),
        _debug(filesystem_merge_enabled=True),
    ),
    Fault(
        "queue-of-every-tier",
        "The queue is cut by no tier, though the ramp is active.",
        ("ramp.limits",),
        _debug(queue_tier_filter=None),
    ),
    Fault(
        "batches-let-out",
        "The gatekeeper lets small batches out without asking anybody.",
        ("ramp.gatekeeper",),
        _told(
            "/api/operator/status",
            lambda body: {"gatekeeper": body["gatekeeper"] | {"auto_release_up_to": 5}},
        ),
    ),
    Fault(
        "cards-in-no-count",
        "Cards are dropped before the server counts them.",
        ("queue.sources-agree",),
        _told(
            _QUEUE,
            lambda body: {
                _DEBUG: body[_DEBUG] | {"redis_returned": body[_DEBUG]["merged_count"] + 1}
            },
        ),
    ),
    Fault(
        "list-of-excerpts",
        "The list holds the beginning of each mail, which is sent as it is shown.",
        ("queue.compliance",),
        _cards(lambda card: {"body": card["body"][:_LONGEST].rstrip() + "…"}),
    ),
    Fault(
        "two-platforms",
        "A card is for one platform by its own word, and for another by its class.",
        ("smoke.card-contract",),
        _cards(lambda _card: {"delivery_platform": "heyreach"}),
    ),
    Fault(
        "history-forgets",
        "A decision is dropped from the history once it was shown.",
        ("smoke.queue-refreshes",),
        _forgets,
    ),
)
