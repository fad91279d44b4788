"""One page in a context of its own, with a clock that the gate runs: pressing, and what came of it.

Nothing here decides what to press; every press is one step of the table in the evidence.
"""

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import BrowserContext, Dialog, Error, Page

from pytest_caio.evidence.page_attempts import read
from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.gate_cards import REASON, gate_mail
from pytest_caio.observe.page.page_clock import PageClock
from pytest_caio.observe.page.page_setting import Setting
from pytest_caio.observe.page.page_visits import arrive, shows_cards
from pytest_caio.observe.page.pictures import picture

EDIT = "caio-gate-changed-this: $1.5M or $2.5M, see gate-check.example.com/plan"
REASONS: Mapping[str, str] = {"none": "", "blank": " \n\t ", "given": REASON}
TEN_MINUTES = 600.0
LEAVING = "(leaving the page)"
_IDLE_SECONDS, _IN_A_ROW = 3.0, 30
_TAKE = "async view => window.__caio ? JSON.stringify(await __caio.take(view)) : null"
_ANEW = "next => window.__caio && __caio.keepOver(next)"
_SOON = 1.0  # For what a page does as soon as it has an answer.
WELCOME = 5.0  # For what a page shows before its cards.
OWED = 60.0  # For what a press asks for and the page sends later.


class Lost(Exception):
    """The page is not where it was: what was to be pressed is not there any more."""


