"""Evidence as HAR: what is written is read back, and other tools can read it."""

import json
from datetime import UTC, datetime
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.model import Evidence, EvidenceFile, Exchange, Observed, Sent, Unobserved

TEXT = st.text(max_size=20)
PAIRS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)
EXCHANGES = st.builds(
    Exchange,
    method=st.sampled_from(["GET", "POST"]),
    url=TEXT.map(lambda text: f"https://caio.example/{text}"),
    request_headers=PAIRS,
    request_body=TEXT,
    started_at=st.sampled_from(["", "2026-02-24T16:33:35.120+00:00"]),
    seconds=st.floats(0, 100),
    status=st.none() | st.integers(100, 599),
    headers=PAIRS,
    body=st.text(max_size=60),
    body_bytes=st.integers(0, 10**7),
    truncated=st.booleans(),
    error=TEXT,
    attempt=st.integers(1, 5),
)
MANY = st.lists(EXCHANGES, max_size=3).map(tuple)
DATA = st.dictionaries(TEXT, st.none() | st.integers() | TEXT | st.lists(TEXT), max_size=2)
SENT = st.builds(Sent, TEXT, TEXT, TEXT, TEXT, st.booleans(), TEXT)


@st.composite
def evidence(draw: st.DrawFn) -> EvidenceFile:
    """A file of evidence."""
    found: dict[tuple[str, str], Evidence] = {}
    for environment in ("staging", "production"):
        for probe in draw(st.lists(TEXT, max_size=3, unique=True)):
            if draw(st.booleans()):
                data = MappingProxyType(draw(DATA))
                found[environment, probe] = Observed(probe, environment, draw(MANY), data)
            else:
                found[environment, probe] = Unobserved(probe, environment, draw(TEXT), draw(MANY))
    moment = draw(st.datetimes(timezones=st.just(UTC)))
    return EvidenceFile(moment, found, tuple(draw(st.lists(SENT, max_size=2))))


@given(evidence())
def test_round_trip(written: EvidenceFile) -> None:
    """Through JSON text and back, everything is the same, and so is what is written then."""
    text = json.dumps(to_har(written), ensure_ascii=False)
    read = from_har(json.loads(text))
    assert read == written
    assert json.dumps(to_har(read), ensure_ascii=False) == text


@given(evidence())
def test_what_the_format_asks_for(written: EvidenceFile) -> None:
    """The fields that HAR 1.2 requires are there, with the types that it requires."""
    log = to_har(written)["log"]
    assert log["version"] == "1.2"
    for entry in log["entries"]:
        assert {"startedDateTime", "time", "request", "response", "cache", "timings"} <= set(entry)
        assert entry["startedDateTime"]
        assert {"method", "url", "httpVersion", "cookies", "headers", "queryString", "headersSize",
                "bodySize"} <= set(entry["request"])  # fmt: skip
        assert {"status", "statusText", "httpVersion", "cookies", "headers", "content",
                "redirectURL", "headersSize", "bodySize"} <= set(entry["response"])  # fmt: skip
        assert isinstance(entry["response"]["status"], int)
        content = entry["response"]["content"]
        assert content["text"].isprintable() or "encoding" not in content
        assert all(c.isprintable() or c in "\t\r\n" for c in content["text"])
        extra = set(entry) - {"startedDateTime", "time", "request", "response", "cache", "timings",
                              "comment"}  # fmt: skip
        assert all(name.startswith("_") for name in extra)


@pytest.mark.parametrize("document", [{}, {"log": {}}, {"log": {"entries": [{}]}}])
def test_what_is_no_report_of_ours(document: dict[str, object]) -> None:
    """A HAR of another tool is refused by a KeyError, not half read."""
    with pytest.raises(KeyError):
        from_har(document)


def test_the_deployment_s_own_clock() -> None:
    """The latest date of its answers; an odd one is passed over."""

    def answer(date: str) -> Exchange:
        return Exchange("GET", "https://caio.example/", status=200, headers=(("Date", date),))

    dates = ["Tue, 24 Feb 2026 16:33:35 GMT", "Tue, 24 Feb 2026 17:33:35 GMT", "soon", ""]
    seen = Observed("p", "staging", tuple(map(answer, dates)))
    file = EvidenceFile(datetime.now(UTC), {("staging", "p"): seen})
    assert file.now("staging") == datetime(2026, 2, 24, 17, 33, 35, tzinfo=UTC)
    assert file.now("production") is None
