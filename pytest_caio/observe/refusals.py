"""The probe of the server's rule: rejections that lack a known tag or a reason.

Only a card that this run has seen flagged as training is touched, and never with a known tag and
a reason together, so that it stays even where the rule works:
``docs/regimen.md, Structured rejection``.
"""

import asyncio
from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, urlencode

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.cards import is_seeded, is_training
from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    DECISIONS,
    DEPENDENCIES,
    GATE_REVIEWER,
    QUEUE,
    QUEUE_AGAIN,
    REJECT_INCOMPLETE,
    UNKNOWN,
)
from pytest_caio.gates.policy import Policy
from pytest_caio.gates.request import Request, parse_request
from pytest_caio.interlock.deeds import Deed
from pytest_caio.interlock.rules import Grant, Stopped
from pytest_caio.observe.asked import ANY, Asked
from pytest_caio.observe.probe import Context, Probe

_REASON = {"reason": "caio gate: this rejection has to be refused"}
_TAG = {"rejection_tag": "weak_cta"}
# More than blanks: whoever takes only those away is left with a line break.
_BLANK = " \t\n"
# Of the two that are no tags, one begins like a known one and one goes on after one: whoever
# compares less than the whole takes one of them.
CASES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "neither reason nor tag": {},
        "a tag and no reason": _TAG,
        "a tag and an empty reason": {**_TAG, "reason": ""},
        "a tag and a blank reason": {**_TAG, "reason": _BLANK},
        "a reason and no tag": _REASON,
        "a reason and an empty tag": {**_REASON, "rejection_tag": ""},
        "a reason and a blank tag": {**_REASON, "rejection_tag": _BLANK},
        "a reason and an unknown tag": {**_REASON, "rejection_tag": "weak_cta_caio_gate_unknown"},
        "a reason and a part of a known tag": {**_REASON, "rejection_tag": "weak_c"},
    }
)
# So much of an id is left out, where enough is left to be nobody else's.
_END, _LONG = 4, 16
_APPROVER = {"approver": GATE_REVIEWER}
_READ = parse_request(QUEUE)
_HISTORY = parse_request(DECISIONS)


async def _observe(context: Context) -> Evidence:
    sent: list[Exchange] = []
    try:
        noted = await _look(context, sent)
    except Stopped as stop:
        reason = f"stopped by the interlock: {stop}"
        return Unobserved(REJECT_INCOMPLETE, context.environment, reason, tuple(sent))
    if isinstance(noted, str):
        return Unobserved(REJECT_INCOMPLETE, context.environment, noted, tuple(sent))
    return Observed(REJECT_INCOMPLETE, context.environment, tuple(sent), MappingProxyType(noted))


async def _look(context: Context, sent: list[Exchange]) -> dict[str, Any] | str:
    """Send what there is to send, into ``sent``; return which exchange is which, or what is amiss.

    ``seed``, ``before``, ``after``, ``decisions`` and the values of ``tries`` are places in
    ``sent``; ``before`` is None where the first read of the queue holds the card, ``decisions``
    where the last one does. ``no_seed`` says why no card may be made.
    """
    queue = context.evidence[QUEUE]
    found = training_cards(queue.answer) if isinstance(queue, Observed) else None
    if found is None:
        why = queue.reason if isinstance(queue, Unobserved) else "no list of cards"
        return f"the queue could not be read: {why}"
    no_seed = context.redact(context.sender.interlock.why_not_seeded(context.environment))
    noted: dict[str, Any] = {"card": None, "no_seed": no_seed, "seed": None, "before": None}
    if not found and not no_seed:
        noted["seed"] = await _send(context, sent, seed_request(context.policy), Grant.SEED)
    if not found and (no_seed or sent[-1].status == 200):
        # Where nothing may be seeded, the first read may itself have made the deployment do it.
        noted["before"] = await _send(context, sent, _READ)
        found = training_cards(sent[-1])
    if found:
        noted["card"] = found[0]
        cases = {case: (found[0], fields) for case, fields in CASES.items()}
        places = await _try_all(context, sent, cases | _other_ids(found[0], found))
        noted["tries"] = {case: places.pop(case) for case in cases}
        noted["ids"] = places
        noted["after"] = await _send(context, sent, _READ)
        stays = found[0] in (training_cards(sent[-1]) or ())
        noted["decisions"] = None if stays else await _send(context, sent, _HISTORY)
    return noted


