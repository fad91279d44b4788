"""What each finding says to do, in situations that no fault of the rehearsal makes.

Source: ``docs/checks.md, Remedies``. The faults' own are held to the same list in
``test_fault_matrix.py``.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from functools import cache

import pytest
from remedies import Row, problems, reviewed
from test_fault_matrix import EVERY, STORY, afternoon, prepared, rehearsed

from pytest_caio.evidence.model import Evidence, EvidenceFile, Observed, Unobserved
from pytest_caio.evidence.probe_names import BROWSER, LEDGER, PAGE_REJECT, REPLAY, SUITE
from pytest_caio.judge.judging import conclude, judge_all, probes_of
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.testing import observed
from pytest_caio.verdict.result import Result

__all__ = ["afternoon"]
HERE = "rehearsal"
JUDGES = {judge.name: judge for judge in standard_judges()}
GATEWAY = "<html>502 Bad Gateway</html>"
PORTAL = "<!doctype html><title>404</title><h1>Not Found</h1>"
NO_LEDGER = Observed(LEDGER, HERE, (), {"absent": "no ledger is named"})
UNSEEN = {
    "no-answer-in-time": "no answer within 10 s",
    "host-name-unknown": "no connection: [Errno -2] Name or service not known",
    "issuer-unknown": (
        "the TLS certificate was not accepted: unable to get local issuer certificate"
    ),
    "certificate-expired": "the TLS certificate was not accepted: certificate has expired",
    "speaks-no-https": "no connection: what answers there does not speak https (WRONG_VERSION)",
    "proxy-refuses": "no connection: 407 Proxy Authentication Required",
}


def judged(given: Callable[[str], Evidence], ran: Callable[[str], bool] = bool) -> Result:
    """What the whole plan comes to, with this evidence of each probe."""
    run = prepared("all")
    asked = {probe for planned in run.plan for probe in probes_of(planned, JUDGES)}
    evidence = EvidenceFile(STORY, {(HERE, probe): given(probe) for probe in asked})
    reported = {planned.key for planned in run.plan if ran(planned.node_id)}
    return conclude(run.snapshot, evidence, judge_all(run.snapshot, evidence, JUDGES, reported))


def with_page_and_replay(
    seen: Result, *others: Evidence, ran: Callable[[str], bool] = bool
) -> Result:
    """A rehearsed result, judged with the page and the replay as well."""
    more = {other.probe: other for other in others}
    known = seen.evidence.of(HERE)
    nothing = lost("it was not asked")
    return judged(lambda probe: more.get(probe) or known.get(probe) or nothing(probe), ran)


def lost(reason: str) -> Callable[[str], Evidence]:
    """Evidence of every probe: nothing, for this reason."""

    def each(probe: str) -> Evidence:
        if probe in {BROWSER, SUITE}:
            return Observed(probe, HERE, (), {"configured": False})
        if probe == LEDGER:
            return NO_LEDGER
        why = "no runner is named. Set CAIO_REPLAY_COMMAND" if probe == REPLAY else reason
        return Unobserved(probe, HERE, why)

    return each


def always(body: str, status: int) -> Callable[[str], Evidence]:
    """Evidence of every probe: this one answer."""

    def each(probe: str) -> Evidence:
        plain = {BROWSER, LEDGER, PAGE_REJECT, REPLAY, SUITE}
        return lost(f"{probe} answered {status} from a gateway: 502")(probe) if (
            probe in plain
        ) else observed(probe, body, status, environment=HERE)  # fmt: skip

    return each


def nothing_listens() -> Result:
    """A whole run before a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    variables = {"CAIO_PROD_URL": f"http://127.0.0.1:{port}", "CAIO_PROD_TOKEN": "t0ken-of-prod"}
    options = Options(("production",), "all", deadline=20)
    run: GateRun = prepare(options, variables, standard_judges(), standard_probes())
    run.sweep(run.plan, lambda done, total: None)
    for planned in run.plan:
        run.judge(planned)
    return run.result()


def wrong_token() -> Result:
    """The token is refused, so the page is not tried."""
    refused = "the API refused the token, so it is not tried at the login page"
    no_runner = lost("")(REPLAY)
    page = Unobserved(PAGE_REJECT, HERE, refused)
    return with_page_and_replay(
        rehearsed("token-rotated"), Observed(BROWSER, HERE), page, no_runner
    )


