"""What the route modules share: the deployment behind a request, and its answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

from pytest_caio.rehearsal.deployment.core import Deployment


def deployment_of(request: Request) -> Deployment:
    """The deployment that this request is for."""
    deployment = request.app.state.deployment
    assert isinstance(deployment, Deployment)
    return deployment


def answer(
    request: Request, body: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> JSONResponse:
    """A JSON answer, through the deployment's own way of writing this path to the wire."""
    shaped = deployment_of(request).behaviour.shaped(request.url.path, body)
    return JSONResponse(shaped, status, headers=headers)


def number(request: Request, name: str, default: int, highest: int) -> int:
    """A whole number from the query, between 0 and `highest`; 422 if it is none."""
    text = request.query_params.get(name, str(default))
    try:
        return max(0, min(int(text), highest))
    except ValueError:
        raise HTTPException(422, f"{name} is not a whole number") from None


def only_if(condition: bool) -> None:
    """404, as for a route that this deployment does not have."""
    if not condition:
        raise HTTPException(404, "Not Found")
