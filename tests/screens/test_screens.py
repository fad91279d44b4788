"""What each reader sees first, in ten situations, each a real report in a real browser."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from browsers import browser
from playwright.sync_api import Browser, Page

from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.folder import write_report
from pytest_caio.report.summary import summarise
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.result import Result
from screens.pictures import KINDS, opened
from screens.situations import SITUATIONS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
MOST_SCREENS = 12


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all of them."""
    with browser() as found:
        yield found


@cache
def seen(name: str) -> Result:
    """The result of a situation, made once; in a thread, as playwright has this one's loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(SITUATIONS[name]).result()


@pytest.fixture
def report(name: str, tmp_path: Path) -> Path:
    """A situation's report on the disk."""
    write_report(tmp_path, seen(name), Redactor())
    return tmp_path / "report.html"


def bottom(page: Page, selector: str) -> float:
    """Return where the first of these ends, in pixels below the top of the page."""
    box = page.locator(selector).first.bounding_box()
    assert box, f"{selector} is not shown"
    return box["y"] + box["height"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_the_first_screen_answers(chromium: Browser, report: Path, name: str) -> None:
    """May we mail, why, who, and what to do first: at a desk as on a phone."""
    summary = summarise(seen(name))
    for kind in ("desktop", "phone"):
        with opened(chromium, report, kind) as page:
            screen = KINDS[kind]["viewport"]
            words = page.locator(".hero").inner_text()
            assert " ".join(page.locator("h1").inner_text().split()) == summary.decision
            assert summary.reason in words
            assert [text for text in summary.remarks if text not in words] == []
            assert [task.owner for task in summary.tasks if task.owner not in words] == []
            go = summary.verdict is Verdict.GO
            first = page.locator(".step").first.inner_text()
            if not go:
                assert summary.causes[0].remedy in first
            assert bottom(page, ".hero") <= screen["height"]
            assert bottom(page, ".step h3" if go else ".step .next p") <= screen["height"]
            assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_phone_gets_at_the_end(chromium: Browser, report: Path, name: str) -> None:
    """What is not for engineers is a few screens long, however much is not met."""
    with opened(chromium, report, "phone") as page:
        box = page.locator(".engineers").bounding_box()
        assert box
        assert box["y"] <= MOST_SCREENS * KINDS["phone"]["viewport"]["height"]


@pytest.mark.parametrize("name", SITUATIONS)
def test_paper_shows_all_of_it(chromium: Browser, report: Path, name: str) -> None:
    """Nothing is folded, and nothing is cut at the edge."""
    with opened(chromium, report, "print") as page:
        folded = page.evaluate(
            """[...document.querySelectorAll("main details > :not(summary)")]
            .filter(e => !e.closest(".screen") && e.textContent.trim())
            .filter(e => !e.checkVisibility({contentVisibilityAuto: true})
                         || !e.getBoundingClientRect().height)
            .map(e => e.textContent.slice(0, 80))"""
        )
        assert folded == []
        cut = page.evaluate(
            """[...document.querySelectorAll("body *")]
            .filter(e => e.getBoundingClientRect().right > document.documentElement.clientWidth + 1
                         || (e.scrollWidth > e.clientWidth + 1
                             && getComputedStyle(e).overflowX !== "visible"))
            .map(e => e.outerHTML.slice(0, 80))"""
        )
        assert cut == []
