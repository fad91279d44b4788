"""Approving is sending (``docs/dashboard.md, From approval to mail``): what becomes of a card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from pytest_caio.rehearsal.deployment.configured import Settings
from pytest_caio.rehearsal.deployment.state import Card, Contact, Mail, State

SENT = "sent_proved"
APPROVED = "approved"
FAILED = "send_failed"
_OPENS, _CLOSES = time(8), time(18)


Deliver = Callable[[State, Card, datetime], str]
"""Hands a mail to GHL, and says what became of it: `sent_proved`, `send_failed`, …"""


def deliver(state: State, card: Card, at: datetime) -> str:
    """Send a card's mail: its contact is made where there is none, the mail is in GHL at once."""
    known = [contact for contact in state.contacts if contact.email == card.to]
    number = card.email_id.rpartition("_")[2]
    contact = known[0] if known else Contact(card.contact_id or f"contact-{number}", card.to)
    if not known:
        state.contacts.append(contact)
    state.mails.append(Mail(f"msg-{card.email_id}", contact.id, at))
    return SENT


def send(settings: Settings, state: State, card: Card, at: datetime, by: Deliver) -> str:
    """What becomes of a card that is approved at `at`; the emergency stop does not come into it."""
    platform = card.classifier.get("target_platform") if isinstance(card.classifier, dict) else ""
    if not settings.approval_sends or card.training or platform != "ghl":
        return APPROVED
    if not open_at(settings, at):
        return FAILED
    return by(state, card, at)


def open_at(settings: Settings, at: datetime) -> bool:
    """Whether `at` is within the sending hours, which are in the *server's* local time."""
    local = at.astimezone(ZoneInfo(settings.server_zone)).time()
    return settings.send_hours_override or _OPENS <= local < _CLOSES
