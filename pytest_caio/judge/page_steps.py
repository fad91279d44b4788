"""One step of the page's table: a press, what was given, what it tried.

Source: ``docs/page.md, Rules``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

# In seconds: nobody presses again so soon.
_AT_ONCE = 5.0


@dataclass(frozen=True)
class Step:
    """One row: ``tag`` is the id that was chosen, ``reason`` is none, blank or given.

    ``key`` says that a key was pressed, and nothing on the page. ``rejects`` and ``approves`` are
    the rejecting and the approving requests; ``again`` says whether a second look showed the same,
    None where there was none. ``left`` and ``written`` are the tag and the reason that stood there
    before anybody gave them; ``refused`` says that no rejection was taken, so it may come again;
    ``edit`` says whether a change of the mail's text was kept or lost, empty where none was made;
    ``opened`` is the card that opened where another one was pressed, ``mail`` the one whose text
    was shown then; ``typed`` says that the key was pressed where words are typed, ``wiped`` that
    what was given stood there no more when the page had read its queue again; ``reached`` is false
    where no pointer gets at the control, None where that was not looked at; ``revealed`` is how
    much more it showed, ``tried`` whether it sent anything; ``after`` is the decision of the card
    that the control came up with, ``of`` the card that it stands on itself; ``lost`` are cards that
    nobody decided and that the list doesn't show any more; ``around`` says that the control was
    there before the card
    was opened; ``idle`` that what decides did nothing there, and said nothing; ``belied`` is what
    the page said of a decision that was refused, as of one that was taken; ``ticked`` are the cards
    that were ticked where a press is about those, else None; ``swapped`` says that the mail of one
    card was sent as that of another; ``training`` is what tells a live card as one for training,
    ``denied`` what says that a decision that was taken went wrong; ``leaves`` says that a form
    was sent by which the page is loaded anew, ``caption`` is what is written beside a button and
    presses it too; ``stands`` says that the card had been decided before, ``unasked`` that one
    press, with nothing chosen and no question before it, decided what it did at once,
    ``unstopped`` what was pressed to stop it, and didn't, ``silent`` that
    a card closed at a refusal without a word; ``dead`` says since when what decides sends nothing,
    ``crossed`` that another approval was taken back than the one whose control was pressed,
    ``lacks`` how many tags are not to be chosen any more, ``mixed`` that a card of the list shows
    whom another one is for.
    """

    control: str
    place: str
    tag: str
    reason: str
    card: str
    off: bool
    key: bool
    asked: tuple[str, ...]
    rejects: tuple[Mapping[str, Any], ...]
    approves: tuple[Mapping[str, Any], ...]
    again: bool | None
    left: str
    written: str
    how: str
    refused: bool
    edit: str
    opened: str
    reached: bool | None
    mail: str
    typed: bool
    wiped: bool
    revealed: int
    tried: bool
    after: str
    of: str
    lost: tuple[str, ...]
    around: bool
    idle: bool
    belied: tuple[str, ...]
    ticked: tuple[str, ...] | None
    swapped: bool
    training: str
    denied: str
    leaves: bool
    caption: str
    stands: bool
    unasked: bool
    unstopped: str
    silent: bool
    dead: str
    crossed: bool
    lacks: int
    mixed: bool

    @property
    def given(self) -> str:
        """What was given, in words."""
        what = {"given": "a reason", "blank": "blanks as reason", "none": ""}[self.reason]
        tag = f"the tag {self.tag}" if self.tag else ""
        if not tag and not what:
            return "nothing chosen"
        return " and ".join(one for one in (tag, what) if one) + ("" if tag else ", no tag")

    @property
    def complete(self) -> bool:
        """Whether tag and reason were given."""
        return bool(self.tag) and self.reason == "given"


def read_step(raw: Mapping[str, Any]) -> Step:
    """Return a row of the evidence's table."""
    sent = tuple(one for one in raw["attempted"] if one["rejects"])
    approved = tuple(one for one in raw["attempted"] if one.get("approves"))
    return Step(
        raw["control"], raw["place"], raw["tag"], raw["reason"], raw["card"], raw["off"],
        raw.get("key", False), tuple(raw["asked"]), sent, approved, raw["again"],
        raw.get("left", ""), raw.get("written", ""), raw.get("how", ""),
        raw.get("refused", False), raw.get("edit", ""), raw.get("opened", ""),
        raw.get("reached"), raw.get("mail", ""),
        raw.get("typed", False), raw.get("wiped", False),
        raw.get("revealed", 0), bool(raw["attempted"]), raw.get("after", ""), raw.get("of", ""),
        tuple(raw.get("lost", ())), raw.get("around", False),
        raw.get("idle", False), tuple(raw.get("belied", ())),
        tuple(raw["ticked"]) if raw.get("ticked") is not None else None,
        any(one.get("mail_of") for one in raw["attempted"]), raw.get("training", ""),
        raw.get("denied", ""), raw.get("leaves", False), raw.get("caption", ""),
        raw.get("stands", False), raw.get("unasked", False), raw.get("unstopped", ""),
        raw.get("silent", False), raw.get("dead", ""), raw.get("crossed", False),
        raw.get("lacks", 0), raw.get("mixed", False),
    )  # fmt: skip


def of_the_list(steps: Sequence[Step]) -> list[Step]:
    """Return the steps, what decides from the list told as such where a card is open beside it.

    It approves the same cards then as with none open.
    """
    alone = [_approved(one) for one in steps if one.place == "list" and not one.card]
    return [
        replace(one, place="list", card="")
        if one.around and one.approves and not one.rejects and _approved(one) in alone
        else one
        for one in steps
    ]


def too_many(step: Step, sent: Collection[Mapping[str, Any]]) -> bool:
    """Return whether one press sent more than one: what was refused may come again, but not at
    once and by itself, as what answers so may have taken it. Where no card is open each of those
    that are ticked is sent, once.
    """
    cards = [tuple(one["cards"]) for one in sent]
    if not step.card and len({*cards}) == len(cards):
        return False
    times = sorted(one["at"] for one in sent if one.get("at") is not None)
    at_once = any(later - sooner < _AT_ONCE for sooner, later in pairwise(times))
    return len(sent) > 1 and (at_once or not step.refused)


def _approved(step: Step) -> set[str]:
    return {card for one in step.approves for card in one["cards"]}


def row(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row for people: what was pressed with what, and what the page tried."""
    step = read_step(raw)
    tried = [f"{one['method']} {one['url']}" for one in raw["attempted"]]
    return {
        "control": step.control,
        "where": {"list": "list", "form": "card", "after": "card"}.get(step.place, step.place),
        "tag": step.tag or "none",
        "reason": step.reason,
        "said": list(step.asked),
        "tried": tried[:3],
        "rejections": len(step.rejects),
        "off": step.off,
    }
