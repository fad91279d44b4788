"""Probes of the pages: one wrong login, the right one, the pages behind it, the second poll."""

import asyncio
from urllib.parse import urlencode

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    BOOKMARK_SESSION,
    CORS_PREFLIGHT,
    LOGIN,
    LOGIN_PAGE,
    QUEUE,
    QUEUE_AGAIN,
    SALES_SESSION,
    STATUS,
    WEBHOOKS,
    WRONG_LOGIN,
)
from pytest_caio.gates.request import Identity, Request, parse_request
from pytest_caio.observe.probe import Context, Probe, ask

# Seconds between further reads of the queue, while ``refreshed_at`` stays what it was.
_POLLS = (0.0, 0.25, 0.5, 1.0, 2.0)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_FOREIGN = {"Origin": "https://caio-gate.example", "Access-Control-Request-Method": "GET"}
_NOT_JSON = b"{caio-gate: this is not JSON"


async def _preflight(context: Context) -> Evidence:
    path = "/api/operator/status"
    return await ask(
        context, Request("OPTIONS", path, Identity.ANONYMOUS, _FOREIGN), CORS_PREFLIGHT
    )


def _login(token: str) -> Request:
    body = urlencode({"token": token, "next": "/sales"}).encode()
    return Request("POST", "/login", Identity.ANONYMOUS, _FORM, body)


async def _wrong_login(context: Context) -> Evidence:
    return await ask(context, _login("caio-gate-no-such-token"), WRONG_LOGIN)


def token_in_doubt(context: Context) -> str:
    """Return why the token is not tried at the login page, or nothing where it may be.

    A token that the API refuses would count as a wrong login, and five of them lock the address
    out (``docs/dashboard.md, Access``). The probe that asks needs ``STATUS``.
    """
    status = context.evidence[STATUS]
    if isinstance(status, Unobserved):
        return "whether the API takes the token was not seen, so it is not tried at the login page"
    if status.answer.status in {401, 403}:
        return "the API refused the token, so it is not tried at the login page"
    return ""


async def _right_login(context: Context) -> Evidence:
    """Sign in, unless there is nowhere to (G1 has no login page)."""
    if doubt := token_in_doubt(context):
        return Unobserved(LOGIN, context.environment, doubt)
    page = context.evidence.get(LOGIN_PAGE)
    if isinstance(page, Observed) and page.answer.status == 404:
        return Unobserved(LOGIN, context.environment, "this deployment has no login page")
    return await ask(context, _login(context.sender.environment.token.reveal()), LOGIN)


def _signed_in_page(name: str) -> Probe:
    request = parse_request(name)

    async def observe(context: Context) -> Evidence:
        login = context.evidence[LOGIN]
        if isinstance(login, Unobserved):
            return Unobserved(name, context.environment, f"not signed in: {login.reason}")
        return await ask(context, request, name)

    return Probe(name, observe, needs=(LOGIN,))


async def _queue_again(context: Context) -> Evidence:
    """Read the queue until it says another ``refreshed_at``, waiting no longer than it takes."""
    first = refreshed_at(context.evidence[QUEUE])
    request = parse_request("GET /api/pending-emails")
    exchanges: tuple[Exchange, ...] = ()
    for pause in _POLLS:
        await asyncio.sleep(pause)
        seen = await ask(context, request, QUEUE_AGAIN)
        exchanges += seen.exchanges
        if isinstance(seen, Unobserved):
            return Unobserved(QUEUE_AGAIN, context.environment, seen.reason, exchanges)
        if first is None or refreshed_at(seen) != first:
            break
    return Observed(QUEUE_AGAIN, context.environment, exchanges)


def refreshed_at(evidence: Evidence) -> str | None:
    """Return the ``refreshed_at`` of a reading of the queue, or None where it says none."""
    if isinstance(evidence, Unobserved):
        return None
    try:
        value = evidence.answer.json()
    except JsonProblem:
        return None
    moment = value.get("refreshed_at") if isinstance(value, dict) else None
    return moment if isinstance(moment, str) else None


def _webhook(name: str) -> Probe:
    path = name.removeprefix("webhook ")
    headers = {"Content-Type": "application/json"}

    async def observe(context: Context) -> Evidence:
        request = Request("POST", path, Identity.ANONYMOUS, headers, _NOT_JSON)
        return await ask(context, request, name)

    return Probe(name, observe)


PROBES = (
    Probe(CORS_PREFLIGHT, _preflight),
    Probe(WRONG_LOGIN, _wrong_login),
    Probe(LOGIN, _right_login, needs=(STATUS,), after=(WRONG_LOGIN, LOGIN_PAGE)),
    _signed_in_page(SALES_SESSION),
    _signed_in_page(BOOKMARK_SESSION),
    Probe(QUEUE_AGAIN, _queue_again, needs=(QUEUE,)),
    *map(_webhook, WEBHOOKS),
)
