"""One visit to ``/sales`` in a real browser: sign in, then press Reject in three ways.

Pushed like a hurried human, who says yes to every dialog (``docs/dashboard.md, The sales page``).
"""

import asyncio
import contextlib
import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from playwright.async_api import Browser, Dialog, Error, Locator, Page

from pytest_caio.observe.page.gate_cards import queue_of_one
from pytest_caio.observe.page.hints import PageSettings
from pytest_caio.observe.page.page_network import BARRIER, Attempts, PageNetwork
from pytest_caio.observe.probe import Context

# In the page's own time, so that what it does a moment after the click is seen also on a slow
# machine; then a request of ours: whatever went out before it has been noted when it returns.
_SETTLED = f"""wait => new Promise(done => setTimeout(done, wait))
  .then(() => fetch({json.dumps(BARRIER)}))"""
# Once one request came: as long as a second of the same click may take.
_TWICE_SECONDS = 0.05
_REASON = "caio gate: the closing question is vague"


class NotFound(Exception):
    """A step that the page did not let us take; the message names it."""


@dataclass(frozen=True)
class Press:
    """One way to press Reject: with or without choosing a tag and writing a reason."""

    name: str
    tag: bool
    reason: bool


PRESSES = (
    Press("no-tag", tag=False, reason=False),
    Press("tag-only", tag=True, reason=False),
    Press("tag-and-reason", tag=True, reason=True),
)


