"""The queue before the cycle, from the report of a pre-flight (``--caio-previous``).

Nothing is asked: what an earlier run saw becomes evidence of this one, so that judging again needs
no second folder.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.cards import is_training
from pytest_caio.evidence.kept_evidence import evidence_of
from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import QUEUE, QUEUE_BEFORE, STATUS
from pytest_caio.evidence.report_files import as_written, content, parsed
from pytest_caio.observe.probe import Context, Probe

ADVICE = "no report of the pre-flight: name its folder with"
_PREFLIGHTS = frozenset({"preflight", "all"})


def queue_before(folder: Path | None, option: str = "--caio-previous") -> Probe:
    """Return the probe that takes the earlier queue from the report in ``folder``, which is what
    ``option`` names.
    """

    async def observe(context: Context) -> Evidence:
        found = read_before(folder, context.environment) if folder else f"{ADVICE} {option}"
        if isinstance(found, str):
            return Unobserved(QUEUE_BEFORE, context.environment, found)
        return Observed(QUEUE_BEFORE, context.environment, (), MappingProxyType(found))

    return Probe(QUEUE_BEFORE, observe, asks=())


def read_before(folder: Path, environment: str) -> dict[str, Any] | str:
    """Return the live cards that waited then, when that was, and what the verdict was.

    Where the folder holds no such thing, return why.
    """
    files = ("evidence.har", "verdict.json")
    if not all((folder / name).exists() for name in files):
        return f"there is no report in {folder.name}"
    har, path = (folder / name for name in files)
    try:
        evidence = evidence_of(har, content(folder, har.name))
        verdict = parsed(path, content(folder, path.name))
        with as_written(path):
            # Where it names no environment, the run that is under way now writes into that folder.
            told = verdict["profile"] in _PREFLIGHTS and bool(verdict["environments"])
            said = str(verdict["verdict"]) if told else ""
    except ValueError:
        return f"the report in {folder.name} can't be read"
    seen = evidence.of(environment)
    exchange, answer = _answer(seen, QUEUE)
    listed = answer.get("pending_emails")
    if exchange is None or exchange.date is None or not isinstance(listed, list):
        return f"the report in {folder.name} saw no queue of {environment}"
    _, status = _answer(seen, STATUS)
    return {
        "verdict": said,
        "at": exchange.date.isoformat(),
        "whole": _whole(answer),
        "emergency_stop": status.get("emergency_stop") is True,
        "cards": [_card(card) for card in listed if isinstance(card, dict) and _waits(card)],
    }


def _answer(seen: Mapping[str, Evidence], probe: str) -> tuple[Exchange | None, Mapping[str, Any]]:
    found = seen.get(probe)
    if not isinstance(found, Observed) or not found.exchanges or found.answer.status != 200:
        return None, {}
    try:
        body = found.answer.json()
    except JsonProblem:
        return None, {}
    return found.answer, body if isinstance(body, dict) else {}


def _waits(card: Mapping[str, Any]) -> bool:
    status = str(card.get("status") or "pending").strip().lower()
    named = isinstance(card.get("email_id"), str) and card["email_id"].strip()
    return bool(named) and status == "pending" and not is_training(card)


def _card(card: Mapping[str, Any]) -> dict[str, Any]:
    born = card.get("timestamp") if card.get("timestamp") != "Unknown" else None
    return {
        "id": card["email_id"],
        "to": card.get("to"),
        "born": born or card.get("created_at"),
        "contact_id": card.get("contact_id"),
    }


def _whole(answer: Mapping[str, Any]) -> bool:
    """Whether the list showed every card: none was hidden, and the window was not full."""
    debug = answer.get("_shadow_queue_debug")
    counts = debug if isinstance(debug, Mapping) else {}
    merged, hidden = counts.get("merged_count"), counts.get("excluded_non_actionable_count")
    return isinstance(merged, int) and merged < 20 and hidden == 0
