"""A page before the gate: served by a deployment that is otherwise in good order."""

from __future__ import annotations

import httpx2

from mutants.gate import Judgement, judge
from mutants.harmless import Rewrite
from mutants.mutant import Mutant
from mutants.mutated_code import rehearsal_with
from mutants.rewriting import on_page
from mutants.trial import KILLED, STAYS_GO, Trial


def usual_page() -> str:
    """The dashboard's page as a deployment in good order serves it to somebody signed in."""
    with (
        rehearsal_with("app", None) as server,
        Rewrite("as it is").served(server) as running,
        httpx2.Client(base_url=running.url, trust_env=False) as client,
    ):
        opened = client.post("/login", data={"token": running.token})
        session = opened.headers["set-cookie"].partition(";")[0]
        return client.get("/sales", headers={"cookie": session}).text


def judged(rewrite: Rewrite) -> Judgement:
    """What the gate says of the page of a deployment with that difference."""
    with rehearsal_with("app", None) as server, rewrite.served(server) as running:
        return judge(running, page=True)


def try_page(mutant: Mutant) -> Trial:
    """Have the gate look at the mutant's page in a browser."""
    assert mutant.page is not None
    text = mutant.page()
    said = judged(Rewrite(mutant.name, on_page(lambda _usual: text)))
    outcome = KILLED if said.killed else STAYS_GO
    return Trial(
        mutant.name, mutant.line, outcome, "page", tuple(said.required), advised=tuple(said.advised)
    )
