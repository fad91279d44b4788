"""``report.html`` as its reader meets it: in a real browser, on a phone, in the dark, on paper."""

import base64
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsers import opened
from playwright.sync_api import Browser
from results import (
    BY_VERDICT,
    PRODUCTION,
    READY,
    evidence,
    exchange,
    finding,
    go,
    hostile,
    no_go,
    result,
    seen,
)

from pytest_caio.report.curl import curl
from pytest_caio.report.html import hours, html, share
from pytest_caio.report.previous import Previous
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@pytest.mark.browser
@pytest.mark.parametrize("verdict", list(Verdict))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_axe_violations(
    chromium: Browser, tmp_path: Path, verdict: Verdict, scheme: str
) -> None:
    """Contrast, headings, names and keyboard reach are right, with every detail open."""
    page = opened(chromium, BY_VERDICT[verdict](), tmp_path, color_scheme=scheme, bypass_csp=True)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [n["target"] for n in v["nodes"]][:3]) for v in found] == []


@pytest.mark.browser
@pytest.mark.parametrize("verdict", list(Verdict))
def test_first_screen_answers(chromium: Browser, tmp_path: Path, verdict: Verdict) -> None:
    """Decision, why, who, and the first step are on the first screen of a laptop, as of a phone."""
    for width, height in ((1280, 800), (390, 844)):
        page = opened(
            chromium,
            BY_VERDICT[verdict](),
            tmp_path,
            viewport={"width": width, "height": height},
        )
        assert page.locator("h1").inner_text() == verdict.value
        for first in (".why", ".who", ".step h3", ".step :is(.next, h3)"):
            bottom = page.locator(first).first.bounding_box()
            assert bottom
            assert bottom["y"] + bottom["height"] <= height


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_fits_a_phone(chromium: Browser, tmp_path: Path, width: int) -> None:
    """Nothing makes the page wider than the screen, not even 200 kB in one word."""
    page = opened(chromium, hostile(), tmp_path, viewport={"width": width, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.browser
def test_hostile_text_stays_text(chromium: Browser, tmp_path: Path) -> None:
    """Nothing that a deployment wrote runs, loads or becomes an element."""
    said: list[str] = []
    path = tmp_path / "report.html"
    path.write_text(html(hostile()), encoding="utf-8")
    page = chromium.new_page(bypass_csp=True)
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: said.append(request.url))
    page.goto(path.as_uri())
    assert said == [path.as_uri()]
    assert page.locator("script, img, iframe, [onerror]").count() == 0
    assert page.locator("style").count() == 1
    assert "<script>alert(1)</script>" in page.locator(".step.bad h3").first.inner_text()
    assert "\u202e" not in page.content()


@pytest.mark.browser
def test_engineer_finds_the_exchange(chromium: Browser, tmp_path: Path) -> None:
    """One click below a finding: the exchange, its correlation id, and a curl line to paste."""
    page = opened(chromium, no_go(), tmp_path)
    page.locator(".step .rule a").first.click()
    found = page.locator("details.row[open]")
    found.locator("details summary").click()
    assert "a8b68626-46d2-4aae" in found.inner_text()
    assert '"X-Dashboard-Token: $CAIO_PROD_TOKEN"' in found.locator("pre").first.inner_text()
    found.locator("details a").first.click()
    target = page.locator(page.url.partition("#")[2].join(["#", ""]))
    assert "no answer within 10 s" in target.inner_text()


@pytest.mark.browser
def test_screenshots_are_in_the_page(chromium: Browser, tmp_path: Path) -> None:
    """A probe's screenshots are in the file itself, once, and its findings lead there."""
    shot = seen(READY, "production", attachments={"screenshots/sales.png": PIXEL})
    page = opened(chromium, result(finding("smoke.ready", "fail"), found=evidence(shot)), tmp_path)
    pictures = page.locator("img[src^='data:image/png']")
    assert pictures.count() == 1
    assert page.locator('a[href="#screenshots/sales.png"]').count() == 1
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth)")


