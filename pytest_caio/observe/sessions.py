"""Probes of the pages: the right login, the pages before and behind it, the second poll."""

import asyncio
from dataclasses import replace

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    BOOKMARK_SESSION,
    BOUNCES,
    CORS_PREFLIGHT,
    FOREIGN_ORIGIN,
    LOGIN,
    LOGIN_PAGE,
    QUEUE,
    QUEUE_AGAIN,
    SALES,
    SALES_SESSION,
    STATUS,
    UNSUBSCRIBES,
    WEBHOOKS,
    WRONG_LOGIN,
)
from pytest_caio.gates.request import Identity, Request, parse_request
from pytest_caio.interlock.deeds import Deed
from pytest_caio.interlock.webhook_call import NOT_JSON
from pytest_caio.observe.asked import ANY, Asked
from pytest_caio.observe.following import HOPS, follow
from pytest_caio.observe.probe import Context, Probe, ask
from pytest_caio.observe.queue_readings import read_queue
from pytest_caio.observe.token_doubt import token_in_doubt
from pytest_caio.observe.wrong_credentials import login_form

# Seconds between further reads of the queue, while ``refreshed_at`` stays what it was.
_POLLS = (0.25, 0.5, 1.0, 2.0)
_POLLED = Asked("GET /api/pending-emails", len(_POLLS) + 1, only="again until it has refreshed")
_FOREIGN = {"Origin": FOREIGN_ORIGIN, "Access-Control-Request-Method": "GET"}


async def _preflight(context: Context) -> Evidence:
    path = "/api/operator/status"
    return await ask(
        context, Request("OPTIONS", path, Identity.ANONYMOUS, _FOREIGN), CORS_PREFLIGHT
    )


async def _right_login(context: Context) -> Evidence:
    """Sign in, unless there is nowhere to (G1 has no login page)."""
    if doubt := token_in_doubt(context):
        return Unobserved(LOGIN, context.environment, doubt)
    page = context.evidence[LOGIN_PAGE]
    if isinstance(page, Observed) and page.answer.status == 404:
        return Unobserved(LOGIN, context.environment, "this deployment has no login page")
    # Behind a gateway that is just waking up it may have to be sent again; a right one may be.
    form = login_form(context.sender.environment.token.reveal(), twice=True)
    return await ask(context, form, LOGIN)


async def _open_page(context: Context) -> Evidence:
    return await follow(context, parse_request(SALES), SALES)


def _signed_in_page(name: str) -> Probe:
    request = parse_request(name)
    look = follow if name == SALES_SESSION else ask

    async def observe(context: Context) -> Evidence:
        login = context.evidence[LOGIN]
        if isinstance(login, Unobserved):
            return Unobserved(name, context.environment, f"not signed in: {login.reason}")
        return await look(context, request, name)

    onward = _onward(Identity.SESSION) if look is follow else ()
    return Probe(name, observe, needs=(LOGIN,), asks=(Asked(name), *onward))


def _onward(who: Identity) -> tuple[Asked, ...]:
    return (Asked(f"GET {ANY} as {who}", HOPS, only="where it redirects on the same origin"),)


async def _queue_again(context: Context) -> Evidence:
    """Read the queue beside the first reading, until it says another ``refreshed_at`` than that.

    It waits no longer than it takes.
    """
    request = parse_request("GET /api/pending-emails")
    seen = await read_queue(context, request, QUEUE_AGAIN)
    first = refreshed_at(await asyncio.shield(context.under_way[QUEUE]))
    exchanges = seen.exchanges
    for pause in _POLLS:
        if isinstance(seen, Unobserved):
            return Unobserved(QUEUE_AGAIN, context.environment, seen.reason, exchanges)
        if first is None or refreshed_at(seen) != first:
            break
        await asyncio.sleep(pause)
        seen = await read_queue(context, request, QUEUE_AGAIN)
        exchanges += seen.exchanges
    return replace(seen, exchanges=exchanges)


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
        request = Request("POST", path, Identity.ANONYMOUS, headers, NOT_JSON, twice=True)
        return await ask(context, request, name)

    asks = (Asked(f"POST {path} as anonymous", why=Deed.UNSIGNED_WEBHOOK),)
    return Probe(name, observe, asks=asks)


_LOGIN = Asked("POST /login as anonymous", why=Deed.LOGIN, only="if there is a login page")
PROBES = (
    Probe(CORS_PREFLIGHT, _preflight, asks=(Asked("OPTIONS /api/operator/status as anonymous"),)),
    Probe(LOGIN, _right_login, needs=(STATUS, LOGIN_PAGE), after=(WRONG_LOGIN,), asks=(_LOGIN,)),
    Probe(SALES, _open_page, asks=(Asked(SALES), *_onward(Identity.ANONYMOUS))),
    _signed_in_page(SALES_SESSION),
    _signed_in_page(BOOKMARK_SESSION),
    Probe(QUEUE_AGAIN, _queue_again, beside=(QUEUE,), asks=(_POLLED,)),
    *map(_webhook, (*WEBHOOKS, BOUNCES, UNSUBSCRIBES)),
)
