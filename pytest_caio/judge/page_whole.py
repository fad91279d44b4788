"""What is wrong with the page as a whole, whichever press showed it.

Source: ``docs/page.md, Rules``.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.probe_names import GATE_CARDS
from pytest_caio.judge.page_rules import CAUGHT, SAYS_YES
from pytest_caio.judge.page_steps import Step

_REFUSED = re.compile(r"\brefused\b")
# Within so many seconds somebody is choosing or typing.
_TYPED_BY_THEN = 600
# Those of the gate's cards that are live and of the first tier.
_WAITING = (GATE_CARDS[1], GATE_CARDS[3])


def of_the_page(data: Mapping[str, Any]) -> list[str]:
    """Return what is broken whatever is pressed."""
    found, form = list[str](), data["form"]
    if (anew := data.get("anew")) is not None and anew < _TYPED_BY_THEN:
        found.append(f"the page loads itself anew after {anew:g} s, whatever is typed there")
    if out := data.get("signs_out"):
        found.append(f"the page asks for {shown(out)} by itself, which ends the session")
    if refused := data.get("refused"):
        paths = listed(refused, 3)
        found.append(f"the page is dead for everybody: its content policy refuses {paths}")
    if barred := data.get("barred"):
        fields = listed((shown(one, CAUGHT) for one in barred), 3)
        found.append(f"no press gets into a field, so nobody can type or choose there: {fields}")
    if form and form["initial"]:
        found.append(f"the tag {form['initial']} is chosen before anybody chose one")
    # A page that shows cards shows each that waits; which tiers and training cards is its affair.
    found_cards = data.get("shown", ())
    if found_cards and (lost := [card for card in _WAITING if card not in found_cards]):
        found.append(f"{plural(len(lost), 'live card')} of the queue can't be found on the page")
    return found


def nobody_approves(steps: Collection[Step]) -> list[str]:
    """Return that Approve does nothing: whichever is pressed, nothing is sent or asked."""
    says = [step for step in steps if step.place == "form" and SAYS_YES.search(step.control)]
    says = [step for step in says if not (step.off or step.key or step.around)]
    idle = all(not (s.asked or s.revealed or s.tried) for s in says)
    if not says or not idle or any(s.approves for s in steps if s.place == "form"):
        return []
    return [f"{shown(says[0].control, CAUGHT)!r} does nothing: no card can be approved"]


def shut_since(steps: Iterable[Step]) -> list[str]:
    """Return what no pointer gets at any more once the server refused something."""
    pressed = [s for s in steps if s.place == "form" and not s.key and _REFUSED.search(s.control)]
    shut = next((s.control for s in pressed if s.reached is False), "")
    return [f"no pointer gets at {shown(shut, CAUGHT)!r}"] if shut else []


def out_of_reach(does: str, steps: Iterable[Step]) -> list[str]:
    """Return that no pointer gets at what does something, whichever of these steps it is."""
    tried = [step for step in steps if step.reached is not None and not step.key]
    if not tried or any(step.reached for step in tried):
        return []
    return [f"no pointer gets at what {does}: {listed(dict.fromkeys(s.control for s in tried), 3)}"]
