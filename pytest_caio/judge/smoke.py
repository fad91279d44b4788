"""``smoke``: does the deployment stand (regimen §4 and §8)?"""

from pytest_caio.finding import Outcome, Ruling
from pytest_caio.judge.look import BadAnswer, Judge, Look, answered, verdict_on
from pytest_caio.judge.probes import DEPENDENCIES, READY
from pytest_caio.words import listed, shown

# What a part of the readiness may say without failing.
_FINE = ("ok", "ready", "healthy", "degraded", "configured", "configured_unverified", "skipped")


def ready(look: Look) -> Ruling:
    """``/api/health/ready`` answers 200 and says ready, with nothing failing in it."""
    exchange = look.answer(READY)
    if exchange.status != 200:
        return Ruling(Outcome.FAIL, f"{READY} answered {answered(exchange)}")
    found = look.object(READY)
    status = found.get("status", str)
    broken = [] if status == "ready" else [f"status is {shown(status)}"]
    checks = found.get("checks", dict)
    broken += [f"checks.{key} is {shown(v)}" for key, v in checks.items() if v not in _FINE]
    return verdict_on(broken, f"ready: {listed(f'{k} {v}' for k, v in checks.items())}")


def dependencies(look: Look) -> Ruling:
    """``/api/runtime/dependencies`` is ready, and no required dependency is failing."""
    found = look.object(DEPENDENCIES, statuses=(200, 503))
    broken = [] if found.get("ready", bool) else ["ready is false"]
    failures = found.get("required_failures", list)
    broken += [f"required_failures: {listed(map(shown, failures))}"] if failures else []
    parts = found.get("dependencies", dict)
    if not parts:
        raise BadAnswer("dependencies is empty")
    for name, part in parts.items():
        if not isinstance(part, dict) or not isinstance(part.get("required"), bool):
            broken.append(f"dependencies.{name} does not say whether it is required")
        elif part["required"] and part.get("ready") is not True:
            broken.append(f"{name} is {shown(part.get('status'))}: {shown(part.get('message'))}")
    return verdict_on(broken, f"ready: {listed(parts)}")


JUDGES = (
    Judge("smoke.ready", ready, (READY,)),
    Judge("smoke.dependencies", dependencies, (DEPENDENCIES,)),
)
