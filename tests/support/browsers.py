"""A real browser for the tests of what is shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.report.html import html
from pytest_caio.report.previous import Previous
from pytest_caio.verdict.result import Result


@contextmanager
def browser() -> Iterator[Browser]:
    """The Chromium that the gate itself would take, else playwright's own."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(
            executable_path=find_chromium(), args=["--no-sandbox"] if root else []
        )
        yield found
        found.close()


def opened(
    browser: Browser,
    made: Result,
    folder: Path,
    previous: Previous | None = None,
    **context: object,
) -> Page:
    """Return the report of a result, opened as a file without network."""
    path = folder / "report.html"
    path.write_text(html(made, previous), encoding="utf-8")
    page = browser.new_context(offline=True, **context).new_page()
    page.goto(path.as_uri())
    return page
