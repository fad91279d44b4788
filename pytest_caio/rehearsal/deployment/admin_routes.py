"""Seeding and clearing the queue, for operators' tools (``docs/dashboard.md, Seeding``)."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.credentials import protected
from pytest_caio.rehearsal.deployment.responses import answer, deployment_of, only_if

SEED_MOST = 20


async def seed(request: Request) -> Response:
    """POST /api/admin/seed_queue: training cards only; 404 before G2, 422 for an odd count."""
    deployment = deployment_of(request)
    only_if(deployment.settings.seed_enabled)
    count = _count(request.query_params.get("count", "1"))
    ids = deployment.seed(count, request.query_params.get("tier", "tier_1"))
    return answer(request, {"status": "ok", "seeded": len(ids), "email_ids": ids})


def _count(text: str) -> int:
    try:
        count = int(text)
    except ValueError:
        count = 0
    if not 1 <= count <= SEED_MOST:
        raise HTTPException(422, f"count is a whole number from 1 to {SEED_MOST}")
    return count


async def clear(request: Request) -> Response:
    """DELETE /api/admin/clear-queue: takes every pending card away, as no gate ever may ask."""
    deployment = deployment_of(request)
    gone = _pending_ids(deployment)
    for email_id in gone:
        del deployment.state.cards[email_id]
    return answer(request, {"status": "ok", "cleared": len(gone)})


def _pending_ids(deployment: Deployment) -> list[str]:
    return [card.email_id for card in deployment.state.cards.values() if card.status == "pending"]


ROUTES = [
    Route("/api/admin/seed_queue", protected(seed), methods=["POST"]),
    Route("/api/admin/clear-queue", protected(clear), methods=["DELETE"]),
]
