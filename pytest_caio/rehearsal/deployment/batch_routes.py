"""The gatekeeper's batches: the one that waits, and a decision on it."""

from __future__ import annotations

from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.credentials import protected
from pytest_caio.rehearsal.deployment.responses import answer, deployment_of
from pytest_caio.rehearsal.deployment.state import Batch
from pytest_caio.rehearsal.deployment.wire import batch_json


async def pending_batch(request: Request) -> Response:
    """GET /api/operator/pending-batch: the batch that waits for a decision, or null."""
    batch = deployment_of(request).state.pending_batch()
    return answer(request, {"pending_batch": batch_json(batch) if batch else None})


async def approve_batch(request: Request) -> Response:
    """POST /api/operator/approve-batch/{id}: 404 unknown, 400 decided, else it is released."""
    return _decided(request, "approved")


async def reject_batch(request: Request) -> Response:
    """POST /api/operator/reject-batch/{id}: 404 unknown, 400 decided, else it is dropped."""
    return _decided(request, "rejected")


def _decided(request: Request, status: str) -> Response:
    deployment = deployment_of(request)
    batch = _waiting(deployment, request.path_params["batch_id"])
    deployment.state.batches[batch.batch_id] = replace(batch, status=status)
    return answer(request, {"status": status, "batch_id": batch.batch_id})


def _waiting(deployment: Deployment, batch_id: str) -> Batch:
    batch = deployment.state.batches.get(batch_id)
    if batch is None:
        raise HTTPException(404, f"Batch {batch_id} not found")
    if batch.status != "pending":
        raise HTTPException(400, f"Batch {batch_id} already {batch.status}")
    return batch


ROUTES = [
    Route("/api/operator/pending-batch", pending_batch),
    Route("/api/operator/approve-batch/{batch_id}", protected(approve_batch), methods=["POST"]),
    Route("/api/operator/reject-batch/{batch_id}", protected(reject_batch), methods=["POST"]),
]
