"""What a judge says of a look, also where looking fails or the judge itself does."""

import json
from collections.abc import Callable
from dataclasses import replace

from pytest_caio.base.messages import shown
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence
from pytest_caio.judge.ways_out import way_out, where_it_answers
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_OBSERVED_LIMIT = 6000
_MEND_JUDGE = "Have whoever wrote this judge mend it; the deployment may be in good order."


def rule(judge: Callable[[Look], Ruling], look: Look) -> Ruling:
    """Return what ``judge`` says of ``look``, where looking itself failed too.

    What was seen comes from a stranger: it is cut, and nothing in it steers a terminal.
    """
    try:
        ruling = _ruling(judge(look))
    except NoEvidence as missing:
        ruling = missing.ruling()
    except BadAnswer as bad:
        ruling = bad.ruling()
    except Exception as error:  # noqa: BLE001 - one broken judge must not lose what others say
        text = f"the judge itself failed: {type(error).__name__}: {error}"
        ruling = Ruling(Outcome.CANNOT_TELL, text, remedy=_MEND_JUDGE)
    ruling = _with_way_out(ruling, look)
    return replace(ruling, observed=shown(ruling.observed, _OBSERVED_LIMIT))


def _with_way_out(ruling: Ruling, look: Look) -> Ruling:
    """Return the ruling with what helps to see, where nothing was: mending is for what failed."""
    if ruling.outcome is not Outcome.CANNOT_TELL:
        return ruling
    exchanges = (e for found in look.evidence.values() for e in found.exchanges)
    answers = any(exchange.status is not None for exchange in exchanges)
    cause = where_it_answers(ruling.cause) if answers else ruling.cause
    return replace(ruling, cause=cause, remedy=ruling.remedy or way_out(cause, answers=answers))


def _ruling(found: object) -> Ruling:
    """Return what a judge said; raise where it said nothing, or what is not for it to say.

    Only an owner waives, and only the plan knows what did not run.
    """
    if not isinstance(found, Ruling):
        raise TypeError(f"it gave {type(found).__name__}, not a Ruling")
    if Outcome(found.outcome) in {Outcome.WAIVED, Outcome.NOT_RUN}:
        raise ValueError(f"{found.outcome} is not for a judge to say")
    severity = None if found.severity is None else Severity(found.severity)
    json.dumps(dict(found.facts))
    return replace(
        found, outcome=Outcome(found.outcome), observed=str(found.observed), severity=severity
    )
