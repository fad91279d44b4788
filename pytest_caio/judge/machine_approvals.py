"""Whether what was approved was approved by a person, as far as the history names who it was.

Source: ``docs/regimen.md, Structured rejection``: a person decides each card while the ramp lasts.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import DECISIONS
from pytest_caio.judge.decisions import decisions
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence

_RECENT = timedelta(hours=24)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_MACHINE = re.compile(
    r"auto(?:pilot|approv\w*|mat\w*)?|bot|cron|system|scheduler|watcher|worker|daemon|script"
)


def by_no_person(look: Look) -> Iterator[str]:
    """Yield who approved live cards in the last day and is, by its name, a program.

    A history that can't be read is for the checks that count by it.
    """
    try:
        found, now = decisions(look), look.answer(DECISIONS).date
    except (NoEvidence, BadAnswer):
        return
    names = [
        decision.reviewer
        for decision in found
        if decision.approved and not decision.training and now and decision.at > now - _RECENT
        if any(_MACHINE.fullmatch(word.lower()) for word in _WORD.findall(decision.reviewer))
    ]
    if names:
        who = listed(shown(name, 40) for name in dict.fromkeys(names))
        yield f"{plural(len(names), 'live card')} approved in the last day by {who}, no person"
