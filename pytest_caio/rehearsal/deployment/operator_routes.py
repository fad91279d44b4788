"""Health, dependencies, the operator and the replay runner."""

from __future__ import annotations

import json
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.credentials import protected
from pytest_caio.rehearsal.deployment.dependencies import auth_json, dependencies_json
from pytest_caio.rehearsal.deployment.recorded_answers import OWN_SET_ONLY
from pytest_caio.rehearsal.deployment.responses import answer, deployment_of, number
from pytest_caio.rehearsal.deployment.scenes import clean_run
from pytest_caio.rehearsal.deployment.sending import deliver
from pytest_caio.rehearsal.deployment.wire import report_json

HISTORY_LIMIT = 200


async def ready(request: Request) -> Response:
    """GET /api/health/ready: 200, or 503 naming what is not ready."""
    deployment = deployment_of(request)
    if deployment.settings.health_monitor != "ok":
        raise HTTPException(503, f"Health monitor: {deployment.settings.health_monitor}")
    runtime = await dependencies_json(deployment)
    if deployment.behaviour.ready_reads_dependencies and not runtime["ready"]:
        why = ", ".join(runtime["required_failures"])
        raise HTTPException(503, f"Runtime dependencies not ready: {why}")
    checks = {"health_monitor": "ok", "integrations": "ok", "runtime_dependencies": "ready"}
    # Without an offset: what the machine's own clock reads.
    stamp = deployment.local_now().replace(tzinfo=None).isoformat()
    return answer(
        request,
        {"status": "ready", "timestamp": stamp, "checks": checks, "runtime_dependencies": runtime},
    )


async def live(request: Request) -> Response:
    """GET /api/health/live."""
    return answer(
        request, {"status": "alive", "timestamp": deployment_of(request).now().isoformat()}
    )


async def health(request: Request) -> Response:
    """GET /api/health: the health monitor's own opinion."""
    deployment = deployment_of(request)
    said = deployment.settings.health
    return answer(
        request,
        {
            "status": said,
            "timestamp": deployment.now().isoformat(),
            "health_score": 100.0 if said == "healthy" else 41.0,
            "agents": {"hunter": {"status": "idle"}},
            "integrations": {"ghl": {"status": said}, "instantly": {"status": "healthy"}},
        },
    )


async def dependencies(request: Request) -> Response:
    """GET /api/runtime/dependencies, with `auth` where the deployment declares it."""
    deployment = deployment_of(request)
    body = await dependencies_json(deployment)
    if deployment.settings.auth_declared:
        body["auth"] = auth_json(deployment.settings)
    return answer(request, body)


async def operator_status(request: Request) -> Response:
    """GET /api/operator/status."""
    deployment = deployment_of(request)
    settings, now = deployment.settings, deployment.now()
    today, batch = _today(deployment), deployment.state.pending_batch()
    left = deployment.behaviour.mails_left(settings.ramp.email_limit, today["outbound_email"])
    body = {
        "enabled": settings.operator_enabled,
        "emergency_stop": settings.emergency_stop,
        "date": now.date().isoformat(),
        "warmup_schedule": {
            "email_daily_limit": settings.ramp.email_limit,
            "linkedin_daily_limit": 20,
            "revival_daily_limit": 5,
        },
        "ramp": _ramp(deployment),
        "today": today,
        "limits": {"email_remaining": left, "linkedin_remaining": 20, "revival_remaining": 5},
        "cadence": {"total_enrolled": 0, "actions_due_today": 0},
        "gatekeeper": {
            "required": settings.gatekeeper_required,
            "pending_batch": batch.batch_id if batch else None,
        },
    }
    if deployment.behaviour.echo_token:
        body["debug"] = {"request_headers": dict(request.headers)}
    return answer(request, body)


def _ramp(deployment: Deployment) -> dict[str, Any]:
    ramp, days = deployment.settings.ramp, deployment.clean_days()
    facts: dict[str, Any] = {
        "enabled": ramp.enabled,
        "active": deployment.ramp_active(),
        "day": len(days) + 1,
        "remaining_days": deployment.behaviour.days_left(ramp.clean_days_required, len(days)),
        "email_limit_override": ramp.email_limit,
        "tier_filter": ramp.tier_filter,
    }
    if ramp.mode is None:
        return facts
    return facts | {
        "mode": ramp.mode,
        "clean_days_required": ramp.clean_days_required,
        "clean_days_completed": len(days),
        "clean_days_dates": list(days),
    }


def _today(deployment: Deployment) -> dict[str, Any]:
    date = deployment.now().date().isoformat()
    runs = [run for run in deployment.state.reports if run.day == date and not run.dry_run]
    return {
        "outbound_email": deployment.behaviour.mails_counted(
            sum(run.instantly or 0 for run in runs)
        ),
        "outbound_linkedin": sum(run.heyreach or 0 for run in runs),
        "revival": sum(run.revival for run in runs),
        "cadence": sum(run.cadence for run in runs),
        "total_leads": 0,
        "runs": len(runs),
        "last_run": max((run.started_at.isoformat() for run in runs), default=None),
    }


async def operator_history(request: Request) -> Response:
    """GET /api/operator/history: at most 200 dispatch reports, newest first."""
    reports = sorted(
        deployment_of(request).state.reports, key=lambda report: report.started_at, reverse=True
    )
    limit = number(request, "limit", 50, HISTORY_LIMIT)
    return answer(request, [report_json(report) for report in reports[:limit]])


async def trigger(request: Request) -> Response:
    """POST /api/operator/trigger: sends what is approved and has no mail yet, once each."""
    deployment = deployment_of(request)
    at, state = deployment.now(), deployment.state
    mailed = {mail.contact_id for mail in state.mails}
    reached = {contact.email for contact in state.contacts if contact.id in mailed}
    approved = (state.cards[d.email_id] for d in state.decisions if d.status == "approved")
    left = [card for card in approved if card.to not in reached and not card.training]
    for card in left:
        deliver(state, card, at)
    run = clean_run(
        0, at, run_id=f"trigger_{at:%Y%m%d_%H%M%S_%f}", instantly=len(left), started_at=at
    )
    state.reports.append(run)
    return answer(request, {"status": "started", "run_id": run.run_id})


async def replay(request: Request) -> Response:
    """POST /api/replay/run: one golden case in, the pipeline's answer out."""
    try:
        case = json.loads(await request.body())
    except ValueError:
        raise HTTPException(400, "The case is not valid JSON") from None
    if not isinstance(case, dict):
        raise HTTPException(422, "The case is not a JSON object")
    found = deployment_of(request).behaviour.run_case(case)
    if found is None:
        raise HTTPException(404, OWN_SET_ONLY)
    return answer(request, found)


ROUTES = [
    Route("/api/health", health),
    Route("/api/health/ready", ready),
    Route("/api/health/live", live),
    Route("/api/runtime/dependencies", dependencies),
    Route("/api/operator/status", operator_status),
    Route("/api/operator/history", operator_history),
    Route("/api/operator/trigger", protected(trigger), methods=["POST"]),
    Route("/api/replay/run", replay, methods=["POST"]),
]
