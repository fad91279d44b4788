"""Whether a report clears a dispatch, as far as it shows itself: each way in which it does not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from results import NOW, PRODUCTION, STAGING, finding, result

from pytest_caio.gates.policy import DecisionPolicy, Policy
from pytest_caio.verdict.clearing import Asked, Refusal, held_until, refusals_of_report
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.owners_word import Word
from pytest_caio.verdict.result import Result, ShownEnvironment

MADE = result(finding("ramp.limits"))
GO = replace(MADE, snapshot=replace(MADE.snapshot, profile="preflight"))
ASKED = Asked("production", "production", PRODUCTION.url, NOW + timedelta(hours=1))
AT = datetime(2026, 2, 24, 20, 2, tzinfo=UTC)
WORD = Word("go", "Pat", "", "", "", AT, {"verdict.json": "a"}, "")
NO = replace(WORD, decision="no-go")


def of(made: Result, **changes: object) -> Result:
    return replace(made, snapshot=replace(made.snapshot, **changes))  # type: ignore[arg-type]


def first(
    made: Result = GO, asked: Asked = ASKED, words: tuple[Word, ...] = (), problem: str = ""
) -> Refusal | None:
    return next(refusals_of_report(made, asked, words, problem), None)


REQUIRED = Policy(decision=DecisionPolicy(required=True))
CLEARS: dict[str, Callable[[], Refusal | None]] = {
    "a GO": first,
    "of every check": lambda: first(of(GO, profile="all")),
    "of several environments": lambda: first(of(GO, environments=(STAGING, PRODUCTION))),
    "decided": lambda: first(words=(WORD,)),
    "decided otherwise since": lambda: first(words=(NO, WORD)),
    "decided where that is asked for": lambda: first(of(GO, policy=REQUIRED), words=(WORD,)),
    "in its last minute": lambda: first(asked=replace(ASKED, now=NOW + timedelta(hours=3.99))),
    "by a clock that is a little behind": lambda: first(
        asked=replace(ASKED, now=NOW - timedelta(minutes=4))
    ),
    "a rehearsal's for a rehearsal": lambda: first(
        of(GO, environments=(replace(PRODUCTION, kind="rehearsal"),)),
        replace(ASKED, kind="rehearsal", rehearsal=True),
    ),
}


@pytest.mark.parametrize("way", CLEARS.values(), ids=CLEARS.keys())
def test_it_clears(way: Callable[[], Refusal | None]) -> None:
    """Nothing else is in the way."""
    assert way() is None


def other(**changes: str) -> Asked:
    return replace(ASKED, **changes)  # type: ignore[arg-type]


NO_GO, CANNOT_TELL = Verdict.NO_GO, Verdict.CANNOT_TELL
REFUSED: dict[str, tuple[Callable[[], Refusal | None], str, Verdict]] = {
    "a NO-GO": (
        lambda: first(replace(of(result(finding("ramp.limits", "fail")), profile="preflight"))),
        "the report is NO-GO: ", NO_GO,
    ),
    "a CANNOT TELL": (
        lambda: first(of(result(finding("ramp.limits", "not-run")), profile="preflight")),
        "the report is CANNOT TELL: ", CANNOT_TELL,
    ),
    "joined parts": (lambda: first(replace(GO, parts=(GO, GO))), "joined from several", NO_GO),
    "after a deploy": (lambda: first(of(GO, profile="deploy")), "of the profile deploy", NO_GO),
    "after a cycle": (lambda: first(of(GO, profile="cycle")), "of the profile cycle", NO_GO),
    "two profiles": (lambda: first(of(GO, profile="preflight+deploy")), "of the profile", NO_GO),
    "another environment": (
        lambda: first(of(GO, environments=(STAGING,))),
        "is about staging, not about production", NO_GO,
    ),
    "another URL": (
        lambda: first(asked=other(url="https://other.example")),
        "https://other.example (production) here", NO_GO,
    ),
    "another port": (
        lambda: first(asked=other(url=f"{PRODUCTION.url}:8443")), ":8443 (production) here", NO_GO,
    ),
    "another kind": (lambda: first(asked=other(kind="staging")), "(staging) here", NO_GO),
    "a rehearsal": (
        lambda: first(
            of(GO, environments=(ShownEnvironment("production", "rehearsal", PRODUCTION.url),)),
            other(kind="rehearsal"),
        ),
        "which clears no live cycle", NO_GO,
    ),
    "run out": (
        lambda: first(asked=replace(ASKED, now=NOW + timedelta(hours=4))), "older than 4 h", NO_GO,
    ),
    "run out by the policy in force": (
        lambda: first(asked=replace(ASKED, hours=0.5)), "older than 0.5 h", NO_GO,
    ),
    "run out by the policy of then": (
        lambda: first(of(GO, policy=Policy(good_for_hours=0.5))), "older than 0.5 h", NO_GO,
    ),
    "of the future": (
        lambda: first(asked=replace(ASKED, now=NOW - timedelta(minutes=6))),
        "made in the future", CANNOT_TELL,
    ),
    "no-go": (lambda: first(words=(NO,)), "the decision is no-go, by Pat (as typed)", NO_GO),
    "no-go at last": (lambda: first(words=(WORD, NO)), "the decision is no-go", NO_GO),
    "nobody decided": (
        lambda: first(asked=replace(ASKED, decision_required=True)), "nobody decided", NO_GO,
    ),
    "nobody decided, by the policy of then": (
        lambda: first(of(GO, policy=REQUIRED)), "nobody decided", NO_GO,
    ),
    "a broken chain": (
        lambda: first(problem="its line 2 is no decision"),
        "its line 2 is no decision", CANNOT_TELL,
    ),
    "a broken chain beside a word": (
        lambda: first(words=(WORD,), problem="its last line is cut"), "is cut", CANNOT_TELL,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("way", "said", "verdict"), REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused(way: Callable[[], Refusal | None], said: str, verdict: Verdict) -> None:
    """What is missing and who can give it, in one sentence."""
    found = way()
    assert found is not None
    assert said in found.says
    assert found.verdict is verdict
    assert f"; {found.who}: " in found.says
    assert "\n" not in found.says
    assert found.exit_code == {NO_GO: 1, CANNOT_TELL: 10}[verdict]


def test_until_when() -> None:
    """By the deployment's clock, and the shorter of two policies."""
    assert held_until(GO, ASKED) == NOW + timedelta(hours=4)
    assert held_until(GO, replace(ASKED, hours=1)) == NOW + timedelta(hours=1)
    assert held_until(GO, replace(ASKED, hours=9)) == NOW + timedelta(hours=4)