# No run of the last days, in a ledger that is older.
EMPTIED = {"since": "2026-02-20T00:00:00+00:00", "runs": []}


def with_a_ledger(told: Evidence) -> Result:
    """A deployment in good order, and what the ledger has of it."""
    return with_page_and_replay(
        rehearsed(), told, Unobserved(BROWSER, HERE, "no Chromium"), lost("")(REPLAY)
    )


SITUATIONS: dict[str, Callable[[], Result]] = {
    "nothing-listens": nothing_listens,
    **{name: lambda why=why: judged(lost(why)) for name, why in UNSEEN.items()},  # type: ignore[misc]
    "gateway-answers": lambda: judged(always(GATEWAY, 502)),
    "asked-to-slow-down": lambda: judged(always('{"detail": "slow down"}', 429)),
    "wrong-token": wrong_token,
    "too-old": lambda: rehearsed(generation="g0"),
    "no-browser-no-runner": lambda: with_page_and_replay(
        rehearsed(), Unobserved(BROWSER, HERE, "no Chromium"), lost("")(REPLAY)
    ),
    "approved-under-no-go": lambda: with_a_ledger(Observed(LEDGER, HERE, (), EMPTIED)),
    "ledger-unread": lambda: with_a_ledger(
        Unobserved(LEDGER, HERE, "the ledger x.sqlite is locked by somebody else")
    ),
    "a-part": lambda: with_page_and_replay(rehearsed(), ran=lambda node: "ramp" in node),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", SITUATIONS)
def test_each_finding_says_what_helps(name: str) -> None:
    """The list has it, and nothing in it is out of date."""
    assert list(problems(SITUATIONS[name](), name)) == []


def test_each_row_names_a_run() -> None:
    """One of a fault and a generation, or one of the situations above."""
    runs = {param.id for param in EVERY} | SITUATIONS.keys()
    assert set(reviewed().values()) <= runs


ROWS = reviewed()
SOMETHING_ANSWERS = {"token", "no-answer-here", "gateway", "too-old", "no-dashboard", "slow-down"}


def of(causes: Iterable[str]) -> list[Row]:
    """The rows of these causes."""
    return [row for row in ROWS if row.cause in set(causes)]


@cache
def every_remedy() -> tuple[str, ...]:
    """Each remedy once."""
    return tuple({row.says for row in ROWS})


def test_nobody_is_sent_to_a_picture_that_there_is_not() -> None:
    """Without an answer or with a wrong token there is no screenshot."""
    everywhere = {"token", "nothing-answers", "too-slow", "name-unknown", "issuer-unknown", "proxy"}
    assert [row for row in of(everywhere) if "screenshot" in row.says] == []


def test_what_answers_is_not_to_be_brought_to_answer() -> None:
    """Nor is its URL doubted, but where something else answers there."""
    assert [says for says in every_remedy() if "Bring the deployment to answer" in says] == []
    doubted = [row for row in of(SOMETHING_ANSWERS - {"no-dashboard"}) if "_URL" in row.says]
    assert doubted == []


def test_whoever_has_a_task_is_named() -> None:
    """A remedy is for the owner of its check; what somebody else does in it begins with a name."""
    told = [
        says
        for says in every_remedy()
        if re.search(r"(?i)\b(have|let) (engineering|the pto)", says)
    ]
    assert told == []
    assert [says for says in every_remedy() if re.search(r"variables? of th", says)] == []


def test_each_cause_of_silence_has_its_own_way_out() -> None:
    """DNS, proxy, certificates, a full window, too old, no browser, no runner: each by name."""
    words = {
        "name-unknown": "DNS", "proxy": "HTTPS_PROXY", "issuer-unknown": "SSL_CERT_FILE",
        "certificate": "renewed", "plain-http": "443", "full-window": "until fewer than 20 wait",
        "too-old": "Deploy the current dashboard", "no-browser": "--caio-browser",
        "no-runner": "CAIO_REPLAY_COMMAND", "token": "CAIO_<NAME>_TOKEN", "not-run": "without -k",
        "nothing-answers": "whether the service runs", "slow-down": "Wait five minutes",
    }  # fmt: skip
    for cause, word in words.items():
        assert of([cause]), cause
        assert [row for row in of([cause]) if word not in row.says] == []
