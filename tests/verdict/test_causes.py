"""One cause is one entry, however many checks it keeps from holding."""

from dataclasses import replace

import pytest
from results import PRODUCTION, STAGING, finding, result

from pytest_caio.base.messages import shortened
from pytest_caio.verdict import known_causes as why
from pytest_caio.verdict.again import as_started, gate_command
from pytest_caio.verdict.causes import Cause, with_remedies_of_causes
from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.plain_words import LACKING
from pytest_caio.verdict.result import Result, places_of

BOTH = (STAGING, PRODUCTION)
ADVISORY = Severity.ADVISORY


def unseen(name: str, cause: str = "", place: str = "production", **more: object) -> Finding:
    """A check that saw nothing."""
    return finding(name, "cannot-tell", place, cause=cause, observed="not seen", **more)


def keys(made: Result) -> list[tuple[str, int]]:
    """The causes in their order, with how many findings each has."""
    return [(cause.key, len(cause.findings)) for cause in made.causes]


def only(made: Result) -> Cause:
    """The one cause there is."""
    (cause,) = made.causes
    return cause


@pytest.mark.parametrize(
    "cause",
    [key for key, known in why.KNOWN.items() if known.shown_by == "environment.reachable"],
)
def test_what_keeps_a_whole_environment_from_being_seen(cause: str) -> None:
    """Everything unseen there waits for it; whoever has no task is not named."""
    outcome = "fail" if cause == why.NO_DASHBOARD else "cannot-tell"
    made = result(
        unseen("access.login", owner="PTO"),
        finding("environment.reachable", outcome, cause=cause),
        unseen("environment.token-accepted", why.TOKEN),
        unseen("queue.tier", why.NOTHING_ANSWERS, owner="HoS"),
        finding("smoke.parity", "n/a"),
        finding("access.docs-closed"),
    )
    found = only(made)
    assert (found.key, len(found.findings), found.owner) == (cause, 4, "Engineering")
    assert found.findings[0].name == "environment.reachable"
    assert PRODUCTION.url in found.seen
    assert [f.name for f in found.hidden] == [
        "access.login", "environment.token-accepted", "queue.tier",
    ]  # fmt: skip


def test_a_failure_of_its_own_stands_beside_it() -> None:
    """What was seen although the token is wrong is another cause; a service that is none hides
    that too.
    """
    own = (
        finding("access.docs-closed", "fail", severity=ADVISORY),
        finding("access.reads-refused", "fail", observed="everybody gets in"),
        unseen("queue.tier"),
    )
    wrong = result(*own, finding("environment.token-accepted", "fail", cause=why.TOKEN))
    assert keys(wrong) == [("token", 2), ("access.reads-refused", 1), ("access.docs-closed", 1)]
    none = result(*own, finding("environment.reachable", "fail", cause=why.NO_DASHBOARD))
    assert keys(none) == [("no-dashboard", 4)]


def test_a_token_that_one_answer_refuses_hides_nothing() -> None:
    """The token is accepted elsewhere, so what else was not seen has a reason of its own."""
    made = result(
        finding("environment.token-accepted"),
        unseen("ramp.limits", why.TOKEN),
        unseen("queue.tier"),
    )
    assert keys(made) == [("token", 1), ("queue.tier", 1)]


def test_one_cause_in_several_environments() -> None:
    """It is one entry that names them all."""
    made = result(
        *(
            finding("queue.sendable", "fail", place.name, observed=f"{place.name}_1 has no contact")
            for place in BOTH
        ),
        *(unseen("replay.pass-rate", why.NO_RUNNER, place.name) for place in BOTH),
        *(unseen("replay.case[A_1]", why.NO_RUNNER, place.name) for place in BOTH),
        environments=BOTH,
        profile="deploy",
    )
    assert keys(made) == [("queue.sendable", 2), ("no-runner", 4)]
    first, second = made.causes
    assert first.environments == ("staging", "production")
    assert (
        first.seen == "A card could not be sent if it were approved: staging: staging_1 has no "
        "contact; production: production_1 has no contact"
    )
    assert second.command.endswith("pytest --caio-env=staging,production --caio-profile=deploy")


