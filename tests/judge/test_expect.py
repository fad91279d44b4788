"""``request`` + ``expect``: each target, each comparison, each answer that is none."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import CANNOT_TELL, FAIL, GATEWAY, PASS, UNREADY, cut, redirect
from hypothesis import given, settings
from hypothesis import strategies as st

from pytest_caio.evidence.model import Evidence
from pytest_caio.gates.expectations import COMPARISONS, Expectation, parse_expectations
from pytest_caio.judge.ruling import rule
from pytest_caio.judge.table_rules import holds, judge_expectations
from pytest_caio.testing import look, observed, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling

PROBE = "GET /api/operator/status"
BODY = {
    "emergency_stop": False,
    "limit": 5,
    "hours": 72.0,
    "nothing": None,
    "headers_ok": True,
    "mode": "clean_days",
    "days": ["2026-02-23", "2026-02-24"],
    "flags": [True, 1],
    "ramp": {"mode": "clean_days", "tags": {"a": 1}},
}


def expecting(expect: Any, evidence: Evidence | None = None, *, signed_in: bool = True) -> Ruling:
    """What is said of ``evidence`` against an ``expect`` block as a gate file writes it."""
    found, problems = parse_expectations(expect)
    assert not problems, problems
    seen = evidence or observed(PROBE, BODY, headers=[("X-Mode", "Live")])
    return rule(
        lambda this: judge_expectations(this, PROBE, found, signed_in=signed_in), look(seen)
    )


@pytest.mark.parametrize(
    ("expect", "outcome"),
    [
        ({"emergency_stop": False}, PASS),
        ({"emergency_stop": {"equals": 0}}, FAIL),
        ({"emergency_stop": {"not_equals": True}}, PASS),
        ({"limit": {"equals": 5}}, PASS),
        ({"limit": {"equals": "5"}}, FAIL),
        ({"limit": {"equals": True}}, FAIL),
        ({"limit": {"at_most": 5}}, PASS),
        ({"limit": {"at_most": 4.9}}, FAIL),
        ({"limit": {"at_least": 5, "at_most": 4}}, FAIL),
        ({"hours": {"equals": 72}}, PASS),
        ({"mode": {"at_most": 5}}, FAIL),
        ({"emergency_stop": {"at_most": 5}}, FAIL),
        ({"flags[0]": {"equals": 1}}, FAIL),
        ({"flags": {"equals": [True, 1]}}, PASS),
        ({"flags": {"equals": [1, 1]}}, FAIL),
        ({"flags": {"contains": 1}}, PASS),
        ({"flags": {"contains": 0}}, FAIL),
        ({"flags": {"lacks": False}}, PASS),
        ({"ramp.tags": {"equals": {"a": 1}}}, PASS),
        ({"ramp.tags": {"equals": {"a": True}}}, FAIL),
        ({"ramp": {"contains": "mode"}}, PASS),
        ({"mode": {"contains": "clean"}}, PASS),
        ({"mode": {"contains": 7}}, FAIL),
        ({"mode": {"lacks": "dirty"}}, PASS),
        ({"limit": {"lacks": "dirty"}}, FAIL),
        ({"mode": {"one_of": ["clean_days", "x"]}}, PASS),
        ({"limit": {"one_of": [True, "5"]}}, FAIL),
        ({"mode": {"none_of": ["calendar_days"]}}, PASS),
        ({"mode": {"matches": "^clean_"}}, PASS),
        ({"limit": {"matches": "5"}}, FAIL),
        ({"nothing": {"exists": True}}, FAIL),
        ({"nothing": {"absent": True}}, PASS),
        ({"missing": {"absent": True}}, PASS),
        ({"missing": {"not_equals": 1}}, FAIL),
        ({"missing": {"none_of": [1]}}, FAIL),
        ({"missing": {"lacks": "x"}}, FAIL),
        ({"mode": {"absent": True}}, FAIL),
        ({"length(days)": 2}, PASS),
        ({"headers_ok": True}, PASS),
        ({"header X-Mode": "Live"}, PASS),
        ({"header x-mode": {"matches": "(?i)live"}}, PASS),
        ({"header X-None": {"absent": True}}, PASS),
        ({"header X-None": {"not_equals": "x"}}, FAIL),
        ({"text": {"contains": "clean_days"}}, PASS),
        ({"text": {"lacks": "clean_days"}}, FAIL),
        ({"status": 200}, PASS),
        ({"status": {"one_of": [200, 204]}}, PASS),
        ({"status": {"at_most": 199}}, FAIL),
        ({"redirect": {"absent": True}}, PASS),
        ({"redirect": {"exists": True}}, FAIL),
        ({"days[::0]": {"exists": True}}, FAIL),
        ({"ceil(mode)": 1}, FAIL),
        ({"sum(days)": 1}, FAIL),
        ({"contains(mode, limit)": True}, FAIL),
        ({"ceil(to_number('1e999'))": 1}, FAIL),
    ],
)
def test_comparisons(expect: Any, outcome: Outcome) -> None:
    """Types count, and what is not there meets nothing but ``absent``."""
    said = expecting(expect)
    assert said.outcome is outcome, said.observed
    assert said.observed
    assert said.expected


@pytest.mark.parametrize(
    ("expect", "seen", "must"),
    [
        ({"limit": "5"}, "limit is 5 (a number, where the gate file has text)", 'limit is "5"'),
        ({"limit": {"one_of": [True, "5"]}},
         "limit is 5 (a number, where the gate file has text)", 'limit is one of true and "5"'),
        ({"limit": "6"}, "limit is 5", 'limit is "6"'),
        ({"headers_ok": "true"},
         "headers_ok is true (a truth value, where the gate file has text)",
         'headers_ok is "true"'),
        ({"header X-Number": 5},
         "header X-Number is 5 (text, where the gate file has a number)", "header X-Number is 5"),
        ({"limit": {"at_least": 9}}, "limit is 5", "limit is at least 9"),
        ({"mode": "5 days"}, "mode is clean_days", "mode is 5 days"),
        ({"limit": 5}, "limit is 5", "limit is 5"),
    ],
)  # fmt: skip
def test_text_that_looks_like_a_number(expect: Any, seen: str, must: str) -> None:
    """Where both look the same it is said which is which."""
    evidence = observed(PROBE, BODY, headers=[("x-number", "5")])
    said = expecting(expect, evidence)
    assert (said.observed, said.expected) == (seen, must)


@pytest.mark.parametrize(
    ("evidence", "outcome", "words"),
    [
        (unobserved(PROBE, "no answer within 10 s"), CANNOT_TELL, "no answer within"),
        (observed(PROBE, "", 429), CANNOT_TELL, "429"),
        (observed(PROBE, GATEWAY, 502), CANNOT_TELL, "gateway"),
        (observed(PROBE, UNREADY, 503), FAIL, "503"),
        (observed(PROBE, "", 401), CANNOT_TELL, "not let in"),
        (observed(PROBE, "", 403), CANNOT_TELL, "not let in"),
        (observed(PROBE, "", 404), FAIL, "does not have it"),
        (observed(PROBE, "oops", 500), FAIL, "oops"),
        (redirect(PROBE, "/login"), FAIL, "a redirect to /login"),
        (observed(PROBE, "<html>"), FAIL, "not usable JSON"),
        (observed(PROBE, ""), FAIL, "an empty answer"),
        (observed(PROBE, '{"mode": "clean_days", "mode": "x"}'), FAIL, "stands twice"),
        (observed(PROBE, '{"mode": NaN}'), FAIL, "NaN"),
        (observed(PROBE, f'{{"limit": {"9" * 400}}}'), FAIL, "too large"),
        (observed(PROBE, "[" * 100_000), FAIL, "not usable JSON"),
        (cut(observed(PROBE, BODY)), FAIL, "cut after"),
        (observed(PROBE, None), FAIL, "mode is not there"),
        (observed(PROBE, []), FAIL, "mode is not there"),
        (observed(PROBE, "true"), FAIL, "mode is not there"),
        (observed(PROBE, {"mode": ["clean_days"]}), FAIL, "mode is ['clean_days']"),
    ],
)
def test_answers(evidence: Evidence, outcome: Outcome, words: str) -> None:
    """Every answer that is none says what was seen."""
    said = expecting({"mode": {"equals": "clean_days"}}, evidence)
    assert (said.outcome, words in said.observed) == (outcome, True), said.observed


def test_refusal_of_a_request_without_a_token_is_an_answer() -> None:
    """Anonymous, a 401 is no missing evidence."""
    refused = observed(PROBE, {"detail": "no"}, 401)
    assert expecting({"detail": "no"}, refused, signed_in=False).outcome is FAIL
    assert expecting({"status": 401, "detail": "no"}, refused, signed_in=False).outcome is PASS


def test_redirect() -> None:
    """A redirect that is expected is no failure; its place is compared."""
    moved = redirect(PROBE, "/sales")
    assert expecting({"redirect": "/sales"}, moved).outcome is PASS
    assert expecting({"redirect": "/login"}, moved).outcome is FAIL
    assert expecting({"status": 307, "redirect": {"matches": "^/s"}}, moved).outcome is PASS


def test_text_that_was_cut_is_not_searched() -> None:
    """What lies behind the cut may be the very thing."""
    said = expecting({"text": {"lacks": "secret"}}, cut(observed(PROBE, "a page")))
    assert said.outcome is CANNOT_TELL


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
VALUES = {
    "at_least": st.integers() | st.floats(allow_nan=False),
    "at_most": st.integers() | st.floats(allow_nan=False),
    "one_of": st.lists(JSON, min_size=1, max_size=3),
    "none_of": st.lists(JSON, min_size=1, max_size=3),
    "matches": st.sampled_from(["x", "^$", r"\d+", "(?i)a|b"]),
}


@settings(deadline=None)
@given(st.data())
def test_no_value_upsets_a_comparison(data: st.DataObject) -> None:
    """Any JSON value against any comparison is yes or no, and ``not`` is the opposite."""
    comparison = data.draw(st.sampled_from(sorted(COMPARISONS)))
    value, wanted = data.draw(JSON), data.draw(VALUES.get(comparison, JSON))
    assert holds(value, comparison, wanted) in {True, False}
    assert holds(value, "equals", wanted) is not holds(value, "not_equals", wanted)
    assert Expectation("json", "x", comparison, wanted).in_words.startswith("x ")


PATHS = st.sampled_from(
    "a a.b a[0] a[*].b a[?b] a[?b>`1`] length(a) keys(a) sort(a) max(a) sum(a) avg(a) join(',',a) "
    "to_number(a) to_string(a) values(a) reverse(a) merge(a,b) abs(a) ceil(a) floor(a) type(a) "
    "contains(a,b) starts_with(a,b) ends_with(b,a) not_null(a,b) map(&b,a) max_by(a,&b) "
    "sort_by(a,&b) a[::-1] a[::0] a|b a||b a&&b !a [a,b] {x:a} a==b a<b @".split()
)


@settings(deadline=None)
@given(JSON, JSON, PATHS, st.integers(100, 599))
def test_no_answer_upsets_a_path(a: Any, b: Any, path: str, status: int) -> None:
    """Any body under any JMESPath gives a ruling that says what was seen."""
    said = expecting({path: {"equals": 1}}, observed(PROBE, {"a": a, "b": b}, status))
    assert isinstance(said.outcome, Outcome)
    assert said.observed
    assert said.observed.isprintable()
