"""What is known of mutants that stay GO: a list with a reason for each, from a closed set."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path

from mutants.trial import STAYS_GO, Trial

FILE = Path(__file__).with_name("survivors.toml")
REASONS = ("same-behaviour", "no-contract-answer", "rehearsal-convenience")
MOST = 0.1
"""At most so large a share of all mutants may be listed."""


class BadList(ValueError):
    """The list of survivors is wrong; the message says where."""


def read(text: str) -> dict[str, str]:
    """The reason for each mutant that is listed, by its name. Raises BadList."""
    reasons: dict[str, str] = {}
    for reason, entries in tomllib.loads(text).items():
        if reason not in REASONS:
            raise BadList(f"{reason!r} is no reason: one of {', '.join(REASONS)}")
        for name, why in entries.items():
            if name in reasons:
                raise BadList(f"listed twice: {name}")
            if not isinstance(why, str) or not why.strip():
                raise BadList(f"no word on why: {name}")
            reasons[name] = reason
    return reasons


def stale(reasons: Mapping[str, str], trials: Iterable[Trial]) -> list[str]:
    """What is listed although it no longer stays GO, or is no mutant any more."""
    alive = {trial.name for trial in trials if trial.outcome == STAYS_GO}
    return sorted(name for name in reasons if name not in alive)


def unexplained(reasons: Mapping[str, str], trials: Iterable[Trial]) -> list[Trial]:
    """What stays GO, is no advice either, and is not listed: work to do."""
    return [
        trial
        for trial in trials
        if trial.outcome == STAYS_GO and not trial.advised and trial.name not in reasons
    ]
