"""Every output shows the same causes in the same order, and none that is not there."""

import html as markup
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from urllib.parse import unquote

import pytest
from lxml import html as reading
from results import PRODUCTION, STAGING, finding, go, hostile, no_go, result

from pytest_caio.report import console, github, slack
from pytest_caio.report.folder import verdict_json
from pytest_caio.report.html import html
from pytest_caio.report.step_summary import step_summary
from pytest_caio.verdict import known_causes as why
from pytest_caio.verdict.causes import Cause
from pytest_caio.verdict.finding import Finding, Outcome, Severity
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.waivers import Waiver

BOTH = (STAGING, PRODUCTION)
SEEN = "cannot-tell"


def everywhere(cause: str, shown_by: str, outcome: str = SEEN) -> Result:
    """A result in which one cause hides a whole environment."""
    names = ("access.login", "queue.no-drift", "ramp.limits", "smoke.parity")
    return result(
        finding(shown_by, outcome, cause=cause),
        *(finding(name, SEEN, observed="not seen", owner="PTO") for name in names),
        finding("queue.window", "fail", severity=Severity.ADVISORY, observed="it is 22:00"),
    )


def two_that_differ() -> Result:
    """Staging and production, each with a failure of its own and one that both have."""
    return result(
        *(finding("queue.tier", "fail", p.name, observed=f"{p.name}_1 is of tier_2") for p in BOTH),
        finding("access.login", "fail", "staging", observed="anybody gets in"),
        finding("ramp.limits", SEEN, "production", observed="no answer"),
        finding("smoke.parity", "fail", "staging", severity=Severity.ADVISORY,
                observed="they differ in the daily limit: 5 and 25"),
        environments=BOTH,
    )  # fmt: skip


def waived() -> Result:
    """A GO that rests on a waiver."""
    waiver = Waiver("queue.no-drift", "prod", "known", "PTO", date(2026, 2, 28))
    covered = finding(
        "queue.no-drift", "waived", observed="fail: 5 stale cards", waiver=waiver.in_words,
        waived_from=Outcome.FAIL,
    )  # fmt: skip
    return result(covered, finding("a.a"), waivers=(waiver,))


def many() -> Iterator[Finding]:
    """More failures than any output shows in full, with long sights and signs of all kinds."""
    for number in range(30):
        seen = f"field_{number} of `x` is *{number}* %0A <b>: " + "much, " * number
        yield finding(f"own.check-{number}", "fail", observed=seen)


SITUATIONS: dict[str, Callable[[], Result]] = {
    "nothing listens": lambda: everywhere(why.NOTHING_ANSWERS, "environment.reachable"),
    "wrong token": lambda: everywhere(why.TOKEN, "environment.token-accepted", "fail"),
    "hidden stale cards": lambda: result(
        finding("queue.sla-decision", SEEN, cause=why.HIDDEN_CARDS),
        finding("queue.no-drift", "fail", cause=why.HIDDEN_CARDS, observed="5 cards are hidden"),
        finding("queue.tier", SEEN, cause=why.HIDDEN_CARDS),
    ),
    "two that differ": two_that_differ,
    "no runner": lambda: result(
        *(finding(f"replay.case[A_{n}]", SEEN, cause=why.NO_RUNNER) for n in range(71)),
        finding("replay.pass-rate", SEEN, cause=why.NO_RUNNER),
        profile="deploy",
    ),
    "interrupted": lambda: result(
        finding("a.a"), finding("a.b", "not-run", cause=why.NOT_RUN), unfinished="Ctrl-C"
    ),
    "many failures": lambda: result(*many()),
    "a bad day": no_go,
    "hostile": hostile,
    "GO": go,
    "GO with a waiver": waived,
}


def flat(text: str) -> str:
    """Text with single blanks, and without what steers a reader."""
    kept = "".join(c if c.isprintable() and c not in "\ufffd\u200b" else " " for c in text)
    return " ".join(kept.split())


def of_console(made: Result) -> list[str]:
    lines = [line.text for line in console.lines(made)]
    found: list[str] = []
    inside = False
    for line in lines:
        if re.match(r"\S", line) or not line:
            inside = line.startswith("Must be put right") or (inside and not line)
            entry = False
        if not inside:
            continue
        if start := re.match(r" *\d+\. (.*)", line):
            found.append(start[1])
            entry = True
        elif re.match(r"     (rule|do next|run|whose task): ", line):
            entry = False
        elif entry:
            found[-1] += f" {line.strip()}"
    return found


def of_slack(made: Result) -> list[str]:
    texts = [b["text"]["text"] for b in slack.message(made)["blocks"] if b["type"] == "section"]
    return [markup.unescape(t.split("\n")[0].strip("*")) for t in texts if t.startswith("*")]


def of_summary(made: Result) -> list[str]:
    part = step_summary(made).partition("## Do this next\n")[2].partition("\n## ")[0]
    part = part.partition("<details>")[0]
    found = re.findall(r"^\d+\. \*\*(.*?)\*\*  $", part, re.MULTILINE)
    return [re.sub(r"\\(.)", r"\1", text).replace("\u200b", "") for text in found]


