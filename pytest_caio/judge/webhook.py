"""``smoke.webhook``: what providers report gets in, so that no bounce and no unsubscribe is lost.

Source: ``docs/dashboard.md, Other routes``.
"""

import re
from dataclasses import replace

from pytest_caio.evidence.model import Observed, Unobserved
from pytest_caio.evidence.probe_names import (
    BOUNCES,
    DEPENDENCIES,
    UNSUBSCRIBES,
    WEBHOOK_SECRET,
    WEBHOOKS,
)
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, answered
from pytest_caio.judge.ruling import rule
from pytest_caio.settings.webhook_secrets import not_given
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_UNSIGNED = WEBHOOKS[-1]
# Who wants no mail any more comes by these; a deployment may do without the others.
_STOPS = (WEBHOOKS[0], WEBHOOKS[-1])
_REFUSED = frozenset({401, 403, 503})
_ELSEWHERE, _NO_ROUTE = frozenset({301, 302, 303}), frozenset({404, 405})
_BY_ORIGIN = re.compile(
    r"\b(?:csrf|xsrf|(?:cross|same)[- ]?(?:origin|site)|referr?er)\b", re.IGNORECASE
)
_ASKS_WHO = frozenset({401, 503})
_FOR_ITS_BODY = frozenset({400, 422})
_EXPECTED = "a webhook call with the secret that was given is refused for its body alone"


def webhook(look: Look) -> Ruling:
    """A call with the given secret and a body that is no JSON gets as far as its body.

    Required where a secret is given; where none is, there is nothing to try.
    """
    lost = [text for probe in WEBHOOKS if (text := _lost(look, probe))]
    if _status(look, UNSUBSCRIBES) in _NO_ROUTE and _status(look, BOUNCES) in _ASKS_WHO:
        lost.append(f"{UNSUBSCRIBES} is no route, and {BOUNCES} is one")
    if lost:
        text = f"{'; '.join(lost)}, so that whatever it reports is lost"
        return Ruling(Outcome.FAIL, text, _EXPECTED, severity=Severity.REQUIRED)
    found = look.evidence.get(WEBHOOK_SECRET)
    if isinstance(found, Unobserved) and found.reason == not_given(look.environment):
        return Ruling(Outcome.NOT_APPLICABLE, found.reason, _EXPECTED)
    return replace(rule(_tried, look), expected=_EXPECTED, severity=Severity.REQUIRED)


def _lost(look: Look, probe: str) -> str:
    """Return why a provider's calls get nowhere whoever signs them, or nothing."""
    found, status = look.evidence.get(probe), _status(look, probe)
    if not isinstance(found, Observed):
        return ""
    if status in _ELSEWHERE:
        return f"{probe} is sent on to another page, where no provider follows"
    if status == 403 and found.answer.has_detail and _BY_ORIGIN.search(found.answer.body):
        return f"{probe} is refused for where it comes from, which no provider can say"
    if probe in _STOPS and status in _NO_ROUTE and _configured(look, probe):
        return f"{probe} is configured, and there is no such route ({status})"
    return ""


def _status(look: Look, probe: str) -> int | None:
    found = look.evidence.get(probe)
    return found.answer.status if isinstance(found, Observed) else None


def _configured(look: Look, probe: str) -> bool:
    """Return whether a deployment declares that it knows how to tell this provider's calls."""
    try:
        said = look.object(DEPENDENCIES)
    except (NoEvidence, BadAnswer):
        return False
    own = said.value_at(f"dependencies.webhooks.provider_auth.{probe.split('/')[2]}")
    return isinstance(own, dict) and True in (own.get("hmac"), own.get("bearer"))


def _tried(look: Look) -> Ruling:
    exchange = look.answer(WEBHOOK_SECRET)
    status = exchange.status or 0
    if 200 <= status < 300:
        raise NoEvidence(f"it answered {status} to what is no JSON: it reads neither")
    if status in _FOR_ITS_BODY:
        text = f"the secret is taken: the call was refused for its body ({status})"
        return Ruling(Outcome.PASS, f"{text}{_anyone(look)}")
    if status in _REFUSED:
        text = f"a call with the secret that was given was refused ({answered(exchange)})"
    else:
        text = f"a call with the secret that was given was answered {answered(exchange)}"
    return Ruling(Outcome.FAIL, text)


def _anyone(look: Look) -> str:
    """Say so where a call without any secret gets as far: then this one proves little."""
    seen = look.evidence.get(_UNSIGNED)
    open_ = isinstance(seen, Observed) and seen.answer.status not in {*_REFUSED, None}
    return "; one without it gets as far, so whether it is right doesn't show" if open_ else ""


_READ = (WEBHOOK_SECRET, *WEBHOOKS, BOUNCES, UNSUBSCRIBES, DEPENDENCIES)
JUDGES = (Judge("smoke.webhook", webhook, _READ),)
