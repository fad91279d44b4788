"""The decision at the end of a detour: pressed, and answered as the detour says."""

from dataclasses import dataclass
from typing import Any

from pytest_caio.observe.page.detour_plan import REJECT, Detour
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import LAST_LINE
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.sayings import LINES, says_denied
from pytest_caio.observe.page.step_deeds import approving, rejecting

SAYS_MORE = "before => __caio.lines().some((one) => !before.includes(one))"
_ANSWERED, _LATE = 2.0, 60.0
# What an answer takes, usually and at most (milliseconds).
_USUAL, _SLOW = 60, 20_000


@dataclass(frozen=True)
class Decision:
    """One decision of a card: ``how`` it is decided, by which ``control``, with what ``given``.

    ``asks`` says that the control asks something first.
    """

    hand: FormHand
    detour: Detour
    how: str
    control: Control
    given: Given
    again: Any
    asks: bool = True

    async def press(self, given: Given, view: Any, *, on: bool = True) -> dict[str, Any] | None:
        """Press in what is open, with ``on`` what comes up then too; its text is to be sent."""
        hand, detour = self.hand, self.detour
        label = f"{self.control['label']} {detour.name}"
        named = {**self.control, "card": hand.card, "label": label}
        seen = await hand.tab.page.evaluate("__caio.mailSeen()")
        if detour.pressed is None:
            seen["shown"] = seen["shown"] or LAST_LINE
        return await hand.press_here(
            named,
            given,
            view,
            seconds=_ANSWERED,
            on=on,
            again=self.again,
            more={"_mail": seen},
        )

    async def decide(self, status: int = 0) -> dict[str, Any] | None:
        """Fill in what belongs to it and press; None where that can't be done there.

        ``status`` is what the server answers, 0 where it takes it, below 0 where nobody does.
        """
        hand, page = self.hand, self.hand.tab.page
        view = await hand.give_here(self.given)
        if view is None:
            return None
        before, lines = await page.evaluate("__caio.lines()"), await page.evaluate(LINES)
        slow = self.detour.slow and self.how == self.detour.cards[0]
        await page.evaluate("status => __caio.refuse(status)", status)
        await page.evaluate("late => __caio.late(late)", _SLOW if slow else _USUAL)
        # What comes up with a refusal is pressed later, with another card open.
        on = self.asks or self.detour.same or not status
        step = await self.press(self.given, view, on=on)
        if step is not None and step["off"]:
            # What is off for a while is pressed once it is on again.
            await hand.tab.run(_LATE)
            step = await self.press(self.given, view)
        if slow:
            await hand.tab.run(_LATE)
        await page.evaluate("late => { __caio.refuse(0); __caio.late(late); }", _USUAL)
        if step is None:
            return None
        step["refused"] = bool(status)
        if went(step, self.how) and not self.detour.refused:
            step["denied"] = await says_denied(page, lines, step.get("_alerts", ()))
        # What stays open and says something, or asks, has its reasons.
        told = any(step.get(key) for key in ("asked", "_asks", "refused", "then"))
        told = told or (await hand.see() is not None and await page.evaluate(SAYS_MORE, before))
        step["_quiet"] = not told
        return step


def went(step: dict[str, Any], how: str) -> bool:
    """Return whether a step did what it was pressed for."""
    return rejecting(step) if how == REJECT else approving(step) or bool(step.get("agreed"))
