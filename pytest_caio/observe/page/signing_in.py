"""The first visit to the page: signing in as a person does, and reading what the page reads.

Nothing is pressed but the login's button, and the clock is the real one: what the deployment
answers is there when the page is looked at for good, however slow it is.
"""

import asyncio
import contextlib
import json
import time
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser, BrowserContext, Error, Page

from pytest_caio.observe.page.hints import PageSettings
from pytest_caio.observe.page.page_network import PageNetwork
from pytest_caio.observe.page.page_scripts import recording_script
from pytest_caio.observe.page.pictures import picture
from pytest_caio.observe.probe import Context

# What stands in for the token on a page of a generation that keeps it itself: it never leaves.
STAND_IN = "caio-gate-stand-in-token"
_QUIET = 0.15
_STEP = 0.03


class NotSeen(Exception):
    """The page was not reached; the message says at which step."""


@dataclass(frozen=True)
class FirstVisit:
    """What the first visit noted: script errors and what the content policy blocked.

    ``refused`` are the paths of the page's own server that the policy doesn't let it ask.
    """

    errors: tuple[str, ...] = ()
    blocked: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


async def first_visit(
    context: Context, settings: PageSettings, browser: Browser, network: PageNetwork,
    pictures: dict[str, bytes], *, old: bool,
) -> FirstVisit:  # fmt: skip
    """Sign in and wait until the page's own reads are answered. Raises :class:`NotSeen`."""
    place = context.sender.environment.url
    pages = await new_context(browser, network, lambda *_: None, stays=False)
    try:
        await pages.add_init_script(recording_script())
        if old:
            await pages.add_init_script(stand_in(place, settings))
        page = await pages.new_page()
        page.set_default_timeout(settings.timeout * 1000)
        page.on("dialog", lambda dialog: asyncio.ensure_future(_dismiss(dialog)))
        try:
            await _open(page, context, settings)
            await _sign_in(page, context, settings, network)
        except NotSeen:
            await picture(page, pictures, "sign-in", context.sender.redactor)
            raise
        noted = await page.evaluate("window.__caio ? __caio.log : {}")
        return FirstVisit(
            *(tuple(noted.get(name, ())) for name in ("errors", "blocked", "refused"))
        )
    except Error as error:
        raise NotSeen(f"sign in: {context.redact(str(error).splitlines()[0])}") from None
    finally:
        with contextlib.suppress(Error):
            await pages.close()


async def new_context(
    browser: Browser, network: PageNetwork, note: Any, *, stays: bool
) -> BrowserContext:
    """Return a fresh context whose requests the gate answers."""
    pages = await browser.new_context(service_workers="block", accept_downloads=False)
    await network.attach(pages, note, stays=stays)
    return pages


def stand_in(origin: str, settings: PageSettings) -> str:
    """Return the script that puts a stand-in where an old page keeps its token."""
    return (
        f"if (location.origin === {json.dumps(origin)})"
        f" for (const key of {json.dumps(settings.local_storage)})"
        f" localStorage.setItem(key, {json.dumps(STAND_IN)});"
    )


async def _dismiss(dialog: Any) -> None:
    with contextlib.suppress(Error):
        await dialog.dismiss()


async def _open(page: Page, context: Context, settings: PageSettings) -> None:
    url = context.sender.environment.url + settings.page
    try:
        await page.goto(url, wait_until="domcontentloaded")
    except Error as error:
        text = context.redact(str(error).splitlines()[0])
        raise NotSeen(f"open {settings.page}: {text}") from None


async def _sign_in(
    page: Page, context: Context, settings: PageSettings, network: PageNetwork
) -> None:
    password = page.locator(settings.password[0])
    for selector in settings.password[1:]:
        password = password.or_(page.locator(selector))
    password = password.filter(visible=True).first
    await _quiet(page, network, settings.timeout)
    if not await password.is_visible():
        return
    await password.fill(context.sender.environment.token.reveal())
    button = page.locator(settings.sign_in[0])
    for selector in settings.sign_in[1:]:
        button = button.or_(page.locator(selector))
    button = button.filter(visible=True).first
    try:
        await (button.click() if await button.is_visible() else password.press("Enter"))
    except Error:
        raise NotSeen("sign in: the login form can't be sent") from None
    await _quiet(page, network, settings.timeout)
    if await password.is_visible() and not network.signed_in:
        raise NotSeen("sign in: the page does not open after the login form")


async def _quiet(page: Page, network: PageNetwork, seconds: float) -> None:
    """Wait until the page asks for nothing any more: its own reads are answered then."""
    until = time.monotonic() + seconds
    since = time.monotonic()
    while time.monotonic() < until:
        await asyncio.sleep(_STEP)
        loaded = False
        with contextlib.suppress(Error):
            loaded = await page.evaluate("document.readyState === 'complete'")
        if network.under_way or not loaded:
            since = time.monotonic()
        elif time.monotonic() - since >= _QUIET:
            return
