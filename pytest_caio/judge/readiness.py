"""``smoke.ready`` and ``smoke.dependencies``: is it ready, in its headline and in all of its parts?

Source: ``docs/dashboard.md, Readiness`` and ``docs/dashboard.md, Dependencies``.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from pytest_caio.base.messages import listed, shown
from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.probe_names import DEPENDENCIES, READY
from pytest_caio.judge.look import BadAnswer, Fields, Judge, Look, NoEvidence, answered, verdict_on
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import NOT_READY

# What a part of the readiness may say without failing.
_FINE = frozenset(
    "ok okay ready healthy pass passed passing up running connected available alive good degraded "
    "configured configured_unverified not_configured skipped disabled not_required".split()
)
# The parts of docs/dashboard.md, Readiness: of these nothing but a good word will do.
_NAMED = frozenset({"health_monitor", "integrations", "runtime_dependencies"})
# Words that contradict a headline of "ready", wherever they stand; and beside `required: true`.
_DOWN = frozenset(
    "unhealthy not_ready unready down failed failing fail error critical offline unavailable "
    "disconnected".split()
)
_SHORT_OF_REQUIRED = _DOWN | {"degraded", "not_configured", "disabled", "skipped"}
_OFFSET = re.compile(r"(?:Z|[+-]\d\d:?\d\d)\s*$", re.IGNORECASE)
# As long as a check may be kept that goes on in the background.
_LONG_AGO = timedelta(minutes=15)
_FAILURES = ("required_failures", "failures", "failing")


def ready(look: Look) -> Ruling:
    """``/api/health/ready`` answers 200 and says ready, and nothing in it says otherwise."""
    exchange = look.answer(READY)
    if exchange.status != 200:
        return Ruling(Outcome.FAIL, f"{READY} answered {answered(exchange)}", cause=NOT_READY)
    found = look.object(READY)
    status = found.get("status", str)
    broken = [] if status == "ready" else [f"status is {shown(status)}"]
    checks = found.get("checks", dict)
    if not checks:
        raise BadAnswer("checks is empty: nothing says what is ready")
    broken += [f"checks.{k} is {shown(v)}" for k, v in checks.items() if not _fine(k, v)]
    rest = {key: value for key, value in found.value.items() if key not in {"status", "checks"}}
    broken += contradictions(rest)
    good = f"ready: {listed(f'{k} {shown(v)}' for k, v in checks.items())}"
    return verdict_on(broken, good, cause=NOT_READY)


def _fine(name: str, value: object) -> bool:
    """Return whether a line of ``checks`` says nothing bad; of further ones less is known."""
    if isinstance(value, str):
        return _word(value) in _FINE
    if name in _NAMED:
        return False
    if isinstance(value, Mapping):
        said = [value[key] for key in ("status", "state") if isinstance(value.get(key), str)]
        return all(_word(text) in _FINE for text in said) and not list(contradictions(value))
    return value is not False


def dependencies(look: Look) -> Ruling:
    """``/api/runtime/dependencies`` is ready, no required dependency is failing, and neither its
    own parts nor the readiness say otherwise.
    """
    found = look.object(DEPENDENCIES)
    said = [] if found.get("ready", bool) else ["ready is false"]
    failures = found.get("required_failures", list)
    said += [f"required_failures: {listed(map(shown, failures))}"] if failures else []
    # Not every deployment sums up in a word; one that begins to has to say something.
    status = found.get("status", str) if "status" in found.value else "ready"
    if not status.strip() or _word(status) in _SHORT_OF_REQUIRED:
        said.append(f"status is {shown(status)}")
    parts = found.get("dependencies", dict)
    if not parts:
        raise BadAnswer("dependencies is empty")
    # Which part it is comes first: that is what somebody has to mend.
    broken = [text for name, part in parts.items() for text in _part(name, part)] + said
    known = {"ready", "required_failures", "status", "dependencies"}
    broken += contradictions({k: v for k, v in found.value.items() if k not in known})
    broken += _readiness_differs(look, parts) if not broken else []
    if not broken:
        _of_now(look, found)
    return verdict_on(broken, f"ready: {listed(parts)}", cause=NOT_READY)


def _of_now(look: Look, found: Fields) -> None:
    """Raise NoEvidence where what it says was checked long ago: that says nothing of now."""
    said, now = found.value_at("checked_at"), look.answer(DEPENDENCIES).date
    # Without an offset it may be told by any clock.
    checked = parse_time(said) if isinstance(said, str) and _OFFSET.search(said) else None
    if checked and now and now - checked > _LONG_AGO:
        minutes = (now - checked) // timedelta(minutes=1)
        raise NoEvidence(f"the dependencies were checked {minutes} min before they were asked for")


def _part(name: str, part: Any) -> Iterator[str]:
    if not isinstance(part, dict) or not isinstance(part.get("required"), bool):
        yield f"dependencies.{name} does not say whether it is required"
    elif part["required"] and part.get("ready") is not True:
        yield f"{name} is {shown(part.get('status'))}: {shown(part.get('message'))}"
    else:
        yield from contradictions(part, f"dependencies.{name}")


def contradictions(part: Any, path: str = "") -> Iterator[str]:
    """Yield what in ``part`` contradicts a headline of "ready".

    Whatever says of itself that it isn't required may be as it likes.
    """
    if isinstance(part, list):
        for i, item in enumerate(part):
            yield from contradictions(item, f"{path}[{i}]")
    if not isinstance(part, Mapping) or part.get("required") is False:
        return
    at = f"{path}." if path else ""
    bad = _SHORT_OF_REQUIRED if part.get("required") is True else _DOWN
    if part.get("ready") is False:
        yield f"{at}ready is false"
    stated = part.get("required") is True or part.get("ready") is True
    if part.get("connected") is False and stated:
        yield f"{at}connected is false"
    status = part.get("status")
    if isinstance(status, str) and _word(status) in bad:
        yield f"{at}status is {shown(status)}"
    for key, value in part.items():
        if key in _FAILURES and value and isinstance(value, list | dict | str):
            yield f"{at}{key}: {shown(value)}"
        else:
            yield from contradictions(value, f"{at}{key}")


def _readiness_differs(look: Look, parts: Mapping[str, Any]) -> Iterator[str]:
    """Yield where the readiness, asked at about the same time, says something else of a part."""
    try:
        exchange = look.answer(READY)
    except NoEvidence:
        return
    if exchange.status == 503 and "untime dependencies" in exchange.body:
        yield f"every part is ready, but {READY} answered {answered(exchange)}"
    if exchange.status != 200:
        return
    try:
        inner = look.object(READY).value_at("runtime_dependencies")
    except BadAnswer:
        return
    other = Fields(inner, READY).value_at("dependencies") if isinstance(inner, Mapping) else None
    for name, part in other.items() if isinstance(other, Mapping) else ():
        own = parts.get(name)
        if not isinstance(part, Mapping) or not isinstance(own, Mapping):
            continue
        if isinstance(part.get("required"), bool) and part["required"] != own.get("required"):
            yield (
                f"dependencies.{name}.required is {shown(own.get('required'))} here, and "
                f"{shown(part['required'])} in {READY}"
            )


def _word(text: str) -> str:
    return text.strip().lower().replace(" ", "_").replace("-", "_")


JUDGES = (
    Judge("smoke.ready", ready, (READY,)),
    Judge("smoke.dependencies", dependencies, (DEPENDENCIES, READY)),
)
