"""How long a browser may take an answer from its own cache instead of asking again.

Source: RFC 9111, section 4.2 (freshness) and 4.1 (``Vary``).
"""

import re
from email.utils import parsedate_to_datetime

from pytest_caio.evidence.model import Exchange

_ASKS_AGAIN = re.compile(r"(?:^|[,\s])(?:no-store|no-cache)\b", re.IGNORECASE)
_AGE = re.compile(r"(?:^|[,\s])(?:max-age|s-maxage)\s*=\s*\"?(\d+)", re.IGNORECASE)
# Kept until somebody empties the cache, where nothing else is said (RFC 9110, section 15.4).
_FOR_GOOD = frozenset({301, 308})


def kept_for(answer: Exchange) -> float:
    """Return for how many seconds whoever asks again, with another cookie too, gets the same."""
    told = {name: [v for n, v in answer.headers if n.lower() == name]
            for name in ("cache-control", "vary")}  # fmt: skip
    says, varies = ", ".join(told["cache-control"]), ", ".join(told["vary"]).lower()
    if _ASKS_AGAIN.search(says) or "*" in varies or "cookie" in varies:
        return 0.0
    if ages := _AGE.findall(says):
        return max(map(float, ages))
    if (expires := answer.header("expires")) is not None:
        return _until(expires, answer.header("date"))
    return float("inf") if answer.status in _FOR_GOOD else 0.0


def _until(expires: str, date: str | None) -> float:
    """Return how far ``Expires`` is from ``Date``; what can't be read is over (RFC 9111, 5.3)."""
    try:
        until, since = (parsedate_to_datetime(one or "") for one in (expires, date))
        return max(0.0, (until - since).total_seconds())
    except (ValueError, TypeError):
        return 0.0