def test_each_environment_has_its_own_command() -> None:
    """Where the queues of two have to be cleaned, both are named."""
    dirty = [
        finding("queue.no-drift", "fail", place.name, cause=why.HIDDEN_CARDS) for place in BOTH
    ]
    assert only(result(*dirty, environments=BOTH)).command == (
        "caio cleanup --env=staging; caio cleanup --env=production"
    )


def test_a_variable_is_named() -> None:
    """That of the environment, or those of all; in a finding its own. The rehearsal has none."""
    refused = [
        finding("environment.token-accepted", "fail", place.name, cause=why.TOKEN) for place in BOTH
    ]
    made = result(*refused, environments=BOTH)
    assert "into CAIO_STAGING_TOKEN and CAIO_PROD_TOKEN," in only(made).remedy
    explained = with_remedies_of_causes(made.findings, places_of(made.snapshot, {}))
    own = [f.remedy.split("into ")[1].split(",")[0] for f in explained]
    assert own == ["CAIO_STAGING_TOKEN", "CAIO_PROD_TOKEN"]
    here = replace(PRODUCTION, name="rehearsal", kind="rehearsal")
    alone = finding("environment.token-accepted", "fail", "rehearsal", cause=why.TOKEN)
    assert "into CAIO_<NAME>_TOKEN," in only(result(alone, environments=(here,))).remedy


def test_the_command_as_it_was_started() -> None:
    """Where it is known, with what it was given; one part of the checks is no whole gate."""
    made = result(finding("a.not-run", "not-run", cause=why.NOT_RUN))
    started = ("caio run", "--caio-env=prod", "--caio-report=my report", "--caio-keep-content")
    made = replace(made, snapshot=replace(made.snapshot, started=started))
    assert only(made).command == (
        "caio run --caio-env=prod --caio-report='my report' --caio-keep-content"
    )


@pytest.mark.parametrize(
    "started",
    [
        ("rm -rf", "--caio-env=prod"),
        ("caio run", "; rm -rf ."),
        ("caio run", "--caio-env=prod\nrm"),
        ("pytest", "--caio-x --y=1"),
        ("pytest", "-k", "x"),
    ],
)
def test_a_report_hands_nobody_another_command(started: tuple[str, ...]) -> None:
    """What a report says of its start is copied into a shell."""
    with pytest.raises(ValueError, match="no command of the gate"):
        as_started(started)
    assert as_started(()) == ()
    assert gate_command(("pytest", "--caio-env=$(id)"), (), "") == "pytest --caio-env='$(id)'"


def test_what_was_seen_begins_in_plain_words() -> None:
    """The technical ones follow; in an answer that lacks something, that is what it is."""
    said = finding("environment.auth-strict", "fail", observed="auth.strict_mode is false")
    found = only(result(said))
    assert found.headline == "The deployment does not insist on its token"
    assert found.details == said.observed
    assert found.seen == f"{found.headline}: auth.strict_mode is false"
    lacking = replace(said, cause=why.MISSING, observed="auth.strict_mode is missing")
    assert only(result(lacking)).headline == LACKING


def test_whoever_else_has_a_task() -> None:
    """Named in the remedy, and so among those who act."""
    remedy = "Reject these cards. For Engineering: switch the filter on."
    found = only(result(finding("queue.tier", "fail", owner="PTO", remedy=remedy)))
    assert found.owners == ("PTO", "Engineering")


def test_what_waits_for_another_environment() -> None:
    """A comparison is not made where one side can't be seen: that side's cause, and no other."""
    made = result(
        unseen("smoke.parity", why.ELSEWHERE, "staging"),
        unseen("smoke.parity", why.NOTHING_ANSWERS),
        unseen("environment.reachable", why.NOTHING_ANSWERS),
        environments=BOTH,
    )
    found = only(made)
    assert (found.key, len(found.findings)) == ("nothing-answers", 3)
    assert (found.environments, STAGING.url in found.seen) == (("production",), False)
    alone = only(result(unseen("smoke.parity", why.ELSEWHERE, "staging"), environments=BOTH))
    assert alone.key == "another-environment"


