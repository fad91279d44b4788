"""Small changes to the page, judged in real Chromium: harmful ones red, harmless ones green."""

from __future__ import annotations

import re
from functools import partial
from typing import Any

import httpx2
import pytest
from looking import Looked, check, look
from page_detours import HARMFUL as BAD_DETOURS
from page_detours import HARMLESS as FINE_DETOURS
from page_edits import HARMFUL, HARMLESS, Edit
from page_everyday import HARMFUL as BAD_EVERYDAY
from page_everyday import HARMLESS as FINE_EVERYDAY
from page_plain import HARMFUL as BAD_PLAIN
from page_plain import HARMLESS as FINE_PLAIN
from page_sequels import HARMFUL as BAD_SEQUELS
from page_sequels import HARMLESS as FINE_SEQUELS
from page_slips import HARMFUL as BAD_SLIPS
from page_slips import HARMLESS as FINE_SLIPS
from page_unnoticed import HARMFUL as BAD_UNNOTICED
from page_unnoticed import HARMLESS as FINE_UNNOTICED

from pytest_caio.evidence.probe_names import PAGE_REJECT
from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.privacy.redactor import Secret
from pytest_caio.rehearsal.deployment.scenes import REJECTION_TAGS
from pytest_caio.settings.environments import Environment

pytest.importorskip("playwright.async_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here"),
]
LAST_MINUTES = 300.0
TAGS_OF_API = [{"id": tag, "label": label} for tag, label in REJECTION_TAGS.items()]


def slug(edit: Edit) -> str:
    """The name of an edit's environment."""
    return re.sub(r"[^a-z0-9]+", "-", edit.name).strip("-")


def answers(pages: dict[str, str], request: httpx2.Request) -> httpx2.Response:
    """What a deployment with that page answers; nothing that changes anything may arrive."""
    assert request.method == "GET", f"{request.method} {request.url} left the browser"
    path = request.url.path
    if path == "/sales":
        return httpx2.Response(200, html=pages[request.url.host.split(".")[0]])
    if path == "/api/rejection-tags":
        return httpx2.Response(200, json={"tags": TAGS_OF_API})
    if path == "/login":
        return httpx2.Response(200, html="<form><input type=password name=token></form>")
    return httpx2.Response(404, json={"detail": "Not Found"})


def looked_at(edit: Edit) -> Looked:
    """Look at the edit's page."""
    name = slug(edit)
    place = Environment(name, "staging", f"https://{name}.example", Secret("a-token-for-tests"))
    transport = httpx2.MockTransport(partial(answers, {name: edit.applied()}))
    checks = [check(name) for name in ("page-blocks", "page-tags")]
    return look((place,), *checks, transport=transport, deadline=300)


# Each takes seconds of both cores: CI tries a few of them, the night all the others. The page as it
# is CI looks at often enough.
EVERY = [
    pytest.param(edit, id=slug(edit), marks=[pytest.mark.nightly] * (at % 400 != 81))
    for at, edit in enumerate(
        (
            *HARMLESS,
            *HARMFUL,
            *FINE_SEQUELS,
            *BAD_SEQUELS,
            *FINE_DETOURS,
            *BAD_DETOURS,
            *FINE_EVERYDAY,
            *BAD_EVERYDAY,
            *FINE_PLAIN,
            *BAD_PLAIN,
            *FINE_SLIPS,
            *BAD_SLIPS,
            *FINE_UNNOTICED,
            *BAD_UNNOTICED,
        )
    )
]


@pytest.mark.parametrize("edit", EVERY)
def test_an_edit(edit: Edit) -> None:
    """What it breaks is red, and nothing else is; polling is seen as long as it goes on."""
    looked = looked_at(edit)
    name = slug(edit)
    found = {check: f for (check, place), f in looked.findings.items() if place == name}
    said = {check: f"{f.outcome}: {f.observed}" for check, f in found.items()}
    red = {check for check, f in found.items() if f.outcome == "fail"}
    assert red == edit.red if edit.red else {f.outcome for f in found.values()} == {"pass"}, said
    data: Any = looked.evidence.of(name)[PAGE_REJECT]
    if not edit.red:
        late = [moment for moment in data.data["polls"] if moment > LAST_MINUTES]
        assert bool(late) is edit.polls, data.data["polls"]
        assert (data.data["redraws"] is not False) is (edit.draws and edit.polls)
        after = data.data["polls_after"]
        assert after is None or bool(after) is (edit.reads_on and edit.polls)
