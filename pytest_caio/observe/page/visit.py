"""One visit to ``/sales`` in a real browser: what a person could do there, done.

Source: ``docs/page.md, Steps``.
"""

import asyncio
import json
import time
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Error

from pytest_caio.evidence.model import Evidence
from pytest_caio.observe.page.after_decision import AfterDecision
from pytest_caio.observe.page.card_rows import CardRows, all_found
from pytest_caio.observe.page.card_to_card import CardToCard
from pytest_caio.observe.page.coming_back import ComingBack
from pytest_caio.observe.page.detours import Detours
from pytest_caio.observe.page.discovery import Discovery, Form, discover
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.gate_cards import gate_cards, queue_answer
from pytest_caio.observe.page.hidden_cards import hidden, remembered, used_up
from pytest_caio.observe.page.hints import PageSettings
from pytest_caio.observe.page.in_turn import in_turn, why
from pytest_caio.observe.page.late_answers import LateAnswers
from pytest_caio.observe.page.left_over import LeftOver
from pytest_caio.observe.page.list_searches import searches
from pytest_caio.observe.page.list_view import ListLook
from pytest_caio.observe.page.many_and_cards import many_at_once
from pytest_caio.observe.page.opened_tab import opened_tab
from pytest_caio.observe.page.page_network import PageNetwork
from pytest_caio.observe.page.page_scripts import agent_script
from pytest_caio.observe.page.page_setting import BUDGET, Setting, busy
from pytest_caio.observe.page.repeating import repeat_findings, suspect
from pytest_caio.observe.page.signing_in import STAND_IN, NotSeen, first_visit, stand_in
from pytest_caio.observe.page.tab import Lost
from pytest_caio.observe.page.told_of_cards import told_as_training, untold_failure
from pytest_caio.observe.page.visit_data import visit_data
from pytest_caio.observe.probe import Context

_FORMS = 2
_Sequence = type[LeftOver | CardToCard | LateAnswers | AfterDecision | Detours | ComingBack]
_SEQUENCES: tuple[_Sequence, ...] = (
    LeftOver, Detours, CardToCard, LateAnswers, AfterDecision, ComingBack
)  # fmt: skip


@dataclass
class Seen:
    """What a visit found: the table of steps and what belongs to it, as JSON; pictures by name."""

    data: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)


async def visit(
    context: Context, settings: PageSettings, tags: list[dict[str, str]],
    known: list[Evidence], *, old: bool,
) -> tuple[Seen, PageNetwork]:  # fmt: skip
    """Return what the page did and its network. ``tags`` are the API's, ``known`` its answers.

    ``old`` says that there is no login form: such a page takes the token from its own storage.
    """
    browser = await context.browser.get()
    network = PageNetwork(context.sender, settings.page, lambda: json.dumps(_queue()))
    network.learn(known)
    seen = Seen()
    try:
        async with context.browser.openings:
            first = await first_visit(context, settings, browser, network, seen.pictures, old=old)
        if path := network.refuses_session:
            raise NotSeen(f"the page is dead for everybody: {path} refuses a session that is new")
        async with context.browser.visits:
            setting = _setting(context, settings, browser, network, tags, seen.pictures, old=old)
            found, looks = await _explore(setting)
            await network.find_open_reads()
        seen.data = visit_data(setting, first, found, looks, context)
    except NotSeen as problem:
        seen.data = {"problem": str(problem), "form": None, "steps": [], "polls": None,
                     "dead": bool(network.refuses_session)}  # fmt: skip
    finally:
        await network.close()
    return seen, network


def _setting(
    context: Context, settings: PageSettings, browser: Browser, network: PageNetwork,
    tags: list[dict[str, str]], pictures: dict[str, bytes], *, old: bool,
) -> Setting:  # fmt: skip
    place = context.sender.environment.url
    return Setting(
        browser,
        network,
        context.sender.redactor,
        place + network.page,
        tuple(tag["id"] for tag in tags),
        lambda: agent_script(tags, network.known_reads(), STAND_IN if old else ""),
        (stand_in(place, settings),) if old else (),
        time.monotonic() + BUDGET,
        settings.hints,
        pictures=pictures,
    )


def _queue() -> dict[str, Any]:
    cards = [{k: v for k, v in card.items() if k != "age"} for card in gate_cards()]
    return queue_answer() | {"count": len(cards), "pending_emails": cards}


