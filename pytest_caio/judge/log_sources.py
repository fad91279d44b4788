"""What the daily log has besides decisions and runs: bounces, the stop, and what is not seen."""

from collections.abc import Collection, Iterator, Mapping

from pytest_caio.base.messages import plural
from pytest_caio.evidence.model import Observed, Unobserved
from pytest_caio.evidence.probe_names import QUEUE_BEFORE, SENT_MAIL, STATUS
from pytest_caio.judge.graduated import ramp
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.judge.outcome_traces import Traces
from pytest_caio.judge.todays_mails import by_approval, too_many

_BOUNCED = ("bounce", "undelivered", "failed", "complain")


def bounces(look: Look, cards: Collection[str]) -> int:
    """Return for how many of these cards GHL holds a mail that came back."""
    return sum(str(row.get("email_id")) in cards and _came_back(row) for row in _lookups(look))


def _came_back(row: Mapping[str, object]) -> bool:
    messages = row.get("messages")
    return any(
        isinstance(message, Mapping)
        and any(word in str(message.get("status")).lower() for word in _BOUNCED)
        for message in (messages if isinstance(messages, list) else ())
    )


def _unanswered(look: Look) -> list[str]:
    """Return of how many contacts GHL said nothing, in one line."""
    problems = [row["problem"] for row in _lookups(look) if row.get("problem")]
    who = f"GHL did not show {plural(len(problems), 'contact')}"
    return [f"{who}: {problems[0]}"] if problems else []


def _lookups(look: Look) -> list[Mapping[str, object]]:
    found = look.evidence.get(SENT_MAIL)
    rows = found.data.get("lookups") if isinstance(found, Observed) else None
    return [row for row in (rows if isinstance(rows, list) else ()) if isinstance(row, Mapping)]


def stopped(look: Look) -> Iterator[str]:
    """Yield that the emergency stop is on, where that shows."""
    try:
        if look.object(STATUS).get("emergency_stop", bool):
            yield "the emergency stop is on: it stops dispatches, and no approval"
    except (NoEvidence, BadAnswer):
        return


def beyond_the_cap(look: Look) -> list[str]:
    """Return that more mails went out today than the ramp lets through, where that shows."""
    try:
        found = ramp(look)
        sent = look.object(STATUS).get("today.outbound_email", int)
        limit, most = found.get("email_limit_override", int), look.policy.ramp.daily_limit
        cap = limit if 0 < limit <= most else most
        return too_many(sent, by_approval(look), cap) if found.get("active", bool) else []
    except (NoEvidence, BadAnswer):
        return []


def notes(look: Look, traced: Traces) -> tuple[str, ...]:
    """Return the sources that nobody had to show, and that therefore say nothing here."""
    said = [*([] if traced.due else [traced.unseen]), *_unanswered(look)]
    for probe in (SENT_MAIL, QUEUE_BEFORE):
        found = look.evidence.get(probe)
        if isinstance(found, Unobserved):
            said.append(found.reason)
    return tuple(said)
