"""Who a request is from: what a token or a session opens, and the 401 for everybody else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import wraps
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request, cookie_parser
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.responses import deployment_of

TOKEN_HEADER = "x-dashboard-token"

Endpoint = Callable[[Request], Awaitable[Response]]


def known(deployment: Deployment, scope: Scope) -> bool:
    """Whether a request carries what opens the API: the token, or a session of a login."""
    headers, settings = Headers(scope=scope), deployment.settings
    given, opens = headers.get(TOKEN_HEADER), deployment.behaviour.token_opens
    if given is not None and opens(settings, given):
        return True
    if settings.query_token_enabled:
        tokens = parse_qs(scope["query_string"].decode("latin-1")).get("token", [])
        if any(opens(settings, token) for token in tokens):
            return True
    return bool(deployment.behaviour.believed & {*headers}) or signed_in(deployment, headers)


def signed_in(deployment: Deployment, headers: Headers) -> bool:
    """Whether the request carries a session that a login opened."""
    given = cookie_parser(headers.get("cookie", "")).get(deployment.settings.session_cookie)
    sessions = deployment.state.sessions
    return given is not None and deployment.behaviour.session_opens(sessions, given)


def unauthorized(deployment: Deployment) -> JSONResponse:
    """401, in the words that tell whether query tokens are on (``docs/dashboard.md, Access``)."""
    if deployment.settings.query_token_enabled:
        how = "Provide dashboard token via ?token=... or X-Dashboard-Token header."
    else:
        how = "Query-token auth is disabled. Provide dashboard token via X-Dashboard-Token header."
    return JSONResponse({"detail": f"Unauthorized. {how}"}, status_code=401)


def protected(endpoint: Endpoint) -> Endpoint:
    """A route with a lock of its own, behind the one that all of the API has."""

    @wraps(endpoint)
    async def locked(request: Request) -> Response:
        deployment = deployment_of(request)
        asked = deployment.behaviour.guarded(request.method, request.url.path)
        if asked and not known(deployment, request.scope):
            return unauthorized(deployment)
        return await endpoint(request)

    return locked
