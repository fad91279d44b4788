"""A probe, a judge and a fault of another package: the emergency stop stays off while one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pytest_caio.api import (
    Context,
    Evidence,
    Judge,
    Look,
    Outcome,
    Probe,
    Ruling,
    Severity,
    from_exchanges,
    parse_request,
    shown,
)

if TYPE_CHECKING:
    from pytest_caio.testing import Fault

TWICE = "the operator status, read twice"


async def read_twice(context: Context) -> Evidence:
    """Read the status, and once more: two exchanges in one piece of evidence."""
    request = parse_request("GET /api/operator/status")
    first, second = await context.send(request), await context.send(request)
    return from_exchanges(TWICE, context.environment, (*first[-1:], *second[-1:]))


def steady(look: Look) -> Ruling:
    """Both reads say of the emergency stop what the gate file wants; else it blocks a GO."""
    last = look.object(TWICE).get("emergency_stop", bool)
    first = look.observed(TWICE).exchanges[0].json()["emergency_stop"]
    if first == last == look.settings["wanted"]:
        return Ruling(Outcome.PASS, f"twice {shown(last)}")
    said = f"{shown(first)}, then {shown(last)}"
    return Ruling(Outcome.FAIL, said, severity=Severity.REQUIRED)


def pytest_caio_judges() -> list[Judge]:
    """Hand over the judges that gate files may name."""
    return [Judge("example.steady", steady, (TWICE,))]


def pytest_caio_probes() -> list[Probe]:
    """Hand over the probes that judges may name."""
    return [Probe(TWICE, read_twice)]


def pytest_caio_faults() -> list[Fault]:
    """Hand over the faults that show that the check can fail: only a rehearsal needs them."""
    from pytest_caio.testing import Fault, setting

    red = ("example.steady", "ramp.emergency-stop")
    stopped = setting(emergency_stop=True)
    return [Fault("example-stop", "Somebody pulls the stop before one looks.", red, stopped)]
