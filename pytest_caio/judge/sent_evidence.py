"""``cycle.sent-evidence``: was every approved contact really written to?

Source: ``docs/regimen.md, Sent evidence``.
"""

from collections.abc import Mapping
from typing import Any

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.probe_names import SENT_MAIL
from pytest_caio.judge.look import Look, NoEvidence
from pytest_caio.verdict.finding import Outcome, Ruling

_NOT_SENT = frozenset({"failed", "undelivered", "error", "cancelled", "draft", "scheduled"})


def sent_evidence(look: Look) -> Ruling:
    """An outbound mail in GHL, after the approval, for each contact approved in the cycle."""
    expected = "GHL holds an outbound mail to each approved contact, later than the approval"
    rows = look.observed(SENT_MAIL).data.get("lookups")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise NoEvidence(f"{SENT_MAIL}: nothing was looked up")
    if not rows:
        return Ruling(Outcome.NOT_APPLICABLE, "nobody was approved in this cycle", expected)
    found = [{**_shown(row), "sent_at": _sent_at(row)} for row in rows]
    facts = {"sent": found}
    missing = [
        f"{row['id']} to {row['to']}"
        for row, raw in zip(found, rows, strict=True)
        if not row["sent_at"] and not raw.get("problem")
    ]
    unseen = [
        f"{row['id']}: {raw.get('problem')}"
        for row, raw in zip(found, rows, strict=True)
        if not row["sent_at"] and raw.get("problem")
    ]
    if missing:
        text = f"no sent mail after the approval: {listed([*missing, *unseen])}"
        return Ruling(Outcome.FAIL, text, expected, facts=facts)
    if unseen:
        return Ruling(Outcome.CANNOT_TELL, listed(unseen), expected, facts=facts)
    text = f"a sent mail for each of {plural(len(found), 'approved card')}"
    return Ruling(Outcome.PASS, text, expected, facts=facts)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row.get("email_id")),
        "to": str(row.get("to")),
        "approved_at": row.get("reviewed_at"),
    }


def _sent_at(row: Mapping[str, Any]) -> str | None:
    """Return when the first mail after the approval was sent, or None where there is none."""
    approved = parse_time(row.get("reviewed_at"))
    messages = row.get("messages")
    times = [
        at
        for message in (messages if isinstance(messages, list) else ())
        if isinstance(message, Mapping) and _is_sent_mail(message)
        and (at := parse_time(message.get("dateAdded")))
        # GHL's times have no more than seconds to them.
        and approved is not None and at >= approved.replace(microsecond=0)
    ]  # fmt: skip
    return min(times).isoformat() if times else None


def _is_sent_mail(message: Mapping[str, Any]) -> bool:
    return (
        message.get("direction") == "outbound"
        and "EMAIL" in str(message.get("messageType")).upper()
        and str(message.get("status")).strip().lower() not in _NOT_SENT
    )
