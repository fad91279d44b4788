"""The oracle's reading of a cycle's decisions and dispatches: docs/checks.md, Gate cycle."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from fuzz.oracle_cards import moment
from fuzz.served import Seen

DECISIONS, DISPATCHES = "/api/emails/history", "/api/operator/history"
TWELVE = frozenset(
    "personalization_mismatch icp_mismatch campaign_mismatch tone_style_issue factual_inaccuracy"
    " weak_subject weak_cta length_issue compliance_issue placeholder_or_rendering_issue"
    " queue_hygiene_non_actionable other".split()
)
Why = Iterator[tuple[str, str]]


def cannot_be_met(seen: Seen) -> Why:
    """Yield what the history of decisions and the dispatch history rule out."""
    now = seen.now()
    if now is None:
        return
    here = now.astimezone(ZoneInfo("America/New_York"))
    since = here.replace(hour=0, minute=0, second=0, microsecond=0)
    yield from _decisions(seen, since, now)
    yield from _dispatches(seen, since, now)


def _alike(seen: Seen, path: str) -> Any:
    found = seen.usable(path)
    return found[0] if found and all(each == found[0] for each in found) else None


def _decisions(seen: Seen, since: datetime, now: datetime) -> Why:
    answers = seen.answers(DECISIONS)
    if answers and not seen.usable(DECISIONS):
        yield "cycle.rejections-tagged", "no usable history of decisions"
    answer = _alike(seen, DECISIONS)
    decided = answer.get("emails") if isinstance(answer, dict) else None
    for one in decided if isinstance(decided, list) else ():
        if not isinstance(one, dict) or one.get("status") != "rejected":
            continue
        when = moment(one.get("reviewed_at"))
        if when is None or not since <= when <= now:
            continue
        reason = one.get("rejection_reason")
        tag = one.get("rejection_tag")
        if not isinstance(tag, str) or tag.strip().lower() not in TWELVE:
            yield "cycle.rejections-tagged", "a rejection has no known tag"
        if not isinstance(reason, str) or not reason.strip():
            yield "cycle.rejections-tagged", "a rejection has no reason"


def _dispatches(seen: Seen, since: datetime, now: datetime) -> Why:
    answers = seen.answers(DISPATCHES)
    if answers and not seen.usable(DISPATCHES):
        yield "cycle.dispatch", "no usable dispatch history"
    reports = _alike(seen, DISPATCHES)
    for one in reports if isinstance(reports, list) else ():
        if not isinstance(one, dict) or one.get("dry_run") is not False:
            continue
        when = moment(one.get("completed_at")) or moment(one.get("started_at"))
        if when is None or not since <= when <= now:
            continue
        if one.get("errors"):
            yield "cycle.dispatch", "a live run had errors"
        if one.get("pending_approval") is True:
            yield "cycle.dispatch", "a live run waits for approval"
