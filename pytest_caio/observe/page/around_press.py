"""A press while something else happens: a server that refuses, a queue or a text that changed.

Source: ``docs/page.md, Steps``.
"""

from typing import Any

from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import BODY_MARK, greetings
from pytest_caio.observe.page.key_presses import press_key
from pytest_caio.observe.page.ranking import Control
from pytest_caio.observe.page.tab import EDIT, Tab

REFUSED = (422, 500, -1)
"""What the server answers to a rejection for a look at what comes then; -1: nothing."""
_POLLED, _THEN = 120.0, 10.0
# Longer than a page should wait before it asks what became of a decision (milliseconds).
_SLOW = 20_000
_SIGN, _COLON, _SUBJECT, _INITIAL = "!", ":", "caio-gate-changed-that", " Q."


async def answered(hand: FormHand, control: Control, tag: str, *, status: int) -> None:
    """Reject where the server refuses, or can't be reached: what the page tries then counts."""
    if not await hand.open():
        return
    await hand.tab.page.evaluate("status => __caio.refuse(status)", status)
    step = await hand.press(_refused(control, status), Given(tag, "given"), on=False)
    hand.ready = False

    async def repeat(other: Tab) -> None:
        await answered(FormHand(other, hand.form), control, tag, status=status)

    if step is not None:
        step |= {"refused": True, "_repeat": repeat}


def _refused(control: Control, status: int) -> Control:
    told = "unreachable" if status < 0 else str(status)
    return {**control, "label": f"{control['label']}, answered {told}"}


async def slowly_answered(hand: FormHand, control: Control, tag: str) -> None:
    """Decide where the answer takes its time: one request is enough, however long that is."""
    tab, given = hand.tab, Given(tag, "given")
    if (view := await hand.give(given, anew=True)) is None:
        return
    hand.ready = False
    await tab.page.evaluate("late => __caio.late(late)", _SLOW)

    async def repeat(other: Tab) -> None:
        await slowly_answered(FormHand(other, hand.form), control, tag)

    named = {**control, "label": f"{control['label']}, answered after seconds"}
    await hand.press_here(named, given, view, again=repeat)


async def held_down(hand: FormHand, control: Control, tag: str) -> None:
    """Go down on what decides and let go elsewhere, or with the other button: that is no press."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.give(given):
        return
    hand.ready = False
    step = tab.step(f"(a pointer that goes down on {control['label']})", **hand.said(given))
    where = [tab.number, control["key"], control["nth"], control["card"]]
    await tab.page.evaluate("where => __caio.holdDown(...where)", where)
    await tab.run(_THEN)
    await tab.collect()
    if not step["attempted"]:
        tab.drop(step)

    async def repeat(other: Tab) -> None:
        await held_down(FormHand(other, hand.form), control, tag)

    step["_repeat"] = repeat


async def by_pointer(hand: FormHand, control: Control, tag: str) -> None:
    """A pointer that presses what decides presses that, and nothing that takes the card away."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.give(given):
        return
    where = [control["key"], control["nth"], control["card"]]
    at = await tab.page.evaluate("where => __caio.coveredAt(...where)", where)
    if at is None:
        return
    hand.ready = False

    async def repeat(other: Tab) -> None:
        await by_pointer(FormHand(other, hand.form), control, tag)

    step = tab.step(f"{control['label']}, by a pointer", **hand.said(given))
    await tab.page.evaluate("([n, at]) => __caio.pressThere(n, at)", [tab.number, at])
    await tab.run(_THEN)
    await tab.collect()
    gone = await hand.see() is None and not step["attempted"]
    step |= {"idle": gone, "_repeat": repeat}


async def in_a_changed_queue(hand: FormHand, control: Control, tag: str) -> None:
    """Decide when the queue's order has changed since the card was opened."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.open() or not await hand.give(given):
        return
    hand.ready = False
    # What can't be read once it was chosen, as in a box that folds its tags away, tells nothing.
    told = await hand.see() is not None and bool(hand.info["chosen"])
    await tab.page.evaluate("__caio.turn()")
    await tab.run(_POLLED)
    wiped = await _wiped(hand, tag=told)
    named = {**control, "label": f"{control['label']}, in a queue that has changed"}

    async def repeat(other: Tab) -> None:
        await in_a_changed_queue(FormHand(other, hand.form), control, tag)

    step = await tab.press(named, **hand.said(given, control))
    step |= {"wiped": wiped, "_repeat": repeat}


async def _wiped(hand: FormHand, *, tag: bool) -> bool:
    """Return whether the form is there still for the same card, without what was given, or closed.

    ``tag`` says that a tag was, and could be read. What closed by itself may have kept it.
    """
    if await hand.see() is None and not (await hand.reopen() and await hand.see()):
        return True
    if hand.info["card"] != hand.form.card:
        return False
    gone = tag and not hand.info["chosen"]
    return gone or (hand.form.info["hasReason"] and not hand.info["written"])


async def by_enter(hand: FormHand, control: Control, tag: str, *, anew: bool = False) -> None:
    """Decide with the key Enter on the control itself, as who never uses a mouse does."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.give(given, anew=anew):
        return
    hand.ready = False
    where = [control["key"], control["nth"], control["card"]]
    await tab.page.evaluate("where => __caio.focusOn(where)", where)
    step = await press_key(tab, "Enter", **hand.said(given, control))

    async def repeat(other: Tab) -> None:
        await by_enter(FormHand(other, hand.form), control, tag, anew=True)

    step["control"] = f"{step['control']} on {control['label']}"
    step["_repeat"] = repeat


