"""How the cards of today's cycle ended, one by one, as JSON for the queue trace.

Source: ``docs/checks.md, Gate cycle``. What still waits is in the trace itself.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from pytest_caio.evidence.probe_names import DECISIONS
from pytest_caio.judge.card_ends import card_ends
from pytest_caio.judge.cycle_counts import covered
from pytest_caio.judge.decisions import decisions, start_of_cycle
from pytest_caio.judge.dispatch_history import Run, runs
from pytest_caio.judge.ends import CardEnd, End
from pytest_caio.judge.log_sources import notes
from pytest_caio.judge.look import Look
from pytest_caio.judge.outcome_traces import traces


def ended_cards(look: Look) -> dict[str, Any]:
    """Return ``since``, ``cards``, what is ``wrong`` and ``notes`` on what was not looked at.

    Raises NoEvidence or BadAnswer where decisions, dispatches or the queue can't be read.
    """
    start = start_of_cycle(look, DECISIONS)
    traced = traces(look)
    ends = card_ends(look, decisions(look), traced.outcomes)
    # What the queue lists is shown with all that there is of it; of the rest, what is of today.
    mine = [e for e in ends if e.source != "queue" and (e.at is None or e.at >= start)]
    ran = [run for run in runs(look) if run.live and run.at and run.at >= start]
    told = covered(mine, sum(run.dispatched for run in ran))
    gap = traced.missing_since(start)
    missing = [f"what approvals sent may be missing here: {gap}"] if gap else []
    return {
        "since": start.isoformat(),
        "cards": [_row(end) for end in told],
        "wrong": [*wrong_sends(told, ran), *lost(told), *missing],
        "notes": list(notes(look, traced)),
    }


def _row(end: CardEnd) -> dict[str, Any]:
    return {
        "id": end.id,
        "end": str(end.end),
        "seen in": end.source,
        "at": end.at.isoformat(timespec="seconds") if end.at else None,
        "tag": end.tag,
    }


def wrong_sends(ends: Iterable[CardEnd], ran: Iterable[Run]) -> Iterator[str]:
    """Yield the approved cards whose mail did not go out, or is not to be found.

    What was approved before the last dispatch should have gone with it.
    """
    last = max((run.at for run in ran if run.at), default=None)
    for end in ends:
        if end.end is End.UNSENT and end.at and last and end.at <= last:
            yield f"{end.id} was approved before the dispatch, and not seen to be sent"
        if end.end in {End.FAILED, End.BLOCKED} or (end.by_approval and end.end is End.UNPROVED):
            yield f"{end.id} was approved: {end.end} ({end.source})"


def lost(ends: Iterable[CardEnd]) -> Iterator[str]:
    """Yield the cards that waited before, and that nobody decided."""
    for end in ends:
        if end.end is End.UNACCOUNTED:
            yield f"{end.id} waited before the cycle and is nowhere now: nobody knows why"
        if end.end is End.EXPIRED:
            yield f"{end.id} expired undecided"
