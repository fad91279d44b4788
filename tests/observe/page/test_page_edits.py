"""Small changes to the page, judged in real Chromium: harmful ones red, harmless ones green."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any

import httpx2
import pytest
from looking import Looked, check, look
from page_edits import HARMFUL, HARMLESS, Edit

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
EDITS = (*HARMFUL, *HARMLESS)
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


def looked_at(edits: Sequence[Edit]) -> Looked:
    """Look at each edit's page, all with one browser."""
    pages = {slug(edit): edit.applied() for edit in edits}
    token = "a-token-for-tests-of-"
    places = tuple(
        Environment(name, "staging", f"https://{name}.example", Secret(token + name))
        for name in pages
    )
    transport = httpx2.MockTransport(partial(answers, pages))
    checks = [check(name) for name in ("page-blocks", "page-tags")]
    return look(places, *checks, transport=transport, deadline=3000)


@pytest.fixture(scope="module")
def quick() -> Looked:
    """The pages of the quick lane."""
    return looked_at([edit for edit in EDITS if edit.quick])


@pytest.fixture(scope="module")
def rest() -> Looked:
    """All other pages."""
    return looked_at([edit for edit in EDITS if not edit.quick])


def holds(looked: Looked, edit: Edit) -> None:
    """Assert that exactly the checks that the edit names are red, and that polling was seen."""
    name = slug(edit)
    found = {check: f for (check, place), f in looked.findings.items() if place == name}
    said = {check: f"{f.outcome}: {f.observed}" for check, f in found.items()}
    red = {check for check, f in found.items() if f.outcome == "fail"}
    assert red == edit.red if edit.red else {f.outcome for f in found.values()} == {"pass"}, said
    data: Any = looked.evidence.of(name)[PAGE_REJECT]
    if not edit.red:
        late = [moment for moment in data.data["polls"] if moment > LAST_MINUTES]
        assert bool(late) is edit.polls, data.data["polls"]


@pytest.mark.parametrize("edit", [e for e in EDITS if e.quick], ids=slug)
def test_an_edit(quick: Looked, edit: Edit) -> None:
    """What it breaks is red, and nothing else is."""
    holds(quick, edit)


@pytest.mark.slow
@pytest.mark.parametrize("edit", [e for e in EDITS if not e.quick], ids=slug)
def test_another_edit(rest: Looked, edit: Edit) -> None:
    """What it breaks is red, and nothing else is."""
    holds(rest, edit)
