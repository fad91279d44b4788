"""GoHighLevel, as far as sent evidence goes (``docs/dashboard.md, GoHighLevel``), under /ghl."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from pytest_caio.rehearsal.deployment.responses import answer, deployment_of
from pytest_caio.rehearsal.deployment.state import Mail

VERSION = "2021-04-15"


def _refusal(request: Request) -> Response | None:
    settings = deployment_of(request).settings
    if not settings.ghl_up:
        return JSONResponse({"statusCode": 503, "message": "Service Unavailable"}, 503)
    if request.headers.get("authorization") != f"Bearer {settings.ghl_token}":
        return JSONResponse({"statusCode": 401, "message": "Invalid token"}, 401)
    if request.headers.get("version") != VERSION:
        return JSONResponse({"statusCode": 401, "message": "version header is invalid"}, 401)
    location = request.query_params.get("locationId", settings.ghl_location_id)
    if location != settings.ghl_location_id:
        return JSONResponse({"statusCode": 403, "message": "No access to this location"}, 403)
    return None


async def contacts(request: Request) -> Response:
    """GET /contacts/?locationId=…&query=<address>: contacts whose address contains the query."""
    refusal = _refusal(request)
    if refusal:
        return refusal
    wanted = request.query_params.get("query", "").strip().lower()
    found = [
        {"id": contact.id, "email": contact.email}
        for contact in deployment_of(request).state.contacts
        if wanted in contact.email.lower()
    ]
    return answer(request, {"contacts": found})


async def conversations(request: Request) -> Response:
    """GET /conversations/search?locationId=…&contactId=…: one for each contact with a message."""
    refusal = _refusal(request)
    if refusal:
        return refusal
    wanted = request.query_params.get("contactId")
    people = dict.fromkeys(mail.contact_id for mail in deployment_of(request).state.mails)
    found = [
        {"id": f"conversation-{person}", "contactId": person}
        for person in people
        if wanted in (None, person)
    ]
    return answer(request, {"conversations": found})


async def messages(request: Request) -> Response:
    """GET /conversations/{id}/messages: that conversation, newest first."""
    refusal = _refusal(request)
    if refusal:
        return refusal
    person = request.path_params["conversation_id"].removeprefix("conversation-")
    mails = [mail for mail in deployment_of(request).state.mails if mail.contact_id == person]
    newest = sorted(mails, key=lambda mail: mail.added, reverse=True)
    return answer(request, {"messages": {"messages": [_mail_json(mail) for mail in newest]}})


def _mail_json(mail: Mail) -> dict[str, Any]:
    return {
        "id": mail.id,
        "direction": mail.direction,
        "messageType": mail.message_type,
        "dateAdded": mail.added.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
        "contactId": mail.contact_id,
        "status": mail.status,
    }


ROUTES = [
    Route("/ghl/contacts/", contacts),
    Route("/ghl/conversations/search", conversations),
    Route("/ghl/conversations/{conversation_id}/messages", messages),
]
