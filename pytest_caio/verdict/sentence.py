"""A verdict in a sentence: the same one in every output (``docs/glossary.md, Verdict``)."""

from collections.abc import Mapping

from pytest_caio.base.messages import day_in_words, listed, plural
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.known_causes import NO_RUNNER
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.waiting_checks import waiting
from pytest_caio.verdict.waivers import waiver_of

_NAMED = 3


def decision(result: Result) -> str:
    """Return the verdict, and on what it rests that nobody would read out of its word alone:
    ``GO with 1 waiver (queue.no-drift until Fri 4 Dec)``.
    """
    waived = [f for f in result.findings if f.outcome is Outcome.WAIVED]
    if result.verdict is not Verdict.GO or not waived:
        return result.verdict.value
    names = listed([_until(f, result) for f in waived], _NAMED)
    return f"{result.verdict} with {plural(len(waived), 'waiver')} ({names})"


def _until(finding: Finding, result: Result) -> str:
    waiver = waiver_of(finding, result.snapshot.waivers)
    return f"{finding.name} until {day_in_words(waiver.expires)}" if waiver else finding.name


def reason(result: Result) -> str:
    """Return why: for a GO what holds, else what was seen first, and what waits for it."""
    required = [f for f in result.findings if f.severity is Severity.REQUIRED]
    if not required:
        return "no required check is in this profile."
    if result.verdict is Verdict.GO:
        return f"{_holding(required)}{_noted(result)}."
    blocking = [cause for cause in result.causes if cause.blocks]
    said = [blocking[0].headline, waiting(blocking[0], 0)]
    said += [f"and {plural(len(blocking) - 1, 'more cause')}"] if len(blocking) > 1 else []
    return f"{'; '.join(filter(None, said))}{_noted(result)}."


def but_failed(result: Result, status: int) -> str:
    """Return what has to stand behind a GO whose session ended with another exit code than 0."""
    if result.exit_code or not status:
        return ""
    return (
        f"But the session itself failed for another reason (exit code {status}): a test that is "
        "not the gate's, or another plugin."
    )


def _holding(required: list[Finding]) -> str:
    held = sum(f.outcome is Outcome.PASS for f in required)
    other = sum(f.outcome is Outcome.NOT_APPLICABLE for f in required)
    verb = "holds" if held == 1 else "hold"
    text = f"{plural(held, 'required check')} {verb}"
    return f"{text}, {other} {'does' if other == 1 else 'do'} not apply" if other else text


def _noted(result: Result) -> str:
    advice = sum(not cause.blocks for cause in result.causes)
    return f"; {advice} to note, without effect on the verdict" if advice else ""


def remarks(result: Result) -> tuple[str, ...]:
    """Return what has to be said beside any verdict, first of all beside a GO.

    What a waiver covers although nobody saw it, a replay that nobody ran, and a queue with nothing
    to mail.
    """
    unseen = [f for f in result.findings if f.waived_from in {Outcome.CANNOT_TELL, Outcome.NOT_RUN}]
    said = [
        f"Not seen, and waived: {finding.title} ({finding.environment}, {finding.name})."
        for finding in unseen
    ]
    said += [f"A waiver is no longer needed: {f.name} ({f.environment})." for f in result.findings
             if f.waiver and f.outcome in {Outcome.PASS, Outcome.NOT_APPLICABLE}]  # fmt: skip
    unasked = [cause for cause in result.causes if cause.blocks]
    # Behind other causes it would be missed: a deploy is not done before its replay.
    said += [f"{cause.seen}." for cause in unasked[1:] if cause.key == NO_RUNNER]
    return (*said, *filter(None, [nothing_to_mail(result)]))


def nothing_to_mail(result: Result) -> str:
    """Return where no live card is waiting, in a sentence; empty where one is, or may be."""
    empty = empty_queues(result)
    return f"No live card is waiting in {listed(empty)}: there is nothing to mail." if empty else ""


def empty_queues(result: Result) -> tuple[str, ...]:
    """Return the environments whose queue was seen without a live card."""
    return tuple(f.environment for f in result.findings if _nothing_waits(f))


def _nothing_waits(finding: Finding) -> bool:
    """Return whether a finding that holds shows a queue without a live card."""
    if finding.name != "queue.no-drift" or finding.outcome is not Outcome.PASS:
        return False
    queue = finding.facts.get("queue")
    cards = queue.get("cards") if isinstance(queue, Mapping) else None
    if not isinstance(cards, list | tuple):
        return False
    return not any(isinstance(card, Mapping) and card.get("kind") == "live" for card in cards)
