"""An approval of a mail that was changed: what stands in its field is what goes along.

Source: ``docs/page.md, Steps``.
"""

from typing import Any

from pytest_caio.observe.page.around_press import refused
from pytest_caio.observe.page.form_hand import FormHand, Given
from pytest_caio.observe.page.gate_cards import BODY_MARK, greetings
from pytest_caio.observe.page.ranking import CONFIRMS, Control
from pytest_caio.observe.page.tab import EDIT, Tab

_POLLED, _THEN = 120.0, 10.0
_SIGN, _INITIAL = "!", " Q."
# As many letters as before, and the same words: that is a change too, and so is the next one.
_SMALL, _CAPITAL, _CAPITALS = ": it exists", ": It exists", ": IT exists"
SUBJECT = "caio-gate-changed-that"
"""What is written behind a card's subject."""


async def with_a_changed_text(
    hand: FormHand, control: Control, tag: str, *, status: int = 0
) -> None:
    """Approve what was changed: the change goes along, or has gone before.

    It is words and, in the last moment, a sign; with a ``status`` a capital alone, and the server
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
    step = await tab.press(refused(named, status) if status else named, seconds=60.0, **more)
    if status:
        await tab.page.evaluate("n => { __caio.refuse(0); __caio.comeBack(n); }", tab.number)
        await tab.run(_POLLED)
    tried: list[dict[str, Any]] = [*changed["attempted"], *step["attempted"]]
    if not changed["attempted"]:
        tab.drop(changed)

    async def repeat(other: Tab) -> None:
        await with_a_changed_text(FormHand(other, hand.form), control, tag, status=status)

    # A card that closed without a decision has lost what was written in it.
    if not (status or tried) and await hand.see() is None:
        there = (await tab.view())["controls"]
        step["wiped"] = not any(CONFIRMS.search(one["label"]) for one in there if one["clear"])
    step["edit"] = "kept" if _keeps(tried, edits) else "lost"
    step |= {"refused": status != 0, "_repeat": repeat}
    if status and await hand.see() is not None and hand.info["card"] in {"", hand.form.card}:
        await _once_more(hand, control, given, repeat)


async def _once_more(hand: FormHand, control: Control, given: Given, repeat: Any) -> None:
    """Approve what was refused, with one more capital: that one is sent."""
    tab = hand.tab
    if not await hand.change(_CAPITALS, _CAPITAL):
        return
    edits = (f"{BODY_MARK}{_CAPITALS}",)
    more = {"_edits": edits, "_mail": await tab.page.evaluate("__caio.mailSeen()")}
    named = {**control, "label": f"{control['label']}, with the text changed once more"}
    step = await tab.press(named, seconds=60.0, **hand.said(given, control), **more)
    step["edit"] = "kept" if _keeps(step["attempted"], edits) else "lost"
    step["_repeat"] = repeat


async def shortened(hand: FormHand, control: Control, tag: str) -> None:
    """Approve a mail of a few words, written in place of the whole text: those are sent."""
    tab, given = hand.tab, Given(tag, "given")
    if not await hand.give(given, anew=True):
        return
    hand.ready = False
    text = f"{BODY_MARK} but for a word or two."
    if not await tab.page.evaluate("all => __caio.rewrite(...all)", [tab.number, BODY_MARK, text]):
        return
    await tab.run(_THEN)
    named = {**control, "label": f"{control['label']}, with another text written"}
    mail = {"shown": text, "words": (), "greetings": {}}
    step = await tab.press(named, **hand.said(given, control), _mail=mail)

    async def repeat(other: Tab) -> None:
        await shortened(FormHand(other, hand.form), control, tag)

    step["_repeat"] = repeat


async def pasted(hand: FormHand, control: Control, tag: str) -> None:
    """Approve a mail that something was pasted into, with nothing typed: that goes along."""
    tab, given, edits = hand.tab, Given(tag, "given"), (f"{BODY_MARK} {EDIT}",)
    if not await hand.give(given, anew=True):
        return
    hand.ready = False
    told = [tab.number, BODY_MARK, f" {EDIT}"]
    if not await tab.page.evaluate("all => __caio.pasteBehind(...all)", told):
        return
    await tab.run(_THEN)
    more = {"_edits": edits, "_mail": await tab.page.evaluate("__caio.mailSeen()")}
    named = {**control, "label": f"{control['label']}, with something pasted"}
    step = await tab.press(named, **hand.said(given, control), **more)

    async def repeat(other: Tab) -> None:
        await pasted(FormHand(other, hand.form), control, tag)

    step["edit"] = "kept" if _keeps(step["attempted"], edits) else "lost"
    step["_repeat"] = repeat


async def _change(hand: FormHand, given: Given, *, alone: bool) -> dict[str, Any] | None:
    """Change the text and the subject; return the step, None where the text can't be changed.

    ``alone`` is a capital in place of a small letter, else it is words and a sign.
    """
    tab = hand.tab
    edits: tuple[str, ...] = (f"{BODY_MARK}{_CAPITAL}" if alone else f"{BODY_MARK}{_SIGN} {EDIT}",)
    step = tab.step("(changing the text)", **hand.said(given), _edits=edits)
    if not await (hand.change(_CAPITAL, _SMALL) if alone else hand.change(f" {EDIT}")):
        tab.drop(step)
        return None
    if await another_subject(hand):
        step["_edits"] = (*edits, SUBJECT)
    await tab.page.evaluate("at => __caio.focusReason(at)", hand.info["at"])
    # Meanwhile the page reads its queue: the change is no less one for that.
    await tab.run(_POLLED)
    if not alone:
        await hand.change(_SIGN)
        # Whom it greets, and how, may be changed as well.
        if greeting := greetings().get(hand.card, "").rstrip(","):
            await hand.change(_INITIAL, mark=greeting)
    return step


async def another_subject(hand: FormHand) -> bool:
    """Write more behind the open card's subject; return whether that can be done."""
    told = [hand.tab.number, hand.card, f" {SUBJECT}"]
    return bool(await hand.tab.page.evaluate("all => __caio.editSubject(...all)", told))


def _keeps(tried: list[dict[str, Any]], edits: tuple[str, ...]) -> bool:
    """Return whether all of it went along: what did so in an approval, in each further one."""
    gone = {edit for one in tried for edit in one["edits"]}
    approvals = [set(one["edits"]) for one in tried if one["approves"]]
    return gone == {*edits} and (not approvals or approvals[-1] >= set().union(*approvals))
