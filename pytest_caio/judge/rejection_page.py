"""``rejection`` on the page: what ``/sales`` did in a real browser when Reject was pressed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from pytest_caio.base.messages import listed, plural, shown
from pytest_caio.evidence.model import Observed, Unobserved
from pytest_caio.evidence.probe_names import BROWSER, GATE_CARD, PAGE_REJECT, TAGS
from pytest_caio.judge.look import BadAnswer, Judge, Look, NoEvidence, verdict_on
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

_REHEARSAL = "rehearsal"
_EXPECTED = (
    "without a tag the page sends no rejection, whatever one answers to its dialogs; with tag and "
    "reason it sends exactly one, for that card and with that tag"
)
_SELECTORS = (
    "Look at the screenshot. If the page has changed, correct the selector in the settings of "
    "gates/rejection.yaml; if it is broken, have engineering mend it. Then run the gate again."
)


@dataclass(frozen=True)
class Step:
    """What one way of pressing Reject came to; ``rejects`` are the rejections that it tried."""

    name: str
    problem: str
    dialogs: tuple[str, ...]
    rejects: tuple[Mapping[str, str], ...]
    disabled: bool
    chosen: str
    offered: tuple[str, ...]


def page_blocks(look: Look) -> Ruling:
    """Without a tag nothing is sent; with tag and reason exactly one rejection is (control)."""
    if ruling := _not_seen(look):
        return ruling
    steps = _steps(look)
    bare, tagged, whole = steps["no-tag"], steps["tag-only"], steps["tag-and-reason"]
    broken = [f"pressed without a tag, the page sends a rejection{_after(bare)}"] * bool(
        bare.rejects
    )
    wrong = [r for r in tagged.rejects if not _holds_tag(r, tagged.chosen)]
    if wrong:
        broken.append("pressed with a tag and no reason, it sends a rejection without that tag")
    facts = _facts(look, steps)
    unclear = [step.problem for step in steps.values() if step.problem]
    scripts = look.observed(PAGE_REJECT).data["foreign_scripts"]
    if not whole.problem and not whole.rejects and scripts:
        # The gate loads nothing from elsewhere, so the button may be dead for that reason alone.
        unclear += [f"{text}, but needs scripts from {listed(scripts)}" for text in _control(whole)]
    elif not whole.problem:
        broken += _control(whole)
    if unclear and not broken:
        text = "; ".join(dict.fromkeys(unclear))
        return Ruling(Outcome.CANNOT_TELL, text, _EXPECTED, _SELECTORS, facts=facts)
    how = "Reject stays disabled" if bare.disabled else f"nothing is sent{_after(bare)}"
    good = f"without a tag {how}; with tag and reason one rejection with {whole.chosen}"
    return verdict_on(broken, good, expected=_EXPECTED, facts=facts)


def page_tags(look: Look) -> Ruling:
    """The page offers the tags that the API returns, no more and no fewer."""
    expected = f"the tags on the page are those of {TAGS}"
    if ruling := _not_seen(look):
        return ruling
    steps = _steps(look)
    facts = _facts(look, steps)
    offered = next((s.offered for s in reversed(steps.values()) if s.offered), None)
    if offered is None and steps["no-tag"].rejects:
        text = "the page offers no tag, and sends a rejection without one"
        return Ruling(Outcome.FAIL, text, expected, facts=facts)
    known = _api_tags(look)
    if offered is None:
        text = "; ".join(dict.fromkeys(s.problem for s in steps.values() if s.problem))
        return Ruling(Outcome.CANNOT_TELL, text, expected, _SELECTORS, facts=facts)
    missing = [tag for tag in known if tag not in offered]
    extra = [tag for tag in offered if tag not in known]
    broken = [f"the page does not offer {listed(missing, 12)}"] if missing else []
    broken += [f"it offers {listed(extra, 12)}, which the API does not know"] if extra else []
    return verdict_on(broken, f"the {len(set(offered))} tags", expected=expected, facts=facts)


def _not_seen(look: Look) -> Ruling | None:
    """Return what to say where the page was not reached: no browser, or not signed in.

    Without a browser it is advice in the rehearsal, which a newcomer runs.
    """
    found = look.evidence.get(BROWSER)
    if isinstance(found, Observed):
        problem = look.observed(PAGE_REJECT).data["problem"]
        facts = _facts(look, {})
        return (
            Ruling(Outcome.CANNOT_TELL, problem, "", _SELECTORS, facts=facts) if problem else None
        )
    why = found.reason if isinstance(found, Unobserved) else "it was not asked"
    return Ruling(
        Outcome.CANNOT_TELL,
        f"the page was not tried, because no browser could be started: {why}",
        remedy="Install Chromium, Google Chrome or Edge and pytest-caio[browser], or name a "
        "browser with --caio-browser=PATH, and run the gate again.",
        severity=Severity.ADVISORY if look.kind == _REHEARSAL else None,
    )


def _steps(look: Look) -> dict[str, Step]:
    return {raw["step"]: _step(raw) for raw in look.observed(PAGE_REJECT).data["steps"]}


def _step(raw: Mapping[str, Any]) -> Step:
    rejects = [r for r in raw["attempted"] if urlsplit(r["url"]).path.endswith("/reject")]
    return Step(
        raw["step"],
        raw["problem"],
        tuple(raw["dialogs"]),
        tuple(rejects),
        raw["disabled"],
        raw.get("chosen", ""),
        tuple(raw.get("offered", ())),
    )


def _control(step: Step) -> list[str]:
    """What is wrong with the one rejection that has to be sent: a dead button blocks everything."""
    if len(step.rejects) != 1:
        pressed = "its Reject button stays disabled" if step.disabled else "Reject was pressed"
        count = plural(len(step.rejects), "rejection") if step.rejects else "no rejection at all"
        return [f"with tag and reason the page sends {count} ({pressed}{_after(step)})"]
    request = step.rejects[0]
    broken = []
    if unquote(urlsplit(request["url"]).path) != f"/api/emails/{GATE_CARD}/reject":
        broken.append(f"the rejection is for another card: {shown(urlsplit(request['url']).path)}")
    if not _holds_tag(request, step.chosen):
        broken.append(f"the rejection does not carry the tag {step.chosen} that was chosen")
    return broken


def _holds_tag(request: Mapping[str, str], tag: str) -> bool:
    """Return whether a rejection carries ``tag``, in its query or in its body."""
    fields = parse_qs(urlsplit(request["url"]).query)
    try:
        body = json.loads(request["body"] or "{}")
    except ValueError:
        body = {name: values[0] for name, values in parse_qs(request["body"]).items()}
    sent = [*fields.get("rejection_tag", []), body.get("rejection_tag")] if isinstance(
        body, dict) else fields.get("rejection_tag", [])  # fmt: skip
    return bool(tag) and tag in sent


def _after(step: Step) -> str:
    """Return what the page said, in words, or nothing."""
    return f" after saying {listed(map(repr, step.dialogs), 3)}" if step.dialogs else ""


def _facts(look: Look, steps: Mapping[str, Step]) -> dict[str, Any]:
    data = look.observed(PAGE_REJECT).data
    dialogs = {step.name: list(step.dialogs) for step in steps.values() if step.dialogs}
    return {"screenshots": list(data["screenshots"]), "dialogs": dialogs}


def _api_tags(look: Look) -> Sequence[str]:
    """Return the ids of the API's tags; that they are not seen is for rejection.tags to judge."""
    try:
        tags = look.object(TAGS).get("tags", list)
    except BadAnswer as bad:
        raise NoEvidence(f"what the page should offer is unknown: {bad}") from None
    return [tag["id"] for tag in tags if isinstance(tag, dict) and isinstance(tag.get("id"), str)]


JUDGES = (
    Judge("rejection.page-blocks", page_blocks, (BROWSER, PAGE_REJECT)),
    Judge("rejection.page-tags", page_tags, (BROWSER, PAGE_REJECT, TAGS)),
)
