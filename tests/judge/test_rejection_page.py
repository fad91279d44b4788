"""What the judges of the page say, situation by situation."""

from __future__ import annotations

from typing import Any

import pytest

from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.probe_names import BROWSER, GATE_CARD, PAGE_REJECT, TAGS
from pytest_caio.judge.rejection_page import JUDGES
from pytest_caio.testing import ENVIRONMENT, observed, ruling, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

BLOCKS, OFFERS = JUDGES
IDS = ["weak_cta", "other"]
KNOWN = observed(TAGS, {"tags": [{"id": tag, "label": tag} for tag in IDS]})
LAUNCHED = Observed(BROWSER, ENVIRONMENT, data={"version": "156"})


def reject(tag: str = "weak_cta", card: str = GATE_CARD, body: str = "", **more: str) -> Any:
    """One rejection that the page tried to send."""
    query = f"?reason=r&rejection_tag={tag}" if tag else "?reason=r"
    url = f"https://caio.example/api/emails/{card}/reject{query}"
    return {"method": "POST", "url": url, "body": body, **more}


def step(name: str, *attempted: Any, **changes: Any) -> dict[str, Any]:
    """What a step noted."""
    tags = {} if name == "no-tag" else {"offered": IDS, "chosen": "weak_cta"}
    noted = {"step": name, "problem": "", "disabled": False, "dialogs": []}
    return {**noted, **tags, "attempted": list(attempted), **changes}


def seen(
    *steps: dict[str, Any], problem: str = "", scripts: tuple[str, ...] = ()
) -> tuple[Evidence, ...]:
    """Evidence of a visit whose steps are good but for those that are given."""
    good = [step("no-tag", dialogs=["Select a tag"]), step("tag-only")]
    given = {one["step"]: one for one in [*good, step("tag-and-reason", reject()), *steps]}
    data = {"problem": problem, "login_form": True, "screenshots": ["screenshots/p-x.png"],
            "elsewhere": [], "foreign_scripts": scripts,
            "steps": [] if problem else list(given.values())}  # fmt: skip
    return (Observed(PAGE_REJECT, ENVIRONMENT, data=data), LAUNCHED, KNOWN)


def test_good_page() -> None:
    """Nothing without a tag, one rejection with both: pass, with what the page said."""
    said = ruling(BLOCKS, *seen())
    assert said.outcome is Outcome.PASS
    assert "Select a tag" in said.observed
    assert said.facts["screenshots"] == ["screenshots/p-x.png"]
    assert ruling(OFFERS, *seen()).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("noted", "outcome", "words"),
    [
        (step("no-tag", reject("")), "fail", "pressed without a tag, the page sends a rejection"),
        (step("no-tag", reject("other")), "fail", "pressed without a tag"),
        (step("no-tag", reject(""), dialogs=["Sure?"]), "fail", "after saying 'Sure?'"),
        (step("no-tag", {"method": "POST", "url": "https://x/api/seen", "body": ""}), "pass", ""),
        (step("no-tag", disabled=True), "pass", "stays disabled"),
        (step("no-tag", problem="open the Email Queue: not found"), "cannot-tell", "Email Queue"),
        (step("no-tag", reject(""), problem="lost"), "fail", "pressed without a tag"),
        (step("tag-only", reject()), "pass", ""),
        (step("tag-only", reject("")), "fail", "without that tag"),
        (step("tag-only", reject("other")), "fail", "without that tag"),
        (step("tag-only", problem="choose a tag: not found"), "cannot-tell", "choose a tag"),
        (step("tag-and-reason"), "fail", "no rejection at all (Reject was pressed)"),
        (step("tag-and-reason", disabled=True), "fail", "stays disabled"),
        (step("tag-and-reason", reject(), reject()), "fail", "2 rejections"),
        (step("tag-and-reason", reject(card="live-1")), "fail", "another card"),
        (step("tag-and-reason", reject("")), "fail", "does not carry the tag weak_cta"),
        (step("tag-and-reason", reject("other")), "fail", "does not carry the tag"),
        (step("tag-and-reason", reject("", body='{"rejection_tag": "weak_cta"}')), "pass", ""),
        (step("tag-and-reason", reject("", body="rejection_tag=weak_cta&x=1")), "pass", ""),
        (step("tag-and-reason", reject("", body="[1]")), "fail", "does not carry"),
        (step("tag-and-reason", problem="write a reason: not found"), "cannot-tell", "reason"),
    ],
)
def test_page_blocks(noted: dict[str, Any], outcome: str, words: str) -> None:
    """Each way in which one step can come out, with the others as they should be."""
    said = ruling(BLOCKS, *seen(noted))
    assert said.outcome == outcome
    assert words in said.observed


