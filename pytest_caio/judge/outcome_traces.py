"""What the feedback traces say of cards (``docs/dashboard.md, From approval to mail``).

They are the only place where a card that was sent by its approval still shows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pytest_caio.base.messages import plural
from pytest_caio.base.strict_json import JsonProblem, loads
from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.probe_names import TRACES
from pytest_caio.judge.generation import Generation, generation
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence

LIMIT = 200


@dataclass(frozen=True)
class Trace:
    """One outcome of a card; ``outcome`` is the deployment's own word, in small letters."""

    id: str
    outcome: str
    at: datetime
    tag: str = ""
    to: str = ""


@dataclass(frozen=True)
class Traces:
    """The outcomes, newest first; ``unseen`` says why there are none to see.

    ``unread`` are the times of those that can't be read, ``full`` that there may be older ones.
    ``due`` is false where the generation has none, and nothing is missing.
    """

    outcomes: tuple[Trace, ...] = ()
    unseen: str = ""
    due: bool = True
    unread: tuple[datetime | None, ...] = ()
    full: bool = False

    def missing_since(self, start: datetime) -> str:
        """Return what should be seen of the time since ``start`` and is not.

        A dashboard that is no longer young keeps more than it shows: that is nothing missing, where
        what it shows goes back far enough.
        """
        if not self.due:
            return ""
        bad = sum(at is None or at >= start for at in self.unread)
        times = [*(trace.at for trace in self.outcomes), *(at for at in self.unread if at)]
        said = [self.unseen] if self.unseen else []
        said += [f"{plural(bad, 'trace')} can't be read"] if bad else []
        if self.full and all(at >= start for at in times):
            said.append(f"the traces show their newest {LIMIT} outcomes only")
        return "; ".join(said)


def traces(look: Look) -> Traces:
    """Return what the traces show; never raises, as other sources may show the same."""
    try:
        entries = look.object(TRACES).get("traces", list)
    except (NoEvidence, BadAnswer) as problem:
        if _has_none(look):
            return Traces((), "this generation keeps no traces", due=False)
        return Traces((), str(problem))
    found = [(entry, read_trace(entry)) for entry in entries]
    readable = tuple(trace for _, trace in found if trace)
    unread = tuple(_time(entry) for entry, trace in found if not trace)
    return Traces(readable, unread=unread, full=len(entries) >= LIMIT)


def _time(entry: Any) -> datetime | None:
    return parse_time(entry.get("timestamp")) if isinstance(entry, Mapping) else None


def read_trace(entry: Any) -> Trace | None:
    """Return the outcome that an entry holds, None where it can't be read (it may be cut)."""
    if not isinstance(entry, Mapping):
        return None
    asked, answered = (_object(entry.get(f"tool_{side}_summary")) for side in ("input", "output"))
    metadata = asked.get("metadata")
    metadata = metadata if isinstance(metadata, Mapping) else {}
    at = parse_time(entry.get("timestamp"))
    card = _text(metadata.get("email_id")) or _text(asked.get("email_id"))
    outcome = _text(answered.get("outcome")) or _text(asked.get("outcome"))
    outcome = outcome or _text(asked.get("action"))
    if not card or not outcome or at is None:
        return None
    tag, to = _text(metadata.get("rejection_tag")), _text(asked.get("lead_email"))
    return Trace(card, outcome.lower(), at, tag, to)


def _has_none(look: Look) -> bool:
    """Whether this generation keeps no traces; what can't be told of it counts as keeping them."""
    try:
        return look.answer(TRACES).status == 404 and generation(look) is not Generation.G2
    except NoEvidence:
        return False


def _object(value: object) -> Mapping[str, Any]:
    try:
        found = loads(value) if isinstance(value, str) else value
    except JsonProblem:
        return {}
    return found if isinstance(found, Mapping) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
