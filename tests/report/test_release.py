"""After a deploy: waiting for it, its fingerprint before and after, and until when a GO is good."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer
from results import NOW, evidence, exchange, finding, result, seen
from werkzeug import Request, Response

from pytest_caio.commands.judge_again import judge_again
from pytest_caio.evidence.model import Unobserved
from pytest_caio.gates.policy import ReleasePolicy
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.folder import verdict_json, write_report
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Finding
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.run_finding import AFTER, BEFORE
from pytest_caio.verdict.whole_run_findings import is_release, release

READY = {
    "status": "ready",
    "checks": {"a": "ok"},
    "runtime_dependencies": {"redis": {"required": True, "connected": True, "latency_ms": 2}},
}


def label(body: object, policy: ReleasePolicy | None = None, **more: object) -> str:
    """Return the release that an answer with this body shows."""
    answered = exchange(body=json.dumps(body), **more)
    return release(policy or ReleasePolicy(), seen(BEFORE, "production", answered))


def own(made: Result, name: str) -> Finding | None:
    """Return the finding ``run.name``, if there is one."""
    return next((f for f in made.findings if f.name == f"run.{name}"), None)


def test_fingerprint_is_of_the_release_not_of_the_moment() -> None:
    """Times, latencies and outages don't change it; a new part or another flag does."""
    same = {
        **READY,
        "timestamp": "2026",
        "runtime_dependencies": {"redis": {"required": True, "connected": False, "latency_ms": 99}},
    }
    with_time = {**READY, "timestamp": "2025"}
    assert label(same) == label(with_time)
    assert label(READY) != label({**READY, "queue": {}, "version": "2"})
    flag = {
        **READY,
        "runtime_dependencies": {"redis": {"required": False, "connected": True, "latency_ms": 2}},
    }
    assert label(READY) != label(flag)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (ReleasePolicy(header="x-release"), "abc1234"),
        (ReleasePolicy(json="build.commit"), "def5678"),
        (ReleasePolicy(json="build.number"), "7"),
        (ReleasePolicy(json="build.nothing"), "no release in the answer"),
        (ReleasePolicy(header="x-other"), "no release in the answer"),
    ],
)
def test_release_by_header_or_path(policy: ReleasePolicy, expected: str) -> None:
    """Where the policy names the place, the release is what stands there."""
    body = {"build": {"commit": "def5678", "number": 7}}
    assert label(body, policy, headers=(("X-Release", "abc1234"),)) == expected


@pytest.mark.parametrize(
    ("expected", "shown", "same"),
    [
        ("3d3c42e5aac5ba805825da76410c181273ba90b1", "3d3c42e", True),
        ("3d3c42e", "3d3c42e5aac5ba80", True),
        ("V1.2", "v1.2", True),
        ("v1.2", "v1.2.1", False),
        ("3d3c42", "3d3c42e5aac5", False),
        ("a", "b", False),
        ("3d3c42e", "", False),
    ],
)
def test_commits_may_be_short(expected: str, shown: str, same: bool) -> None:
    """Seven characters of a commit are enough, less is not."""
    assert is_release(expected, shown) is same


def test_no_answer_is_no_release() -> None:
    """What nobody saw, and what answered an error, are told apart from a release."""
    assert release(ReleasePolicy(), None) == ""
    assert release(ReleasePolicy(), Unobserved(BEFORE, "production", "refused")) == "no answer"
    assert label({}, status=503) == "an answer 503"


def bracketed(before: object, after: object, **more: object) -> Result:
    """Return the result of a passed check between two readings of the release."""
    found = evidence(
        seen(BEFORE, "production", exchange(body=json.dumps(before))),
        seen(AFTER, "production", exchange(body=json.dumps(after))),
    )
    return result(finding("smoke.ready"), found=found, **more)


def test_deploy_in_the_middle_is_cannot_tell() -> None:
    """What was seen is of two releases, whatever each check says."""
    made = bracketed(READY, {**READY, "new": {}})
    assert made.verdict is Verdict.CANNOT_TELL
    assert own(made, "one-release").outcome == "cannot-tell"
    assert bracketed(READY, READY).verdict is Verdict.GO
    assert own(bracketed(READY, READY), "one-release") is None


def test_a_dependency_that_stops_is_no_deploy() -> None:
    """Between a ready answer and a 503 lies no release, but what the 503 names."""
    body = json.dumps({"detail": "Runtime dependencies not ready: redis: refused"})
    good = seen(BEFORE, "production", exchange(body=json.dumps(READY)))
    for name, after, words in (
        ("503", seen(AFTER, "production", exchange(body=body, status=503)), "redis: refused"),
        ("gone", Unobserved(AFTER, "production", "no connection"), "no answer (no connection)"),
    ):
        made = result(finding("smoke.ready"), found=evidence(good, after))
        assert made.verdict is Verdict.CANNOT_TELL, name
        assert own(made, "one-release") is None
        assert words in own(made, "stayed-up").observed
        assert own(made, "stayed-up").remedy.startswith("Mend or restart what is named")


