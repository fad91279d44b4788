"""What is done before cards are decided: which detours there are on a page.

Source: ``docs/page.md, Steps``.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pytest_caio.observe.page.ranking import CLOSES, Control, place_of

_MOST = 10
_REFUSED, _NOBODY = 500, -1
# What is half of a pattern, and stands on no card.
_SIGN = "foundry ("
APPROVE, REJECT, LEAVE = "approve", "reject", "leave"
NAMES = {APPROVE: "an approval", REJECT: "a rejection", LEAVE: "a card that is left"}
WITHOUT = {"a tag": ("", "given"), "a reason": ("tag", "none")}
"""What a rejection is tried without: whether a tag is given then, and which reason."""


@dataclass(frozen=True)
class Detour:
    """What is done before cards are decided, and what is decided then, in order.

    ``pressed`` is a control, ``in_form`` one of a card, else of the list; ``cards`` are decisions
    of one card after the other, with ``same`` of the first alone. ``refused`` is how the server
    refuses the first decision (below 0: nobody is there), ``left`` that its question is left,
    ``without`` what the first card is tried to be rejected without before, ``slow`` that the first
    answer takes long, ``escaped`` that the last question is left by a key, ``typed`` what is typed
    beside the list before.
    """

    name: str
    cards: tuple[str, ...]
    pressed: Control | None = None
    in_form: bool = False
    refused: int = 0
    same: bool = False
    left: bool = False
    without: str = ""
    slow: bool = False
    escaped: bool = False
    typed: str = ""

    @property
    def told(self) -> str:
        """What is done, in words that no other detour shares."""
        return f"{', then '.join(NAMES[one] for one in self.cards)}, {self.name}"


def planned_detours(
    in_form: Sequence[Control],
    listed: Sequence[Control],
    taken: Collection[tuple[str, int]],
    *,
    asks: bool,
) -> Iterator[Detour]:
    """Yield each detour: ``in_form`` and ``listed`` can be pressed in a card and beside the list.

    ``taken`` are the places of what decides and of what opens a card, ``asks`` says that Approve
    asks a question.
    """
    both = (APPROVE, REJECT)
    yield from _one_after_another(both)
    yield Detour("after an approval that took long", both, slow=True)
    for then, missing in zip(both, WITHOUT, strict=True):
        name = f"after a rejection without {missing}"
        yield Detour(name, (then, REJECT), without=missing)
    yield Detour("a card once more", both, same=True)
    yield Detour("after a search for a sign", (APPROVE,), typed=_SIGN)
    if asks:
        yield Detour("after a question that was left", (APPROVE, *both), left=True)
        yield Detour("after a question that nobody answered", both, left=True, same=True)
        yield Detour("asked once more", (APPROVE, APPROVE), escaped=True)
    # What opens cards, or stands on one, is pressed by itself.
    bare = [one for one in listed if not (one["card"] or one["off"] or one["inert"])]
    for controls, inside in ((in_form, True), (bare, False)):
        fit = [one for one in controls if not (CLOSES.search(one["label"]) or one["option"])]
        for one in [one for one in fit if place_of(one) not in taken][:_MOST]:
            cards = (*both, APPROVE) if inside else (REJECT,)
            yield Detour(f"after {one['label']}", cards, one, inside)
            if inside:
                name = f"after {one['label']} on a card that was left"
                yield Detour(name, (LEAVE, APPROVE), one, inside)


def _one_after_another(both: tuple[str, str]) -> Iterator[Detour]:
    """Yield what follows a decision that was taken, or that was not."""
    for first in both:
        for then in both:
            yield Detour(f"soon after {NAMES[first]}", (first, then))
        yield Detour(f"after {NAMES[first]} that was refused", (first, *both), refused=_REFUSED)
        for then in both if first == APPROVE else (REJECT,):
            name = f"of a card after {NAMES[first]} of it that was refused"
            yield Detour(name, (first, then), refused=_REFUSED, same=True)
    name = "of a card after an approval of it that reached nobody"
    yield Detour(name, (APPROVE, REJECT), refused=_NOBODY, same=True)
