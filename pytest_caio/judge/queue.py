"""``queue``: what waits for approval is fresh, whole and countable.

Source: ``docs/regimen.md, Pre-flight`` and ``docs/regimen.md, Stale cards``.
"""

from collections.abc import Iterator
from dataclasses import replace

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_AGAIN, QUEUE_STATUS, STATUS
from pytest_caio.judge.hygiene import (
    UNCOUNTED_WORDS,
    UNSEEN,
    WINDOW,
    Excluded,
    Named,
    excluded,
    hidden,
    merged,
    named_hidden,
    named_listed,
    ramp_tier,
    rule_words,
    unseen,
    waiting,
)
from pytest_caio.judge.look import BadAnswer, Fields, Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.queue_advice import advice, hidden_as_training, unaccounted
from pytest_caio.judge.queue_cards import (
    age_words,
    ageless,
    cards,
    made_just_now,
    queue,
    readings,
    retimed,
)
from pytest_caio.judge.queue_trace import trace
from pytest_caio.verdict.finding import Outcome, Ruling
from pytest_caio.verdict.known_causes import FULL_WINDOW, HIDDEN_CARDS, UNCOUNTED


def remedy(look: Look) -> str:
    """Return the clean-up command of this environment, first without its consequences."""
    command = f"caio cleanup --env={look.environment}"
    return (
        f"See what clean-up would reject: {command}. If you agree: {command} --apply. "
        "Then run the gate again."
    )


def no_drift(look: Look) -> Ruling:
    """Nothing stale, without text, twice or of a wrong tier: in any reading of the list, or kept
    out of it.
    """
    limit = look.policy.queue.max_age_hours
    expected = (
        f"no live card is older than {limit:g} h, a placeholder, unrendered, a duplicate or of a "
        "wrong tier, neither in a reading of the list nor hidden from it"
    )
    problems, unclear = [], []
    tier = ""
    try:
        tier = ramp_tier(look)
    except NoEvidence as missing:
        unclear.append(missing)
    except BadAnswer as bad:
        problems.append(str(bad))
    kept_out = hidden(look)
    problems = [*_drift(look, tier, kept_out), *problems, *_second_reading(look)]
    unclear += [problem for problem in _unclear(look) if problem]
    facts = {"queue": trace(look)}
    hints = "".join(f"; advice: {text}" for text in advice(look))
    if problems:
        text = "; ".join([*problems, *([UNSEEN] if unseen(look) == UNSEEN else [])])
        return Ruling(
            Outcome.FAIL, text + hints, expected, remedy(look), facts=facts, cause=HIDDEN_CARDS
        )
    if unclear:
        text = "; ".join(map(str, unclear)) + hints
        return replace(unclear[0].ruling(expected, facts=facts), observed=text)
    return Ruling(Outcome.PASS, _good(look, kept_out) + hints, expected, facts=facts)


def _second_reading(look: Look) -> Iterator[str]:
    """Yield what is wrong with the default reading itself, where there is an answer."""
    try:
        cards(look, QUEUE_AGAIN)
    except NoEvidence:
        return
    except BadAnswer as bad:
        yield str(bad)


def _unclear(look: Look) -> Iterator[NoEvidence | None]:
    yield ageless(look, waiting(look))
    yield made_just_now(look)
    if why := unseen(look):
        yield NoEvidence(why)
    yield unaccounted(look)


def _good(look: Look, kept_out: Excluded) -> str:
    number = merged(look) or 0
    if not number:
        return "the queue is empty"
    out = f", {kept_out.count} left out as decided or training" if kept_out.count else ""
    return f"{plural(len(waiting(look)), 'live card')} of {number} cards, none of them drift{out}"