def test_expected_release() -> None:
    """Another release than the expected one fails, one that doesn't show is cannot-tell."""
    policy = ReleasePolicy(json="commit")

    def outcome(body: object) -> str:
        made = bracketed(body, body, expect_release="abc1234")
        snapshot = replace(made.snapshot, policy=replace(made.snapshot.policy, release=policy))
        from pytest_caio.verdict.whole_run_findings import findings_of_run

        return findings_of_run(snapshot, made.evidence)[0].outcome

    assert outcome({"commit": "abc1234"}) == "pass"
    assert outcome({"commit": "fff9999"}) == "fail"
    assert outcome({}) == "cannot-tell"


def test_go_is_good_until_the_policys_hours() -> None:
    """Four hours by the deployment's clock, for this deployment; other verdicts have no such."""
    data = verdict_json(bracketed(READY, READY))
    assert data["good_until"] == NOW.replace(hour=NOW.hour + 4).isoformat()
    assert data["releases"]["production"].startswith("fingerprint ")
    assert "good_until" not in verdict_json(bracketed(READY, {}))


@pytest.fixture
def deployment(
    httpserver: HTTPServer,
) -> Callable[[Callable[[int], Response]], HTTPServer]:
    """A server whose readiness is a function of how often it was asked."""

    def serve(answer: Callable[[int], Response]) -> HTTPServer:
        asked: list[str] = []

        def ready(request: Request) -> Response:
            asked.append(request.path)
            return answer(len(asked))

        httpserver.expect_request("/api/health/ready").respond_with_handler(ready)
        httpserver.expect_request("/api/rejection-tags").respond_with_json({"tags": []})
        return httpserver

    return serve


def swept(
    server: HTTPServer, folder: Path, policy: str = "", **options: object
) -> tuple[Result, list[str]]:
    """Return the result of a run of one gate of one check, and what was said while waiting."""
    gates = folder / "gates"
    gates.mkdir()
    (gates / "policy.yaml").write_text(f"release: {{{policy}}}\n")
    variables = {
        "CAIO_STAGING_URL": server.url_for("").rstrip("/"),
        "CAIO_STAGING_TOKEN": "token-123",
    }
    given = Options(("staging",), gates=gates, warm_up=0.2, **options)
    run = prepare(given, variables, standard_judges(), ())
    tags = [p for p in run.plan if p.check.id == "tags"]
    run.snapshot = replace(run.snapshot, plan=tuple(tags))
    said: list[str] = []
    run.sweep(run.plan, lambda done, total: None, said.append)
    for planned in run.plan:
        run.judge(planned)
    return run.result(), said


def release_json(name: str) -> Response:
    """Return a readiness answer that names a release."""
    return Response(json.dumps({**READY, "release": name}), content_type="application/json")


def test_waits_until_ready_and_released(
    deployment: Callable[..., HTTPServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """First it is not ready, then it is the old release, then the sweep starts: reads alone."""
    monkeypatch.setattr("pytest_caio.observe.release._POLL_SECONDS", 0.01)

    def answer(number: int) -> Response:
        if number <= 4:
            return Response('{"detail": "starting"}', 503, content_type="application/json")
        return release_json("old" if number <= 8 else "new")

    server = deployment(answer)
    made, said = swept(server, tmp_path, "json: release", wait=20.0, expect_release="new")
    assert any("not ready (503)" in text for text in said)
    assert any("it runs old, not new" in text for text in said)
    assert own(made, "release").outcome == "pass"
    assert own(made, "one-release") is None
    assert {request.method for request, _ in server.log} == {"GET"}
    assert made.evidence.sent == ()


def test_waiting_ends_and_the_checks_say_what_is_wrong(
    deployment: Callable[..., HTTPServer], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the time is up the sweep goes on; the wrong release is a failure of its own."""
    monkeypatch.setattr("pytest_caio.observe.release._POLL_SECONDS", 0.01)
    server = deployment(lambda number: release_json("old"))
    made, said = swept(server, tmp_path, "json: release", wait=0.6, expect_release="new")
    assert said
    assert own(made, "release").outcome == "fail"
    assert made.verdict is Verdict.NO_GO


def test_deploy_during_a_real_sweep_is_judged_the_same_offline(
    deployment: Callable[..., HTTPServer], tmp_path: Path
) -> None:
    """The two readings are evidence: judged again from the files, the same findings."""
    server = deployment(lambda number: release_json("old" if number == 1 else "new"))
    made, _ = swept(server, tmp_path, "json: release")
    assert own(made, "one-release").observed.startswith(
        "another release answered at the end than at the beginning (old, then new)"
    )
    write_report(tmp_path / "rep", made, Redactor())
    again = judge_again(tmp_path / "rep")
    # The plan of this test is one check, which is said too.
    assert [f.check for f in again.findings if f not in made.findings] == ["standard-gates"]
    assert again.findings[: len(made.findings)] == made.findings
    assert again.verdict is made.verdict


def test_expected_release_needs_a_place_to_read_it(tmp_path: Path) -> None:
    """Without a header or a path in the policy it is a mistake, before any request."""
    options = Options(("rehearsal",), expect_release="abc")
    with pytest.raises(ValueError, match=r"release\.header or release\.json"):
        prepare(options, {}, standard_judges(), ())
