"""Why a golden case failed can be read from the report alone, however many there are."""

from __future__ import annotations

import time
from typing import Any

import pytest
from lxml import html as reading
from results import finding, result

from pytest_caio.report import console
from pytest_caio.report.html import html
from pytest_caio.report.junit import junit
from pytest_caio.report.replay_view import rate_words
from pytest_caio.verdict.finding import Finding


def golden(name: str, outcome: str = "fail", **more: Any) -> Finding:
    """A golden case's finding, with the facts that its judge gives."""
    case = {
        "id": name, "passed": outcome == "pass", "overall_score": 3.5,
        "scores": {"groundedness": 5}, "reasons": "missing tools: crm.read",
        "cause": "missing tools", "drift": "-beta\n+alpha", "seconds": 2.5, "error": "",
        "question": "May we write to Jane?", "answer": "Surely, results are guaranteed.",
        "tools": ["web.search"], "missing_tools": ["crm.read"], "unexpected_tools": ["web.search"],
        "missing_words": ["opted out"], "forbidden_words": ["guaranteed"], "unsupported_words": [],
        "expected_tools": ["crm.read"], "positive_constraints": ["opted out", "surely"],
        "negative_constraints": ["guaranteed", "free"], **more,
    }  # fmt: skip
    return finding(f"replay.case[{name}]", outcome, facts={"replay_case": case})


def test_wanted_and_got_stand_side_by_side() -> None:
    """Question, answer, tools, words, what changed and seconds of a case that failed."""
    page = reading.fromstring(html(result(golden("C1"), golden("C2", "pass", cause=""))))
    (box,) = page.xpath('//details[contains(@id, "C1")]')
    rows = dict(zip(
        (t.text_content() for t in box.xpath(".//dt")),
        (" ".join(" ".join(d.itertext()).split()) for d in box.xpath(".//dd")),
        strict=True,
    ))  # fmt: skip
    assert rows["Question"] == "May we write to Jane?"
    assert rows["Answer"] == "Surely, results are guaranteed."
    assert rows["Must say"] == "missing opted out said surely"
    assert rows["Must not say"] == "said guaranteed not said free"
    assert rows["Tools wanted"] == "missing crm.read"
    assert rows["Tools called"] == "not wanted web.search"
    assert "+alpha" in rows["Changed since the baseline"]
    assert rows["Took"] == "2.5 s"
    assert "missing tools" in page.xpath('string(//article[.//*[contains(@id, "C1")]]/h4)')


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"error": "no answer within 120 s", "answer": None}, "none: no answer within 120 s"),
        ({"answer": None}, "not kept (replay.private)"),
        ({"answer": ""}, "empty"),
        ({"answer": "<script>alert(1)</script>"}, "<script>alert(1)</script>"),
    ],
)
def test_an_answer_that_is_not_there_says_why(more: dict[str, Any], words: str) -> None:
    """No answer, an empty one and one that was not kept are three things; none is markup."""
    page = reading.fromstring(html(result(golden("C1", **more))))
    box = page.xpath('//details[contains(@id, "C1")]//dt[.="Answer"]/following-sibling::dd[1]')[0]
    assert " ".join(box.text_content().split()) == words


def test_junit_has_the_gist_and_the_seconds() -> None:
    """Question, answer and what was missing in the case's output; its own time."""
    text = junit(result(golden("C1")))
    assert 'time="2.500"' in text
    assert "question: May we write to Jane?" in text
    assert "missing words: opted out" in text


@pytest.mark.parametrize(
    ("passed", "margin", "words"),
    [
        (60, 4, "60 of 60, 95 % needed, 3 failures left"),
        (57, 1, "57 of 60, 95 % needed, 0 failures left"),
        (56, 0, "56 of 60, 95 % needed, 1 failure too many"),
        (50, None, "50 of 60, 95 % needed, 10 did not run"),
    ],
)
def test_the_rate_is_in_the_console_also_when_it_passes(
    passed: int, margin: int | None, words: str
) -> None:
    """How many passed, how many are needed, how many may still fail."""
    rate = {"passed": passed, "total": 60, "rate": passed / 60, "minimum": 0.95, "margin": margin,
            "ran": 50 if margin is None else 60}  # fmt: skip
    assert rate_words(rate) == words
    lines = console.lines(result(finding("replay.pass-rate", facts={"replay": rate})))
    assert f"  replay [production]: {words}" in [line.text for line in lines]


def test_calls_and_schema_are_shown() -> None:
    """The wanted calls beside those that were made, with their arguments, and the broken rules."""
    case = golden(
        "C1",
        expected_calls=['crm.read {"id": 7}', "crm.write"],
        missing_calls=["crm.write"],
        calls=['crm.read {"id": 7, "x": 1}'],
        schema_problem="required (subject)",
    )
    page = reading.fromstring(html(result(case)))
    text = " ".join(page.xpath('//details[contains(@id, "C1")]')[0].text_content().split())
    assert 'Calls wantedmade crm.read {"id": 7}missing crm.write' in text
    assert 'Arguments givencrm.read {"id": 7, "x": 1}' in text
    assert "Output breaks its schemarequired (subject)" in text
    gist = junit(result(case))
    assert "missing calls: crm.write" in gist
    assert "output breaks its schema: required (subject)" in gist


def test_what_was_asked_again_is_shown() -> None:
    """In the report, in JUnit as a repetition, and in the console's rate."""
    again = golden("C1", "pass", cause="", retried=["the runner answered 503: busy"])
    assert "the runner answered 503: busy" in html(result(again))
    text = junit(result(again))
    assert "asked again after: the runner answered 503: busy" in text
    assert '<flakyFailure message="the runner answered 503: busy" type="repeated case"' in text
    rate = {"passed": 60, "total": 60, "minimum": 0.95, "margin": 4, "asked_again": 1}
    assert rate_words(rate).endswith("3 failures left; 1 case asked again")


@pytest.mark.parametrize("facts", [{}, {"id": "C1"}, None, [], "C1"])
def test_facts_of_anothers_judge_break_nothing(facts: object) -> None:
    """A judge of another package may give facts of the same name."""
    odd = result(finding("own.check", "fail", facts={"replay_case": facts}))
    assert "The rule of own.check" in html(odd)
    assert "own" in junit(odd)


@pytest.mark.slow
def test_a_thousand_failures_of_ten_thousand_stay_readable() -> None:
    """One card for each cause, each case folded; within ten seconds of CPU."""
    cases = [golden(f"C{n}", "pass", cause="") for n in range(9_000)]
    cases += [golden(f"F{n}", cause=f"cause {n % 4}") for n in range(1_000)]
    began = time.process_time()
    page = reading.fromstring(html(result(*cases)))
    assert time.process_time() - began < 10
    groups = page.xpath('//section[h2/@id="replay"]//article')
    assert len(groups) == 4
    assert all("250 golden cases" in group.xpath("string(h4)") for group in groups)
    assert not page.xpath("//details[@open]")
