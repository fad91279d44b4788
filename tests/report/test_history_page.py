"""``history.html`` as its reader meets it: at a desk, on a phone, in the dark, on paper."""

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from past_runs import HOUR, NOW, past, sixty_days
from playwright.sync_api import Browser, Page

from pytest_caio.gates.policy import HistoryPolicy, Policy
from pytest_caio.report.history_page import history_page
from pytest_caio.verdict.chronicle import Asked, Chronicle, chronicle
from pytest_caio.verdict.finding import Outcome, Severity
from pytest_caio.verdict.past import PastCard, PastCheck, PastEnd, PastRun

POLICY = Policy(history=HistoryPolicy(("mon", "tue", "wed", "thu", "fri")))


def told(runs: tuple[PastRun, ...]) -> Chronicle:
    """Return what is shown of these runs."""
    names = {run.environment for run in runs}
    ends = {name: [e for r in runs if r.environment == name for e in r.ends] for name in names}
    return chronicle(runs, ends, POLICY, Asked(NOW + 4 * HOUR))


def opened(chromium: Browser, folder: Path, **context: object) -> Page:
    """Return the page of sixty days, opened as a file without network."""
    path = folder / "history.html"
    path.write_text(history_page(told(sixty_days())), encoding="utf-8")
    page = chromium.new_context(offline=True, **context).new_page()
    page.goto(path.as_uri())
    return page


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_axe_violations(chromium: Browser, tmp_path: Path, scheme: str, width: int) -> None:
    """Contrast, headings, names and keyboard reach are right, with every detail open."""
    size = {"width": width, "height": 800}
    page = opened(chromium, tmp_path, color_scheme=scheme, viewport=size, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == []


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_fits_a_phone(chromium: Browser, tmp_path: Path, width: int) -> None:
    """Nothing makes the page wider than the screen, and the last verdicts come first."""
    page = opened(chromium, tmp_path, viewport={"width": width, "height": 800},
                  java_script_enabled=True)  # fmt: skip
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    first = page.locator("a.hero").first.bounding_box()
    assert first
    assert first["y"] + first["height"] <= 800


@pytest.mark.slow
@pytest.mark.browser
def test_paper(chromium: Browser, tmp_path: Path) -> None:
    """On paper the dark mode is off, tables are open, and it can be printed."""
    page = opened(chromium, tmp_path, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.locator("details table").first.is_visible()
    assert page.pdf().startswith(b"%PDF")


def test_pictures_are_told_in_words() -> None:
    """Each picture says what it shows, and tables have all of it."""
    page = history_page(told(sixty_days()))
    assert page.count("<svg") == page.count('role="img" aria-label="') + page.count("aria-hidden")
    assert "holds 36, failed 5; the last: failed" in page
    assert "9 replays" in page
    assert "<script" not in page
    assert " style=" not in page


def test_what_a_stranger_named_is_text() -> None:
    """Names of environments and checks are escaped; what only looks like a tag stays text."""
    ugly = "<img src=x onerror=alert(1)>\u202e"
    check = PastCheck(f"a.{ugly}", Severity.REQUIRED, Outcome.FAIL)
    page = history_page(
        told((past(1, checks=(check,)), past(0, environment=ugly, checks=(check,))))
    )
    assert "<img" not in page
    assert "\u202e" not in page
    assert "&lt;img src=x" in page


def test_a_year_stays_one_page() -> None:
    """With three runs a day of sixty checks, and a thousand decisions, it stays below 500 kB."""
    checks = tuple(
        PastCheck(f"gate.check-{n}", Severity.REQUIRED, list(Outcome)[n % 3]) for n in range(60)
    )
    cards = tuple(PastCard(f"c{n}", "", NOW - 400 * 24 * HOUR) for n in range(4))
    runs: list[PastRun] = []
    for day in range(365, -1, -1):
        ends = tuple(PastEnd(card.card, NOW - day * 24 * HOUR, True) for card in cards)
        runs += [
            past(day, profile=profile, checks=checks, replay_rate=0.95, cards=cards, ends=ends)
            for profile in ("preflight", "deploy", "cycle")
        ]
    assert len(history_page(told(tuple(runs))).encode()) < 500_000


def test_one_run_alone() -> None:
    """The first run of all makes a page, too; so does one without a check."""
    assert "1 whole run, Tue 24 Feb" in history_page(told((past(0, "F"),)))
    assert "1 whole run" in history_page(told((past(0),)))
