"""``cycle.send-hours``: would an approval at the review hour be within the deployment's own hours?

Sending has hours in the *server's* local time (``docs/dashboard.md, From approval to mail``).
"""

from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from pytest_caio.evidence.probe_names import HEALTH, READY
from pytest_caio.judge.generation import PROBES, Generation, generation
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence
from pytest_caio.verdict.finding import Outcome, Ruling

OPENS, CLOSES = time(8), time(18)
_STEP = timedelta(minutes=15)
_SEE_IT = (
    "The server's time shows only while the deployment is ready. For Engineering: mend what "
    "smoke.ready names, if it is not; else look up whether the review window is within the "
    "server's sending hours."
)


def send_hours(look: Look) -> Ruling:
    """The review window lies within the sending hours, by the server's clock as far as it shows.

    Only a time without an offset shows what the machine's own clock reads.
    """
    policy = look.policy.review
    opens, closes = policy.window
    expected = (
        f"{policy.opens} to {policy.closes} {policy.zone} is within {OPENS:%H:%M} to "
        f"{CLOSES:%H:%M} by the server's own clock"
    )
    if generation(look) is not Generation.G2:
        return Ruling(Outcome.NOT_APPLICABLE, "approving does not send here", expected)
    found = _shown(look)
    if found is None:
        raise NoEvidence("the server's own clock doesn't show: no answer has a time "
                         "without an offset", _SEE_IT)  # fmt: skip
    now, offset = found
    here = now.astimezone(ZoneInfo(policy.zone)).date()
    times = [
        datetime.combine(here, at, ZoneInfo(policy.zone)).astimezone(timezone(offset))
        for at in (opens, closes)
    ]
    inside = times[0].time() >= OPENS and times[1].time() <= CLOSES
    whole = inside and times[0].date() == times[1].date()
    text = (
        f"the server's clock is at UTC{_signed(offset)}, so {policy.opens} to {policy.closes} "
        f"{policy.zone} is {times[0]:%H:%M} to {times[1]:%H:%M} there"
    )
    if whole:
        return Ruling(Outcome.PASS, text, expected)
    text = f"{text}: an approval then may fail to send, unless an override is set"
    return Ruling(Outcome.FAIL, text, expected)


def _shown(look: Look) -> tuple[datetime, timedelta] | None:
    """Return the deployment's time, and how far its machine's clock is from UTC."""
    for probe in (READY, HEALTH):
        try:
            now, body = look.answer(probe).date, look.object(probe).value
        except (NoEvidence, BadAnswer):
            continue
        local = _naive(body.get("timestamp"))
        if now and local:
            apart = local - now.astimezone(UTC).replace(tzinfo=None)
            offset = round(apart / _STEP) * _STEP
            if abs(offset) <= timedelta(hours=14):
                return now, offset
    return None


def _naive(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return found if found and found.tzinfo is None else None


def _signed(offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"


JUDGES = (Judge("cycle.send-hours", send_hours, (READY, HEALTH, *PROBES)),)