async def _explore(setting: Setting) -> tuple[Discovery, list[FormLook]]:
    found, looks = Discovery(), list[FormLook]()
    for _ in range(2):
        try:
            await _look(setting, found, looks)
            break
        except Lost:
            # The clock can't be run on this page: once more, without it.
            if setting.clock:
                break
            setting.steps.clear()
            looks.clear()
        except Error as error:
            setting.unexplored.append(f"the rest, {why(error)}")
            break
    await repeat_findings(setting)
    return found, looks


async def _look(setting: Setting, found: Discovery, looks: list[FormLook]) -> None:
    setting.ends += BUDGET * busy()
    async with opened_tab(setting) as tab:
        view = await tab.load()
        result = await discover(tab, view)
        await tab.collect()
        if result.form is None:
            await tab.picture("page")
    found.form, found.others, found.cards = result.form, result.others, result.cards
    extra: list[Form] = list(found.others)
    if found.form is None:
        await _list(setting, found, extra)
    else:
        # Side by side: one tab presses in the form, one everywhere else; and once it is known what
        # decides there, the others look at what only shows in turn.
        known = asyncio.Event()
        await _together([
            _form(setting, found.form, looks, known),
            _elsewhere(setting, found, extra, looks, known),
            *(_in_sequence(setting, kind, looks, known) for kind in _SEQUENCES),
        ])  # fmt: skip
    for form in extra[:_FORMS]:
        await _form(setting, form, looks, asyncio.Event())


async def _together(works: list[Any]) -> None:
    """Do all of it; where one is lost the others come to their end first."""
    for problem in await asyncio.gather(*works, return_exceptions=True):
        if isinstance(problem, BaseException):
            raise problem


async def _list(setting: Setting, found: Discovery, extra: list[Form]) -> ListLook:
    async with opened_tab(setting) as tab:
        look = ListLook(tab, found.cards or (), found.form)
        await look.look()
        extra += look.forms
    return look


async def _form(setting: Setting, form: Form, looks: list[FormLook], known: asyncio.Event) -> None:
    async with opened_tab(setting) as tab:
        looks.append(FormLook(tab, form, known))
        try:
            await looks[-1].look()
        finally:
            known.set()


async def _in_sequence(
    setting: Setting,
    kind: _Sequence,
    looks: list[FormLook],
    known: asyncio.Event,
) -> None:
    await known.wait()
    # What is broken at one press needs no sequence; what is left over is a finding of its own.
    if _decided(looks) and (kind is LeftOver or _sound(setting)):
        async with opened_tab(setting) as tab:
            await kind(tab, looks[0]).look()


def _decided(looks: list[FormLook]) -> bool:
    """Return whether there is a card's form, and it is known what decides there."""
    return bool(looks and looks[0].tag and looks[0].choosable)


def _sound(setting: Setting) -> bool:
    """Return whether nothing was broken so far."""
    return not any(suspect(step) for step in setting.steps)


async def _elsewhere(
    setting: Setting, found: Discovery, extra: list[Form], looks: list[FormLook],
    known: asyncio.Event,
) -> None:  # fmt: skip
    seen = await _list(setting, found, extra)
    await known.wait()
    if not (_decided(looks) and _sound(setting)):
        return
    async with opened_tab(setting) as tab:
        if any(one["card"] for one in looks[0].form.path):
            rows = CardRows(tab, looks[0].form, looks[0].rejectors)
            await in_turn(tab, {
                "each row of the list": lambda: rows.look(seen.turns),
                "a long queue": lambda: all_found(tab, seen.cards),
                "what decides many at once": lambda: many_at_once(
                    tab, looks[0], seen.many, [one for one, some in seen.hides if some]
                ),
                "which cards are told as training": lambda: told_as_training(
                    tab, looks[0].form, looks[0].rejectors
                ),
                "what hides cards": lambda: hidden(tab, seen.cards, [one for one, _ in seen.hides]),
                "what the page remembers": lambda: remembered(
                    tab, seen.cards, seen.kept, looks[0].form
                ),
                "a queue that is not read": lambda: untold_failure(tab, seen.cards),
                "a list that is searched": lambda: searches(tab, seen.cards),
                "a filter that is used up": lambda: used_up(
                    tab, seen.cards, [one for one, some in seen.hides if some]
                ),
            })  # fmt: skip