def training_cards(answer: Exchange) -> list[str] | None:
    """Return the ids of the pending training cards, newest first; None for no list of cards.

    The newest one stays longest in the window of twenty that the deployment shows.
    """
    try:
        body = answer.json() if answer.status == 200 else None
    except JsonProblem:
        return None
    cards = body.get("pending_emails") if isinstance(body, dict) else None
    if not isinstance(cards, list):
        return None
    return [
        card["email_id"]
        for card in cards
        if isinstance(card, dict)
        and isinstance(card.get("email_id"), str)
        and card.get("status") == "pending"
        and is_training(card)
    ]


def seed_request(policy: Policy) -> Request:
    """Return the request that makes one training card (``docs/dashboard.md, Seeding``)."""
    return Request(
        "POST", f"/api/admin/seed_queue?{urlencode({'count': 1, 'tier': policy.ramp.tier})}"
    )


async def _send(
    context: Context, sent: list[Exchange], request: Request, grant: Grant | None = None
) -> int:
    sent += await context.send(request, grant)
    return len(sent) - 1


async def _try_all(
    context: Context, sent: list[Exchange], asked: Mapping[str, tuple[str, Mapping[str, str]]]
) -> dict[str, int]:
    """Send every rejection at the same time; return the place of each one's answer in ``sent``."""
    answers = await asyncio.gather(
        *(
            context.send(
                Request(
                    "POST",
                    f"/api/emails/{quote(card, safe='')}/reject"
                    f"?{urlencode({**fields, **_APPROVER})}",
                )
            )
            for card, fields in asked.values()
        ),
        return_exceptions=True,
    )
    places: dict[str, int] = {}
    for what, answer in zip(asked, answers, strict=True):
        if not isinstance(answer, BaseException):
            sent += answer
            places[what] = len(sent) - 1
    for answer in answers:
        if isinstance(answer, BaseException):
            raise answer
    return places


def _other_ids(card: str, listed: Collection[str]) -> dict[str, tuple[str, Mapping[str, str]]]:
    """Return the same case for a part of a card's id, and for an id that nobody has.

    What is no seeded card's is left alone, and so is a part that is another card's whole id.
    """
    part = card[:-_END]
    if not is_seeded({"email_id": card}) or len(card) < _LONG or part in listed:
        return {}
    fields = CASES["a reason and an unknown tag"]
    return {"a part of its id": (part, fields), "an unknown id": (UNKNOWN, fields)}


_NO_CARD = "if no training card is listed"
_ASKS = (
    Asked("POST /api/admin/seed_queue", 1, Grant.SEED, _NO_CARD),
    Asked(QUEUE, 2, only="before and after the rejections"),
    Asked(
        f"POST /api/emails/{ANY}/reject", len(CASES), Deed.REFUSED_REJECTION,
        "if there is a training card",
    ),
    Asked(
        f"POST /api/emails/{ANY}/reject", 2, Deed.NO_CARD_REFUSED,
        "if there is a seeded training card",
    ),
    Asked(DECISIONS, only="if the card is gone afterwards"),
)  # fmt: skip
# After the other reading of the list too: a card that is live in any of them is left alone.
PROBES = (
    Probe(
        REJECT_INCOMPLETE,
        _observe,
        needs=(QUEUE, DEPENDENCIES),
        after=(QUEUE_AGAIN,),
        steps=1,
        asks=_ASKS,
    ),
)
