"""The ASGI application of one deployment: routes inside, guards and tracing around them."""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp

from pytest_caio.rehearsal.deployment import (
    admin_routes,
    batch_routes,
    insight_routes,
    operator_routes,
    page_routes,
    queue_routes,
    webhook_routes,
)
from pytest_caio.rehearsal.deployment import ghl_service as ghl
from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.middleware import Arrived, Front, Guarded, Traced


def create_app(
    deployment: Deployment, log: Callable[[Arrived], None], latency: float = 0.0
) -> ASGIApp:
    """``docs/dashboard.md`` as an ASGI app; `log` gets every request as it arrives.

    `latency` is in seconds, per answer. In G2 tracing is inside the guard, so that its 401 and
    302 carry no correlation id; before that it is outside (``docs/dashboard.md, Access``).
    """
    routes = Starlette(
        routes=[
            *operator_routes.ROUTES,
            *queue_routes.ROUTES,
            *batch_routes.ROUTES,
            *admin_routes.ROUTES,
            *insight_routes.ROUTES,
            *page_routes.ROUTES,
            *webhook_routes.ROUTES,
            *ghl.ROUTES,
        ],
        exception_handlers={HTTPException: _problem},
    )
    routes.state.deployment = deployment
    routes.router.redirect_slashes = False
    if deployment.settings.generation == "g2":
        inner: ASGIApp = Guarded(Traced(routes), deployment)
    else:
        inner = Traced(Guarded(routes, deployment))
    return Front(inner, deployment, log, latency)


async def _problem(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return JSONResponse({"detail": error.detail}, error.status_code, headers=error.headers)
