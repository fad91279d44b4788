"""One exchange as a command line that an engineer can paste; the token stays a variable."""

import shlex

from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.request import READS
from pytest_caio.report.inline_text import tidy
from pytest_caio.settings.environments import variable

_OURS = frozenset({"x-correlation-id", "x-replay-case-id", "origin"})


def curl(exchange: Exchange, environment: str) -> str:
    """Return the curl line of a read; nothing for a request that is more than one."""
    if exchange.method not in READS:
        return ""
    method = [] if exchange.method == "GET" else ["-X", exchange.method]
    words = ["curl", "-sS", "-i", *method, shlex.quote(tidy(exchange.url))]
    for name, value in exchange.request_headers:
        if name.lower() == "x-dashboard-token":
            words += ["-H", f'"X-Dashboard-Token: ${variable(environment, "TOKEN")}"']
        elif name.lower() in _OURS:
            words += ["-H", shlex.quote(tidy(f"{name}: {value}"))]
    return " ".join(words)
