"""A client that asks everything that dashboards answer, also what a gate may not ask.

It decides which mutants count: those that change an answer that counts and that a gate may see. It
knows nothing of the gate's checks.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http.cookies import SimpleCookie
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

import httpx2

from mutants.counted_fields import TEMPLATES, seen_of
from mutants.scenes import NAME, Scene
from mutants.story import START

TOKEN = "questions-about-everything"
BEYOND = "beyond: "
"""Before the questions that a gate may not ask."""
_READS = (
    "/api/runtime/dependencies",
    "/api/rejection-tags",
    "/api/pending-emails",
    "/api/pending-emails?include_non_dispatchable=true",
    "/api/operator/status",
    "/api/operator/history?limit=200",
    "/api/emails/history?limit=100",
)
_TRACES = "/api/traces/recent?agent=feedback_loop&limit=200"
# Of those only whether they are shut is anybody's business.
_SHUT = (
    _TRACES,
    "/api/operator/pending-batch", "/api/leads", "/api/leads/funnel", "/api/scorecard",
    "/api/agents", "/api/queue-watcher/status", "/api/cadence/leads", "/api/debug/filesystem",
    "/api/queue-status",
)  # fmt: skip
_OPEN = (
    "/api/health", "/api/health/ready", "/inngest", "/ChiefAIOfficer", "/sales", "/login",
)  # fmt: skip
_PLAIN = ("/docs", "/redoc", "/openapi.json", "/", "/leads", "/scorecard")
_HARMLESS = (
    ("GET", "/api/operator/trigger"), ("POST", "/api/emails/nobody/approve"),
    ("POST", "/api/emails/nobody/reject"), ("POST", "/api/operator/approve-batch/nobody"),
    ("POST", "/api/operator/reject-batch/nobody"), ("POST", "/api/admin/seed_queue?count=0"),
    ("POST", "/api/admin/seed_queue?count=21"),
)  # fmt: skip
_WEBHOOKS = ("/webhooks/instantly/open", "/webhooks/clay", "/webhooks/rb2b", "/webhooks/heyreach")
_REFUSED = (
    "", "reason=%20&rejection_tag=weak_cta", "rejection_tag=weak_cta", "reason=why",
    "reason=why&rejection_tag=", "reason=why&rejection_tag=%20", "reason=why&rejection_tag=weak",
    "reason=why&rejection_tag=unheard_of",
)  # fmt: skip
_PATIENCE, _SILENT = 2.0, 2
"""Seconds for an answer; after so many that didn't come none is waited for."""
_FIELDS = re.compile(r'name="(\w+)"')
_QUERY_MODE = re.compile(r"Query-token auth is disabled|via \?token=")


def answers(server: ModuleType, scene: Scene) -> dict[str, str]:
    """What a fresh deployment of `scene` answers to each question, as far as it counts."""
    clock = _Clock()
    deployment = server.build(
        scene.generation, token=TOKEN, environment=NAME, clock=clock, announced=False
    )
    scene.arrange(deployment)
    app = server.create_app(deployment, lambda _request: None, 0.0)
    return asyncio.run(_Asking(app, deployment, clock).everything())


