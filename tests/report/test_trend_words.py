"""``failing for 3 days``: the same words in every output, and none where nothing is known."""

import json
from dataclasses import replace
from datetime import timedelta

from results import NOW, go, no_go

from pytest_caio.report import console, slack
from pytest_caio.report.html import html
from pytest_caio.report.previous import Previous
from pytest_caio.report.step_summary import step_summary
from pytest_caio.report.trend_words import trend_words
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.trends import Trend

WORDS = "Failing for 3 days (since Sat 21 Feb, 5 runs)"
KEYS = (("access", "reads-refused", "production"), ("queue", "no-drift", "production"))
TREND = Trend(NOW, NOW - timedelta(days=3), runs=5)
KNOWN = Previous(trends={KEYS[0]: TREND, KEYS[1]: Trend(NOW, NOW, new=True)})


def outputs(result: Result, previous: Previous | None) -> dict[str, str]:
    """What each output says, on one line."""
    texts = {
        "html": html(result, previous),
        "slack": json.dumps(slack.message(result, "", previous)),
        "summary": step_summary(result, previous).replace("\\", ""),
        "console": "\n".join(line.text for line in console.lines(result, previous, full=True)),
    }
    return {name: " ".join(text.split()) for name, text in texts.items()}


def test_everywhere() -> None:
    """How long, and that it is new, stand beside what was seen."""
    for name, text in outputs(no_go(), KNOWN).items():
        assert WORDS in text, name
        assert "New since the last run" in text, name
    assert "The first of them: failing for 3 days" in outputs(no_go(), KNOWN)["html"]


def test_nowhere() -> None:
    """Without a ledger, and where all is well, nothing is said of it."""
    for result, previous in ((no_go(), None), (no_go(), Previous()), (go(), KNOWN)):
        for name, text in outputs(result, previous).items():
            assert "for 3 days" not in text, name
            assert "ow long" not in text, name


def test_a_cause_is_as_old_as_what_shows_it() -> None:
    """Of the findings that show a cause the oldest counts; those that only wait for it don't."""
    first, second = (f for f in no_go().findings if f.key in KEYS)
    apart = replace(second, environment="staging")
    cause = replace(no_go().causes[0], findings=(first, apart))
    old = Trend(NOW, NOW - timedelta(days=3), runs=5)
    told = trend_words(no_go(), Previous(trends={apart.key: old, first.key: Trend(NOW, NOW)}))
    assert told.of_cause(cause) == WORDS
    assert told.of_cause(replace(cause, findings=(first, second))) != WORDS
