"""``cycle.sent-evidence``: was every approved contact really written to?

Source: ``docs/regimen.md, Sent evidence``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.model import Unobserved
from pytest_caio.evidence.probe_names import SENT_MAIL, TRACES
from pytest_caio.judge.decisions import start_of_cycle
from pytest_caio.judge.look import Look, NoEvidence
from pytest_caio.judge.outcome_traces import traces
from pytest_caio.settings.ghl_access import ADVICE
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_GIVE_ACCESS = (
    "Set CAIO_GHL_TOKEN and CAIO_GHL_LOCATION_ID, then run the cycle profile again; or look up in "
    "GHL's conversations yourself whether each approved contact has its mail."
)
_ASK_AGAIN = (
    "Run the cycle profile again in a few minutes. If it stays so, look up in GHL's conversations "
    "yourself whether each approved contact has its mail."
)
_NOT_SENT = frozenset({"failed", "undelivered", "error", "cancelled", "draft", "scheduled"})


def sent_evidence(look: Look) -> Ruling:
    """An outbound mail in GHL, after the approval, for each contact approved in the cycle.

    Where GHL is configured that is required: an approval that failed to send looks like any other.
    """
    expected = "GHL holds an outbound mail to each approved contact, later than the approval"
    evidence = look.evidence.get(SENT_MAIL)
    if isinstance(evidence, Unobserved) and evidence.reason == ADVICE:
        raise NoEvidence(f"{SENT_MAIL}: {ADVICE}", _GIVE_ACCESS)
    return replace(_configured(look, expected), severity=Severity.REQUIRED, expected=expected)


def _configured(look: Look, expected: str) -> Ruling:
    """Return the ruling where GHL could be asked."""
    try:
        data = look.observed(SENT_MAIL).data
    except NoEvidence as gone:
        return gone.ruling()
    rows = data.get("lookups")
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        return NoEvidence(f"{SENT_MAIL}: nothing was looked up", _ASK_AGAIN).ruling(expected)
    # A card that only vanished was perhaps never approved: that is for cycle.decided to say.
    rows = [row for row in rows if row.get("source") != "queue before"]
    found = [{**_shown(row), "sent_at": first_mail(row)} for row in rows]
    facts = {"sent": found}
    missing, unseen = _without_mail(found, rows)
    if gap := _unseen_in_cycle(look):
        unseen.append(f"who else was approved doesn't show: {gap}")
    if missing:
        text = f"no sent mail after the approval: {listed([*missing, *unseen])}"
        return Ruling(Outcome.FAIL, text, expected, facts=facts)
    if unseen:
        missing_words = NoEvidence(listed(unseen), _ASK_AGAIN)
        return missing_words.ruling(expected, facts=facts)
    if not rows:
        return Ruling(Outcome.NOT_APPLICABLE, "nobody was approved in this cycle", expected)
    text = f"a sent mail for each of {plural(len(found), 'approved card')}"
    return Ruling(Outcome.PASS, text, expected, facts=facts)


def _unseen_in_cycle(look: Look) -> str:
    """Return what the traces should show of the cycle and do not."""
    try:
        start = start_of_cycle(look, TRACES)
    except NoEvidence:
        start = datetime.min.replace(tzinfo=UTC)
    return traces(look).missing_since(start)


def _without_mail(
    found: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]
) -> tuple[list[str], list[str]]:
    """Return who got no mail, and of whom that can't be told."""
    missing: list[str] = []
    unseen: list[str] = []
    for row, raw in zip(found, rows, strict=True):
        if row["sent_at"]:
            continue
        problem = raw.get("problem")
        if problem:
            unseen.append(f"{row['id']}: {problem}")
        else:
            missing.append(f"{row['id']} to {row['to']}")
    return missing, unseen


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": str(row.get("email_id")),
        "to": str(row.get("to")),
        "approved_at": row.get("reviewed_at"),
    }


def first_mail(row: Mapping[str, Any]) -> str | None:
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