class Tab:
    """A page under the gate's hand. Use ``opened_tab``."""

    def __init__(
        self, setting: Setting, pages: BrowserContext, page: Page, clock: PageClock
    ) -> None:
        self.setting, self.pages, self.page, self.clock = setting, pages, page, clock
        self.steps: dict[int, dict[str, Any]] = {}
        self.number, self.loads, self.owed = 0, 0, 0.0
        # A second window shares what the page keeps.
        self.keeps = False

    # --- loading and looking

    async def load(
        self, *, kept: bool = False, answers: Mapping[str, Any] = MappingProxyType({})
    ) -> dict[str, Any]:
        """Load the page anew and wait until it has what it asked for, as on a first visit.

        It remembers nothing, unless what it has ``kept`` is of interest.
        ``answers`` says how it is answered from its first request on.
        """
        if answers and not self.loads:
            await self.load()
        self.loads += 1
        if self.loads > 1:
            await self._leave()
        if self.loads > 1 and not (kept or self.keeps):
            await self.page.evaluate(_ANEW, {"forget": True, **answers})
        await self.clock.carry_over()
        opening = self.step("(opening the page again)", place="form") if self.loads > 1 else None
        await arrive(self.page, self.setting.url, again=kept)
        await self.idle()
        await self.run(_SOON + self.setting.welcome)
        view = await self.view()
        if self.loads == 1 and not shows_cards(view):
            await self.run(WELCOME)
            view = await self.view()
            if shows_cards(view):
                self.setting.welcome = WELCOME
        if opening is not None and not opening["attempted"]:
            self.drop(opening)
        return view

    async def _leave(self) -> None:
        """Let what a press asked for be sent, then tell the page that it is left."""
        if self.owed:
            await self.run(self.owed)
        await self.collect()
        step = self.step(LEAVING, place="form")
        with contextlib.suppress(Error):
            await self.page.evaluate("n => window.__caio && __caio.leave(n)", self.number)
        await self.collect()
        if not step["attempted"]:
            self.drop(step)

    async def view(self) -> dict[str, Any]:
        """Return what is to be seen: controls, forms that offer tags, errors of the scripts."""
        for selector in self.setting.hints:
            with contextlib.suppress(Error):
                await self.page.locator(selector).evaluate_all("all => __caio.hint(all)")
        taken = await self._taken(view=True)
        if taken is None:
            raise Lost("the page is gone")
        return self.look(taken["view"])

    def look(self, seen: dict[str, Any]) -> dict[str, Any]:
        """Keep what a view says of errors and cards; return it."""
        for kept in ("errors", "blocked", "barred", "entered"):
            getattr(self.setting, kept).update(dict.fromkeys(seen[kept]))
        self.setting.anew = self.setting.anew if seen["anew"] is None else seen["anew"]
        if not seen["changed"]:
            self.setting.shown.update(one["card"] for one in seen["controls"] if one["card"])
        return seen

    async def idle(self) -> None:
        """Wait until nothing is under way that goes out of the page."""
        until = time.monotonic() + _IDLE_SECONDS
        while time.monotonic() < until:
            pending = await self.page.evaluate("window.__caio ? __caio.state.pending : 0")
            if not pending and not self.setting.network.under_way:
                return
            await asyncio.sleep(0.01)

    async def run(self, seconds: float) -> None:
        """Run the page's clock; where it asked for something, once more when that is answered."""
        await self._go(None, seconds)

    async def _go(self, press: Sequence[Any] | None, seconds: float) -> Mapping[str, Any] | None:
        said = await self._clock(press, seconds)
        found: Mapping[str, Any] | None = said["found"]
        if found and (not found["found"] or found["off"]):
            return found
        self.owed = max(self.owed - seconds, 0.0)
        taken = self._took(said["taken"]) or await self._taken()
        # What goes for one card after the other waits for answers, which take more than the clock.
        many = self.number in self.steps and self.steps[self.number]["place"] == "list"
        for turn in range(_IN_A_ROW):
            if not taken or not ((many and taken["attempts"]) or (not turn and taken["pending"])):
                break
            await self.idle()
            said = await self._clock(None, min(seconds, _SOON))
            taken = self._took(said["taken"]) or await self._taken()
        return found

    async def _clock(self, press: Sequence[Any] | None, seconds: float) -> Mapping[str, Any]:
        try:
            return await self.clock.go(self.page, press, seconds)
        except TimeoutError:
            self.clock.runs = self.setting.clock = False
            self.setting.delays.append("the page's timers never come to an end")
            raise Lost("the page's clock can't be run") from None

    # --- steps

    def step(self, control: str, **more: Any) -> dict[str, Any]:
        """Begin a step of the table; what the page tries from now on is its."""
        self.number += 1
        self.steps[self.number] = {
            "control": self.setting.redactor.text(control), "place": "", "tag": "",
            "reason": "none", "card": "", "off": False, "reached": None, "key": False, "asked": [],
            "revealed": 0, "attempted": [], "again": None,
        } | more  # fmt: skip
        self.setting.steps.append(self.steps[self.number])
        return self.steps[self.number]

    def since(self, number: int) -> list[dict[str, Any]]:
        """Return the steps after one of them."""
        return [step for at, step in self.steps.items() if at > number]

    def drop(self, step: dict[str, Any]) -> None:
        """Take a step that says nothing out of the table again."""
        self.setting.steps[:] = [one for one in self.setting.steps if one is not step]

    def noted(self, method: str, url: str, body: str) -> None:
        """Take what slipped past the page's own scripts, for the step that is under way."""
        self._take({"press": self.number, "method": method, "url": url, "body": body,
                    "via": "the network", "at": None})  # fmt: skip

    def _take(self, raw: Mapping[str, Any]) -> None:
        step = self.steps.get(raw["press"]) or self.steps.get(self.number)
        step = step or self.step("(opening the page)")
        method, url, body = raw["method"], raw["url"], raw["body"]
        redactor = self.setting.redactor
        mail = gate_mail(step.get("_edits", ()), step.get("_mail", {}))
        does = read(method, url, body, GATE_CARDS, self.setting.tags, REASON, mail)
        at = None if raw["at"] is None else round(raw["at"] / 1000, 1)
        if urlsplit(url).netloc.lower() != urlsplit(self.setting.url).netloc.lower():
            does["elsewhere"] = True
        noted = {"method": method, "url": redactor.url(url), "via": raw["via"], "at": at}
        noted |= {"body": redactor.body(body) if body else "", "signed": raw.get("signed", True)}
        step["attempted"].append(noted | does)

    async def collect(self) -> None:
        """Take what the page noted since the last time."""
        await self._taken()

    async def _taken(self, *, view: bool = False) -> Any:
        taken = None
        with contextlib.suppress(Error):
            taken = await self.page.evaluate(_TAKE, view)
        return self._took(json.loads(taken) if taken else None)

    def _took(self, taken: Any) -> Any:
        """Note what the page tried and said, if anything was taken; return it."""
        if taken is None:
            return None
        for raw in taken["attempts"]:
            self._take(raw)
        for name in ("wiped", "left"):
            for number in self.steps.keys() & taken[name]:
                self.steps[number]["wiped" if name == "wiped" else "leaves"] = True
        for raw in taken["said"]:
            step = self.steps.get(raw["press"])
            if step is not None and len(step["asked"]) < 5:
                step["asked"].append(self.setting.redactor.text(raw["text"])[:200])
                step["_alerts"] = step["asked"][-1:] if raw["kind"] == "alert" else []
        return taken

    async def press(
        self, control: Mapping[str, Any], *, seconds: float = 5.0, **more: Any
    ) -> dict[str, Any]:
        """Press one control; return its step. Raises :class:`Lost` where it is not there."""
        step = self.step(control["label"], **({"card": control["card"]} | more))
        step |= {"around": True} if control.get("around") else {}
        self.owed = OWED if step["place"] in {"form", "after"} else self.owed
        where = [self.number, control["key"], control["nth"], control["card"], "held" in control]
        found = await self._go(where, seconds)
        if found and not found["found"]:
            self.drop(step)
            raise Lost(f"{control['label']} is not there any more")
        # What goes away at the press was there.
        step |= {name: value for name, value in (found or {}).items() if name != "found"}
        return step

    async def picture(self, name: str) -> None:
        """Keep a picture of the page as it is."""
        await picture(self.page, self.setting.pictures, name, self.setting.redactor)

    async def say_yes(self, dialog: Dialog) -> None:
        """A dialog that came past the page's replaced functions: yes, and nothing to a question."""
        with contextlib.suppress(Error):
            await (dialog.dismiss() if dialog.type == "prompt" else dialog.accept())