@pytest.mark.browser
def test_printed_page_is_on_white(chromium: Browser, tmp_path: Path) -> None:
    """On paper the dark mode is off and the page can be printed."""
    page = opened(chromium, no_go(), tmp_path, color_scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.pdf()[:5] == b"%PDF-"


def test_facts_of_judges_are_shown() -> None:
    """Queue ages, ramp days, replay rate, approval times and parity stand in the page."""
    text = html(no_go()) + html(go())
    for words in (
        "The queue, against 72 hours",
        "80 h",
        "1 of 3 clean days",
        "dry runs only",
        "58 of 60 cases",
        "between 88.6 and 99.1 %",
        "clean_days",
        "25 min",
        "What was pressed on the page (2)",
        "POST https://caio.example/api/emails/x/reject",
    ):
        assert words in text


@pytest.mark.parametrize(
    "facts",
    [
        {"queue": {}},
        {"queue": {"cards": [{}]}},
        {"presses": []},
        {"presses": [{}]},
        {"sla": []},
        {"sla": [{}]},
        {"parity": []},
        {"ramp": {"required": 3, "claimed": 0}},
        {"queue": {"cards": None, "excluded": None}},
        {"ramp": {"required": 3, "claimed": 0, "recounted": None, "days": None}},
        {"replay": {"passed": 0, "total": 0, "rate": 0.0, "minimum": 0.95}},
        {"queue": {"cards": [{"id": "a", "age_hours": None, "campaign": None, "to": None}]}},
        {"card": "c1"},
    ],
)
def test_facts_may_be_absent(facts: dict[str, object]) -> None:
    """A judge that knows less shows less, and breaks nothing."""
    text = html(result(finding("queue.no-drift", facts=facts)))
    assert "The rule of queue.no-drift" in text


def test_what_changed() -> None:
    """Against an earlier report: what got worse, what was mended, what is still open."""
    earlier = Previous(
        Verdict.CANNOT_TELL,
        "2026-02-23T19:20:00+00:00",
        {
            ("access", "reads-refused", "production"): Outcome.PASS,
            ("environment", "reachable", "production"): Outcome.FAIL,
            ("queue", "no-drift", "production"): Outcome.FAIL,
        },
    )
    text = html(no_go(), earlier)
    changed = text[text.index("What changed") : text.index("Required checks")]
    for word, name in (
        ("Worse", "data can be read without the right token"),
        ("Mended", "The URL answers as a CAIO dashboard"),
        ("Still open", "2 stale cards are listed"),
    ):
        part = changed[changed.index(f"{word}:") :]
        assert name in part[: part.index("</ul>")]


def test_previous_that_is_not_there_is_said() -> None:
    """The first run of all has nothing to compare with, and says so."""
    assert "no earlier report to compare with" in html(
        go(), Previous(problem="There is no earlier report to compare with.")
    )


def test_rehearsal_says_that_it_clears_nothing() -> None:
    """No one may take a rehearsal's GO for a real one."""
    place = replace(PRODUCTION, name="rehearsal", kind="rehearsal")
    made = result(finding("smoke.ready", environment="rehearsal"), environments=(place,))
    assert "A rehearsal clears no live cycle." in html(made)


def test_curl_only_of_reads() -> None:
    """A request that is more than a read is not handed out to be repeated."""
    assert curl(exchange(method="POST"), "production") == ""
    quoted = curl(exchange("/a?b=$(id)&c='x'"), "my-env")
    assert "'https://caio.example/a?b=$(id)&c='\"'\"'x'\"'\"''" in quoted
    assert '"X-Dashboard-Token: $CAIO_MY_ENV_TOKEN"' in quoted


def test_bars_and_ages() -> None:
    """Lengths stay inside their track, ages are in words."""
    assert (share(36, 72), share(100, 72), share(-1, 72), share(1, 0)) == (50, 100, 0, 0)
    assert (hours(0.25), hours(31.4), hours(240)) == ("15 min", "31 h", "10 days")
