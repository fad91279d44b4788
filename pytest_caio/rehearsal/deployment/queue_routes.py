"""The approval queue: tags, pending cards and decisions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.credentials import protected
from pytest_caio.rehearsal.deployment.dependencies import redis_facts
from pytest_caio.rehearsal.deployment.responses import answer, deployment_of, number, only_if
from pytest_caio.rehearsal.deployment.sending import FAILED, send
from pytest_caio.rehearsal.deployment.state import Card, Decision
from pytest_caio.rehearsal.deployment.wire import card_json, decision_json, queue_debug_json

HISTORY_LIMIT = 500
NO_STORE = {"cache-control": "no-store, no-cache, must-revalidate, max-age=0"}


async def tags(request: Request) -> Response:
    """GET /api/rejection-tags; 404 before G1."""
    deployment = deployment_of(request)
    only_if(deployment.settings.tags_enabled)
    return answer(request, {"tags": deployment.state.tags})


async def pending(request: Request) -> Response:
    """GET /api/pending-emails: the list, and the counts of what it leaves out."""
    deployment = deployment_of(request)
    settings, behaviour = deployment.settings, deployment.behaviour
    every = request.query_params.get("include_non_dispatchable", "").lower() in {"1", "true"}
    watcher = _watch(deployment)
    view = deployment.queue(include_non_dispatchable=every)
    facts = await redis_facts(settings)
    debug = queue_debug_json(view, behaviour.merged_count(view.merged)) | {
        "redis_connected": facts.connected and settings.queue_store_connected,
        "queue_tier_filter": settings.queue_tier_filter,
        "queue_max_age_hours": settings.queue_max_age_hours,
        "include_non_dispatchable": every,
    }
    body = {
        "pending_emails": [card_json(card) for card in view.listed],
        "count": len(view.listed),
        "synced_from_gatekeeper": 0,
        "refreshed_at": behaviour.refreshed_at(deployment.now(), every),
        "_shadow_queue_debug": debug,
    }
    if settings.generation == "g2":
        body["_queue_watcher_debug"] = watcher
    return answer(request, body, headers=NO_STORE)


def _watch(deployment: Deployment) -> dict[str, Any]:
    """Seed training cards when the queue runs low: reading is not free of side effects in G2."""
    low, merged = deployment.settings.queue_watcher_low_water, deployment.queue().merged
    seeded = deployment.seed(low - merged, "tier_1") if merged < low else []
    reason = "disabled" if low == 0 else "seeded" if seeded else "above_threshold"
    return {
        "seeded_count": len(seeded),
        "reason": reason,
        "previous_count": merged,
        "metrics": watcher_metrics(deployment),
    }


def watcher_metrics(deployment: Deployment) -> dict[str, int]:
    """From how many pending cards on training cards are made, and up to how many."""
    low = deployment.settings.queue_watcher_low_water
    return {"low_water_mark": low, "target_count": low}


async def reject(request: Request) -> Response:
    """POST /api/emails/{id}/reject: 404, 400, 422 reason, 422 tag, 200, in this order."""
    deployment, query = deployment_of(request), request.query_params
    card = _undecided(deployment, request.path_params["email_id"])
    reason, tag = query.get("reason"), query.get("rejection_tag")
    known = [entry["id"] for entry in deployment.state.tags if "id" in entry]
    refusal = deployment.behaviour.reject_refusal(reason, tag, known)
    if refusal:
        if deployment.behaviour.reject_decides_first:
            _decide(request, card, "rejected", reason=reason, tag=tag)
        raise HTTPException(422, refusal)
    chosen = (tag or "").strip().lower() or None
    decision = _decide(request, card, "rejected", reason=reason, tag=chosen)
    return answer(
        request,
        {
            "status": "rejected",
            "email_id": card.email_id,
            "reason": decision.reason,
            "rejection_tag": decision.tag,
            "approver": decision.reviewer,
            "timestamp": decision.reviewed_at.isoformat(),
        },
    )


async def approve(request: Request) -> Response:
    """POST /api/emails/{id}/approve, for people using the page; 409 for a training card."""
    deployment = deployment_of(request)
    card = _undecided(deployment, request.path_params["email_id"])
    if card.training:
        raise HTTPException(409, f"Email {card.email_id} is a training card and is never sent")
    sent = _sent(await request.body())
    outcome, decision = _approved(request, _edited(card, sent), _text(sent, "feedback"))
    if along := deployment.behaviour.approved_along(deployment.now()):
        _approved(request, along)
    return answer(
        request,
        {
            "status": "approved",
            "message": "Send Failed: not sent" if outcome == FAILED else f"Email {outcome}",
            "email_id": card.email_id,
            "approver": decision.reviewer,
            "timestamp": decision.reviewed_at.isoformat(),
        },
    )


def _approved(request: Request, card: Card, feedback: str | None = None) -> tuple[str, Decision]:
    """Approve a card, which sends it where sending is on: what became of it, and the decision."""
    deployment = deployment_of(request)
    deployment.state.add(card)
    outcome = send(
        deployment.settings, deployment.state, card, deployment.now(), deployment.behaviour.deliver
    )
    # Where sending failed the card stays approved, and the answer is none the worse for it.
    status = "approved" if outcome == FAILED else outcome
    word = None if outcome == status else outcome
    return outcome, _decide(request, card, status, feedback=feedback, outcome=word)


def _sent(body: bytes) -> dict[str, Any]:
    try:
        sent = json.loads(body or b"{}")
    except ValueError:
        raise HTTPException(400, "The edits are not valid JSON") from None
    return sent if isinstance(sent, dict) else {}


def _edited(card: Card, sent: dict[str, Any]) -> Card:
    """The card with the subject and text that the page sent along, if it sent any."""
    subject, body = _text(sent, "subject"), _text(sent, "body")
    return replace(
        card,
        subject=card.subject if subject is None else subject,
        body=card.body if body is None else body,
    )


def _text(sent: dict[str, Any], key: str) -> str | None:
    return sent[key] if isinstance(sent.get(key), str) else None


def _undecided(deployment: Deployment, email_id: str) -> Card:
    card = deployment.behaviour.found(deployment.state.cards, email_id)
    if card is None:
        raise HTTPException(404, f"Email {email_id} not found in queue")
    if card.status != "pending":
        raise HTTPException(400, f"Email {email_id} already {card.status}")
    return card


def _decide(request: Request, card: Card, status: str, **said: str | None) -> Decision:
    """Write down what a reviewer decided; `said` are further fields of `Decision`."""
    deployment = deployment_of(request)
    reviewer = request.query_params.get("approver", "dashboard_user")
    decision = Decision(
        card.email_id, card.to, card.subject, status, deployment.now(), reviewer, **said
    )
    deployment.state.decide(decision)
    if not deployment.behaviour.records_decisions:
        deployment.state.decisions.remove(decision)
    return decision


async def history(request: Request) -> Response:
    """GET /api/emails/history: the decisions, newest first."""
    decisions = sorted(
        deployment_of(request).state.listed_decisions(),
        key=lambda item: item.reviewed_at,
        reverse=True,
    )
    newest = decisions[: number(request, "limit", 100, HISTORY_LIMIT)]
    return answer(
        request, {"count": len(newest), "emails": [decision_json(item) for item in newest]}
    )


async def queue_status(request: Request) -> Response:
    """GET /api/queue-status: another store, with counts of its own."""
    deployment = deployment_of(request)
    statuses = [card.status for card in deployment.state.cards.values()]
    counts = {status: statuses.count(status) for status in ("pending", "approved", "rejected")}
    return answer(
        request,
        {
            "shadow_mode_emails": {"total": len(statuses), **counts},
            "gatekeeper_queue": {"total": 0},
            "daily_limits": {"date": deployment.now().date().isoformat()},
            "recent_queue_events": [],
            "pipeline_healthy": True,
        },
    )


ROUTES = [
    Route("/api/rejection-tags", tags),
    Route("/api/pending-emails", pending),
    Route("/api/emails/history", history),
    Route("/api/emails/{email_id}/reject", protected(reject), methods=["POST"]),
    Route("/api/emails/{email_id}/approve", protected(approve), methods=["POST"]),
    Route("/api/queue-status", queue_status),
]
