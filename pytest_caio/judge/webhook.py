"""``smoke.webhook``: what providers report gets in, so that no bounce and no unsubscribe is lost.

Source: ``docs/dashboard.md, Other routes``.
"""

from dataclasses import replace

from pytest_caio.base.messages import listed
from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import WEBHOOK_SECRET, WEBHOOKS
from pytest_caio.judge.look import Judge, Look, NoEvidence, answered
from pytest_caio.judge.ruling import rule
from pytest_caio.settings.webhook_secrets import not_given
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_UNSIGNED = WEBHOOKS[-1]
_REFUSED = frozenset({401, 403, 503})
_FOR_ITS_BODY = frozenset({400, 422})
_EXPECTED = "a webhook call with the secret that was given is refused for its body alone"


def webhook(look: Look) -> Ruling:
    """A call with the given secret and a body that is no JSON gets as far as its body.

    Required where a secret is given; where none is, there is nothing to try.
    """
    lost = [probe for probe in WEBHOOKS if _sent_away(look.evidence.get(probe))]
    if lost:
        text = f"{listed(lost)}: sent on to another page, so that whatever it reports is lost"
        return Ruling(Outcome.FAIL, text, _EXPECTED, severity=Severity.REQUIRED)
    found = look.evidence.get(WEBHOOK_SECRET)
    if isinstance(found, Unobserved) and found.reason == not_given(look.environment):
        return Ruling(Outcome.NOT_APPLICABLE, found.reason, _EXPECTED)
    return replace(rule(_tried, look), expected=_EXPECTED, severity=Severity.REQUIRED)


def _sent_away(found: Evidence | None) -> bool:
    """Return whether a provider's call is led elsewhere, where none of them follows."""
    return isinstance(found, Observed) and (found.answer.status or 0) in {301, 302, 303}


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


JUDGES = (Judge("smoke.webhook", webhook, (WEBHOOK_SECRET, *WEBHOOKS)),)
