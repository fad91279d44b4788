"""A deployment on a real socket with a GO on it, as it stands before a dispatch."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import httpx2
from rehearsing import gate_run

from pytest_caio.observe.page import shared_browser
from pytest_caio.rehearsal.deployment.state import Card
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.report.folder import write_report
from pytest_caio.settings.options import Options
from pytest_caio.verdict.result import Result


@dataclass(frozen=True)
class Cleared:
    """The deployment, called ``lab``, and the report of its pre-flight."""

    server: RehearsalServer
    report: Path
    result: Result

    @property
    def variables(self) -> dict[str, str]:
        """What names it to the gate."""
        return variables_of(self.server)

    @property
    def waiting(self) -> list[Card]:
        """The live cards that nobody has decided."""
        cards = self.server.deployment.state.cards.values()
        return [card for card in cards if card.status == "pending" and not card.training]

    def approve(self, card: Card, **edits: str) -> None:
        """Approve a card as a reviewer does on the page, with the edits that go along."""
        self._decide(f"/api/emails/{card.email_id}/approve", edits)

    def reject(self, card: Card) -> None:
        """Reject a card with tag and reason."""
        asked = "reason=vague&rejection_tag=weak_cta&approver=hos"
        self._decide(f"/api/emails/{card.email_id}/reject?{asked}", {})

    def decide_all(self) -> None:
        """Decide every card: the first is rejected, the rest approved."""
        first, *rest = self.waiting
        self.reject(first)
        for card in rest:
            self.approve(card)

    def change(self, card: Card, **changes: object) -> Card:
        """Change a card where it lies."""
        changed = replace(card, **changes)  # type: ignore[arg-type]
        self.server.deployment.state.add(changed)
        return changed

    def _decide(self, path: str, sent: dict[str, str]) -> None:
        headers = {"X-Dashboard-Token": self.server.token}
        with httpx2.Client(trust_env=False) as client:
            answer = client.post(self.server.url + path, headers=headers, json=sent)
        assert answer.status_code == 200, answer.text


def variables_of(server: RehearsalServer) -> dict[str, str]:
    """Return what names a deployment ``lab``, of the kind whose page needs no browser."""
    return {
        "CAIO_LAB_URL": server.url,
        "CAIO_LAB_TOKEN": server.token,
        "CAIO_LAB_KIND": "rehearsal",
    }


def preflight(server: RehearsalServer, report: Path, **more: object) -> Result:
    """Run the pre-flight without a browser, and write its report."""

    async def no_browser(*_: object) -> None:
        raise shared_browser.NoBrowser("no Chromium was found")

    with patch.object(shared_browser.SharedBrowser, "_start", no_browser):
        run = gate_run(Options(("lab",), **more), variables_of(server))  # type: ignore[arg-type]
    result = run.result()
    write_report(report, result, run.redactor)
    return result


@contextmanager
def cleared(report: Path, **more: object) -> Iterator[Cleared]:
    """Give a deployment with a GO until the block is left; ``more`` is as for ``rehearse``."""
    with rehearse(**more) as server:  # type: ignore[arg-type]
        result = preflight(server, report)
        assert result.verdict == "GO", [f for f in result.findings if f.blocks]
        with patch.dict(os.environ, variables_of(server)):
            yield Cleared(server, report, result)
