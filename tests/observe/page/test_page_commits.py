"""Whole commits to the page, judged in real Chromium: harmful ones red, harmless ones green.

``tests/data/page_commits.jsonl`` has them: what each does, why it harms or does not, its changes.
One that harms and isn't seen yet says so; it fails as soon as it is seen.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest
from looking import check, look
from page_edits import Edit

from pytest_caio.evidence.probe_names import PAGE_REJECT
from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.privacy.redactor import Secret
from pytest_caio.rehearsal.deployment.scenes import REJECTION_TAGS
from pytest_caio.rehearsal.server import rehearse
from pytest_caio.settings.environments import Environment

pytest.importorskip("playwright.async_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here"),
]
TAGS_OF_API = [{"id": tag, "label": label} for tag, label in REJECTION_TAGS.items()]
PLACE = Environment("page", "staging", "https://page.example", Secret("a-token-for-tests"))
COMMITS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "data" / "page_commits.jsonl")
    .read_text("utf-8")
    .splitlines()
]


def marks(at: int, commit: dict[str, Any]) -> list[Any]:
    """Each takes seconds of both cores: CI tries a few, the night all the others."""
    unseen = [pytest.mark.xfail(reason="harms, and isn't seen yet", strict=True)]
    return [pytest.mark.nightly] * (at % 144 != 48) + unseen * (not commit.get("seen", True))


def judged(page: str) -> set[str]:
    """Return what the page checks say of a page, and whether its list goes stale."""
    with (
        rehearse("g2", announced=False, environment="staging") as server,
        httpx2.Client(
            base_url=server.url, headers={"X-Dashboard-Token": server.token}, timeout=30
        ) as deployment,
    ):

        def answers(request: httpx2.Request) -> httpx2.Response:
            assert request.method == "GET", f"{request.method} {request.url} left the browser"
            if request.url.path == "/sales":
                return httpx2.Response(200, html=page)
            if request.url.path == "/login":
                return httpx2.Response(200, html="<form><input type=password name=token></form>")
            if request.url.path == "/api/rejection-tags":
                return httpx2.Response(200, json={"tags": TAGS_OF_API})
            got = deployment.get(request.url.raw_path.decode())
            kind = got.headers.get("content-type", "")
            return httpx2.Response(
                got.status_code, content=got.content, headers={"content-type": kind}
            )

        checks = [check(name) for name in ("page-blocks", "page-tags")]
        looked = look((PLACE,), *checks, transport=httpx2.MockTransport(answers), deadline=300)
    found = {str(f.outcome) for (_, place), f in looked.findings.items() if place == PLACE.name}
    seen: Any = looked.evidence.of(PLACE.name)[PAGE_REJECT]
    stale = seen.data["redraws"] is False or seen.data["polls_after"] == []
    late = [moment for moment in seen.data["polls"] or () if moment > 300.0]
    return found if late and not stale else found | {"stale"}


@pytest.mark.parametrize(
    "commit",
    [pytest.param(one, id=one["name"], marks=marks(at, one)) for at, one in enumerate(COMMITS)],
)
def test_a_commit(commit: dict[str, Any]) -> None:
    """What harms is red, or stale where the list is; what doesn't is green."""
    edit = Edit(commit["name"], tuple((old, new) for old, new in commit["changes"]))
    found = judged(edit.applied())
    if commit["harmful"]:
        assert found & {"fail", "stale"}, f"{found}: {commit['why']}"
    else:
        assert found == {"pass"}, commit["why"]
