"""Which dates of a stranger's are taken for one (``docs/dashboard.md, Dates and times``)."""

from datetime import UTC, datetime

# Far enough from both ends of a calendar that hours, days and time zones can be added; judging
# again gives the same, as no clock is asked.
FIRST_YEAR, LAST_YEAR = 1970, 2999


def moment_of(found: datetime) -> datetime | None:
    """Return a stranger's moment in UTC, or None where it is far from any that could be meant.

    Without an offset it is UTC.
    """
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
