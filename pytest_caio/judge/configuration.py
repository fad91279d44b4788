"""``environment``: is this the deployment that was meant, with the flags that were agreed?

Source: ``docs/regimen.md, Environment confirmation``.
"""

from pytest_caio.base.messages import listed, shown
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Exchange
from pytest_caio.evidence.probe_names import (
    DEPENDENCIES,
    INNGEST,
    QUEUE,
    QUEUE_AGAIN,
    READY,
    REJECT_ANONYMOUS,
    STATUS,
    STATUS_ANONYMOUS,
)
from pytest_caio.judge import generation
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.look import Judge, Look, NoEvidence, seen, verdict_on
from pytest_caio.judge.queue_cards import (
    age_hours,
    all_cards,
    clock_problem,
    queue,
    readings,
)
from pytest_caio.judge.refused import unrefused
from pytest_caio.settings.environments import REHEARSAL, variable
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import CLOCK, HIDDEN_CARDS, NO_DASHBOARD, NOT_READY, TOKEN

# The words that a deployment knows; with any other it runs as on somebody's own machine.
_WORDS = ("production", "staging")
_STILL_LISTED = (
    "The limit is right, and older cards are listed all the same: find out why the queue does not "
    "leave them out, then run the gate again. For PTO: reject the cards that are named."
)


def reachable(look: Look) -> Ruling:
    """The URL answers as a CAIO dashboard: readiness, or the 401 of a protected path, in its
    own words. Something else that answers is not one; nothing that answers is no evidence.
    """
    missing: list[str] = []
    others: list[str] = []
    for probe, known in ((READY, _is_readiness), (STATUS_ANONYMOUS, _is_refusal)):
        try:
            exchange = look.answer(probe)
        except NoEvidence as nothing:
            missing.append(str(nothing))
            continue
        if known(exchange):
            return Ruling(Outcome.PASS, f"{probe} answered {exchange.status} as a dashboard does")
        others.append(f"{probe} answered {exchange.status}: {seen(exchange)}")
    if others:
        return Ruling(
            Outcome.FAIL,
            f"something answers, but not a CAIO dashboard: {listed(others)}",
            cause=NO_DASHBOARD,
        )
    raise NoEvidence(listed(missing))


def _json(exchange: Exchange) -> dict[str, object]:
    try:
        value = exchange.json()
    except JsonProblem:
        return {}
    return value if isinstance(value, dict) else {}


def _is_readiness(exchange: Exchange) -> bool:
    body = _json(exchange)
    if exchange.status == 503:
        return exchange.has_detail
    return (
        exchange.status == 200
        and "status" in body
        and bool({"checks", "runtime_dependencies"} & body.keys())
    )


def _is_refusal(exchange: Exchange) -> bool:
    detail = _json(exchange).get("detail")
    return exchange.status == 401 and isinstance(detail, str) and "nauthorized" in detail


def token_accepted(look: Look) -> Ruling:
    """The header token opens a protected read, and what opens is the operator's status."""
    exchange = look.answer(STATUS)
    if exchange.status in {401, 403}:
        text = f"the token was refused ({exchange.status}: {seen(exchange)})"
        return Ruling(Outcome.FAIL, text, cause=TOKEN)
    body = look.object(STATUS)
    if not (body.has("ramp") or body.has("enabled")):
        return Ruling(Outcome.FAIL, f"{STATUS} answered 200, but not as the operator's status")
    return Ruling(Outcome.PASS, f"{STATUS} answered 200 with the header token")


def name(look: Look) -> Ruling:
    """``auth.environment`` is exactly this environment's kind; G1 does not declare it.

    Source: ``docs/dashboard.md, Access``, on the environment's own word.
    """
    expected = f"auth.environment is {look.kind}"
    seen_generation = generation.generation(look)
    if seen_generation is not Generation.G2:
        text = f"{seen_generation} does not say which environment it is"
        return Ruling(Outcome.NOT_APPLICABLE, text, expected)
    declared = look.object(DEPENDENCIES).get("auth.environment", str)
    if declared == look.kind and declared in {*_WORDS, REHEARSAL}:
        return Ruling(Outcome.PASS, f"auth.environment is {declared}", expected)
    text = f"the deployment says that it is {shown(declared)!r}"
    if declared not in {*_WORDS, REHEARSAL}:
        text += (
            f". It knows the words {listed(_WORDS)} and no others, spelled exactly so; with this "
            "one it runs with the defaults of a local machine: documentation open, query tokens on"
        )
    return Ruling(Outcome.FAIL, text, expected, _kind_remedy(look))


def _kind_remedy(look: Look) -> str:
    """Return what to do about an environment of the owner's own whose kind is no such word."""
    if look.kind in {*_WORDS, REHEARSAL}:
        return ""
    named = variable(look.environment, "KIND")
    return (
        f"Set {named} to staging or production, whichever this environment is meant to be, and "
        "ENVIRONMENT in the deployment to the same word; then redeploy and run the gate again."
    )


