"""A report in a real browser: on a desk, on a phone, in the dark, on paper."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

from playwright.sync_api import Browser, Page

DESKTOP = MappingProxyType({"viewport": {"width": 1280, "height": 800}})
PHONE = MappingProxyType({"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2})
DARK = MappingProxyType({**DESKTOP, "color_scheme": "dark"})
A4 = MappingProxyType({"viewport": {"width": 718, "height": 1047}})  # less its margins of 1 cm
KINDS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {"desktop": DESKTOP, "phone": PHONE, "dark": DARK, "print": A4}
)
_LONGEST = 12_000


@contextmanager
def opened(found: Browser, report: Path, kind: str) -> Iterator[Page]:
    """A report as it is opened from a disk: without network."""
    context = found.new_context(offline=True, **KINDS[kind])
    page = context.new_page()
    if kind == "print":
        page.emulate_media(media="print")
    page.goto(report.as_uri())
    yield page
    context.close()


def picture(page: Page, path: Path) -> None:
    """Write the first screen, and the whole page beside it (up to a few metres)."""
    page.screenshot(path=path)
    height = page.evaluate("document.documentElement.scrollHeight")
    width = page.viewport_size["width"] if page.viewport_size else 0
    clip = {"x": 0, "y": 0, "width": width, "height": min(height, _LONGEST)}
    page.screenshot(path=path.with_stem(f"{path.stem}-whole"), full_page=True, clip=clip)
