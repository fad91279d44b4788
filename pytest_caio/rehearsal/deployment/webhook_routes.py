"""Webhooks and the Inngest mount: refused unless signed (``docs/dashboard.md, Other routes``)."""

from __future__ import annotations

import hmac
import json

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pytest_caio.rehearsal.deployment.configured import Settings
from pytest_caio.rehearsal.deployment.responses import answer, deployment_of, only_if

_SIGNATURES = {
    "instantly": "X-Instantly-Signature",
    "clay": "X-Clay-Signature",
    "rb2b": "X-Signature",
}
INSTANTLY = tuple(f"/webhooks/instantly/{what}" for what in ("open", "bounce", "unsubscribe"))


async def webhook(request: Request) -> Response:
    """POST /webhooks/…: 401 unsigned, 503 without a secret, 400 for what is not JSON.

    No secret of a provider is ever given out but HeyReach's, so every signature is a wrong one.
    """
    provider = request.url.path.split("/")[2]
    deployment = deployment_of(request)
    settings = deployment.settings
    only_if(request.url.path not in deployment.behaviour.webhooks_missing)
    if deployment.behaviour.webhooks_want_origin and "origin" not in request.headers:
        raise HTTPException(403, "Cross-origin request refused")
    refusal = _refusal(settings, provider, request)
    if refusal:
        raise refusal
    try:
        json.loads(await request.body())
    except ValueError:
        raise HTTPException(400, "Invalid JSON payload") from None
    return answer(request, {"status": "received", "provider": provider})


def _refusal(settings: Settings, provider: str, request: Request) -> HTTPException | None:
    if not settings.webhooks_strict:
        return None
    if provider == "heyreach":
        return _heyreach_refusal(settings, request)
    if provider not in settings.webhook_secrets:
        return HTTPException(503, f"Webhook auth is not configured for {provider}")
    header = _SIGNATURES[provider]
    given = request.headers.get(header)
    return HTTPException(401, f"Invalid {header}" if given else f"Missing {header} header")


def _heyreach_refusal(settings: Settings, request: Request) -> HTTPException | None:
    if settings.heyreach_allow_listed:
        return None
    given = request.headers.get("authorization", "")
    wanted = f"Bearer {settings.heyreach_secret}"
    if settings.heyreach_bearer and hmac.compare_digest(given.encode(), wanted.encode()):
        return None
    if given:
        return HTTPException(401, "Invalid bearer token for HeyReach webhook")
    return HTTPException(401, "Missing Authorization header for HeyReach webhook")


async def inngest(request: Request) -> Response:
    """Any method on /inngest: mounted means any answer but 404."""
    only_if(deployment_of(request).settings.inngest_mounted)
    return answer(request, {"message": "Unauthorized"}, 401)


ROUTES = [
    *(Route(path, webhook, methods=["POST"]) for path in INSTANTLY),
    Route("/webhooks/clay", webhook, methods=["POST"]),
    Route("/webhooks/rb2b", webhook, methods=["POST"]),
    Route("/webhooks/heyreach", webhook, methods=["POST"]),
    Route("/inngest", inngest, methods=["GET", "POST", "PUT"]),
]