def auth_strict(look: Look) -> Ruling:
    """``DASHBOARD_AUTH_STRICT=true``: by behaviour, and in G2 by declaration."""
    broken = unrefused(look, (STATUS_ANONYMOUS, REJECT_ANONYMOUS))
    if broken:
        return Ruling(Outcome.FAIL, listed(broken))
    notes = ["a read and an action without a token are answered 401"]
    if generation.generation(look) is Generation.G2:
        found = look.object(DEPENDENCIES)
        strict = found.get("auth.strict_mode", bool)
        notes.append(f"auth.strict_mode is {shown(strict)}")
        if not strict:
            broken.append("auth.strict_mode is false")
        if found.value_at("auth.token_configured") is False:
            broken.append("auth.token_configured is false: it says that there is no token at all")
    else:
        notes.append("this generation declares nothing")
    return verdict_on(broken, "; ".join(notes))


def redis_required(look: Look) -> Ruling:
    """``REDIS_REQUIRED=true``, connected, and the queue's own reading agrees."""
    found = look.object(DEPENDENCIES)
    broken = [
        f"dependencies.redis.{key} is false"
        for key in ("required", "connected")
        if not found.get(f"dependencies.redis.{key}", bool)
    ]
    # That it is down is one cause with what the readiness says; that it may be is another.
    cause = NOT_READY if found.get("dependencies.redis.required", bool) else ""
    for probe in readings(look):
        if not queue(look, probe).get("_shadow_queue_debug.redis_connected", bool):
            broken.append(f"the queue says that its Redis is not connected ({probe})")
        debug = queue(look, probe).get("_shadow_queue_debug", dict)
        if debug.get("filesystem_merge_enabled") is True and debug.get("redis_connected") is True:
            broken.append(f"one machine's own files are merged into the queue ({probe})")
    return verdict_on(broken, "required, connected, and the queue agrees", cause=cause)


def _for_developers(answer: Exchange) -> bool:
    """Return whether Inngest says by itself that it checks no signature."""
    try:
        said = answer.json()
    except JsonProblem:
        return False
    return isinstance(said, dict) and said.get("mode") == "dev"


def inngest_required(look: Look) -> Ruling:
    """``INNGEST_REQUIRED=true``, keys present, and the route is mounted."""
    found = look.object(DEPENDENCIES)
    broken = [
        f"dependencies.inngest.{key} is false"
        for key in ("required", "keys_present", "route_mounted")
        if not found.get(f"dependencies.inngest.{key}", bool)
    ]
    cause = NOT_READY if found.get("dependencies.inngest.required", bool) else ""
    answer = look.answer(INNGEST)
    status = answer.status
    if status == 404:
        broken.append("GET /inngest answered 404: the route is not mounted")
    if _for_developers(answer) and found.value_at("auth.environment") == "production":
        broken.append("Inngest runs in its development mode, in which anybody may start its jobs")
    good = f"required, keys present, and GET /inngest answered {status}"
    return verdict_on(broken, good, cause=cause)


def queue_max_age(look: Look) -> Ruling:
    """``PENDING_QUEUE_MAX_AGE_HOURS`` is the policy's, and no listed live card is older."""
    limit = look.policy.queue.max_age_hours
    expected = f"PENDING_QUEUE_MAX_AGE_HOURS is {limit:g}, and no listed live card is older"
    hours = queue(look).get("_shadow_queue_debug.queue_max_age_hours", float)
    broken = [] if hours == limit else [f"queue_max_age_hours is {hours:g}, not {limit:g}"]
    live = [card for card in all_cards(look) if not card.training]
    old = [card.id for card in live if (age_hours(look, card) or 0) > limit]
    if old:
        broken.append(f"older cards are still listed: {listed(old)}")
    if live and not broken and (problem := clock_problem(look)):
        raise NoEvidence(f"{problem}: how old a card is does not show", cause=CLOCK)
    more = {"remedy": _STILL_LISTED, "cause": HIDDEN_CARDS} if old and hours == limit else {}
    return verdict_on(broken, f"queue_max_age_hours is {hours:g}", expected=expected, **more)


JUDGES = (
    Judge("environment.reachable", reachable, (READY, STATUS_ANONYMOUS)),
    Judge("environment.token-accepted", token_accepted, (STATUS,)),
    Judge("environment.name", name, generation.PROBES),
    Judge(
        "environment.auth-strict",
        auth_strict,
        (STATUS_ANONYMOUS, REJECT_ANONYMOUS, *generation.PROBES),
    ),
    Judge("environment.redis-required", redis_required, (DEPENDENCIES, QUEUE, QUEUE_AGAIN)),
    Judge("environment.inngest-required", inngest_required, (DEPENDENCIES, INNGEST)),
    Judge("environment.queue-max-age", queue_max_age, (QUEUE, QUEUE_AGAIN)),
)
