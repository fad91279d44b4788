"""The documentation's pictures: reports of real runs, as a browser shows them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

from browsers import browser
from screens.pictures import opened
from screens.situations import SITUATIONS

from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.folder import write_report

PICTURES: Mapping[str, str] = MappingProxyType({"no-go.png": "stale-hidden"})
"""Each picture's situation."""
LARGEST = 150_000
SIZE = {"x": 56, "y": 8, "width": 1168, "height": 650}


def taken(name: str, folder: Path) -> bytes:
    """Return the first screen of a situation's report, at a desk; ``folder`` is for the report."""
    write_report(folder, SITUATIONS[PICTURES[name]](), Redactor())
    with browser() as found, opened(found, folder / "report.html", "desktop") as page:
        return page.screenshot(clip=SIZE)  # type: ignore[arg-type]
