"""The documentation's pictures: reports of real runs and the rehearsal's own page, in a browser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

from browsers import browser
from screens.pictures import opened
from screens.situations import SITUATIONS, Place, run

from pytest_caio.privacy.redactor import Redactor
from pytest_caio.rehearsal.server import rehearse
from pytest_caio.report.folder import write_report
from pytest_caio.verdict.result import Result

LARGEST = 150_000
DESK = MappingProxyType({"x": 56, "y": 8, "width": 1168, "height": 650})
CARD = MappingProxyType({"x": 0, "y": 0, "width": 960, "height": 760})


def _report(made: Callable[[], Result], folder: Path) -> bytes:
    """The first screen of a report, at a desk."""
    write_report(folder, made(), Redactor())
    with browser() as found, opened(found, folder / "report.html", "desktop") as page:
        return page.screenshot(clip=dict(DESK))  # type: ignore[arg-type]


def _card(_folder: Path) -> bytes:
    """A card as HoS has it before them, about to be rejected: tag chosen, reason typed."""
    with rehearse(environment="production", cards=3) as server, browser() as found:
        size = {"width": CARD["width"], "height": CARD["height"]}
        page = found.new_context(viewport=size).new_page()  # type: ignore[arg-type]
        page.goto(f"{server.url}/sales")
        page.fill("#token", server.token)
        page.click("button[type=submit]")
        page.click("#tabQueue")
        page.click("text=Edit & Preview >> nth=0")
        page.select_option("#rejectionTagInput", index=1)
        page.fill("#feedbackInput", "The opening is not about them: say why now.")
        return page.screenshot()


PICTURES: Mapping[str, tuple[Callable[[Path], bytes], Mapping[str, int]]] = MappingProxyType(
    {
        "no-go.png": (partial(_report, SITUATIONS["stale-hidden"]), DESK),
        "go.png": (partial(_report, lambda: run(Place(cards=3))), DESK),
        "card.png": (_card, CARD),
    }
)
"""Who takes each picture, and how large it is."""


def taken(name: str, folder: Path) -> bytes:
    """Take a picture anew; ``folder`` is for the report in it."""
    return PICTURES[name][0](folder)
