"""Sent evidence: what GoHighLevel holds of the contacts whose cards were approved."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import quote

from pytest_caio.base.strict_json import JsonProblem, loads
from pytest_caio.evidence.cards import parse_time, was_training
from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import DECISIONS, SENT_MAIL
from pytest_caio.gates.request import Identity, Request, parse_request
from pytest_caio.observe.answer_bytes import decode
from pytest_caio.observe.probe import Context, Probe, Sends
from pytest_caio.observe.sender import Answer
from pytest_caio.settings.cycle_start import cycle_start
from pytest_caio.settings.ghl_access import ADVICE, GhlAccess

VERSION = "2021-04-15"
_MESSAGE = ("id", "direction", "messageType", "dateAdded", "status")


def sent_mail(access: Mapping[str, GhlAccess], since: str) -> Probe:
    """Return the probe that looks up each contact who was approved since the cycle's start.

    ``access`` is by environment. Addresses are looked up as the deployment gives them, and are in
    evidence only masked.
    """

    async def observe(context: Context) -> Evidence:
        ghl = access.get(context.environment)
        if ghl is None:
            return Unobserved(SENT_MAIL, context.environment, ADVICE)
        exchange, body = await _read(context.sender, parse_request(DECISIONS))
        if not isinstance(body, dict):
            reason = exchange.error or f"{DECISIONS} answered {exchange.status}"
            return Unobserved(SENT_MAIL, context.environment, reason, (exchange,))
        approved = _approved(body, exchange, since, context.policy.review.zone)
        if isinstance(approved, str):
            return Unobserved(SENT_MAIL, context.environment, approved, (exchange,))
        async with context.sender.elsewhere(ghl.url) as sender:
            look = _Lookup(sender, ghl)
            found = await asyncio.gather(*(look.person(entry) for entry in approved))
        # In the order of the contacts and not of the answers: the same answers, the same evidence.
        exchanges = (exchange, *(one for _, own in found for one in own))
        rows = context.sender.redactor.value([row for row, _ in found])
        return Observed(
            SENT_MAIL, context.environment, exchanges, MappingProxyType({"lookups": rows})
        )

    return Probe(SENT_MAIL, observe)


def _approved(
    body: Mapping[str, Any], exchange: Exchange, since: str, zone: str
) -> list[Mapping[str, Any]] | str:
    """Return the approvals of the cycle with their raw addresses, or why they don't show."""
    now: datetime | None = exchange.date
    if now is None:
        return f"{DECISIONS}: the answer has no Date header, so the time doesn't show"
    start = cycle_start(since, now, zone)
    entries = body.get("emails")
    if not isinstance(entries, list):
        return f"{DECISIONS}: emails is not a list"
    found: list[Mapping[str, Any]] = []
    for entry in entries:
        if not isinstance(entry, dict) or was_training(entry):
            continue
        if str(entry.get("status")).strip().lower() == "approved":
            at = parse_time(entry.get("reviewed_at"))
            if at is None or at >= start:
                found.append(entry)
    return found


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
            "contacts": 0,
            "messages": [],
            "problem": "",
        }
        seen: list[Exchange] = []
        try:
            await self._fill(row, seen)
        except _Unseen as unseen:
            row["problem"] = str(unseen)
        return row, seen

    async def _fill(self, row: dict[str, Any], seen: list[Exchange]) -> None:
        address = row["to"]
        if not isinstance(address, str) or "@" not in address:
            raise _Unseen("the history names no address")
        location = f"locationId={quote(self.access.location, safe='')}"
        query = f"/contacts/?{location}&query={quote(address.strip(), safe='')}"
        wanted = address.strip().lower()
        for contact in await self._list(query, seen, "contacts"):
            # GHL finds every address that contains the query.
            if str(contact.get("email")).strip().lower() != wanted:
                continue
            row["contacts"] += 1
            person = quote(str(contact.get("id")), safe="")
            search = f"/conversations/search?{location}&contactId={person}"
            for conversation in await self._list(search, seen, "conversations"):
                path = f"/conversations/{quote(str(conversation.get('id')), safe='')}/messages"
                for message in await self._list(path, seen, "messages", "messages"):
                    row["messages"].append({key: message.get(key) for key in _MESSAGE})

    async def _list(self, path: str, seen: list[Exchange], *keys: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"Bearer {self.access.token.reveal()}", "Version": VERSION}
        exchange, body = await _read(self.sender, Request("GET", path, Identity.ANONYMOUS, headers))
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
