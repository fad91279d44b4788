"""``rejection``: the server takes no rejection that lacks a known tag or a reason.

Source: ``docs/dashboard.md, Rejecting`` and ``docs/regimen.md, Structured rejection``.
"""

import re
from collections.abc import Callable, Iterator
from functools import partial

from pytest_caio.base.messages import listed
from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.evidence.probe_names import DECISIONS, QUEUE, REJECT_INCOMPLETE
from pytest_caio.judge import generation
from pytest_caio.judge.decisions import decisions, untold
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.look import (
    BadAnswer,
    Judge,
    Look,
    NoEvidence,
    answered,
    seen,
    usable,
    verdict_on,
)
from pytest_caio.judge.survived import unchanged
from pytest_caio.verdict.finding import Outcome, Ruling, Severity
from pytest_caio.verdict.known_causes import MISSING

_NAMES = {
    "tag": re.compile(r"(?<![a-z])tags?(?![a-z])", re.IGNORECASE),
    "reason": re.compile(r"reason", re.IGNORECASE),
}
_EXPECTED = (
    "a rejection with no or a blank reason, or with no, a blank, an unknown or a part of a tag is "
    "refused with 422; the training card stays pending and unchanged"
)
_WAIT = (
    "This generation has no way to make a training card. Run the gate again when one is in the "
    "queue, or deploy the current generation."
)


def server_blocks(look: Look) -> Ruling:
    """No rejection without a known tag and a reason: 422 for each, and the card stays as it was."""
    tried = look.observed(REJECT_INCOMPLETE)
    card = tried.data["card"]
    if card is None:
        return _no_card(look, tried)
    broken = [text] if (text := _untold(look)) else []
    unclear: list[str] = []
    for rule in _rules(look, tried, card):
        try:
            rule()
        except BadAnswer as bad:
            broken.append(str(bad))
        except NoEvidence as missing:
            unclear.append(str(missing))
    if not broken and unclear:
        raise NoEvidence("; ".join(unclear))
    number = len(tried.data["tries"])
    good = f"{number} incomplete rejections of the training card {card}, each refused with 422; "
    # Each dashboard that is too old to know tags takes them: that is one cause with the rest of it.
    cause = MISSING if generation.strictest(look) is Generation.OLDER else ""
    return verdict_on(
        broken, f"{good}it is pending and as before", expected=_EXPECTED, facts={"card": card},
        cause=cause,
    )  # fmt: skip


def _untold(look: Look) -> str:
    """Return that what was taken isn't kept: before G2 a rejection may have had neither."""
    if generation.strictest(look) is not Generation.G2:
        return ""
    try:
        return untold(decisions(look))
    except (NoEvidence, BadAnswer):
        return ""


def _rules(look: Look, tried: Observed, card: str) -> Iterator[Callable[[], None]]:
    for case, place in tried.data["tries"].items():
        yield partial(_refused, case, tried.exchanges[place])
    yield partial(_by_whole_ids, tried)
    yield partial(unchanged, look, tried, card)


def _by_whole_ids(tried: Observed) -> None:
    """Raise that a card is found by a part of its id, where an unknown id finds none."""
    places = tried.data.get("ids", {})
    found, none = (
        (tried.exchanges[places[what]].status if what in places else None)
        for what in ("a part of its id", "an unknown id")
    )
    for what, status in (("a part of its id", found), ("an unknown id", none)):
        if status is not None and status < 300:
            raise BadAnswer(f"a rejection with an unknown tag and {what} was accepted ({status})")
    if none == 404 and found in {400, 409, 422}:
        raise BadAnswer(
            f"a part of a card's id is taken for the card ({found}, and {none} for an unknown one)"
        )


def _refused(case: str, exchange: Exchange) -> None:
    """Raise what is to be said of one rejection that had to be refused with 422."""
    name = f"a rejection with {case}"
    answer = usable(name, exchange)
    status = answer.status or 0
    if status < 300:
        raise BadAnswer(f"{name} was accepted ({status})")
    if status < 400 or status in {401, 403}:
        raise NoEvidence(f"{name} was answered {answered(answer)}: the gate was not let in")
    if status == 404:
        raise NoEvidence(f"{name} was answered 404, although the queue lists the card")
    if status == 400 and "already" in answer.body.lower():
        raise NoEvidence(f"{name} met a card that was decided already: {seen(answer)}")
    if status != 422:
        raise BadAnswer(f"{name} was answered {answered(answer)}, not 422")
    if other := _other_cause(case, answer):
        raise NoEvidence(f"{name} was refused, but for {other}: {seen(answer)}")


def _other_cause(case: str, answer: Exchange) -> str:
    """Return for what else than what is missing a rejection was refused, as far as it says so.

    Then it doesn't show whether what is missing would have been missed. In what words the
    dashboard says it is its own affair.
    """
    if case == "neither reason nor tag":
        return ""
    given = "tag" if case.startswith("a tag") else "reason"
    missing = "reason" if given == "tag" else "tag"
    fields = _fields(answer)
    if fields is not None:
        return "" if any(_NAMES[missing].search(f) for f in fields) else f"{listed(fields)} alone"
    named = {what for what, pattern in _NAMES.items() if pattern.search(answer.body)}
    return f"the {given} that it had" if named == {given} else ""


def _fields(answer: Exchange) -> list[str] | None:
    """Return the fields that a structured refusal names, None where it is a text."""
    try:
        body = answer.json()
    except JsonProblem:
        return None
    detail = body.get("detail") if isinstance(body, dict) else None
    if not isinstance(detail, list) or not detail:
        return None
    places = [part.get("loc") for part in detail if isinstance(part, dict)]
    return [str(loc[-1]) for loc in places if isinstance(loc, list) and loc] or None


def _no_card(look: Look, tried: Observed) -> Ruling:
    """Nothing to try the rule on: cannot tell, and advice alone where no card can be made."""
    place = tried.data["seed"]
    answer = None if place is None else tried.exchanges[place]
    if answer is None:
        why = tried.data["no_seed"]
    elif answer.status is None:
        why = f"making one got no answer: {answer.error}"
    elif answer.status == 200:
        why = "making one was answered 200, but the queue shows none afterwards"
    else:
        why = f"making one was answered {answered(answer)}"
    none = Outcome.CANNOT_TELL, f"there is no training card to try the rule on, and {why}"
    can_seed = answer is not None and answer.status not in {404, 405}
    if can_seed or generation.strictest(look) is Generation.G2:
        make = f"Make one: caio seed --env={look.environment}, then run the gate again."
        return Ruling(*none, expected=_EXPECTED, remedy=make)
    return Ruling(*none, expected=_EXPECTED, remedy=_WAIT, severity=Severity.ADVISORY)


JUDGES = (
    Judge(
        "rejection.server-blocks",
        server_blocks,
        (REJECT_INCOMPLETE, QUEUE, DECISIONS, *generation.PROBES),
    ),
)
