"""``ramp``: the ramp stays supervised until three clean live days.

Source: ``docs/regimen.md, Structured rejection`` and ``docs/regimen.md, Ramp graduation``.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from pytest_caio.base.messages import plural, shown
from pytest_caio.evidence.probe_names import DECISIONS, DISPATCHES, QUEUE, STATUS, TRACES
from pytest_caio.judge.generation import PROBES
from pytest_caio.judge.graduated import gatekeeper_over, ramp, switched_off
from pytest_caio.judge.look import BadAnswer, Fields, Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.machine_approvals import by_no_person
from pytest_caio.judge.queue_cards import queue
from pytest_caio.judge.todays_dispatches import none_began, uncounted
from pytest_caio.judge.todays_mails import by_approval, too_many
from pytest_caio.verdict.finding import Outcome, Ruling

# Today's other ways to reach people: for after graduation, unlike their limits, which may stand.
_MOTIONS = ("today.outbound_linkedin", "today.revival", "today.cadence")
# What ends or warns by itself lets nothing out.
_LETS_OUT = re.compile(r"auto_?(?:release|approv|dispatch|send|accept|execut)", re.IGNORECASE)
_FIGURES = (
    "today.outbound_email",
    "today.runs",
    "limits.email_remaining",
    "limits.linkedin_remaining",
    "limits.revival_remaining",
    "warmup_schedule.email_daily_limit",
)


def clean_days_mode(look: Look) -> Ruling:
    """On, or switched off by hand when it was earned; counting as many clean days as wanted."""
    wanted = look.policy.ramp
    expected = f"the ramp is on, in mode {wanted.mode}, with {wanted.clean_days_required} days"
    found = ramp(look)
    mode = found.get("mode", str)
    days = found.get("clean_days_required", int)
    on = found.get("enabled", bool)
    broken = [] if mode == wanted.mode else [f"ramp.mode is {shown(mode)}, not {wanted.mode}"]
    if days != wanted.clean_days_required:
        broken.append(f"ramp.clean_days_required is {days}, not {wanted.clean_days_required}")
    earned = "" if on or broken else switched_off(look)
    if not on and not earned:
        broken.insert(0, "the ramp is switched off")
    text = f"{earned or 'on'}, mode {mode}, {days} clean days required"
    return verdict_on(broken, text, expected=expected)


def consistent(look: Look) -> Ruling:
    """``ramp.active`` holds exactly while clean days are missing, and the numbers agree.

    The days that are named are as many as are counted, up to the required number; each is a date
    of its own that has come. A ramp that was switched off by hand counts none any more.
    """
    found = ramp(look)
    active = found.get("active", bool)
    done = found.get("clean_days_completed", int)
    required = found.get("clean_days_required", int)
    text = f"ramp.active is {shown(active)} with {done} of {required} clean days"
    earned = switched_off(look) if done == 0 < required else ""
    broken = [] if earned or (active == (done < required) and done >= 0) else [text]
    if "remaining_days" in found.value:
        left = found.get("remaining_days", int)
        if left != max(0, required - done) and not (earned and left == 0):
            broken.append(f"ramp.remaining_days is {left} with {done} of {required} clean days")
    if "clean_days_dates" in found.value:
        dates = found.get("clean_days_dates", list)
        broken += _wrong_dates(dates, look.answer(STATUS).date)
        if done not in {len(dates), min(len(dates), required)}:
            broken.append(f"it counts {plural(done, 'clean day')} and names {len(dates)}")
    return verdict_on(broken, earned or text)


def _wrong_dates(dates: list[Any], now: datetime | None) -> list[str]:
    known: list[date] = []
    broken = []
    for text in dates:
        try:
            known.append(datetime.fromisoformat(text).date())
        except (TypeError, ValueError):
            broken.append(f"the clean day {shown(text, 40)} is no date")
    broken += [f"{day} is named twice" for day, n in Counter(known).items() if n > 1]
    # One day ahead may be the deployment's own zone.
    latest = now.date() + timedelta(days=1) if now else date.max
    return broken + [f"the clean day {day} has not come yet" for day in known if day > latest]


def limits(look: Look) -> Ruling:
    """While active: tier_1 only, and today's mails, sent and still to come, within the cap."""
    wanted = look.policy.ramp
    expected = (
        f"while the ramp is active: {wanted.tier} only, at most {wanted.daily_limit} mails a day, "
        "sent and still to come together, and nothing by other ways"
    )
    found = ramp(look)
    if not found.get("active", bool):
        return Ruling(Outcome.NOT_APPLICABLE, "the ramp is not active", expected)
    tier = found.get("tier_filter", str)
    limit = found.get("email_limit_override", int)
    broken = [] if tier == wanted.tier else [f"ramp.tier_filter is {shown(tier)}"]
    broken += _other_filter(look, wanted.tier)
    if not 0 <= limit <= wanted.daily_limit:
        broken.append(f"ramp.email_limit_override is {limit}")
    status = look.object(STATUS)
    left = status.get("limits.email_remaining", int)
    sent = status.get("today.outbound_email", int)
    cap = limit if 0 < limit <= wanted.daily_limit else wanted.daily_limit
    if left + sent > cap:
        broken.append(f"{sent} mails were sent today and {left} may still go out: {cap} at most")
    approvals = by_approval(look)
    if not broken:
        none_began(look)
    broken += [*too_many(sent, approvals, cap), *_wrong_figures(status), *uncounted(look, status)]
    text = f"{tier}, at most {limit} a day: {sent} sent today, {left} may still go out"
    text += f"; {approvals.in_words}" if approvals.number or approvals.unseen else ""
    return verdict_on(broken, text, expected=expected)