def test_a_dead_button_is_not_a_block() -> None:
    """Nothing is sent in any step: without the control this would pass."""
    said = ruling(BLOCKS, *seen(step("tag-and-reason"), step("no-tag")))
    assert said.outcome is Outcome.FAIL


def test_a_page_that_needs_scripts_from_elsewhere() -> None:
    """The gate does not load them: a button that is dead then says nothing, a live one does."""
    cdn = ("https://cdn.example",)
    dead = ruling(BLOCKS, *seen(step("tag-and-reason"), scripts=cdn))
    assert dead.outcome is Outcome.CANNOT_TELL
    assert "needs scripts from https://cdn.example" in dead.observed
    assert ruling(BLOCKS, *seen(scripts=cdn)).outcome is Outcome.PASS
    assert ruling(BLOCKS, *seen(step("no-tag", reject("")), scripts=cdn)).outcome is Outcome.FAIL


def test_what_is_broken_goes_before_what_is_unclear() -> None:
    """A page that sends without a tag fails, though a later step was not found."""
    lost = {"problem": "choose a rejection tag: not found", "offered": []}
    steps = (step("no-tag", reject("")), step("tag-only", **lost), step("tag-and-reason", **lost))
    said = ruling(BLOCKS, *seen(*steps))
    assert said.outcome is Outcome.FAIL
    assert ruling(OFFERS, *seen(*steps)).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("offered", "outcome", "words"),
    [
        (["other", "weak_cta"], "pass", "2 tags"),
        (["other", "weak_cta", "other"], "pass", "2 tags"),
        (["other"], "fail", "does not offer weak_cta"),
        (["other", "weak_cta", "mine"], "fail", "offers mine, which the API does not know"),
        ([], "cannot-tell", "no field"),
    ],
)
def test_page_tags(offered: list[str], outcome: str, words: str) -> None:
    """What the page offers is what the API returns, in any order."""
    problem = "" if offered else "choose a rejection tag: no field"
    steps = [
        step(name, offered=offered, problem=problem) for name in ("tag-only", "tag-and-reason")
    ]
    said = ruling(OFFERS, *seen(*steps))
    assert said.outcome == outcome
    assert words in said.observed


@pytest.mark.parametrize(
    "tags",
    [
        unobserved(TAGS, "no connection"),
        observed(TAGS, {"detail": "Not Found"}, 404),
        observed(TAGS, {"detail": "Unauthorized"}, 401),
        observed(TAGS, {"tags": None}),
    ],
)
def test_page_tags_without_the_apis(tags: Evidence) -> None:
    """Without the API's tags there is nothing to compare with."""
    assert ruling(OFFERS, *seen()[:2], tags).outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize("judge", [BLOCKS, OFFERS])
@pytest.mark.parametrize(
    ("kind", "severity"), [("rehearsal", Severity.ADVISORY), ("staging", None)]
)
def test_without_a_browser(judge: Any, kind: str, severity: Severity | None) -> None:
    """Cannot tell, with how to get one; advice alone in the rehearsal."""
    evidence = (unobserved(BROWSER, "no Chromium was found"), unobserved(PAGE_REJECT, "x"), KNOWN)
    said: Ruling = ruling(judge, *evidence, kind=kind)
    assert (said.outcome, said.severity) == (Outcome.CANNOT_TELL, severity)
    assert "no Chromium was found" in said.observed
    assert "--caio-browser" in said.remedy


@pytest.mark.parametrize("judge", [BLOCKS, OFFERS])
def test_a_failed_sign_in_is_no_evidence(judge: Any) -> None:
    """The page was not seen: it says at which step, and is required in the rehearsal too."""
    said: Ruling = ruling(judge, *seen(problem="sign in: not found"), kind="rehearsal")
    assert (said.outcome, said.severity) == (Outcome.CANNOT_TELL, None)
    assert "sign in" in said.observed
    assert said.facts["screenshots"]


@pytest.mark.parametrize("judge", [BLOCKS, OFFERS])
def test_a_visit_that_failed_is_no_evidence(judge: Any) -> None:
    """A browser that broke down in the visit has seen nothing."""
    said: Ruling = ruling(
        judge, LAUNCHED, unobserved(PAGE_REJECT, "the probe itself failed"), KNOWN
    )
    assert said.outcome is Outcome.CANNOT_TELL
    assert "the probe itself failed" in said.observed
