"""How many cards of a cycle were approved, sent by that, dispatched: from their ends and the runs.

Source: ``docs/checks.md, Gate cycle``. A dispatch report holds totals and no card ids, so what it
covers is counted, and never said of one card.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from pytest_caio.base.messages import listed
from pytest_caio.judge.card_ends import before
from pytest_caio.judge.dispatch_history import Run
from pytest_caio.judge.ends import APPROVED, BY_APPROVAL, CardEnd, End
from pytest_caio.judge.look import Look


@dataclass(frozen=True)
class Counted:
    """The ends of the approved cards, and what the live runs say they dispatched."""

    approved: tuple[CardEnd, ...]
    rejected: int
    dispatched: int

    @property
    def by_approval(self) -> int:
        """How many mails the approvals themselves sent, proved or not."""
        return sum(end.by_approval for end in self.approved)

    @property
    def for_dispatch(self) -> int:
        """How many approved cards were left for a dispatch: not sent by approval, not blocked."""
        return sum(not e.by_approval and e.end is not End.BLOCKED for e in self.approved)

    @property
    def sent(self) -> int:
        """How many mails went out, as far as anything shows: no mail is counted twice."""
        alone = sum(e.end is End.SENT and e.by_approval for e in self.approved)
        others = sum(e.end is End.SENT and not e.by_approval for e in self.approved)
        return alone + max(others, self.dispatched)

    @property
    def in_words(self) -> str:
        """Like ``3 approved, 1 sent by approval, 2 dispatched``."""
        parts = [f"{len(self.approved)} approved"]
        parts += [f"{self.by_approval} sent by approval"] if self.by_approval else []
        return ", ".join([*parts, f"{self.dispatched} dispatched"])


def counted(ends: Iterable[CardEnd], live: Iterable[Run], start: datetime) -> Counted:
    """Return the counts of what was decided since ``start``."""
    mine = [end for end in ends if end.at and end.at >= start]
    approved = tuple(end for end in mine if end.end in APPROVED)
    rejected = sum(end.end is End.REJECTED for end in mine)
    return Counted(approved, rejected, sum(run.dispatched for run in live))


def covered(ends: Iterable[CardEnd], dispatched: int) -> tuple[CardEnd, ...]:
    """Return the ends, where the dispatch covers every approved card that was left for it.

    Its totals name no card: where they cover only some, which ones is not known, and none is said.
    """
    known = tuple(ends)
    left = [e for e in known if e.end is End.UNSENT]
    proved = sum(e.end is End.SENT and not e.by_approval for e in known)
    if dispatched < len(left) + proved:
        return known
    told = {e.id: replace(e, end=End.UNPROVED, source="dispatch history") for e in left}
    return tuple(told.get(e.id, e) for e in known)


def sent_by_approval(ends: Iterable[CardEnd], start: datetime) -> list[CardEnd]:
    """Return the cards whose approval since ``start`` sent their mail, proved or not."""
    return [
        end for end in ends
        if end.by_approval and end.end in BY_APPROVAL and end.at and end.at >= start
    ]  # fmt: skip


def unseen_by_a_go(look: Look, approved: Iterable[CardEnd]) -> list[str]:
    """Return what was approved without a GO, as far as the report of the pre-flight shows."""
    seen = before(look)
    if seen is None or not seen.verdict:
        return []
    later = [end for end in approved if end.at and end.at > seen.at]
    names = listed(end.id for end in later)
    if later and seen.verdict != "GO":
        return [f"approved although the pre-flight said {seen.verdict}: {names}"]
    new = [end.id for end in later if end.id not in seen.cards]
    wrong = [f"approved, and no GO had seen it: {listed(new)}"] if new and seen.whole else []
    if seen.stopped and any(end.by_approval for end in later):
        wrong.append(f"sent while the emergency stop was on: {names}")
    return wrong
