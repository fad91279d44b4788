"""``access``: how the deployment is set up to let in and keep out, and what it gives away."""

from collections.abc import Callable
from dataclasses import replace

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Exchange
from pytest_caio.evidence.probe_names import (
    CORS_PREFLIGHT,
    DEPENDENCIES,
    DOCS,
    FOREIGN_ORIGIN,
    LOGIN,
    QUEUE,
    REJECT_ANONYMOUS,
    STATUS,
    STATUS_ANONYMOUS,
    TAGS,
    TRIGGER_ANONYMOUS,
    WEBHOOKS,
)
from pytest_caio.judge import generation
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.login import stays_home
from pytest_caio.judge.look import (
    BadAnswer,
    Judge,
    Look,
    NoEvidence,
    answered,
    verdict_on,
)
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_SHARED = ("origin", "credentials")
_MARK, _MOST = "[token:", ":most"


def preflight_open(look: Look) -> Ruling:
    """A browser's CORS preflight is never answered 401: it carries no token by design.

    Nor does it let in a page of any origin, where the session goes along with what that asks.
    """
    exchange = look.answer(CORS_PREFLIGHT)
    status = exchange.status or 0
    text = f"the preflight was answered {answered(exchange)}"
    if status == 401 or status >= 500:
        return Ruling(Outcome.FAIL, text)
    if not (200 <= status < 300 or status in {400, 405}):
        raise NoEvidence(f"{text}, which is no dashboard's word on a preflight")
    origin, also = (exchange.header(f"access-control-allow-{one}") for one in _SHARED)
    if origin == FOREIGN_ORIGIN and (also or "").strip().lower() == "true":
        shares = f"a page of any origin ({origin}) is let in with the session of who is signed in"
        if not stays_home(look):
            return Ruling(Outcome.FAIL, shares)
        text = (
            f"the preflight was answered {status}; advice: {shares}, which stays at home (SameSite)"
        )
        return Ruling(Outcome.PASS, text)
    return Ruling(Outcome.PASS, f"the preflight was answered {status}")


def no_token_echo(look: Look) -> Ruling:
    """The token is in no answer, nor most of it: the redactor leaves its mark where it was."""
    # Two environments may share a token, which then goes by the name of one of them.
    # Few hold any at all, and of two hundred environments each is searched for in turn.
    marked = {
        probe: [exchange for exchange in evidence.exchanges if _holds(exchange, _MARK)]
        for probe, evidence in look.evidence.items()
    }
    names = {*look.peers, look.environment}
    marks = [f"{_MARK}{name}{part}]" for name in names for part in ("", _MOST)]
    found = [
        probe
        for probe, exchanges in marked.items()
        if any(_holds(exchange, mark) for exchange in exchanges for mark in marks)
    ]
    if found:
        text = f"the token, or most of it, came back in the answer of {listed(found)}"
        return Ruling(Outcome.FAIL, text)
    asked = {probe: look.answer(probe) for probe in (STATUS, DEPENDENCIES, TAGS, QUEUE)}
    cut = [probe for probe, exchange in asked.items() if exchange.truncated]
    if cut:
        raise NoEvidence(f"the answer of {listed(cut)} was cut: its rest was not seen")
    if not any(_is_json(exchange) for exchange in asked.values()):
        raise NoEvidence(f"none of {listed(asked)} answered in JSON, as a dashboard does")
    answers = sum(len(e.exchanges) for e in look.evidence.values())
    return Ruling(Outcome.PASS, f"the token is in none of {plural(answers, 'answer')}")


def _holds(exchange: Exchange, mark: str) -> bool:
    return mark in exchange.body or any(mark in value for _, value in exchange.headers)


def _is_json(exchange: Exchange) -> bool:
    try:
        exchange.json()
    except JsonProblem:
        return False
    return True


def query_token(look: Look) -> Ruling:
    """Query tokens are off, as the 401 text says (and in G2 as ``auth`` declares)."""
    refusals = [look.answer(p) for p in (STATUS_ANONYMOUS, REJECT_ANONYMOUS, TRIGGER_ANONYMOUS)]
    texts = [exchange.body for exchange in refusals if exchange.status == 401]
    if not texts:
        raise NoEvidence("nothing was answered 401, so the text that says it was not seen")
    disabled = any("uery-token auth is disabled" in text for text in texts)
    broken = (
        ["a refused request is told to put the token into the address (?token=…)"]
        if any("?token=" in text for text in texts)
        else []
    )
    if not disabled and not broken:
        raise NoEvidence(f"the 401 text says nothing of query tokens: {shown(texts[0])}")
    if generation.generation(look) is Generation.G2:
        fields = look.object(DEPENDENCIES)
        if _is_on(fields.value_at("auth.query_token_enabled")):
            broken.append("auth.query_token_enabled is true")
    return verdict_on(broken, "the 401 text says that query tokens are disabled")


