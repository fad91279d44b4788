"""Whether what was decided was decided by a person, as far as the history names who it was.

Source: ``docs/regimen.md, Structured rejection``: a person decides each card while the ramp lasts.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import DECISIONS
from pytest_caio.judge.decisions import decisions
from pytest_caio.judge.look import BadAnswer, Look, NoEvidence

_HYGIENE = "queue_hygiene_non_actionable"
_RECENT = timedelta(hours=24)
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_MACHINE = re.compile(
    r"auto(?:pilot|approv\w*|mat\w*)?|bot|cron|system|scheduler|watcher|worker|daemon|script|monitor"
)


def by_no_person(look: Look) -> Iterator[str]:
    """Yield who decided live cards in the last day and is, by its name, a program.

    What nobody can act on is cleared away by programs too, and its tag says so.

    A history that can't be read is for the checks that count by it.
    """
    try:
        found, now = decisions(look), look.answer(DECISIONS).date
    except (NoEvidence, BadAnswer):
        return
    names = [
        decision.reviewer
        for decision in found
        if decision.tag != _HYGIENE and not decision.training
        if now and decision.at > now - _RECENT
        if any(_MACHINE.fullmatch(word.lower()) for word in _WORD.findall(decision.reviewer))
    ]
    if names:
        who = listed(shown(name, 40) for name in dict.fromkeys(names))
        yield f"{plural(len(names), 'live card')} decided in the last day by {who}, no person"
