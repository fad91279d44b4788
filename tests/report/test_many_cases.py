"""A large replay in the report: by cause, each case folded, in console and page alike."""

from __future__ import annotations

from functools import cache

import pytest
from lxml import html as reading
from many_cases import CAUSES, many_cases

from pytest_caio.judge.judging import conclude, judge_all
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.report import console
from pytest_caio.report.html import html
from pytest_caio.verdict.result import Result

FAILING = 40


@cache
def judged() -> Result:
    """A replay of 400 cases, of which 40 fail, judged from its evidence."""
    snapshot, evidence = many_cases(400, FAILING)
    judges = {judge.name: judge for judge in standard_judges()}
    ran = {planned.key for planned in snapshot.plan}
    return conclude(snapshot, evidence, judge_all(snapshot, evidence, judges, ran))


def test_failing_cases_stand_together_by_cause() -> None:
    """As many groups as causes, however many cases, and whatever words are a case's own."""
    page = reading.fromstring(html(judged()))
    groups = page.xpath('//section[h2/@id="replay"]//article')
    assert len(groups) == len(CAUSES)
    for group in groups:
        each = FAILING // len(CAUSES)
        assert f"{each} golden cases" in group.xpath("string(h4)")
        assert len(group.xpath(".//details[@class='case']")) == each
        assert not group.xpath(".//details[@open]")


def test_a_replay_that_fails_is_one_step_with_one_command() -> None:
    """However many cases failed: what to do is said once, and the command names them all."""
    page = reading.fromstring(html(judged()))
    (step,) = page.xpath('//ol[@class="steps"]/li[contains(., "golden cases")]')
    (command,) = step.xpath(".//code[@class='command']")
    assert command.text_content().count("CASE_") == FAILING
    assert f"{FAILING} golden cases" in step.text_content()
    assert page.text_content().count("Read the failing cases below") <= 2  # here, and its finding


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, ["missing lead 0", "missing approval required", "No."]),
        (1, ["said lead 1 was sent"]),
        (2, ["none: the runner failed with exit status 1: KeyError: lead 2"]),
        (3, ["missing crm.read", "missing queue.enqueue", "not wanted web.search:lead 3"]),
    ],
)
def test_each_case_says_why_it_failed(number: int, words: list[str]) -> None:
    """In its own words, beside its question."""
    page = reading.fromstring(html(judged()))
    (box,) = page.xpath(f'//details[contains(@id, "CASE_{number:05}")]')
    text = " ".join(" ".join(box.itertext()).split())
    assert f"May we write to lead {number}, who asked" in text
    assert [word for word in words if word not in text] == []


def test_the_console_stays_short() -> None:
    """The rate, and all cases that fail as one entry that counts them."""
    lines = [line.text for line in console.lines(judged())]
    assert len(lines) < 40
    assert any("360 of 400, 95 % needed, 20 failures too many" in line for line in lines)
    assert any("40 golden cases fail with it: replay.case[CASE_0" in line for line in lines)
