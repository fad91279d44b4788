"""Sent evidence: what GoHighLevel holds of the contacts whose cards were approved."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from pytest_caio.base.strict_json import JsonProblem, loads
from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import DECISIONS, QUEUE_BEFORE, SENT_MAIL, TRACES
from pytest_caio.gates.request import Identity, Request, parse_request
from pytest_caio.interlock.outgoing import Stopped
from pytest_caio.observe.answer_bytes import decode
from pytest_caio.observe.approved_people import Sources, approved_people
from pytest_caio.observe.asked import ANY, Asked
from pytest_caio.observe.probe import Context, Probe, Sends
from pytest_caio.observe.sender import Answer
from pytest_caio.settings.ghl_access import ADVICE, GhlAccess

VERSION = "2021-04-15"
_IN_GHL = tuple(
    Asked(f"GET {path} as GHL's own token", 0, only="of each approved contact", elsewhere="GHL")
    for path in (f"/contacts/{ANY}", f"/conversations/{ANY}", f"/conversations/{ANY}/messages")
)
_ASKS = (Asked(DECISIONS), Asked(TRACES), *_IN_GHL)
_MESSAGE = ("id", "direction", "messageType", "dateAdded", "status")


def sent_mail(access: Mapping[str, GhlAccess], since: str) -> Probe:
    """Return the probe that looks up each contact who was approved since the cycle's start.

    Who that was is in the history, in the traces (whoever was sent a mail by the approval is in
    no list any more), and perhaps in the queue before the cycle. ``access`` is by environment.
    Addresses are looked up as the deployment gives them, and are in evidence only masked.
    """

    async def observe(context: Context) -> Evidence:
        ghl = access.get(context.environment)
        if ghl is None:
            return Unobserved(SENT_MAIL, context.environment, ADVICE)
        (exchange, body), (traced, traces) = await asyncio.gather(
            _read(context.sender, parse_request(DECISIONS)),
            _read(context.sender, parse_request(TRACES)),
        )
        seen = (traced, exchange)
        if not isinstance(body, dict):
            reason = exchange.error or f"{DECISIONS} answered {exchange.status}"
            return Unobserved(SENT_MAIL, context.environment, reason, seen)
        people = approved_people(
            Sources(body, traces, context.evidence.get(QUEUE_BEFORE)),
            exchange.date,
            since,
            context.policy.review.zone,
        )
        if isinstance(people, str):
            return Unobserved(SENT_MAIL, context.environment, people, seen)
        async with context.sender.elsewhere(ghl.url) as sender:
            look = _Lookup(sender, ghl)
            found = await asyncio.gather(*(look.person(entry) for entry in people))
        # In the order of the contacts and not of the answers: the same answers, the same evidence.
        exchanges = (*seen, *(one for _, own in found for one in own))
        rows = context.sender.redactor.value([row for row, _ in found])
        return Observed(
            SENT_MAIL, context.environment, exchanges, MappingProxyType({"lookups": rows})
        )

    return Probe(SENT_MAIL, observe, after=(QUEUE_BEFORE,), asks=_ASKS)


@dataclass(frozen=True)
class _Lookup:
    sender: Sends
    access: GhlAccess

    async def person(self, entry: Mapping[str, Any]) -> tuple[dict[str, Any], list[Exchange]]:
        """Return what GHL holds of one approved contact, and the exchanges that showed it."""
        row: dict[str, Any] = {
            "email_id": entry.get("email_id"),
            "to": entry.get("to"),
            "reviewed_at": entry.get("reviewed_at"),
            "source": entry.get("source"),
            "contacts": 0,
            "messages": [],
            "problem": "",
        }
        seen: list[Exchange] = []
        try:
            await self._fill(row, seen, entry.get("contact_id"))
        except _Unseen as unseen:
            row["problem"] = str(unseen)
        return row, seen

    async def _fill(self, row: dict[str, Any], seen: list[Exchange], contact: object) -> None:
        location = f"locationId={quote(self.access.location, safe='')}"
        for known in [contact] if contact else await self._contacts(row["to"], location, seen):
            row["contacts"] += 1
            person = quote(str(known), safe="")
            search = f"/conversations/search?{location}&contactId={person}"
            for conversation in await self._list(search, seen, "conversations"):
                path = f"/conversations/{quote(str(conversation.get('id')), safe='')}/messages"
                for message in await self._list(path, seen, "messages", "messages"):
                    row["messages"].append({key: message.get(key) for key in _MESSAGE})

    async def _contacts(self, address: object, location: str, seen: list[Exchange]) -> list[Any]:
        if not isinstance(address, str) or "@" not in address:
            raise _Unseen("the deployment names no address")
        query = f"/contacts/?{location}&query={quote(address.strip(), safe='')}"
        wanted = address.strip().lower()
        # GHL finds every address that contains the query.
        return [
            contact.get("id")
            for contact in await self._list(query, seen, "contacts")
            if str(contact.get("email")).strip().lower() == wanted
        ]

    async def _list(self, path: str, seen: list[Exchange], *keys: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.access.token.reveal()}", "Version": VERSION}
        try:
            request = Request("GET", path, Identity.ANONYMOUS, headers)
            exchange, body = await _read(self.sender, request)
        except Stopped as stop:
            # An id of GHL's own that leads elsewhere: one contact's evidence is missing, no more.
            raise _Unseen(f"asking GHL was stopped by the interlock: {stop}") from None
        seen.append(exchange)
        if exchange.status != 200:
            raise _Unseen(exchange.error or f"GHL answered {exchange.status}")
        for key in keys:
            body = body.get(key) if isinstance(body, dict) else None
        if not isinstance(body, list):
            raise _Unseen(f"GHL's answer holds no list of {keys[-1]}")
        return [item for item in body if isinstance(item, dict)]


class _Unseen(Exception):
    """GHL did not show what was asked for."""


async def _read(sender: Sends, request: Request) -> tuple[Exchange, Any]:
    """Return the last attempt at a read, redacted, and its JSON as it came (None: no JSON)."""
    answers: list[Answer] = []
    attempts = await sender.send(request, keep=answers.append)
    exchange = attempts[-1]
    if exchange.status != 200 or exchange.truncated or not answers:
        return exchange, None
    try:
        return exchange, loads(decode(answers[-1].body, ""))
    except JsonProblem:
        return exchange, None