async def with_a_changed_text(
    hand: FormHand, control: Control, tag: str, *, status: int = 0
) -> None:
    """Approve what was changed: the change goes along, or has gone before.

    It is words and, in the last moment, a sign; with a ``status`` a sign alone, and the server
    answers that (below 0: nobody does): what the page tries then has the change as well, also
    what it kept until the server and the connection are there again.
    """
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.give(given, anew=status != 0):
        return
    hand.ready = False
    changed = await _change(hand, given, alone=status != 0)
    if changed is None:
        return
    edits = changed["_edits"]
    await tab.page.evaluate("status => __caio.refuse(status)", status)
    seen = await tab.page.evaluate("__caio.mailSeen()")
    named = {**control, "label": f"{control['label']}, with the text changed"}
    more = hand.said(given, control) | {"_edits": edits, "_mail": seen}
    step = await tab.press(_refused(named, status) if status else named, seconds=60.0, **more)
    if status:
        await tab.page.evaluate("n => { __caio.refuse(0); __caio.comeBack(n); }", tab.number)
        await tab.run(_POLLED)
    tried: list[dict[str, Any]] = [*changed["attempted"], *step["attempted"]]
    if not changed["attempted"]:
        tab.drop(changed)

    async def repeat(other: Tab) -> None:
        await with_a_changed_text(FormHand(other, hand.form), control, tag, status=status)

    step["edit"] = "kept" if _keeps(tried, edits) else "lost"
    step |= {"refused": status != 0, "_repeat": repeat}


async def _change(hand: FormHand, given: Given, *, alone: bool) -> dict[str, Any] | None:
    """Change the text and the subject; return the step, None where the text can't be changed.

    ``alone`` is a sign in place of another one, else words come before it.
    """
    tab = hand.tab
    edits: tuple[str, ...] = (f"{BODY_MARK}{_SIGN}" if alone else f"{BODY_MARK}{_SIGN} {EDIT}",)
    step = tab.step("(changing the text)", **hand.said(given), _edits=edits)
    # A text that is as long as before is another one too.
    if not await (hand.change(_SIGN, _COLON) if alone else hand.change(f" {EDIT}")):
        tab.drop(step)
        return None
    told = [tab.number, hand.card, f" {_SUBJECT}"]
    if await tab.page.evaluate("all => __caio.editSubject(...all)", told):
        step["_edits"] = (*edits, _SUBJECT)
    await tab.page.evaluate("at => __caio.focusReason(at)", hand.info["at"])
    # Meanwhile the page reads its queue: the change is no less one for that.
    await tab.run(_POLLED)
    if not alone:
        await hand.change(_SIGN)
        # Whom it greets, and how, may be changed as well.
        if greeting := greetings().get(hand.card, "").rstrip(","):
            await hand.change(_INITIAL, mark=greeting)
    return step


def _keeps(tried: list[dict[str, Any]], edits: tuple[str, ...]) -> bool:
    """Return whether all of it went along: what did so in an approval, in each further one."""
    gone = {edit for one in tried for edit in one["edits"]}
    approvals = [set(one["edits"]) for one in tried if one["approves"]]
    return gone == {*edits} and (not approvals or approvals[-1] >= set().union(*approvals))


async def opened_card(hand: FormHand, again: Any = None) -> None:
    """Note where a card's own control opens another card, or another one's mail.

    ``again`` does it once more, where that takes more than opening the card.
    """
    pressed = next((one["card"] for one in hand.form.path if one["card"]), "")
    shown = str(hand.info["card"])
    mail = ""
    if pressed:
        mail = await hand.tab.page.evaluate(
            "([card, at]) => __caio.mailOfAnother(card, at)", [pressed, hand.info["at"]]
        )
    if not mail and (not pressed or not shown or pressed == shown):
        return
    step = hand.tab.step("(opening a card)", place="form", card=pressed)

    async def repeat(other: Tab) -> None:
        again = FormHand(other, hand.form)
        if await again.open():
            await opened_card(again)

    other = shown if shown != pressed else ""
    step |= {"opened": other, "mail": str(mail), "_repeat": again or repeat}