@dataclass
class Visit:
    """A visit with one page; ``pictures`` are PNG bytes by step."""

    context: Context
    settings: PageSettings
    page: Page
    network: PageNetwork
    pictures: dict[str, bytes] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    async def look(self) -> dict[str, Any]:
        """Sign in, press Reject in every way, and return what the page did as JSON."""
        self.page.set_default_timeout(self.settings.timeout * 1000)
        self.page.on("dialog", self._say_yes)
        self.page.on("popup", self._come_back)
        try:
            await self._sign_in()
        except NotFound as problem:
            await self._picture("sign-in")
            return {"problem": str(problem), "steps": []}
        # One after the other: a tab in the background is not drawn, and would wait for it.
        steps: list[dict[str, Any]] = []
        for press in PRESSES:
            stuck = steps[-1]["problem"] if steps else ""
            # What could not be found once is not looked for again: each look costs its patience.
            steps.append(_not_taken(press, stuck) if stuck else await self._press_and_note(press))
        return {"problem": "", "steps": steps}

    async def _say_yes(self, dialog: Dialog) -> None:
        self.said.append(self.context.redact(dialog.message))
        with contextlib.suppress(Error):
            await dialog.accept()

    async def _come_back(self, _popup: Page) -> None:
        """Keep the page in front of a window that it opened: in the background it stands still."""
        with contextlib.suppress(Error):
            await self.page.bring_to_front()

    async def _press_and_note(self, press: Press) -> dict[str, Any]:
        attempts = self.network.attempts = Attempts()
        said = self.said = []
        noted = _not_taken(press, "")
        try:
            await self._press(press, noted)
        except NotFound as problem:
            noted["problem"] = str(problem)
        await self._picture(press.name)
        return noted | {"dialogs": said, "attempted": attempts.requests}

    async def _go(self) -> None:
        url = self.context.sender.environment.url + self.settings.page
        try:
            await self.page.goto(url, wait_until="domcontentloaded")
        except Error as error:
            text = self.context.redact(str(error).splitlines()[0])
            raise NotFound(f"open {self.settings.page}: {text}") from None

    async def _sign_in(self) -> None:
        await self._go()
        password = self._any(self.page, self.settings.password)
        queue = self._any(self.page, self.settings.queue)
        await self._shown(password.or_(queue).first, "sign in: neither a login form nor the page")
        if not await password.is_visible():
            return
        await password.fill(self.context.sender.environment.token.reveal())
        button = self._any(self.page, self.settings.sign_in)
        try:
            await (button.click() if await button.is_visible() else password.press("Enter"))
        except Error:
            raise NotFound("sign in: the login form can't be sent") from None
        await self._shown(queue, "sign in: the page does not open after the login form")

    async def _press(self, press: Press, noted: dict[str, Any]) -> None:
        s, page = self.settings, self.page
        await self._go()
        await self._click(self._any(page, s.queue), "open the Email Queue")
        await self._click(self._any(page, s.card), "open a card (Edit & Preview)")
        dialog = self._any(page, s.dialog)
        await self._shown(dialog, "see the card's dialog")
        if press.tag:
            await self._choose_tag(self._any(dialog, s.tag), noted)
        if press.reason:
            await self._write(self._any(dialog, s.reason))
        button = self._any(dialog, s.reject)
        await self._shown(button, "find the Reject button")
        if await button.is_disabled():
            noted["disabled"] = True
            return
        await self._click(button, "press Reject")
        if press.reason:
            # Only here a request is due: waiting for it costs nothing where it comes.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.network.attempts.seen.wait(), s.timeout)
        settle = _TWICE_SECONDS if self.network.attempts.seen.is_set() else s.settle
        with contextlib.suppress(Error):
            await page.evaluate(_SETTLED, settle * 1000)

    async def _choose_tag(self, select: Locator, noted: dict[str, Any]) -> None:
        step = "choose a rejection tag"
        await self._shown(select, step)
        try:
            await select.locator('option:not([value=""])').first.wait_for(state="attached")
            options = await select.locator("option").evaluate_all("all => all.map(o => o.value)")
            noted["offered"] = [value for value in options if value.strip()]
            noted["chosen"] = noted["offered"][0]
            await select.select_option(value=noted["chosen"])
        except (Error, IndexError):
            raise NotFound(f"{step}: the field offers none") from None

    async def _write(self, field: Locator) -> None:
        await self._shown(field, "write a reason")
        try:
            await field.fill(_REASON)
        except Error:
            raise NotFound("write a reason: the field takes no text") from None

    def _any(self, scope: Page | Locator, selectors: tuple[str, ...]) -> Locator:
        """Return the first visible element that one of ``selectors`` matches."""
        found = scope.locator(selectors[0])
        for selector in selectors[1:]:
            found = found.or_(scope.locator(selector))
        return found.filter(visible=True).first

    async def _shown(self, what: Locator, step: str) -> None:
        try:
            await what.wait_for()
        except Error as error:
            why = "" if "Timeout" in str(error) else f" ({str(error).splitlines()[0]})"
            raise NotFound(f"{step}: not found on the page{why}") from None

    async def _click(self, what: Locator, step: str) -> None:
        await self._shown(what, step)
        try:
            await what.click()
        except Error:
            raise NotFound(f"{step}: it can't be clicked") from None

    async def _picture(self, name: str) -> None:
        """Keep a picture of the page, without what stands in a password field."""
        with contextlib.suppress(Error):
            masked = [self.page.locator("input[type=password]")]
            self.pictures[name] = await self.page.screenshot(mask=masked, animations="disabled")


def _not_taken(press: Press, problem: str) -> dict[str, Any]:
    return {"step": press.name, "problem": problem, "disabled": False, "dialogs": [],
            "attempted": []}  # fmt: skip


async def visit(
    context: Context, settings: PageSettings, browser: Browser, *, old: bool
) -> tuple[dict[str, Any], Visit]:
    """Return what the page did, as JSON, and the visit that saw it.

    ``old`` says that there is no login form: such a page takes the token from its own storage.
    """
    network = PageNetwork(context.sender, queue_of_one(datetime.now(UTC)))
    pages = await browser.new_context(service_workers="block", accept_downloads=False)
    try:
        await network.attach(pages)
        if old:
            await pages.add_init_script(_store_token(context, settings))
        made = Visit(context, settings, await pages.new_page(), network)
        noted = await made.look()
        return noted | {"login_form": network.signed_in}, made
    finally:
        with contextlib.suppress(Error):
            await pages.close()
        await network.close()


def _store_token(context: Context, settings: PageSettings) -> str:
    """Return the script that puts the token where an old page keeps it, on its own origin only."""
    place = context.sender.environment
    return (
        f"if (location.origin === {json.dumps(place.url)})"
        f" for (const key of {json.dumps(settings.local_storage)})"
        f" localStorage.setItem(key, {json.dumps(place.token.reveal())});"
    )