def _drift(look: Look, tier: str, kept_out: Excluded) -> Iterator[str]:
    found: dict[str, Named] = {}
    for probe in readings(look):
        for named in named_listed(look, tier, probe):
            found.setdefault(named.id, named)
    if found:
        each = listed(_named(look, card) for card in found.values())
        yield f"{plural(len(found), 'card')} listed that nobody should act on: {each}"
    yield from dict.fromkeys(text for probe in readings(look) for text in _odd(look, probe))
    if gone := hidden_as_training(look):
        yield f"live, and hidden from the list as if for training: {listed(gone)}"
    if QUEUE_AGAIN not in readings(look):
        return
    if renewed := retimed(look):
        yield f"dated anew by each reading, so how long it waits can't be told: {listed(renewed)}"
    if not kept_out.drift:
        return
    reasons = listed(f"{n} {rule_words(r, look)}" for r, n in kept_out.drift.items())
    examples = named_hidden(look, tier)
    shows = f" (such as {listed((card.id for card in examples), 5)})" if examples else ""
    number = max(kept_out.count - kept_out.in_order, *kept_out.drift.values())
    yield f"{plural(number, 'card')} hidden from the list and only counted: {reasons}{shows}"


def _odd(look: Look, probe: str) -> Iterator[str]:
    """Yield the live cards of a reading that are decided already, or have no text to look at."""
    for card in cards(look, probe):
        status = card.raw.get("status", "pending")
        if card.training:
            continue
        if not isinstance(status, str) or status.strip().lower() != "pending":
            yield f"{card.id} is listed although its status is {shown(status)}"
        for part in ("subject", "body"):
            if card.waits and not isinstance(card.raw.get(part), str):
                yield f"{card.id} has no {part} that could be read"


def _named(look: Look, card: Named) -> str:
    return f"{card.id} ({listed(rule_words(r, look) for r in card.rules)}; {age_words(card.age)})"


def sources_agree(look: Look) -> Ruling:
    """In each reading, merged = listed + excluded, as long as the server looks at all cards."""
    expected = f"cards looked at = cards listed + cards left out (below {WINDOW})"
    broken, said = [], []
    for probe in readings(look):
        answer = queue(look, probe)
        number = _number(answer)
        count = answer.get("count", int)
        shows, out = len(cards(look, probe)), excluded(look, probe).count
        which = " in the default reading" if probe == QUEUE_AGAIN else ""
        said.append(f"{number} looked at, {shows} listed, {out} left out{which}")
        if count != shows:
            broken.append(f"count is {count}, and {shows} cards are listed{which}")
        if number != shows + out and number < WINDOW:
            broken.append(said[-1])
        broken += [f"{text}{which}" for text in _dropped(answer, number)]
    text = listed(dict.fromkeys(said)) + _other_store(look)
    if not broken and unseen(look):
        return Ruling(Outcome.CANNOT_TELL, f"{text}; {UNSEEN}", expected, cause=FULL_WINDOW)
    return verdict_on(broken, text, expected=expected)


def _dropped(answer: Fields, number: int) -> Iterator[str]:
    """Yield that the store gave more cards than the server goes on to count, where it says so."""
    debug = answer.get("_shadow_queue_debug", dict)
    given = [debug.get(name) for name in ("redis_returned", "redis_returned_after_autoseed")]
    most = max((one for one in given if type(one) is int), default=0)
    if most > number:
        yield f"its store returned {most} cards, and {number} are looked at: some are in no count"


def _number(answer: Fields) -> int:
    try:
        return answer.get("_shadow_queue_debug.merged_count", int)
    except BadAnswer as bad:
        raise BadAnswer(f"{bad}: {UNCOUNTED_WORDS}", bad.remedy, UNCOUNTED) from None


def _other_store(look: Look) -> str:
    """Return what ``/api/queue-status`` counts: another store, so shown and never compared."""
    try:
        found = look.object(QUEUE_STATUS).get("shadow_mode_emails", dict)
    except (NoEvidence, BadAnswer):
        return ""
    counts = listed(f"{shown(key)} {shown(value)}" for key, value in found.items())
    return f" (another store, /api/queue-status, counts {counts})" if counts else ""


JUDGES = (
    Judge("queue.no-drift", no_drift, (QUEUE, QUEUE_AGAIN, STATUS)),
    Judge("queue.sources-agree", sources_agree, (QUEUE, QUEUE_AGAIN, QUEUE_STATUS)),
)
