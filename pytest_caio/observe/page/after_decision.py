"""What a page does once a card was decided, opened and closed, or its decision was refused.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.observe.page.around_press import opened_card
from pytest_caio.observe.page.decided_cards import behind, decided_again, decides_here
from pytest_caio.observe.page.decision_ends import (
    APPROVAL,
    ASKED,
    ENDS,
    REJECTION,
    SIGNED_OUT,
    TAKEN,
    is_taken,
)
from pytest_caio.observe.page.discovery import steps_of, walk
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.form_view import FormLook
from pytest_caio.observe.page.in_turn import in_turn
from pytest_caio.observe.page.key_presses import press_key, press_letters
from pytest_caio.observe.page.other_cards import from_card, on_any_card, way_to_another
from pytest_caio.observe.page.ranking import CLOSES, Control, fresh
from pytest_caio.observe.page.sayings import LINES, says_denied, says_in_time, says_more
from pytest_caio.observe.page.second_thoughts import incomplete
from pytest_caio.observe.page.step_deeds import approving, rejecting
from pytest_caio.observe.page.tab import TEN_MINUTES, Lost, Tab
from pytest_caio.observe.page.waiting_cards import QUEUE, cards_in, put_away, still_lost

# What comes up with an answer is there, and nothing that goes after seconds is gone.
_ANSWERED = 1.0
_POLLED, _REFUSED_FOR = 120.0, 60.0
_MOST = 4
_CLOSED, _ESCAPED = "it was opened and closed", "it was left by a key"
_TRIED, _NEXT = "it was tried to be rejected without a tag", "on the card that came next"
_ANSWERS = "([status, late]) => { __caio.removes(true); __caio.refuse(status); __caio.late(late); }"
_USUAL = 60  # What an answer takes as a rule, in milliseconds.


class AfterDecision:
    """Looks at what comes after, once it is known which controls decide."""

    def __init__(self, tab: Tab, look: FormLook) -> None:
        self.tab, self.form, self.found = tab, look.form, look
        self.says: dict[str, set[str]] = {}
        self.before: list[Control] = []

    async def look(self) -> None:
        """Take each look, as long as there is time."""
        looks: dict[str, Any] = {}
        for name, controls, tag in (
            (REJECTION, self.found.rejectors, self.found.tag),
            (APPROVAL, self.found.approvers or self.found.asking, ""),
        ):
            for control in controls[:1]:
                given = Given(tag, "given")
                looks[f"what comes up after {name}"] = partial(self.comes_up, name, control, given)
                looks[f"a new visit after {name}"] = partial(self.opened_again, control, given)
        for how in (_CLOSED, _ESCAPED, _TRIED, *ENDS):
            looks[f"the list, after {how}"] = partial(self.listed, how)
        for control in [one for one in self.found.others if not CLOSES.search(one["label"])]:
            way = (*from_card(self.form.path), control)
            looks[f"the list, after {control['label']}"] = partial(self.put_away, way)
        await in_turn(self.tab, looks)

    def _again(self, look: Any, *given: Any, **more: Any) -> Any:
        async def again(other: Tab) -> None:
            await getattr(AfterDecision(other, self.found), look.__name__)(*given, **more)

        return again

    async def comes_up(self, name: str, control: Control, given: Given) -> None:
        """Decide, then press what came up with it, and the usual keys."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        view = await hand.give(given, anew=True)
        if view is None:
            return
        card, first = hand.card, tab.number
        await hand.press_here(control, given, view, seconds=_ANSWERED)
        if not self._decided(first):
            return
        after = await tab.view()
        said = hand.said(given) | {"place": "after", "after": name, "card": card}
        again = self._again(self.comes_up, name, control, given)
        for one in fresh(after["controls"], [*view["controls"], *self.form.around])[:_MOST]:
            if one["off"] or one["inert"] or one["option"] or CLOSES.search(one["label"]):
                continue
            named = {**one, "label": f"{one['label']}, after {name}"}
            try:
                step = await tab.press(named, seconds=2.0, **said, of=one["card"])
            except Lost:
                continue
            step["_repeat"] = again
        if after["keys"]:
            await tab.page.evaluate("__caio.blur()")
            bare = said | {"tag": "", "reason": "none"}
            await press_letters(tab, **bare, _repeat=again)

    def _decided(self, first: int) -> bool:
        steps = [step for number, step in self.tab.steps.items() if number > first]
        return any(rejecting(step) or approving(step) for step in steps)

    async def opened_again(self, control: Control, given: Given) -> None:
        """Decide and load the page again: opening it decides nothing."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        if await hand.press(control, given, seconds=_ANSWERED, anew=True) is None:
            return
        first = tab.number
        await tab.load(kept=True)
        for number, step in tab.steps.items():
            if number > first:
                step["_repeat"] = self._again(self.opened_again, control, given)

    async def listed(self, how: str) -> None:
        """Leave a card by ``how``: what nobody decided stays in the list, and in reach."""
        tab, hand = self.tab, FormHand(self.tab, self.form)
        rest = from_card(self.form.path)
        if not await walk(tab, path := self.form.path[: -len(rest)]):
            return
        if is_taken(how):
            await tab.page.evaluate("__caio.share()")
            await tab.run(_POLLED)
        before = cards_in(await tab.view())
        if not await steps_of(tab, rest) or await hand.see() is None:
            return
        await opened_card(hand, self._again(self.listed, how))
        if not await self._left(hand, how):
            return
        await tab.run(_POLLED)
        again, taken = self._again(self.listed, how), is_taken(how)
        if taken and await hand.see() is not None:
            await decided_again(hand, (), *self._by(how), again)
        lost = await self._unfound(hand, before, how, path)
        if lost:
            step = tab.step(f"(the list, after {how})", place="list", card=self.form.card)
            step |= {"lost": sorted(lost), "_repeat": again}
        elif taken:
            await decided_again(hand, rest, *self._by(how), again)

    async def _unfound(
        self, hand: FormHand, before: set[str], how: str, path: Sequence[Control]
    ) -> set[str]:
        """Return the cards that nobody decided, and that can't be found or got at."""
        if await hand.see() is None:
            return await self._lost(before, how, path)
        if not is_taken(how):
            return set()
        if hand.info["card"] in {"", self.form.card}:
            at_hand = await behind(hand, self.before, self.found.rejectors)
            return before - at_hand - {self.form.card} - await self._gone()
        await decides_here(hand, *self._by(how), _NEXT, self._again(self.listed, how))
        return set()

    async def _lost(self, before: set[str], how: str, path: Sequence[Control]) -> set[str]:
        """Return which cards can't be found any more, that were there and that nobody decided."""
        lost = await still_lost(self.tab, before - await self._gone())
        if not lost or how not in ENDS:
            return lost
        # What is kept to be sent again is sent, once the server is there.
        await self.tab.run(TEN_MINUTES)
        lost -= await self._gone()
        if not lost or ENDS[how].status != SIGNED_OUT:
            return lost
        # Who has signed in again is at a page that was loaded anew.
        await walk(self.tab, path, kept=True)
        return await still_lost(self.tab, lost)

    async def _gone(self) -> set[str]:
        return {*await self.tab.page.evaluate("__caio.state.decided")}

    async def _left(self, hand: FormHand, how: str) -> bool:
        given, again = Given("", "given"), self._again(self.listed, how)
        if how in ENDS and not await self._ended(hand, how):
            return False
        if how == _TRIED and self.found.rejectors:
            await incomplete(hand, self.found.rejectors[0], given, again)
        if how == _ESCAPED:
            await hand.escape(given, 1.0)
            await self._stroke(hand)
        elif not is_taken(how):
            await hand.close(given, self.found.rejectors)
        return True

    async def _stroke(self, hand: FormHand) -> None:
        """Press what decides by a key, where no card is open any more: nothing is decided."""
        tab = self.tab
        if await hand.see() is None and (await tab.view())["keys"]:
            step = await press_key(tab, "Control+Enter", place="list", ticked=[])
            step["_repeat"] = self._again(self.listed, _ESCAPED)

    def _by(self, how: str) -> tuple[Sequence[Control], Given]:
        """Return what decides so, and what is given first."""
        if ENDS[how].decision == REJECTION:
            return self.found.rejectors, Given(self.found.tag, "given")
        return self.found.approvers or self.found.asking, Given("", "given")

    async def _ended(self, hand: FormHand, how: str) -> bool:
        """Decide the open card, as ``how`` says; note what the page tells of it."""
        decision, status, late, unread = ENDS[how]
        controls, given = self._by(how)
        if not controls or (view := await hand.give_here(given)) is None:
            return False
        page, self.before = self.tab.page, view["controls"]
        if how == ASKED and not await hand.change():
            return False
        if how == ASKED:
            await page.evaluate("() => { __caio.state.declines = 'then'; }")
        before = await page.evaluate(LINES)
        await page.evaluate(_ANSWERS, [status, late * 1000 or _USUAL])
        await page.evaluate("path => __caio.fails(path)", QUEUE if unread else "")
        again = self._again(self.told, decision)
        step = await hand.press_here(controls[0], given, view, seconds=2.0, again=again)
        if step is None:
            return False
        self.says[how], told = await says_in_time(page, self.tab.run, before, late)
        await page.evaluate(_ANSWERS, [status, _USUAL])
        await page.evaluate("__caio.fails('')")
        # A page that waits for an undo has nothing refused yet.
        step["refused"], sent = bool(status), bool(step["attempted"])
        if status not in {0, SIGNED_OUT} and sent and not (late or step["asked"]):
            step["silent"] = await hand.see() is None and not await says_more(page, before)
        if not status and sent:
            step["denied"] = await says_denied(page, before, step.get("_alerts", ()), alone=unread)
        taken = self.says.get(next(one for one in TAKEN if ENDS[one].decision == decision))
        if status:
            # As long as what is sent again by then is refused as well.
            await self.tab.run(_REFUSED_FOR)
            await page.evaluate("__caio.refuse(0)")
        # What was said too soon may be taken back.
        told = told or (late > 0 and bool(step["asked"]))
        if status and sent and taken and taken <= self.says[how] and not told:
            step["belied"] = sorted(taken)
        return True

    async def told(self, decision: str) -> None:
        """Decide with and without a refusal: the page doesn't say the same of both."""
        for how, (which, *_) in ENDS.items():
            if which == decision:
                await self.listed(how)

    async def put_away(self, way: tuple[Control, ...]) -> None:
        """Press what takes a card out of the list, on two cards: both come back."""
        other = await way_to_another(self.tab, self.form, GATE_CARDS[-1], self.found.ways)
        ways = [way, *([(*from_card(other), *on_any_card(way[-1:]))] if other else [])]
        await put_away(self.tab, self.form.path[: -len(way) + 1], ways)