def test_too_old() -> None:
    """What an older dashboard lacks is one cause; what it does wrong is another."""
    made = result(
        finding("rejection.tags", "fail", cause=why.MISSING),
        finding("ramp.consistent", "fail", cause=why.MISSING),
        unseen("rejection.server-blocks"),
        finding("queue.no-drift", "fail", cause=why.HIDDEN_CARDS),
    )
    old = replace(made, generations={"production": "older than G1"})
    assert keys(old) == [("too-old", 3), ("hidden-cards", 1)]
    new = replace(made, generations={"production": "G2"})
    assert [cause.key for cause in new.causes] == [
        "rejection.tags", "ramp.consistent", "hidden-cards", "rejection.server-blocks",
    ]  # fmt: skip


def test_a_part_and_a_run_that_was_broken_off() -> None:
    """Thirty checks that did not run are one cause: the part, or what broke the run off."""
    missing = [
        finding(f"ramp.{name}", "not-run", cause=why.NOT_RUN) for name in ("limits", "consistent")
    ]
    part = only(result(*missing))
    assert (part.key, part.command) == (
        "not-run", "pytest --caio-env=production --caio-profile=preflight",
    )  # fmt: skip
    broken = only(result(*missing, unfinished="somebody pressed Ctrl-C"))
    assert (broken.key, broken.seen) == ("interrupted", "Somebody pressed Ctrl-C")


def test_cards_that_are_hidden_and_the_checks_that_wait_for_them() -> None:
    """One entry, with the clean-up's command."""
    made = result(
        unseen("queue.tier", why.HIDDEN_CARDS),
        unseen("queue.compliance", why.HIDDEN_CARDS),
        finding("queue.no-drift", "fail", cause=why.HIDDEN_CARDS, observed="5 cards are hidden"),
    )
    found = only(made)
    assert (found.seen, found.outcome) == ("5 cards are hidden", Outcome.FAIL)
    assert found.command == "caio cleanup --env=production"


def test_golden_cases_that_fail() -> None:
    """The rate and its cases are one cause, and its command asks them again."""
    made = result(
        finding("replay.case[A_1]", "fail", cause=why.REPLAY),
        finding("replay.case[A_2]"),
        finding("replay.case[A_3]", "fail", cause=why.REPLAY),
        finding("replay.pass-rate", "fail", cause=why.REPLAY, observed="33 % pass"),
        profile="deploy",
    )
    found = only(made)
    assert (found.seen, found.rule) == ("33 % pass", "The rule of replay.pass-rate")
    assert found.command.endswith('--caio-profile=deploy -k "A_1 or A_3"')


def test_what_blocks_comes_before_advice() -> None:
    """Then what hides most, what failed, what was not seen, what did not run."""
    made = result(
        finding("queue.window", "fail", severity=ADVISORY),
        finding("a.not-run", "not-run", cause=why.NOT_RUN),
        unseen("b.unseen"),
        finding("c.fail", "fail"),
        unseen("environment.token-accepted", why.TOKEN),
        finding("d.waived", "waived"),
    )
    assert [cause.key for cause in made.causes] == [
        "token", "c.fail", "not-run", "queue.window",
    ]  # fmt: skip
    assert [cause.blocks for cause in made.causes] == [True, True, True, False]


def test_a_word_of_a_judges_own() -> None:
    """Findings of another package's judges that name one cause are one entry."""
    made = result(
        finding("own.a", "fail", cause="mail server", observed="it bounced"),
        finding("own.b", "fail", cause="mail server"),
    )
    found = only(made)
    assert (found.key, found.seen, found.rule) == (
        "mail server", "It bounced", "The rule of own.a",
    )  # fmt: skip


def test_a_long_sight_is_cut_between_words() -> None:
    """The whole of it is in the finding."""
    made = result(finding("own.a", "fail", observed="stale " * 200))
    assert only(made).seen.endswith("stale …")
    assert len(only(made).seen) < 250


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("a card", "a card"),
        ("first " * 3 + "; second; third; fourth", "first first first ; second; and 2 more"),
        ("one; two; three; four; " + "five " * 9, "one; two; three; four; and 1 more"),
        ("5 are stale (such as " + "run_1, " * 9 + "run_2)", "5 are stale"),
        ("word " * 20, "word word word word word word word …"),
    ],
)
def test_what_is_cut_says_so(text: str, short: str) -> None:
    """It ends with a clause and how many more there are, or between words."""
    assert shortened(text, 38) == short
