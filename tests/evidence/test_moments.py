"""Dates of a deployment's that nobody means: none of them is a moment, and none breaks anything."""

from datetime import UTC, datetime
from typing import Any

import pytest
from results import BY_VERDICT, evidence, exchange, finding, result, seen

from pytest_caio.evidence.cards import parse_time
from pytest_caio.evidence.model import Exchange
from pytest_caio.gates.policy import ReviewPolicy
from pytest_caio.report import console, slack
from pytest_caio.report.html import html
from pytest_caio.report.junit import junit
from pytest_caio.report.step_summary import step_summary
from pytest_caio.report.times import deadline
from pytest_caio.verdict.decide import Verdict

DATES: dict[str, datetime | None] = {
    "Tue, 24 Feb 2026 16:40:00 GMT": datetime(2026, 2, 24, 16, 40, tzinfo=UTC),
    "Tue, 24 Feb 2026 16:40:00": datetime(2026, 2, 24, 16, 40, tzinfo=UTC),
    "Tue, 24 Feb 2026 11:40:00 -0500": datetime(2026, 2, 24, 16, 40, tzinfo=UTC),
    "Thu, 01 Jan 1970 00:00:00 GMT": datetime(1970, 1, 1, tzinfo=UTC),
    "Tue, 31 Dec 2999 23:59:59 GMT": datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC),
    "Wed, 31 Dec 1969 23:59:59 GMT": None,
    "Wed, 01 Jan 3000 00:00:00 GMT": None,
    "Fri, 31 Dec 9999 23:59:59 GMT": None,
    "Fri, 31 Dec 9999 23:59:59 -2359": None,
    "Mon, 01 Jan 0099 00:00:00 GMT": datetime(1999, 1, 1, tzinfo=UTC),
    "Mon, 01 Jan 0100 00:00:00 GMT": None,
    "Mon, 01 Jan 1000 00:00:00 +2359": None,
    "Fri, 31 Dec 99999999999999999999 23:59:59 GMT": None,
    "Tue, 24 Feb 2026 20:30:00 +9999": None,
    "the day before": None,
    "": None,
}
TIMES: dict[Any, datetime | None] = {
    "2026-02-24T16:40:00": datetime(2026, 2, 24, 16, 40, tzinfo=UTC),
    " 2026-02-24T11:40:00-05:00": datetime(2026, 2, 24, 16, 40, tzinfo=UTC),
    "1970-01-01": datetime(1970, 1, 1, tzinfo=UTC),
    "0001-01-01T00:00:00": None,
    "0001-01-01T00:00:00+23:59": None,
    "9999-12-31T23:59:59-23:59": None,
    "9999-12-31T23:59:59Z": None,
    1771965000: None,
    None: None,
}


@pytest.mark.parametrize(("text", "moment"), DATES.items())
def test_a_date_header(text: str, moment: datetime | None) -> None:
    """It is a moment where its year may be meant, and else as good as missing."""
    assert Exchange("GET", "https://a.example/", headers=(("date", text),)).date == moment


@pytest.mark.parametrize(("value", "moment"), TIMES.items())
def test_a_timestamp(value: Any, moment: datetime | None) -> None:
    """Of a card, a decision or a trace."""
    assert parse_time(value) == moment


@pytest.mark.parametrize("date", DATES)
@pytest.mark.parametrize("make", BY_VERDICT.values(), ids=lambda make: make.__name__)
def test_every_output_of_such_a_deployment(date: str, make: Any) -> None:
    """Whatever its clock says, there is a report; the clearance of a GO has an end."""
    given = evidence(seen("GET /a", "production", exchange(headers=(("Date", date),))))
    made = result(*make().findings, found=given)
    lines = [*console.lines(made), console.verdict_line(made)]
    texts = [html(made), junit(made), step_summary(made, None), str(slack.message(made, ""))]
    assert all(texts)
    assert all(line.text is not None for line in lines)


@pytest.mark.parametrize("moment", [found for found in DATES.values() if found])
def test_the_next_review_window(moment: datetime) -> None:
    """There is one after the first moment and after the last, in every zone."""
    for zone in ("Pacific/Kiritimati", "America/New_York", "UTC", "Pacific/Pago_Pago"):
        review = ReviewPolicy(zone=zone)
        assert "review window" in deadline(review, moment)


def test_a_date_far_away_is_not_the_latest_look() -> None:
    """Another answer's usable clock is the deployment's then."""
    far = exchange(headers=(("Date", "Fri, 31 Dec 9999 23:59:59 GMT"),))
    found = evidence(seen("GET /a", "production", exchange(), far))
    assert found.now("production") == datetime(2026, 2, 24, 16, 40, tzinfo=UTC)
    assert result(finding("ramp.mode"), found=found).verdict is Verdict.GO
