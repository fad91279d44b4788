"""What the operator reads in the terminal."""

from results import finding, go, no_go, result

from pytest_caio.report.console import block, lines
from pytest_caio.verdict import known_causes as why
from pytest_caio.verdict.finding import Severity
from pytest_caio.verdict.result import Result


def said(made: Result, *, full: bool = False) -> str:
    """The console's text."""
    return "\n".join(line.text for line in lines(made, full=full))


def test_what_to_do_comes_before_what_to_note_and_what_is_waived() -> None:
    """By when, the causes with what was seen first, then the rest, the interlock last."""
    text = said(no_go())
    order = [
        text.index(words)
        for words in (
            "access       0/1 met",
            "Must be put right before the review window opens: Tue 24 Feb 2026, 15:00 EST",
            "  1. The dashboard's data can be read without the right token: GET /api/operator",
            "     rule:       Protected pages of the API stay closed (access.reads-refused in prod",
            "     do next:    Set DASHBOARD_AUTH_STRICT=true",
            "     whose task: Engineering",
            "  2. 2 stale cards are listed",
            "Then run the gate again: pytest --caio-env=staging,production",
            "Waived:",
            "     seen:       redis degraded",
            "waived by PTO until Sun 1 Mar: known since Monday",
            "stopped by the interlock: POST https://caio.example/api/operator/trigger",
        )
    ]
    assert order == sorted(order)
    assert "fail: redis degraded" not in text


def test_what_waits_is_counted_and_not_told() -> None:
    """Each waiting check by its name, a few of them, and in full where that was asked for."""
    waiting = [finding(f"a.c{i}", "cannot-tell", observed="not let in") for i in range(5)]
    refused = finding("environment.token-accepted", "fail", cause=why.TOKEN)
    made = result(refused, *waiting)
    assert "     5 checks wait for it: a.c0, a.c1 and 3 more" in said(made)
    assert "not let in" not in said(made)
    assert said(made, full=True).count("seen:       not let in") == 5


def test_a_command_stands_on_its_own_line() -> None:
    """It is not broken, so that it can be copied."""
    failed = [finding(f"replay.case[CASE_{i}]", "fail", cause=why.REPLAY) for i in range(20)]
    command = " or ".join(f"CASE_{i}" for i in range(20))
    text = said(result(*failed, profile="deploy"))
    assert (
        f'     run:        pytest --caio-env=production --caio-profile=deploy -k "{command}"'
        in (text.splitlines())
    )


def test_a_gate_s_line_counts_what_holds() -> None:
    """What does not apply, or is waived, holds nothing."""
    made = result(
        finding("queue.a"), finding("queue.b", "n/a"), finding("queue.c", "n/a"),
        finding("queue.d", "waived", waiver="waived by PTO"),
    )  # fmt: skip
    assert said(made).startswith("queue        1/2 met  waived: d; 2 do not apply")


def test_advice_says_what_it_means() -> None:
    """It changes no verdict, and its gate's line has it apart from what failed."""
    text = said(go())
    assert "To note (does not change the verdict):" in text
    assert "queue        2/3 met  to note: window" in text
    assert "advisory" not in text


def test_what_must_hold_is_said_once() -> None:
    """Where it is the title, it is not repeated below it; an expired waiver is no waiver."""
    same = finding("a.a", "fail", title="It holds", expected="It holds", waiver="waived by PTO")
    assert "must hold" not in block(same)
    assert "waiver" not in block(same)
    other = finding("a.a", "fail", severity=Severity.ADVISORY, expected="at most 5")
    assert "     must hold:  at most 5" in block(other)
