"""What a ledger has of an environment's last runs, as evidence holds it: JSON, and back.

Source: ``docs/ledger.md, What it gives``. Of a run there is only what a judge asks about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.past import PastCard, PastRun

_NO_DATA = "what evidence has of the ledger can't be read"


@dataclass(frozen=True)
class Past:
    """The last runs, oldest first, and the moment ``since`` which the ledger knows them all: None
    where it has none. ``absent`` says why nothing was looked up, and is empty where it was.
    """

    runs: tuple[PastRun, ...] = ()
    since: datetime | None = None
    absent: str = ""


def as_data(past: Past) -> dict[str, Any]:
    """Return JSON that holds ``past``."""
    if past.absent:
        return {"absent": past.absent}
    return {"since": _text(past.since), "runs": [_run(run) for run in past.runs]}


def of_data(data: Mapping[str, Any], environment: str) -> Past:
    """Return the past that :func:`as_data` wrote; raise ValueError for anything else."""
    try:
        if data.get("absent"):
            return Past(absent=str(data["absent"]))
        runs = tuple(_of_run(raw, environment) for raw in _of(list, data["runs"]))
        return Past(runs, _moment(data["since"]))
    except (KeyError, TypeError, AttributeError, ValueError):
        raise ValueError(_NO_DATA) from None


def _run(run: PastRun) -> dict[str, Any]:
    judged = run.verdict is Verdict.GO
    return {
        "at": _text(run.at),
        "read_at": _text(run.read_at),
        "until": _text(run.until),
        "profile": run.profile,
        "verdict": str(run.verdict),
        "own": str(run.own),
        "whole": run.whole,
        "rehearsal": run.rehearsal,
        "cards": [_card(card, judged=judged) for card in run.cards],
    }


def _card(card: PastCard, *, judged: bool) -> dict[str, Any]:
    # Only what a GO judged is compared, so only that is kept.
    prints = dict(card.prints) if judged else {}
    return {"card": card.card, "mark": card.mark, "born": _text(card.born), "waits": card.waits,
            "prints": prints}  # fmt: skip


def _of_run(raw: Any, environment: str) -> PastRun:
    at = _moment(raw["at"])
    if at is None:
        raise ValueError(_NO_DATA)
    return PastRun(
        run="",
        environment=environment,
        profile=_of(str, raw["profile"]),
        at=at,
        verdict=Verdict(raw["verdict"]),
        own=Verdict(raw["own"]),
        read_at=_moment(raw["read_at"]),
        until=_moment(raw["until"]),
        whole=_of(bool, raw["whole"]),
        rehearsal=_of(bool, raw["rehearsal"]),
        cards=tuple(_of_cards(raw["cards"])),
    )


def _of_cards(found: Any) -> Iterable[PastCard]:
    for raw in _of(list, found):
        prints = {_of(str, k): _of(str, v) for k, v in _of(dict, raw["prints"]).items()}
        yield PastCard(
            _of(str, raw["card"]), _of(str, raw["mark"]), _moment(raw["born"]),
            _of(bool, raw["waits"]), prints,
        )  # fmt: skip


def _text(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _moment(text: Any) -> datetime | None:
    if text is None:
        return None
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not 2000 <= found.year < 9999:
        raise ValueError(_NO_DATA)
    return found.astimezone(UTC)


def _of(kind: type, value: Any) -> Any:
    if type(value) is not kind:
        raise TypeError(_NO_DATA)
    return value
