"""When a live cycle started: ``--caio-since``, or today in the zone of the policy."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo


def check_since(text: str) -> str:
    """Return ``text`` as it was given; raise ValueError where it is no ISO date or time."""
    try:
        given = datetime.fromisoformat(text.strip()) if text else None
        if given and not 2000 <= given.year < 9999:
            raise ValueError("no cycle ran then")
    except ValueError:
        raise ValueError(
            f"--caio-since is {text!r}; write a date or time like 2026-02-24 or 2026-02-24T15:00"
        ) from None
    return text.strip()


def cycle_start(since: str, now: datetime, zone: str) -> datetime:
    """Return the cycle's start in UTC.

    ``since`` is an ISO date (its midnight) or time, in ``zone`` unless it has an offset of its
    own; empty, it is the midnight before ``now``, the deployment's clock, in ``zone``.
    """
    where = ZoneInfo(zone)
    if not since:
        today = now.astimezone(where).date()
        return datetime.combine(today, time(), where).astimezone(UTC)
    given = datetime.fromisoformat(since)
    return given.replace(tzinfo=given.tzinfo or where).astimezone(UTC)
