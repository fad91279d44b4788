"""``rejection`` on the page: what ``/sales`` did in a real browser, whatever was pressed.

Source: ``docs/page.md, Rules``.
"""

from collections.abc import Mapping
from typing import Any

from pytest_caio.base.messages import listed, plural
from pytest_caio.evidence.model import Observed, Unobserved
from pytest_caio.evidence.probe_names import BROWSER, LOGIN, PAGE_REJECT, TAGS
from pytest_caio.judge import generation
from pytest_caio.judge.generation import Generation
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, verdict_on
from pytest_caio.judge.page_approvals import approved_unasked
from pytest_caio.judge.page_rules import wrong
from pytest_caio.judge.page_steps import Step, of_the_list, read_step, row
from pytest_caio.judge.page_whole import nobody_approves, of_the_page, out_of_reach, shut_since
from pytest_caio.verdict.finding import Outcome, Ruling, Severity
from pytest_caio.verdict.known_causes import LOCKED_OUT, MISSING, NO_BROWSER, SALES_PAGE

_REHEARSAL = "rehearsal"
_EXPECTED = (
    "whatever is pressed, and however long one waits, the page sends no rejection without tag and "
    "reason; with both it sends exactly one, for the open card, with that tag and that reason; "
    "nothing is approved by opening, closing or waiting"
)
_LOOK = (
    "Look at the screenshot and at the table of what was pressed. For Engineering: if the page is "
    "in order, name where things are in the settings of gates/rejection.yaml; if it is broken, "
    "mend it; then run the gate again."
)
_MOST = 5


def page_blocks(look: Look) -> Ruling:
    """Nothing that can be pressed rejects without tag and reason; with both one rejection goes."""
    if ruling := _not_seen(look):
        return ruling
    data = look.observed(PAGE_REJECT).data
    steps = of_the_list([read_step(raw) for raw in data["steps"]])
    strict = _reason_needed(look)
    broken, unsure, mild = _broken(steps, data["path"], strict=strict)
    facts = _facts(look)
    broken = [*of_the_page(data), *broken]
    taken = [s for s in steps if s.complete and s.rejects and not s.refused]
    right = [s for s in taken if not wrong(s, reason_needed=strict)]
    # Who approves and rejects cards presses what is there: a key alone is no way to reject.
    broken += nobody_approves(steps) + shut_since(steps)
    good = [step for step in right if not step.key]
    broken += out_of_reach("rejects", good)
    broken += out_of_reach("approves", (s for s in steps if s.place == "form" and s.approves))
    unclear = _unclear(data, unsure)
    if not good and not broken:
        says, certain = _nobody_can(look, steps)
        # What wasn't explored may be what rejects.
        (broken if certain and not data["unexplored"] else unclear).append(says)
    if unclear and not broken:
        text = "; ".join(dict.fromkeys(unclear))
        return Ruling(Outcome.CANNOT_TELL, text, _EXPECTED, _LOOK, facts=facts)
    names = listed(dict.fromkeys(s.control for s in right), 3)
    says = f"{len(steps)} presses: no rejection without tag and reason; with both one ({names})"
    says += f". Advice: {mild[0]}, as this generation's server takes it" if mild else ""
    shown = [*broken[:_MOST], *[f"and {len(broken) - _MOST} more"] * (len(broken) > _MOST)]
    return verdict_on(shown, says, expected=_EXPECTED, facts=facts, cause=MISSING)


def _broken(
    steps: list[Step], path: list[str], *, strict: bool
) -> tuple[list[str], list[str], list[str]]:
    """Return what is broken, what was seen once and not again, and what is advice."""
    broken: dict[str, None] = {}
    unsure: dict[str, None] = {}
    mild: dict[str, None] = {}
    for step in steps:
        for text in [*wrong(step, reason_needed=strict), *approved_unasked(step, path)]:
            if step.again is False:
                unsure[f"{text} (once; a second look did not show it)"] = None
            else:
                broken[text] = None
        if not strict and not wrong(step, reason_needed=False):
            mild.update(dict.fromkeys(wrong(step, reason_needed=True)))
    return list(broken), list(unsure), list(mild)


def _unclear(data: Mapping[str, Any], unsure: list[str]) -> list[str]:
    found = list(unsure)
    if data["unexplored"]:
        found.append(f"not explored in the time there is for a page: {listed(data['unexplored'])}")
    if data["delays"]:
        found.append(f"delays weren't judged: {listed(data['delays'])}")
    return found


def _nobody_can(look: Look, steps: list[Step]) -> tuple[str, bool]:
    """Return why nothing was rejected with tag and reason, and whether that is the page's fault."""
    data = look.observed(PAGE_REJECT).data
    scripts, errors = data["foreign_scripts"], [*data["blocked"], *data["errors"]]
    form, pressed = data["form"], [s for s in steps if s.complete and not s.key]
    if form and pressed:
        off = all(step.off for step in pressed)
        text = (
            "Reject does nothing: with tag and reason the page sends no rejection at all, "
            f"whichever of {plural(len({s.control for s in pressed}), 'control')} is pressed"
        )
        text += " (all stay disabled)" if off else ""
        asked = dict.fromkeys(repr(said) for step in pressed for said in step.asked)
        text += f" after saying {listed(asked, 3)}" if asked else ""
    elif form and not form.get("choosable", True):
        return "the page offers tags, and none of them can be chosen", True
    elif errors:
        text = "the page is dead for everybody: no card can be rejected there"
    else:
        tried = listed(dict.fromkeys(s.control for s in steps), 8) or "nothing that can be pressed"
        where = "choose a rejection tag: nothing on the page offers the API's tags"
        text = f"{where}. Explored: {tried}"
    text += f" ({listed(errors, 2)})" if errors else ""
    if scripts:
        # The gate loads nothing from elsewhere, so a page may be dead for that reason alone.
        return f"{text}, but the page needs scripts from {listed(scripts)}", False
    return text, bool(form and pressed) or bool(errors)


