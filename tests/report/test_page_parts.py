"""``report.html`` in its parts: links, the filter, many environments, a queue on a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from browsers import opened
from lxml import html as reading
from playwright.sync_api import Browser
from results import BY_VERDICT, PRODUCTION, evidence, exchange, finding, go, no_go, result, seen

from pytest_caio.report.html import html
from pytest_caio.report.page_filter import MOST, filter_rules, filtered
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity
from pytest_caio.verdict.result import Result

BIG = 20_000


def flat(text: str) -> str:
    """Text with single blanks."""
    return " ".join(text.split())


def many(number: int) -> Result:
    """A result of so many environments; in three of them a check fails."""
    places = tuple(replace(PRODUCTION, name=f"env-{n}") for n in range(number))
    checks = [
        finding(
            f"smoke.c{check}",
            "fail" if check == 7 and n < 3 else "pass",
            place.name,
            title=f"The thing {check} is in order",
        )
        for n, place in enumerate(places)
        for check in range(30)
    ]
    asked = [exchange(f"/api/{n}", body="x" * BIG) for n in range(10)]
    looked = evidence(*(seen("GET /api/health/ready as anonymous", p.name, *asked) for p in places))
    return result(*checks, environments=places, found=looked)


@pytest.mark.parametrize("made", [*BY_VERDICT.values(), lambda: many(200)])
def test_every_link_leads_somewhere(made: Callable[[], Result]) -> None:
    """Whatever is linked stands in the page, once."""
    page = reading.fromstring(html(made()))
    ids = page.xpath("//@id")
    assert len(ids) == len(set(ids))
    assert {to.removeprefix("#") for to in page.xpath("//a/@href")} - set(ids) == set()


def test_what_is_listed_and_what_is_not() -> None:
    """Numbers of the queue say of what they are: listed, for training, left out, undecided."""
    page = reading.fromstring(html(go()))
    queue = flat(page.xpath('string(//section[h2[@id="queue"]])'))
    assert "production: 6 cards are listed 1 of them for training; of those listed" in queue
    assert "the oldest is 80 h, 1 over 72 h" in queue
    assert "Not listed, but counted by the server: 5 older than 72 h (stale_gt_72h)" in queue
    waits = flat(page.xpath('string(//section[h2[@id="sla"]])'))
    assert "production: 1 live card waits for a decision" in waits
    nothing = finding("queue.no-drift", facts={"queue": {"cards": []}})
    assert "production: no cards are listed" in flat(
        reading.fromstring(html(result(nothing))).text_content()
    )


def test_nothing_in_the_hero_breaks_off() -> None:
    """Long sights end with a clause and how many more there are."""
    long = "; ".join(f"GET /api/{n} answered 200" for n in range(40))
    waiver = finding(
        "a.b", "waived", observed=f"fail: {long}", waived_from=Outcome.FAIL, waiver="w"
    )
    for observed in (long, "5 cards are hidden (such as " + "run_1, " * 60 + "run_2)"):
        page = reading.fromstring(html(result(finding("a.a", "fail", observed=observed), waiver)))
        why = flat(page.xpath('string(//p[@class="why"])'))
        assert why.endswith((" more.", "5 cards are hidden."))
        assert "…" not in why
    assert flat(page.xpath('string(//p[@class="remark"])')).endswith("; and 35 more")


def test_two_hundred_environments_stay_readable() -> None:
    """What came out alike is said once, one cause is one step, and the file can be opened."""
    text = html(many(200))
    assert len(text) < 8_000_000
    page = reading.fromstring(text)
    (step,) = page.xpath("//li[contains(@class, 'step bad')]")
    assert step.xpath(".//p[contains(., 'must hold')]/a/bdi/text()") == ["env-0", "env-1", "env-2"]
    (row,) = page.xpath("//details[@class='row'][contains(., 'The thing 8 is')]")
    assert len(row.xpath(".//div[contains(@class, 'cell')]")) == 1
    assert "holds: 200" in row.xpath("string(summary)")
    (other,) = page.xpath("//ul[contains(@class, 'differences')]/li[contains(., 'The thing 7')]")
    assert "failed env-0, env-1 and env-2" in " ".join(other.text_content().split())
    assert "more are in evidence.har" in page.text_content()


def test_environments_are_offered_where_there_are_a_few() -> None:
    """One needs no choice, and each of many would need rules of its own."""
    assert [filtered(n) for n in (0, 1, 2, MOST, MOST + 1)] == [False, False, True, True, False]
    assert "#in-" not in filter_rules(1)
    assert filter_rules(3).count("#in-3") > filter_rules(2).count("#in-3") == 0


def test_nothing_is_called_advisory() -> None:
    """A reader is told what it means instead: it does not change the verdict."""
    made = result(finding("a.b", "fail", severity=Severity.ADVISORY), finding("a.c"))
    text = reading.fromstring(html(made)).text_content()
    assert "advisory" not in text.lower()
    assert "does not change the verdict" in text


def test_what_must_hold_is_said_once() -> None:
    """Where the title says it already, it does not stand below it again."""
    rule = "The thing is in order"
    made = result(finding("a.b", title=rule, expected=f"{rule}."))
    assert "Must hold" not in html(made)
    assert "Must hold" in html(result(finding("a.b", title=rule, expected="x is 5")))


def test_a_waived_check_is_told_in_plain_words_first() -> None:
    """In the first screen its title and what was seen, without ids in front."""
    page = reading.fromstring(html(no_go()))
    words = "Waived: The deployment says that it is ready (staging). Seen: "
    assert words in page.xpath("string(//div[contains(@class, 'hero')])")
    row = page.xpath("//section[h2/@id='waivers']//tbody/tr")[0]
    assert row.text_content().startswith("The deployment says that it is ready")


@pytest.mark.parametrize(("opens", "said"), [("15:30", False), ("16:00", True)])
def test_a_go_that_runs_out_before_the_review_says_so(opens: str, said: bool) -> None:
    """It is good until 15:40 there: who reviews later has to have the gate run again."""
    made = BY_VERDICT[Verdict.GO]()
    review = replace(made.snapshot.policy.review, opens=opens)
    policy = replace(made.snapshot.policy, review=review)
    text = html(replace(made, snapshot=replace(made.snapshot, policy=policy)))
    assert ("will have run out by then" in text) is said


@pytest.mark.browser
class TestInABrowser:
    """What styles alone do."""

    def test_the_filter_shows_what_was_chosen(self, chromium: Browser, tmp_path: Path) -> None:
        """By outcome, by environment, and by both; no script runs."""
        page = opened(chromium, no_go(), tmp_path)
        rows = page.locator(".row:visible")
        every = rows.count()
        page.locator("#show-open").check()
        assert 0 < rows.count() < every
        assert rows.filter(has=page.locator(".chip.bad, .chip.unclear")).count() == rows.count()
        page.locator("#in-1").check()  # staging, where nothing fails
        assert rows.count() == 0
        page.locator("#show-all").check()
        assert rows.count() > 0
        page.locator("#in-all").check()
        assert rows.count() == every

    def test_a_queue_on_a_phone_names_its_columns(self, chromium: Browser, tmp_path: Path) -> None:
        """Each card has its age and sendability beside their names, inside the screen."""
        page = opened(
            chromium, BY_VERDICT[Verdict.GO](), tmp_path, viewport={"width": 390, "height": 844}
        )
        page.locator("section:has(> #queue) summary").first.click()
        cell = page.locator("td[data-label='Sendability']").first
        named = "e => getComputedStyle(e, '::before').content"
        assert cell.evaluate(named) == '"Sendability"'
        assert page.locator("td[data-label='Age']").first.evaluate(named) == '"Age"'
        box = cell.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
