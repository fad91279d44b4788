"""What the dashboard's other pages read: leads, scorecard, agents, traces and the like."""

from __future__ import annotations

from collections import Counter

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pytest_caio.rehearsal.deployment.queue_routes import watcher_metrics
from pytest_caio.rehearsal.deployment.responses import answer, deployment_of, number, only_if
from pytest_caio.rehearsal.deployment.wire import trace_json

TRACES_LIMIT = 200
TRACED_AGENT = "feedback_loop"
AGENTS = ("hunter", "enricher", "segmentor", "crafter", "gatekeeper", "operator")


async def leads(request: Request) -> Response:
    """GET /api/leads: everybody whom a card was made for."""
    cards = deployment_of(request).state.cards.values()
    people = {
        card.to: {"email": card.to, **card.recipient_data, "tier": card.tier} for card in cards
    }
    return answer(request, {"count": len(people), "leads": list(people.values())})


async def funnel(request: Request) -> Response:
    """GET /api/leads/funnel: how many cards stand at each stage."""
    cards = deployment_of(request).state.cards.values()
    stages = Counter(card.status for card in cards)
    return answer(request, {"total": len(cards), "stages": dict(stages)})


async def scorecard(request: Request) -> Response:
    """GET /api/scorecard: the share of decisions that were approvals."""
    deployment = deployment_of(request)
    decisions = deployment.state.decisions
    approved = sum(decision.status != "rejected" for decision in decisions)
    rate = approved / len(decisions) if decisions else None
    stamp = deployment.now().isoformat()
    return answer(
        request, {"generated_at": stamp, "decided": len(decisions), "approval_rate": rate}
    )


async def traces(request: Request) -> Response:
    """GET /api/traces/recent: the latest outcomes, newest first; 404 before G2."""
    deployment = deployment_of(request)
    only_if(deployment.settings.traces_enabled)
    agent = request.query_params.get("agent", TRACED_AGENT)
    decided = deployment.state.decisions if agent == TRACED_AGENT else []
    newest = sorted(decided, key=lambda item: item.reviewed_at, reverse=True)
    shown = [trace_json(item) for item in newest[: number(request, "limit", 50, TRACES_LIMIT)]]
    return answer(request, {"traces": shown, "count": len(shown)})


async def agents(request: Request) -> Response:
    """GET /api/agents: the swarm, all of it idle."""
    return answer(request, {"agents": [{"name": name, "status": "idle"} for name in AGENTS]})


async def queue_watcher(request: Request) -> Response:
    """GET /api/queue-watcher/status: when it would make training cards."""
    deployment = deployment_of(request)
    body = {
        "enabled": deployment.settings.queue_watcher_low_water > 0,
        "metrics": watcher_metrics(deployment),
    }
    return answer(request, body)


async def cadence_leads(request: Request) -> Response:
    """GET /api/cadence/leads: nobody, as cadence is for after graduation."""
    return answer(request, {"count": 0, "leads": []})


async def filesystem(request: Request) -> Response:
    """GET /api/debug/filesystem: what lies in the deployment's own folders."""
    decisions = deployment_of(request).state.decisions
    return answer(request, {"root": "/app", "audit_entries": len(decisions), "files": []})


ROUTES = [
    Route("/api/leads", leads),
    Route("/api/leads/funnel", funnel),
    Route("/api/scorecard", scorecard),
    Route("/api/traces/recent", traces),
    Route("/api/agents", agents),
    Route("/api/queue-watcher/status", queue_watcher),
    Route("/api/cadence/leads", cadence_leads),
    Route("/api/debug/filesystem", filesystem),
]
