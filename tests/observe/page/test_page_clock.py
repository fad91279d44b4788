"""The clock of a tab in real Chromium: it stands still, goes as far as it is run, and is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.observe.page.page_clock import PageClock
from pytest_caio.observe.page.page_scripts import agent_script

playwright = pytest.importorskip("playwright.async_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here"),
]
PAGE = "data:text/html,<p>A page</p>"
SOON = "() => { window.fired = 0; setTimeout(() => { window.fired += 1; }, 60); }"
EACH_MINUTE = "() => { window.fired = 0; setInterval(() => { window.fired += 1; }, 60000); }"
BUTTON = "<!doctype html><title>A page</title><button>Send</button>"
ORDER = """() => {
  window.order = [];
  setInterval(() => window.order.push("timer"), 1000);
  document.querySelector("button").onclick = async () => {
    for (let step = 0; step < 5; step += 1) await null;
    window.order.push("press");
  };
}"""
CHAIN = """() => {
  window.reads = 0;
  const again = async () => {
    const answer = await fetch("/api/pending-emails");
    const { count } = await answer.clone().json();
    if (count && (await answer.text()).length) window.reads += 1;
    setTimeout(again, 30000);
  };
  setTimeout(again, 30000);
}"""
# Real time that goes by in the page: what ends it goes by no clock of the page's.
REAL_TIME = "() => new Promise((done) => { __pwClock.builtins.setTimeout(done, 400); })"


def with_a_page(look: Callable[[Any, PageClock], Awaitable[None]]) -> None:
    """Have ``look`` at a page whose clock it runs."""

    async def run() -> None:
        async with playwright.async_playwright() as library:
            browser = await library.chromium.launch(executable_path=find_chromium())
            pages = await browser.new_context()
            clock = PageClock(pages, {}, runs=True)
            await clock.install()
            page = await pages.new_page()
            await clock.carry_over()
            await page.goto(PAGE)
            await look(page, clock)
            await browser.close()

    asyncio.run(run())


def test_it_stands_still() -> None:
    """A slow machine sees no other page than a fast one: no timer goes by itself."""

    async def look(page: Any, clock: PageClock) -> None:
        await page.evaluate(SOON)
        before = await page.evaluate("Date.now()")
        await page.evaluate(REAL_TIME)
        assert await page.evaluate("[window.fired, Date.now()]") == [0, before]

    with_a_page(look)


def test_it_goes_as_far_as_it_is_run() -> None:
    """What is due by then has gone, each as often as it was due, and nothing else."""

    async def look(page: Any, clock: PageClock) -> None:
        await page.evaluate(EACH_MINUTE)
        before = await page.evaluate("Date.now()")
        await clock.go(page, None, 600.0)
        assert await page.evaluate("window.fired") == 10
        assert await page.evaluate("Date.now()") - before == 600_000

    with_a_page(look)


def test_the_next_page_begins_where_it_was() -> None:
    """A page that is loaded again finds the time at which the one before ended, and it stands."""

    async def look(page: Any, clock: PageClock) -> None:
        before = await page.evaluate("Date.now()")
        await clock.go(page, None, 90.0)
        await clock.carry_over()
        await page.goto(PAGE)
        await page.evaluate(SOON)
        await page.evaluate(REAL_TIME)
        assert await page.evaluate("Date.now()") - before == 90_000
        assert await page.evaluate("window.fired") == 0

    with_a_page(look)


def test_a_day_passes_at_once() -> None:
    """What was due meanwhile goes once, as where a machine was asleep."""

    async def look(page: Any, clock: PageClock) -> None:
        await page.evaluate(EACH_MINUTE)
        await clock.pass_by(86_400.0)
        assert await page.evaluate("window.fired") == 1

    with_a_page(look)


async def explored(page: Any) -> None:
    """Have a page with our scripts in it."""
    await page.add_init_script(agent_script((), {}))
    await page.route("**/*", lambda route: route.fulfill(body=BUTTON, content_type="text/html"))
    await page.goto("https://page.example/sales")


def test_a_press_comes_before_the_next_timer() -> None:
    """What a page goes on with after a press, step by step, belongs to that press."""

    async def look(page: Any, clock: PageClock) -> None:
        await explored(page)
        await page.evaluate(ORDER)
        button = (await page.evaluate("__caio.look()"))["controls"][0]
        await clock.go(page, [1, button["key"], button["nth"], "", False], 2.0)
        assert await page.evaluate("window.order") == ["press", "timer", "timer"]

    with_a_page(look)


def test_a_chain_of_reads_goes_on() -> None:
    """What a page asks for anew once it has read the last answer is asked for all along."""

    async def look(page: Any, clock: PageClock) -> None:
        await explored(page)
        await page.evaluate(CHAIN)
        await clock.go(page, None, 605.0)
        assert await page.evaluate("window.reads") == 20

    with_a_page(look)


def test_a_chain_goes_on_past_the_network() -> None:
    """So it does where another answer has to come from outside of the page before."""

    async def look(page: Any, clock: PageClock) -> None:
        await explored(page)
        await page.evaluate(CHAIN.replace("/api/pending-emails", "/another?at=1").replace(
            "await answer.clone().json()", "{ count: 1 }"))  # fmt: skip
        await clock.go(page, None, 605.0)
        assert await page.evaluate("window.reads") == 20

    with_a_page(look)


def test_an_answer_is_read_once() -> None:
    """A page that reads an answer twice fails there as it does in front of a server."""

    async def look(page: Any, _clock: PageClock) -> None:
        await explored(page)
        twice = "async () => { const one = await fetch('/api/pending-emails'); await one.json();"
        said = await page.evaluate(f"{twice} return one.text().catch(String); }}")
        assert "body stream already read" in said

    with_a_page(look)
