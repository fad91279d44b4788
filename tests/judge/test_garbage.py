"""Every standard judge over arbitrary evidence: a ruling that says what was seen, and no pass."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
from deployments import GENERATIONS, JUDGES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pytest_caio.evidence.model import Evidence, Exchange, Observed, Unobserved
from pytest_caio.evidence.probe_names import PAGE_REJECT, REJECT_INCOMPLETE
from pytest_caio.gates.files import packaged_folder, read_folder
from pytest_caio.judge.ruling import rule
from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.testing import look, unobserved
from pytest_caio.verdict.finding import MET, Outcome, Ruling

# How long an example takes says nothing: two cores are shared with whatever else runs.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PLACE = "production"
GATES, _ = read_folder(packaged_folder())
REQUIRED = {c.judge for g in GATES for c in g.checks if c.judge and c.severity == "required"}
# These two say what must *not* be in an answer, so an answer without it meets them.
NEGATIVE = {"access.preflight-open", "access.no-token-echo"}
NOTING = {PAGE_REJECT, REJECT_INCOMPLETE}
# What replays keep is made by the gate itself and never an answer as it came.
OWN = {name for name in JUDGES if name.startswith("replay.")}
STANDARD = sorted(JUDGES.keys() - OWN)

WORDS = st.sampled_from(
    "ok ready healthy true tier_1 clean_days 2026-02-24 Unknown … \x1b[2J \x00 \ud800 [ { ?token= "
    "caio_session= %40 @ /sales pipeline training stale_gt_72h".split()
)
KEYS = st.sampled_from(
    "status ready checks dependencies auth environment redis required connected inngest ramp mode "
    "enabled active clean_days_required clean_days_completed clean_days_dates tags id label "
    "pending_emails email_id classifier campaign_ref target_platform timestamp refreshed_at "
    "_shadow_queue_debug merged_count excluded_non_actionable_count queue_max_age_hours "
    "excluded_non_actionable_reasons excluded_non_actionable_examples reasons gatekeeper emails "
    "detail dry_run errors completed_at compliance_checks contact_id to subject body tier".split()
)
NUMBERS = st.sampled_from([0, 1, -1, 3, 72, 72.0, 1e308, -0.0, 10**307, 2**63])
ATOMS = st.none() | st.booleans() | NUMBERS | WORDS | st.text(max_size=6)
JSON = st.recursive(
    ATOMS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=6),
    max_leaves=25,
)
NOT_JSON = st.sampled_from(
    [
        "",
        " ",
        "<html>",
        "null",
        "true",
        "[",
        "{" * 200,
        '{"a":NaN}',
        "1e999",
        "9" * 5000,
        '"\\ud800"',
    ]
) | st.text(max_size=30)
BODIES = st.builds(json.dumps, JSON) | NOT_JSON
DATES = st.sampled_from(
    [
        "Tue, 24 Feb 2026 20:30:00 GMT",
        "",
        "yesterday",
        "1 Jan 1 00:00:00 +2359",
        "31 Dec 9999 23:59:59 -2359",
        "Tue, 24 Feb 2026 20:30:00 +99999999999999999999",
        "é\x00",
    ]
)
HEADERS = st.lists(
    st.tuples(st.just("date"), DATES)
    | st.tuples(st.just("location"), st.sampled_from(["", "/sales", "http://[", "//x", "\x00"]))
    | st.tuples(st.just("set-cookie"), WORDS)
    | st.tuples(st.text(max_size=5), st.text(max_size=9)),
    max_size=4,
)
STATUSES = st.sampled_from(
    [200, 200, 200, 204, 301, 302, 401, 403, 404, 418, 429, 500, 502, 503, 599]
)
DETAIL = '{"detail": "no"}'
REDACTOR = Redactor({f"token:{PLACE}": Secret("gate-token-1234")})


@st.composite
def answers(draw: st.DrawFn, bodies: st.SearchStrategy[str] = BODIES) -> Exchange:
    """An answer as a stranger may give it, redacted as in a run."""
    body = draw(bodies)
    return Exchange(
        "GET",
        "https://caio.example/x",
        status=draw(STATUSES),
        headers=REDACTOR.headers(draw(HEADERS)),
        body=REDACTOR.body(body),
        truncated=draw(st.integers(0, 20)) == 0,
    )


def seen(
    draw: st.DataObject, probes: Any, bodies: st.SearchStrategy[str] = BODIES
) -> list[Evidence]:
    """Evidence of each probe: an answer or two, or none."""
    found: list[Evidence] = []
    for probe in probes:
        if draw.draw(st.integers(0, 9)) == 0:
            found.append(unobserved(probe, "no answer", PLACE))
        else:
            tries = draw.draw(st.lists(answers(bodies), min_size=1, max_size=2))
            found.append(seen_as(probe, *tries))
    return found


def seen_as(probe: str, *answers: Exchange) -> Evidence:
    """Evidence of a probe; one that notes things of its own never does so for garbage."""
    if probe in NOTING:
        return Unobserved(probe, PLACE, "there was nothing to try it on", answers)
    return Observed(probe, PLACE, answers)


def judged(name: str, evidence: list[Evidence]) -> Ruling:
    """What the judge says, held to what each ruling must be."""
    found = rule(JUDGES[name].rule, look(*evidence, kind=PLACE) if evidence else look())
    assert isinstance(found.outcome, Outcome)
    assert found.observed.strip()
    assert found.observed.isprintable()
    json.dumps(dict(found.facts))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", STANDARD)
@settings(CALM, max_examples=25)
@given(st.data())
def test_any_evidence_gives_a_ruling(name: str, data: st.DataObject) -> None:
    """Whatever comes at a judge's probes, it rules, and says what was seen."""
    judged(name, seen(data, JUDGES[name].probes))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(REQUIRED - OWN - NEGATIVE))