def _reason_needed(look: Look) -> bool:
    """Whether a rejection needs a reason: G1's page may leave it out (advice there)."""
    try:
        return generation.generation(look) is not Generation.G1
    except NoEvidence:
        return True


def page_tags(look: Look) -> Ruling:
    """The page offers the tags that the API returns, each by the name that it has there."""
    expected = f"the tags on the page are those of {TAGS}, by the same names"
    if ruling := _not_seen(look):
        return ruling
    data = look.observed(PAGE_REJECT).data
    facts = {"screenshots": list(data["screenshots"])}
    known = _api_tags(look)
    steps = [read_step(raw) for raw in data["steps"]]
    form = data["form"]
    if form is None or not form["options"]:
        bare = [step for step in steps if step.rejects and not step.tag]
        if bare:
            text = "the page offers no tag, and sends a rejection without one"
            return Ruling(Outcome.FAIL, text, expected, facts=facts, cause=MISSING)
        text, certain = _nobody_can(look, steps)
        outcome = Outcome.FAIL if certain else Outcome.CANNOT_TELL
        return Ruling(outcome, text, expected, _LOOK, facts=facts)
    broken = _compared(form["options"], known)
    return verdict_on(broken, f"the {len(known)} tags", expected=expected, facts=facts)


def _compared(options: list[Mapping[str, str]], known: Mapping[str, str]) -> list[str]:
    """Return how the offered tags differ from the API's, in words."""
    by_label = {_fold(label): tag for tag, label in known.items()}
    offered: dict[str, None] = {}
    extra: list[str] = []
    broken: list[str] = []
    for option in options:
        value, label = option["value"].strip(), option["label"]
        named = by_label.get(_fold(label)) or (label.strip() if label.strip() in known else None)
        tag = value if value in known else named
        if tag is None:
            extra.append(value or label)
            continue
        offered[tag] = None
        if value in known and named != value:
            says = named and f"what the API calls {named}"
            plain = f"{value} reads {label!r}, where the API says {known[value]!r}"
            broken.append(
                f"the option {label!r} stands for {value}, not for {says}" if says else plain
            )
    missing = [tag for tag in known if tag not in offered]
    found = [f"the page does not offer {listed(missing, 12)}"] if missing else []
    found += [f"it offers {listed(extra, 12)}, which the API does not know"] if extra else []
    return found + broken


def _fold(text: str) -> str:
    """Return a label without what only shows: marks, counts, case and spaces."""
    kept = "".join(sign if sign.isalnum() else " " for sign in text)
    return " ".join(kept.split()).casefold()


def _not_seen(look: Look) -> Ruling | None:
    """Return what to say where the page was not reached: no browser, or not signed in.

    Without a browser it is advice in the rehearsal, which a newcomer runs.
    """
    found = look.evidence.get(BROWSER)
    if isinstance(found, Observed):
        data = look.observed(PAGE_REJECT).data
        facts = {"screenshots": list(data["screenshots"])}
        cause = LOCKED_OUT if _locked_out(look) else SALES_PAGE
        outcome = Outcome.FAIL if data.get("dead") else Outcome.CANNOT_TELL
        unseen = Ruling(outcome, data["problem"], "", _LOOK, facts=facts, cause=cause)
        return unseen if data["problem"] else None
    why = found.reason if isinstance(found, Unobserved) else "it was not asked"
    return Ruling(
        Outcome.CANNOT_TELL,
        f"the page was not tried, because no browser could be started: {why}",
        cause=NO_BROWSER,
        severity=Severity.ADVISORY if look.kind == _REHEARSAL else None,
    )


def _locked_out(look: Look) -> bool:
    found = look.evidence.get(LOGIN)
    return isinstance(found, Observed) and found.answer.status == 429


def _facts(look: Look) -> dict[str, Any]:
    data = look.observed(PAGE_REJECT).data
    return {"screenshots": list(data["screenshots"]), "presses": [row(s) for s in data["steps"]]}


def _api_tags(look: Look) -> dict[str, str]:
    """Return the API's tags, id and label; that they are not seen is for rejection.tags."""
    try:
        tags = look.object(TAGS).get("tags", list)
    except BadAnswer as bad:
        raise NoEvidence(f"what the page should offer is unknown: {bad}") from None
    return {
        tag["id"]: str(tag.get("label") or tag["id"])
        for tag in tags
        if isinstance(tag, dict) and isinstance(tag.get("id"), str)
    }


_PROBES = (BROWSER, PAGE_REJECT, *generation.PROBES)

JUDGES = (
    Judge("rejection.page-blocks", page_blocks, _PROBES),
    Judge("rejection.page-tags", page_tags, _PROBES),
)
