"""Every harmless difference, and what the gate makes of one."""

from __future__ import annotations

from mutants.gate import judge
from mutants.harmless import Rewrite
from mutants.harmless_answers import ANSWERS
from mutants.harmless_cards import CARDS
from mutants.harmless_page import PAGE
from mutants.mutated_code import rehearsal_with
from mutants.trial import KILLED, STAYS_GO, Trial

REWRITES: tuple[Rewrite, ...] = (*ANSWERS, *CARDS, *PAGE)


def try_rewrite(name: str) -> Trial:
    """Have the gate look at a deployment with that difference; `killed` is a false alarm."""
    rewrite = next(one for one in REWRITES if one.name == name)
    with rehearsal_with("app", None) as server, rewrite.served(server) as running:
        said = judge(running, page=rewrite.page)
    why = tuple(f"{check}: {seen}" for check, seen in said.required.items())
    return Trial(name, 0, KILLED if said.killed else STAYS_GO, checks=why)