def _is_on(value: object) -> bool:
    """Return whether something that has to be off is, or says what nobody understands."""
    return value is not None and value is not False


def docs_closed(look: Look) -> Ruling:
    """The API's documentation is not served."""
    broken = [
        f"{probe} answered {answer.status}"
        for probe in DOCS
        if (answer := look.answer(probe)).status not in {401, 403, 404}
    ]
    return verdict_on(broken, "docs, redoc and openapi.json are not served")


def session_secret(look: Look) -> Ruling:
    """The session secret is set explicitly; G1 has no sessions."""
    seen_generation = generation.generation(look)
    if seen_generation is not Generation.G2:
        return Ruling(Outcome.NOT_APPLICABLE, f"{seen_generation} has no sessions")
    fields = look.object(DEPENDENCIES)
    explicit = fields.get("auth.session_secret_explicit", bool)
    return verdict_on([] if explicit else ["auth.session_secret_explicit is false"], "explicit")


def webhooks_signed(look: Look) -> Ruling:
    """Unsigned webhook calls are refused before their body is read: 401, or 503 when strict.

    That is required where the deployment declares that it refuses them, and they get in.
    """
    got_in, broken = [], []
    for probe in WEBHOOKS:
        status = look.answer(probe).status or 0
        if status not in {401, 403, 503}:
            broken.append(f"{probe} answered {status}")
        if (status // 100 == 2 or status in {400, 422}) and _says_signed(look, probe):
            got_in.append(probe)
    ruling = verdict_on(broken, f"{plural(len(WEBHOOKS), 'unsigned call')}, each refused")
    if not got_in:
        return ruling
    text = f"{ruling.observed}; the deployment declares that it refuses {listed(got_in)}"
    return replace(ruling, observed=text, severity=Severity.REQUIRED)


def _says_signed(look: Look, probe: str) -> bool:
    """Return whether a deployment declares that this webhook's calls have to be signed."""
    try:
        said = look.object(DEPENDENCIES)
    except (NoEvidence, BadAnswer):
        return False
    provider = probe.split("/")[2]
    own = said.value_at(f"dependencies.webhooks.provider_auth.{provider}")
    exempt = not isinstance(own, dict) or own.get("unsigned_allowlisted") or not own.get("authed")
    return said.value_at("auth.webhook_signature_required") is True and not exempt


def heyreach_hard_auth(look: Look) -> Ruling:
    """HeyReach is authenticated by HMAC or bearer, and not let in by an allow-list."""
    fields = look.object(DEPENDENCIES)
    found = fields.get("dependencies.webhooks.provider_auth.heyreach", dict)
    hard = [key for key in ("hmac", "bearer") if found.get(key) is True]
    broken = [] if hard else ["neither hmac nor bearer is true for heyreach"]
    if _is_on(found.get("unsigned_allowlisted")):
        broken.append("heyreach is allow-listed to call unsigned")
    return verdict_on(broken, f"heyreach is authenticated by {listed(hard)}")


def hardened(rule: Callable[[Look], Ruling]) -> Callable[[Look], Ruling]:
    """Return the rule with the severity that the policy gives to what is hardened."""

    def ruled(look: Look) -> Ruling:
        try:
            found = rule(look)
        except NoEvidence as gone:
            found = gone.ruling()
        except BadAnswer as bad:
            found = bad.ruling()
        required = look.policy.access.hardened == "required"
        return replace(found, severity=Severity.REQUIRED) if required else found

    return ruled


JUDGES = (
    Judge("access.preflight-open", preflight_open, (CORS_PREFLIGHT, LOGIN)),
    Judge("access.no-token-echo", no_token_echo, (STATUS, DEPENDENCIES, TAGS, QUEUE)),
    Judge(
        "access.query-token",
        hardened(query_token),
        (STATUS_ANONYMOUS, REJECT_ANONYMOUS, TRIGGER_ANONYMOUS, *generation.PROBES),
    ),
    Judge("access.docs-closed", docs_closed, DOCS),
    Judge("access.session-secret", hardened(session_secret), generation.PROBES),
    Judge("access.webhooks-signed", hardened(webhooks_signed), (*WEBHOOKS, DEPENDENCIES)),
    Judge("access.heyreach-hard-auth", hardened(heyreach_hard_auth), (DEPENDENCIES,)),
)
