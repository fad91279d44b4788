"""A probe and a judge of another package: the emergency stop stays as it is while one looks."""

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