def _other_filter(look: Look, tier: str) -> Iterator[str]:
    """Yield that the queue is cut by another tier than the ramp is, where it says by which."""
    try:
        debug = queue(look).get("_shadow_queue_debug", dict)
    except (NoEvidence, BadAnswer):
        return
    given = debug.get("queue_tier_filter", tier)
    if given is None or given == "":
        yield "the queue is cut by no tier (queue_tier_filter)"
    elif isinstance(given, str) and given.strip().lower() != tier:
        yield f"the queue shows {shown(given, 40)} only (queue_tier_filter)"


def _wrong_figures(status: Fields) -> Iterator[str]:
    """Yield the figures that are negative or no numbers, and motions that have to rest."""
    for path in (*_FIGURES, *_MOTIONS):
        section, _, name = path.partition(".")
        figures = status.value_at(section)
        if not isinstance(figures, Mapping) or name not in figures:
            continue
        number = status.get(path, int)
        if number < 0:
            yield f"{path} is {number}"
        elif number and path in _MOTIONS:
            yield f"{path} is {number}: that is for after graduation"


def gatekeeper(look: Look) -> Ruling:
    """While active, and for the policy's days after: nothing is dispatched without it.

    Nor is a card approved by a program.
    """
    after = look.policy.ramp.gatekeeper_days_after
    expected = f"the gatekeeper is required while the ramp is active and for {after} days after"
    active = ramp(look).get("active", bool)
    status = look.object(STATUS)
    why = ""
    if not active and status.value_at("gatekeeper.required") is not True:
        over, why = gatekeeper_over(look)
        if over:
            return Ruling(Outcome.NOT_APPLICABLE, f"the ramp is not active: {why}", expected)
    required = status.get("gatekeeper.required", bool)
    text = f"gatekeeper.required is {shown(required)}"
    broken = [] if required else [f"{text}; {why}" if why else text]
    for name, value in status.get("gatekeeper", dict).items():
        if _LETS_OUT.search(name) and value:
            broken.append(f"it lets out by itself: gatekeeper.{name} is {shown(value, 40)}")
    return verdict_on([*broken, *by_no_person(look)], text, expected=expected)


JUDGES = (
    Judge("ramp.clean-days-mode", clean_days_mode, (STATUS, DISPATCHES)),
    Judge("ramp.consistent", consistent, (STATUS, DISPATCHES)),
    Judge("ramp.limits", limits, (STATUS, QUEUE, DISPATCHES, TRACES, *PROBES)),
    Judge("ramp.gatekeeper", gatekeeper, (STATUS, DISPATCHES, DECISIONS)),
)