class _Clock:
    """Goes on by a second for each question, so that answers can be compared."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


class _Asking:
    """One round of questions."""

    def __init__(self, app: Any, deployment: Any, clock: _Clock) -> None:
        self._client = httpx2.AsyncClient(
            transport=httpx2.ASGITransport(app), base_url="https://caio.example"
        )
        self._deployment, self._clock = deployment, clock
        self._said: dict[str, str] = {}
        self._beyond = False
        self._silent = 0
        self._token = {"X-Dashboard-Token": TOKEN}

    async def everything(self) -> dict[str, str]:
        """Ask in an order in which nothing is changed before it was looked at."""
        async with self._client:
            await self._without_a_token()
            await self._with_a_token()
            await self._pages()
            await self._ghl()
            await self._refused_rejections()
            self._beyond = True
            await self._doors_from_inside()
            await self._what_changes_something()
        return self._said

    async def _without_a_token(self) -> None:
        # Before G2 those may be open or shut.
        plain = _PLAIN if self._deployment.settings.generation == "g2" else ()
        for path in (*_OPEN, *plain, *_READS, *_SHUT):
            await self._ask("GET", path)
        for method, path in _HARMLESS:
            await self._ask(method, path)
        for path in _WEBHOOKS:
            await self._ask("POST", path, note="unsigned", content=b"{")
        bearer = {"Authorization": "Bearer wrong"}
        await self._ask("POST", _WEBHOOKS[-1], note="wrong bearer", headers=bearer, content=b"{")
        for wrong in ("", "wrong", TOKEN[:-1], TOKEN.upper()):
            for method, path in (("GET", _READS[4]), ("POST", _HARMLESS[1][1])):
                await self._ask(
                    method, path, note=f"token {wrong!r}", headers={"X-Dashboard-Token": wrong}
                )
        forged = {"Cookie": "caio_session=forged"}
        await self._ask("GET", _READS[4], note="forged", headers=forged)
        await self._ask("GET", "/sales", note="forged", headers=forged)
        await self._ask("GET", f"{_READS[4]}?token=wrong", note="wrong query")
        origin = {"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"}
        await self._ask("OPTIONS", _READS[4], headers=origin)

    async def _with_a_token(self) -> None:
        for path in _READS:
            await self._ask("GET", path, note="token", headers=self._token)
        await self._ask("GET", _READS[3], note="again", headers=self._token)
        if self._deployment.settings.generation == "g2":
            await self._ask("GET", _TRACES, note="token", headers=self._token)

    async def _pages(self) -> None:
        await self._login("")
        await self._login(TOKEN[:-1])
        session = await self._login(TOKEN)
        for path in ("/sales", "/ChiefAIOfficer", _READS[4]):
            await self._ask("GET", path, note="session", headers={"Cookie": session})

    async def _login(self, token: str, note: str = "") -> str:
        form = {"token": token, "next": "/sales"}
        response = await self._ask("POST", "/login", note=f"{token!r} {note}", data=form)
        return response.headers.get("set-cookie", "").partition(";")[0]

    async def _ghl(self) -> None:
        settings = self._deployment.settings
        known = {"Authorization": f"Bearer {settings.ghl_token}", "Version": "2021-04-15"}
        place = f"locationId={settings.ghl_location_id}"
        for contact in list(self._deployment.state.contacts):
            await self._ask("GET", f"/ghl/contacts/?{place}&query={contact.email}", headers=known)
            search = f"/ghl/conversations/search?{place}&contactId={contact.id}"
            found = await self._ask("GET", search, headers=known)
            for conversation in _listed(found):
                await self._ask("GET", f"/ghl/conversations/{conversation}/messages", headers=known)

    async def _refused_rejections(self) -> None:
        cards = self._deployment.state.cards.values()
        training = [card.email_id for card in cards if card.training and card.status == "pending"]
        for card in training[:1]:
            for query in _REFUSED:
                await self._ask("POST", f"/api/emails/{card}/reject?{query}", headers=self._token,
                                called="a training card")  # fmt: skip

    async def _doors_from_inside(self) -> None:
        """What is harmless only because there is no right token with it."""
        for method, path in _HARMLESS:
            await self._ask(method, path, note="token", headers=self._token)
        await self._ask("GET", f"{_READS[4]}?token={TOKEN}", note="query")
        for _ in range(6):
            await self._login("wrong")
        await self._login(TOKEN, "locked out")
        self._clock.at += timedelta(minutes=6)
        await self._login(TOKEN, "five minutes later")

    async def _what_changes_something(self) -> None:
        cards = list(self._deployment.state.cards.values())
        training = [card.email_id for card in cards if card.training and card.status == "pending"]
        live = [card.email_id for card in cards if not card.training and card.status == "pending"]
        decided = [card.email_id for card in cards if card.status == "rejected"]
        for card in decided[:1]:
            for query in _REFUSED:
                await self._ask("POST", f"/api/emails/{card}/reject?{query}", headers=self._token)
        for card in (*training[:1], *live[:1]):
            good = f"/api/emails/{card}/reject?reason=why&rejection_tag=weak_cta&approver=me"
            for note in ("first", "again"):
                await self._ask("POST", good, note=note, headers=self._token)
        for card in live[1:]:
            await self._ask("POST", f"/api/emails/{card}/approve", headers=self._token)
        await self._ask(
            "POST", "/api/admin/seed_queue?count=1&tier=tier_1", note="token", headers=self._token
        )
        for path in _READS[3:7]:
            await self._ask("GET", path, note="afterwards", headers=self._token)

    async def _ask(
        self, method: str, path: str, note: str = "", called: str = "", **more: Any
    ) -> httpx2.Response:
        """Ask, and keep what is said by the question; `called` is what it is about, for an id."""
        self._clock.at += timedelta(seconds=1)
        self._client.cookies.clear()
        try:
            # In this process an answer takes milliseconds, or never comes.
            async with asyncio.timeout(_PATIENCE if self._silent < _SILENT else 0):
                response = await self._client.request(method, path, **more)
        except TimeoutError:
            self._silent += 1
            response = httpx2.Response(504)
        except Exception as error:  # noqa: BLE001 - a server that breaks answers 500
            response = httpx2.Response(500, json=str(type(error)))
        beyond = BEYOND if self._beyond else ""
        asked = f"{called}: {path.partition('?')[2]}" if called else path
        self._said[f"{beyond}{method} {asked} {note}".strip()] = " | ".join(
            _seen(response, method, path, self._clock.at)
        )
        return response


def _listed(found: httpx2.Response) -> list[str]:
    try:
        return [str(one["id"]) for one in found.json()["conversations"]]
    except (ValueError, KeyError, TypeError):
        return []


def _seen(response: httpx2.Response, method: str, path: str, now: datetime) -> Iterator[str]:
    """The status, the headers that count, and the fields of the body that count."""
    where = urlsplit(path).path
    yield _status(response, method, where)
    if where != "/inngest":
        yield f"dated {_off(response, now)}"
    if where != "/ChiefAIOfficer" and where not in _PLAIN:
        yield f"to {urlsplit(response.headers.get('location', '')).path}"
    yield from _cookies(response)
    if TOKEN in response.text or TOKEN in str(response.headers):
        yield "shows the token"
    if response.status_code == 200 and where.startswith("/sales"):
        yield response.text
    if response.status_code == 200 and where == "/login":
        yield str(sorted(_FIELDS.findall(response.text)))
    if method == "OPTIONS" or not where.startswith(("/api/", "/ghl/")):
        return
    if response.status_code == 401:
        yield str(_QUERY_MODE.findall(response.text))
    template = next((t for p, t in _BY_PATH if where.startswith(p)), None)
    if response.status_code == 200 and template is not None:
        yield json.dumps(seen_of(_json(response), template), sort_keys=True)


def _status(response: httpx2.Response, method: str, path: str) -> str:
    """Which redirect it is makes no difference; of some only whether they are shut, or there."""
    code = response.status_code
    if path == "/inngest":
        return "missing" if code == 404 else "mounted"
    if path in _PLAIN:
        return "open" if code == 200 else "shut"
    if method == "OPTIONS":
        return "shut" if code == 401 or code >= 500 else "open"
    return "3xx" if 300 <= code < 400 else str(code)


def _off(response: httpx2.Response, now: datetime) -> str:
    """By how much the answer's date is off: how many questions went before it is nobody's doing."""
    try:
        return str(parsedate_to_datetime(response.headers.get("date", "")) - now)
    except ValueError:
        return "no date"


def _json(response: httpx2.Response) -> Any:
    try:
        return json.loads(response.text)
    except ValueError:
        return response.text


_BY_PATH = sorted(TEMPLATES.items(), key=lambda item: -len(item[0]))


def _cookies(response: httpx2.Response) -> Iterator[str]:
    for header in response.headers.get_list("set-cookie"):
        yield from (f"cookie {bool(cookie.value)}" for cookie in SimpleCookie(header).values())