def of_annotations(made: Result) -> list[str]:
    found = []
    for line in github.annotations(made):
        if match := re.match(r"::error (?:file=.*?)?title=(?!CAIO gate)(.*?)::(.*)", line):
            title, text = map(unquote, match.groups())
            found.append(text.split("\n")[0] if title.endswith("…") else title)
    return found


def of_page(made: Result) -> list[str]:
    page = reading.fromstring(html(made))
    steps = page.xpath(
        '//section[@aria-labelledby="act"]//ol[contains(@class, "steps") and '
        'not(contains(@class, "last"))]/li[not(contains(@class, "good"))]//h3'
    )
    return [step.text_content() for step in steps]


OUTPUTS: dict[str, tuple[Callable[[Result], list[str]], int]] = {
    "console": (of_console, 1_000),
    "slack": (of_slack, 3),
    "summary": (of_summary, 20),
    "annotations": (of_annotations, 9),
    "page": (of_page, 1_000),
    "verdict.json": (
        lambda made: [c["seen"] for c in verdict_json(made)["causes"] if c["blocks"]],
        1_000,
    ),
}


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_same_causes_in_the_same_order(situation: str, output: str) -> None:
    """What was seen, by cause: all of them, or the first where an output shows no more."""
    made = SITUATIONS[situation]()
    read, most = OUTPUTS[output]
    wanted = [flat(cause.seen) for cause in made.causes if cause.blocks][:most]
    shown = [flat(text).rstrip("… ") for text in read(made)]
    assert len(shown) == len(wanted)
    for text, seen in zip(shown, wanted, strict=True):
        assert seen.startswith(text), (text, seen)
        assert len(text) > 20 or text == seen.rstrip("… ")


def owners(causes: tuple[Cause, ...]) -> set[str]:
    """Whose task there is."""
    return {cause.owner for cause in causes if cause.blocks}


def test_nobody_without_a_task_is_named() -> None:
    """Nothing listens: a task for Engineering, whoever owns the checks that wait."""
    made = SITUATIONS["nothing listens"]()
    assert owners(made.causes) == {"Engineering"}
    first = "\n".join(line.text for line in console.lines(made)).partition("To note")[0]
    told = json.dumps(slack.message(made))
    top = step_summary(made).partition("## To note")[0]
    errors = "".join(line for line in github.annotations(made) if line.startswith("::error"))
    for text in (first, told, top, errors):
        assert "Engineering" in text
        assert "PTO" not in text


def test_every_output_says_what_to_do_and_with_what() -> None:
    """Remedy, command and owner stand with each cause that has them."""
    made = SITUATIONS["hidden stale cards"]()
    (cause,) = made.causes
    assert cause.command
    texts = {
        "console": "\n".join(line.text for line in console.lines(made)),
        "slack": json.dumps(slack.message(made)),
        "summary": step_summary(made),
        "annotations": "\n".join(github.annotations(made)),
        "page": html(made),
    }
    for name, text in texts.items():
        for part in (cause.remedy, cause.command, cause.owner):
            assert part in text, name


def two_in_part() -> Result:
    """Two environments behind one cause, golden cases among what waits, and advice."""
    waits = ("access.login", "queue.tier", "replay.case[A_1]", "replay.case[A_2]")
    return result(
        *(finding("environment.reachable", SEEN, p.name, cause=why.NOTHING_ANSWERS) for p in BOTH),
        *(finding(name, SEEN, p.name, observed="not seen") for p in BOTH for name in waits),
        finding("smoke.health", SEEN, "staging", severity=Severity.ADVISORY),
        environments=BOTH,
    )


COUNTED = re.compile(
    r"([\d,]+ (?:check|golden case)s?(?: and [\d,]+ golden cases?)?) (?:wait|fail|did)"
)


@pytest.mark.parametrize(
    ("made", "number"),
    [
        (SITUATIONS["nothing listens"], "4 checks"),
        (SITUATIONS["hidden stale cards"], "2 checks"),
        (SITUATIONS["no runner"], "71 golden cases"),
        (two_in_part, "3 checks and 2 golden cases"),
    ],
)
def test_one_number_for_what_a_cause_hides(made: Callable[[], Result], number: str) -> None:
    """The hero, the console, Slack, the summary, the annotations and the page count alike."""
    given = made()
    page = reading.fromstring(html(given))
    texts = {
        "last line": console.verdict_line(given).text,
        "console": "\n".join(line.text for line in console.lines(given)),
        "slack": json.dumps(slack.message(given)),
        "summary": step_summary(given),
        "annotations": "\n".join(github.annotations(given)),
        "hero": page.xpath('string(//p[@class="why"])'),
        "page": page.text_content(),
    }
    for name, text in texts.items():
        assert set(COUNTED.findall(text)) == {number}, name
    listed = page.xpath('//ul[@class="waiting"]')
    shown = [len(each.xpath("li")) for each in listed]
    assert shown == ([int(number.split()[0])] if "check" in number else [])


def test_whoever_acts_is_named() -> None:
    """Also who has a task in another's remedy."""
    remedy = "Reject these cards. For Engineering: switch the filter on."
    made = result(finding("queue.tier", "fail", owner="PTO", remedy=remedy))
    assert "PTO (step 1), Engineering (step 1)," in flat(
        reading.fromstring(html(made)).xpath('string(//p[@class="who"])')
    )
    assert "**PTO** (1) and **Engineering** (1)" in step_summary(made)