@settings(CALM, max_examples=25)
@given(st.data())
def test_garbage_never_passes(name: str, data: st.DataObject) -> None:
    """Nothing but what is no dashboard's answer at every probe: no required check is met."""
    assert judged(name, seen(data, JUDGES[name].probes, NOT_JSON)).outcome not in MET


SAME = ("", "<html>", "{}", "[]", "null", "true", DETAIL)
REFUSED = {"access.reads-refused", "access.actions-refused"}


@pytest.mark.parametrize("name", STANDARD)
def test_the_same_for_everything(name: str) -> None:
    """A deployment that gives one answer to everything meets no required positive check."""
    statuses = (200, 302, 401, 403, 404, 429, 500, 502, 503)
    for status, body in itertools.product(statuses, SAME):
        answer = Exchange("GET", "https://caio.example/", status=status, body=body)
        evidence = [seen_as(probe, answer) for probe in JUDGES[name].probes]
        found = judged(name, evidence)
        said = {(401, DETAIL): REFUSED, (503, DETAIL): {"environment.reachable"}}
        if name in REQUIRED - NEGATIVE - said.get((status, body), set()):
            assert found.outcome not in MET, (status, body)


@pytest.mark.slow
@pytest.mark.parametrize("name", STANDARD)
@pytest.mark.parametrize("generation", GENERATIONS)
@settings(CALM, max_examples=5)
@given(st.data())
def test_one_spoilt_answer(name: str, generation: str, data: st.DataObject) -> None:
    """In an orderly deployment, any one probe may go wrong in any way."""
    probes = JUDGES[name].probes
    evidence = GENERATIONS[generation](PLACE)
    if probes:
        broken = data.draw(st.sampled_from(probes))
        evidence[broken] = seen(data, [broken])[0]
    judged(name, list(evidence.values()))


def test_every_required_judge_is_among_them() -> None:
    """The names in the gate files are those of the judges."""
    assert JUDGES.keys() >= REQUIRED
