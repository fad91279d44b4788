"""``ramp``: has the deployment earned its graduation, and does it grow gradually?

Source: ``docs/regimen.md, Ramp graduation``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import DISPATCHES, STATUS
from pytest_caio.judge.dispatch_history import REPORTS, Day, Run, days, problems, runs
from pytest_caio.judge.graduated import ramp, switched_off
from pytest_caio.judge.look import BadAnswer, Judge, Look
from pytest_caio.verdict.finding import Outcome, Ruling


@dataclass(frozen=True)
class Claim:
    """What the deployment says of itself: days completed, out of how many, and which dates."""

    required: int
    completed: int
    dates: tuple[str, ...]
    active: bool


def _claim(look: Look) -> Claim:
    found = ramp(look)
    dates = found.get("clean_days_dates", list)
    if not all(isinstance(text, str) for text in dates):
        raise BadAnswer("ramp.clean_days_dates holds something that is no date")
    return Claim(
        found.get("clean_days_required", int),
        found.get("clean_days_completed", int),
        tuple(text[:10] for text in dates),
        found.get("active", bool),
    )


def graduation(look: Look) -> Ruling:
    """The claimed clean days are in the dispatch history; nothing grows before they are complete.

    The deployment counts up to the required number only, and its API gives at most 200 reports
    (``docs/checks.md, Gate ramp``).
    """
    claim, history = _claim(look), runs(look)
    found = days(look, history)
    clean = [day.date for day in found if day.clean]
    wanted = look.policy.ramp.clean_days_required
    missing = max(0, wanted - len(clean))
    expected = "every clean day that the deployment claims is in its own dispatch history"
    facts = _facts(claim, wanted, clean, found)
    broken = [*problems(history), *_contradictions(claim)]
    unseen = _unseen(claim, clean, history)
    lacking = [text for text in claim.dates if text not in {*clean, *unseen}]
    more = claim.completed > min(len(clean) + len(unseen), max(claim.required, 0))
    if lacking or more:
        broken.append(_self_graduated(claim, clean, lacking, found))
    earned = switched_off(look)
    if not earned and (missing > len(unseen) or claim.completed < wanted):
        broken += _expanded(look)
    if broken:
        return Ruling(Outcome.FAIL, "; ".join(broken), expected, facts=facts)
    if unseen:
        text = (
            f"the clean days {listed(unseen)} are older than the {REPORTS} dispatch reports that "
            "the deployment shows"
        )
        return Ruling(Outcome.CANNOT_TELL, text, expected, facts=facts)
    text = earned or _good(claim, clean, missing, found)
    return Ruling(Outcome.PASS, text, expected, facts=facts)


def _unseen(claim: Claim, clean: Sequence[str], history: Sequence[Run]) -> list[str]:
    """Return the claimed days that lie before, or on the edge of, what 200 reports show."""
    oldest = min((run.day for run in history if run.day), default="")
    if len(history) < REPORTS or not oldest:
        return []
    return [text for text in dict.fromkeys(claim.dates) if text <= oldest and text not in clean]


def _contradictions(claim: Claim) -> list[str]:
    if claim.completed != len(set(claim.dates)):
        dates = plural(len(set(claim.dates)), "date")
        return [f"it claims {plural(claim.completed, 'clean day')} and names {dates}"]
    return []


def _self_graduated(
    claim: Claim, clean: Sequence[str], lacking: Sequence[str], found: Sequence[Day]
) -> str:
    most = max(claim.required, 0)
    if not lacking and most < claim.completed <= len(clean):
        more = f"more than the {most} that it counts up to"
        return f"it claims {plural(claim.completed, 'clean day')}, {more}"
    why = {day.date: day.why for day in found}
    named = [f"{text} ({why.get(text) or 'no dispatch that day'})" for text in lacking]
    shows = f"{plural(len(clean), 'clean day')}{f' ({listed(clean)})' if clean else ''}"
    wrong = f"; not clean: {listed(named)}" if named else ""
    return f"it claims {plural(claim.completed, 'clean day')}, its history shows {shows}{wrong}"


def _expanded(look: Look) -> list[str]:
    """Return what has grown although the clean days are not complete."""
    wanted, found = look.policy.ramp, ramp(look).value
    broken = []
    tier, limit = found.get("tier_filter"), found.get("email_limit_override")
    if tier != wanted.tier:
        broken.append(f"the tier filter is {shown(tier)} before the clean days are complete")
    if not isinstance(limit, int) or isinstance(limit, bool) or limit > wanted.daily_limit:
        broken.append(f"the daily limit is {shown(limit)} before the clean days are complete")
    return broken


def _good(claim: Claim, clean: Sequence[str], missing: int, found: Sequence[Day]) -> str:
    shows = f": {listed(clean, 5)}" if clean else ""
    parts = [f"{plural(claim.completed, 'clean day')} claimed, {len(clean)} in the history{shows}"]
    if claim.completed < min(len(clean), claim.required):
        parts.append("the deployment claims fewer than its history shows: it holds itself back")
    parts.append(f"{plural(missing, 'clean day')} missing" if missing else "complete")
    unclean = [f"{day.date} ({day.why})" for day in found if day.live and not day.clean]
    parts += [f"not clean: {listed(unclean, 5)}"] if unclean else []
    return "; ".join(parts)


def _facts(claim: Claim, wanted: int, clean: Sequence[str], found: Sequence[Day]) -> dict[str, Any]:
    rows = [{"date": d.date, "clean": d.clean, "live": d.live, "why": d.why} for d in found]
    return {
        "ramp": {
            "required": wanted,
            "claimed": claim.completed,
            "claimed_dates": list(claim.dates),
            "recounted": len(clean),
            "missing": max(0, wanted - len(clean)),
            "days": rows,
        }
    }


def cap_growth(look: Look) -> Ruling:
    """After graduation the daily cap grows by the policy's steps, one for each clean day more."""
    claim, wanted = _claim(look), look.policy.ramp
    if claim.active or (claim.completed < claim.required and not switched_off(look)):
        return Ruling(Outcome.NOT_APPLICABLE, "the deployment has not graduated")
    extra = sum(day.clean for day in days(look, runs(look))) - wanted.clean_days_required
    open_steps = (wanted.daily_limit, *wanted.growth_steps[: 1 + max(0, extra)])
    expected = f"the daily cap is one of {listed(open_steps)}: one step for each further clean day"
    cap = _cap(look)
    text = f"the daily cap is {cap}, with {plural(max(0, extra), 'clean day')} since graduation"
    good = cap <= wanted.daily_limit or cap in open_steps
    return Ruling(Outcome.PASS if good else Outcome.FAIL, text, expected)


def _cap(look: Look) -> int:
    """Return the daily cap: the ramp's override, else what is left of today and what was sent."""
    found = ramp(look)
    if found.has("email_limit_override"):
        return found.get("email_limit_override", int)
    status = look.object(STATUS)
    return status.get("limits.email_remaining", int) + status.get("today.outbound_email", int)


JUDGES = (
    Judge("ramp.graduation", graduation, (STATUS, DISPATCHES)),
    Judge("ramp.cap-growth", cap_growth, (STATUS, DISPATCHES)),
)
