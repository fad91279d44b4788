"""Probes that come with what must open nothing: no token's worth, and a session that is none."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from urllib.parse import urlencode, urlsplit

from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    ACTION_CREDENTIALS,
    FORGED_SESSION,
    LOGIN,
    READ_CREDENTIALS,
    REJECT_ANONYMOUS,
    STATUS_ANONYMOUS,
    WRONG_LOGIN,
)
from pytest_caio.gates.request import Identity, Request, parse_request
from pytest_caio.interlock.deeds import READ, Deed
from pytest_caio.interlock.made_up import NO_SESSION, wrong_tokens
from pytest_caio.interlock.rules import Stopped
from pytest_caio.observe import cookies
from pytest_caio.observe.asked import ANY, Asked
from pytest_caio.observe.page.open_reads import plain_links
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.sender import TOKEN_HEADER, Answer

_INSIDE = {
    "X-Forwarded-For": "127.0.0.1",
    "X-Real-IP": "127.0.0.1",
    "X-Original-URI": "/api/health",
    "X-Forwarded-Uri": "/api/health",
}
_WHO = (
    "Cf-Access-Authenticated-User-Email",
    "X-Forwarded-Email",
    "X-Forwarded-User",
    "X-Auth-Request-Email",
    "X-Goog-Authenticated-User-Email",
    "Remote-User",
)
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_SALES = Request("GET", "/sales", Identity.ANONYMOUS)
_STATUS = parse_request(STATUS_ANONYMOUS)
_WRONG_CREDENTIAL = "a wrong credential"
_ONLY_LOST = "again if a gateway or nobody answered it"
_ONLY_COOKIES = "if a refused login set a cookie"
_MOST_LINKS = 3
# Four tokens and a cookie.
_WRONG = 5
_LOGINS = ("an empty token", "a shortened token")
_LOOK = "just a look at it"
_PAGE = Request("GET", "/login", Identity.ANONYMOUS)


def login_form(token: str, *, twice: bool = False) -> Request:
    """Return the login form, sent with ``token``."""
    body = urlencode({"token": token, "next": "/sales"}).encode()
    return Request("POST", "/login", Identity.ANONYMOUS, _FORM, body, twice)


def _with(request: Request, name: str, value: str) -> Request:
    return Request(request.method, request.path, Identity.ANONYMOUS, {name: value}, twice=True)


async def _gather(
    name: str,
    context: Context,
    asked: Mapping[str, Request],
    kept: Mapping[str, list[Answer]] = MappingProxyType({}),
) -> Evidence:
    """Send what is ``asked`` at the same time; the evidence says which exchange is whose.

    ``tries`` of its data maps each name to the place of its last exchange; the answers as they
    came go into ``kept``.
    """
    answers = await asyncio.gather(
        *(
            context.sender.send(request, depth=context.depth, keep=kept.get(what, []).append)
            for what, request in asked.items()
        ),
        return_exceptions=True,
    )
    sent: tuple[Exchange, ...] = ()
    tries: dict[str, int] = {}
    for what, answer in zip(asked, answers, strict=True):
        if isinstance(answer, Stopped):
            reason = f"{what} was stopped by the interlock: {answer}"
            return Unobserved(name, context.environment, reason, sent)
        if isinstance(answer, BaseException):
            raise answer
        sent += answer
        tries[what] = len(sent) - 1
    return Observed(name, context.environment, sent, MappingProxyType({"tries": tries}))


def _proxy(url: str) -> dict[str, str]:
    """Return what anybody may claim: to come from inside or from a page of the dashboard, to have
    asked for what is open to all, and to have been signed in by whoever stands in front of it.
    """
    domain = ".".join((urlsplit(url).hostname or "").split(".")[-2:])
    page = {"Origin": url, "Referer": f"{url}/sales", "Sec-Fetch-Site": "same-origin"}
    return {**_INSIDE, **page, **dict.fromkeys(_WHO, f"caio-gate@{domain}")}


def _credentials(name: str, question: str, why: str = READ) -> Probe:
    request = parse_request(question)

    async def observe(context: Context) -> Evidence:
        tokens = wrong_tokens(context.sender.environment.token)
        asked = {what: _with(request, TOKEN_HEADER, token) for what, token in tokens.items()}
        asked["a wrong session cookie"] = _with(request, "Cookie", f"caio_session={NO_SESSION}")
        asked["a proxy's headers"] = replace(
            request, headers=_proxy(context.sender.environment.url), twice=True
        )
        return await _gather(name, context, asked)

    with_each = f"{question.partition(' as ')[0]} as {_WRONG_CREDENTIAL}"
    return Probe(name, observe, asks=(Asked(with_each, _WRONG, why), Asked(question, why=why)))


async def _wrong_logins(context: Context) -> Evidence:
    """Sign in with an empty and a shortened token at once, then look what their cookies open.

    The page is looked at beside them: its own cookies are tried too, as looking at a login is not
    signing in, and a deployment that is waking up is awake when it has come. An answer that sets
    no cookie opens nothing, so that nothing more is asked.
    """
    tokens = wrong_tokens(context.sender.environment.token)
    forms = {what: login_form(tokens[what]) for what in _LOGINS}
    came: dict[str, list[Answer]] = {what: [] for what in (*forms, _LOOK)}
    tried = await _gather(WRONG_LOGIN, context, {**forms, _LOOK: _PAGE}, came)
    if isinstance(tried, Observed):
        tried = await _once_more(context, tried, forms, came)
    if isinstance(tried, Unobserved):
        return tried
    page = tried.exchanges[tried.data["tries"][_LOOK]]
    if reason := _nowhere(page):
        return Unobserved(WRONG_LOGIN, context.environment, reason, tried.exchanges)
    tries = dict(tried.data["tries"])
    if not page.header("set-cookie"):
        del tries[_LOOK]
    # What the page gives to anybody may lie behind a link of it as well.
    linked = plain_links(context.sender.environment.url, came[_LOOK][-1].body)[:_MOST_LINKS]
    links = {f"the link to {path}": Request("GET", path, Identity.ANONYMOUS) for path in linked}
    came |= {what: [] for what in links}
    behind = await _gather(WRONG_LOGIN, context, links, came)
    sent = tried.exchanges + behind.exchanges
    asked = {
        f"{request.path} with the cookie of {what}": _with(request, "Cookie", cookies.header(found))
        for what, kept in came.items()
        if kept and (found := cookies.given(kept[-1].headers))
        for request in (_SALES, _STATUS)
    }
    opened = await _gather(WRONG_LOGIN, context, asked)
    if isinstance(opened, Unobserved):
        return replace(opened, exchanges=sent + opened.exchanges)
    data = MappingProxyType({"tries": tries, "opened": _moved(opened, len(sent))})
    return Observed(WRONG_LOGIN, context.environment, sent + opened.exchanges, data)


def _nowhere(page: Exchange) -> str:
    """Return why nothing is to be said of wrong logins, or nothing where something is."""
    if page.status is None:
        return f"no login page: {page.error}"
    return "this deployment has no login page" if page.status == 404 else ""


async def _once_more(
    context: Context,
    tried: Observed,
    forms: Mapping[str, Request],
    came: Mapping[str, list[Answer]],
) -> Evidence:
    """Send again what a gateway answered in the deployment's stead, or nobody at all.

    By now the page has been waited for. Only what did not arrive may be sent twice.
    """
    places: dict[str, int] = tried.data["tries"]
    lost = {w: f for w, f in forms.items() if _came_to_nobody(tried.exchanges[places[w]])}
    if not lost or _came_to_nobody(tried.exchanges[places[_LOOK]]):
        return tried
    for form in lost.values():
        context.sender.interlock.came_to_nobody(context.environment, form.body)
    again = await _gather(WRONG_LOGIN, context, lost, came)
    sent = tried.exchanges + again.exchanges
    if isinstance(again, Unobserved):
        return replace(again, exchanges=sent)
    tries = {**places, **_moved(again, len(tried.exchanges))}
    return replace(again, exchanges=sent, data=MappingProxyType({"tries": tries}))


def _came_to_nobody(exchange: Exchange) -> bool:
    """Return whether the deployment never had it: a gateway said so, or nobody was there."""
    gateway = exchange.status in {502, 503} and not exchange.has_detail
    return gateway or exchange.error.startswith("no connection")


def _moved(found: Observed, by: int) -> dict[str, int]:
    return {what: place + by for what, place in found.data["tries"].items()}


async def _forged_session(context: Context) -> Evidence:
    """Come with the cookies of the right login, spoilt: whoever checks them refuses."""
    session = context.sender.session
    if session is None:
        return Unobserved(FORGED_SESSION, context.environment, "no login gave a session to forge")
    asked = {
        f"{request.path} with {what}": _with(request, "Cookie", cookie)
        for what, cookie in cookies.forged(session.reveal()).items()
        for request in (_SALES, _STATUS)
    }
    return await _gather(FORGED_SESSION, context, asked)


_WITH_COOKIES = tuple(
    Asked(f"{r.method} {r.path} as {_WRONG_CREDENTIAL}", len(_LOGINS) + 1, only=_ONLY_COOKIES)
    for r in (_SALES, _STATUS)
)
_ASKS = (
    Asked("POST /login as anonymous", len(_LOGINS), Deed.WRONG_LOGIN),
    Asked("POST /login as anonymous", len(_LOGINS), Deed.WRONG_LOGIN, _ONLY_LOST),
    Asked("GET /login as anonymous"),
    Asked(f"GET {ANY} as anonymous", _MOST_LINKS, only="what the login page links to"),
    *_WITH_COOKIES,
)
_FORGED = tuple(
    Asked(f"{r.method} {r.path} as {_WRONG_CREDENTIAL}", only=only)
    for only in ("", "if a session says something of itself")
    for r in (_SALES, _STATUS)
)
PROBES = (
    _credentials(READ_CREDENTIALS, STATUS_ANONYMOUS),
    _credentials(ACTION_CREDENTIALS, REJECT_ANONYMOUS, Deed.NO_CARD_REJECTED),
    Probe(WRONG_LOGIN, _wrong_logins, asks=_ASKS),
    Probe(FORGED_SESSION, _forged_session, needs=(LOGIN,), asks=_FORGED),
)
