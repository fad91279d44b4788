"""No deployment, however broken, gets a GO, a traceback, a hang, or a token for another host."""

from __future__ import annotations

import json
import os
import ssl
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import junitparser
import pytest
from cases import Case, every_case
from lxml import etree
from wire import TOKEN, Hosts, Listening

from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.model import EvidenceFile
from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.report.folder import write_report
from pytest_caio.report.kept_report import read_report
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity

NAMES = tuple(every_case("http://127.0.0.1:1"))
DEADLINE, SLACK = 5.0, 8.0
# A replay has a time limit of its own, and a browser looks at pages in its own tests.
ELSEWHERE = ("replay.", "rejection.page-")
# The event loop leaves a connection that is given up while it is being made to the collector.
pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
Looked = tuple[GateRun, float]


@pytest.fixture(scope="session")
def cases(
    hosts: Hosts, elsewhere: Listening, trusted: tuple[Path, dict[str, ssl.SSLContext]],
    request: pytest.FixtureRequest,
) -> Iterator[dict[str, tuple[Case, Future[Looked]]]]:  # fmt: skip
    """Every chosen case, looked at a few at a time."""
    authority, contexts = trusted
    module = Path(__file__)
    here = [item for item in request.session.items if item.path == module]
    chosen = [item.callspec.params["name"] for item in here if hasattr(item, "callspec")]
    every = every_case(elsewhere.url)
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(authority))
        pool = stack.enter_context(ThreadPoolExecutor(3))
        found = {}
        for name in dict.fromkeys(n for n in chosen if n in every):
            case = every[name]
            tls = contexts.get(case.tls)
            found[name] = (case, pool.submit(_look, hosts, case, tls))
        yield found


def _look(hosts: Hosts, case: Case, tls: ssl.SSLContext | None) -> Looked:
    with hosts.serving(case.behave, tls, case.scheme) as server:
        started = time.monotonic()
        run = _run(server.url)
        return run, time.monotonic() - started


@cache
def _prepared() -> GateRun:
    """A run of all checks against a place that is still to be named, read once."""
    variables = {
        "CAIO_TARGET_URL": "https://target.example",
        "CAIO_TARGET_TOKEN": TOKEN,
        "CAIO_TARGET_WEBHOOK_TOKEN": f"webhook-{TOKEN[::-1]}",
        "CAIO_TARGET_KIND": "production",
    }
    options = Options(("target",), "all", request_timeout=1.0, deadline=DEADLINE, warm_up=0.5)
    run = prepare(options, variables, standard_judges(), standard_probes())
    plan = tuple(
        p for p in run.plan if not f"{p.gate.gate}.{p.check.id}".startswith(ELSEWHERE)
    )  # fmt: skip
    run.snapshot = replace(run.snapshot, plan=plan)
    return run


def _run(url: str) -> GateRun:
    """A run against this place, swept and judged."""
    base = _prepared()
    target = replace(base.environments[0], url=url)
    places = tuple(replace(place, url=url) for place in base.snapshot.environments)
    run = replace(
        base,
        environments=(target,),
        snapshot=replace(base.snapshot, environments=places),
        found={},
        evidence=EvidenceFile(datetime.now(UTC), {}),
    )
    run.sweep(run.plan, lambda done, total: None)
    for planned in run.plan:
        run.judge(planned)
    return run


@pytest.mark.parametrize("name", NAMES)
def test_case(
    name: str,
    cases: dict[str, tuple[Case, Future[Looked]]],
    elsewhere: Listening,
    tried: list[str],
    tmp_path: Path,
) -> None:
    """Findings that say what was seen, in time; nothing that was not seen passes."""
    case, future = cases[name]
    run, seconds = future.result(120)
    tried.append(name)
    result = run.result()
    assert result.verdict is not Verdict.GO
    assert seconds < DEADLINE + SLACK
    assert all(f.observed.strip() and f.observed.isprintable() for f in result.findings)
    assert not [f.name for f in result.findings if f.outcome is Outcome.NOT_RUN]
    if case.passes is not None:
        met = {Outcome.PASS, Outcome.NOT_APPLICABLE}
        required = [f for f in result.findings if f.severity is Severity.REQUIRED]
        # Without a ledger there is nothing to ask of it, whatever the deployment answers.
        required = [f for f in required if f.name != "cycle.approved-under-go"]
        assert {f.name for f in required if f.outcome in met} <= case.passes
    assert any(case.words in f.observed for f in result.findings)
    assert elsewhere.received == []
    har = json.dumps(to_har(result.evidence))
    assert TOKEN not in har
    assert from_har(json.loads(har)).evidence == result.evidence.evidence
    if len(har) < 5_000_000:
        write_report(tmp_path, result, run.redactor)
        assert_well_formed(tmp_path)


def assert_well_formed(report: Path) -> None:
    """Each file of a report can be read by what reads such files, and holds no token."""
    for path in report.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes()
    verdict = json.loads((report / "verdict.json").read_text("utf-8"))
    assert verdict["verdict"] in {"NO-GO", "CANNOT TELL"}
    assert json.loads((report / "evidence.har").read_text("utf-8"))["log"]["entries"] is not None
    json.loads((report / "attestation.json").read_text("utf-8"))
    assert read_report(report).verdict == verdict
    assert_junit(report / "gates.junit.xml")
    page = etree.fromstring((report / "report.html").read_bytes(), etree.HTMLParser())
    assert page.xpath("//h1")


def assert_junit(path: Path) -> None:
    """The file is XML, and JUnit."""
    etree.parse(str(path))
    assert sum(1 for _ in junitparser.JUnitXml.fromfile(str(path))) >= 1


NASTY = (
    "json-surrogate escapes xml-breaker nul-bytes html-for-json 401-html 503-html head-escape "
    "head-not-utf-8 keys-odd values-long redirect-odd closed-at-once binary"
).split()


def test_files_of_a_whole_run(
    hosts: Hosts, elsewhere: Listening, pytester: pytest.Pytester, tried: list[str]
) -> None:
    """In a process of its own, over the nastiest cases at once: no traceback, and every file."""
    every = every_case(elsewhere.url)
    with ExitStack() as stack:
        names = [f"x{i}" for i, _ in enumerate(NASTY)]
        variables = dict(os.environ)
        for name, case in zip(names, NASTY, strict=True):
            server = stack.enter_context(hosts.serving(every[case].behave))
            variables[f"CAIO_{name.upper()}_URL"] = server.url
            variables[f"CAIO_{name.upper()}_TOKEN"] = TOKEN
        with pytest.MonkeyPatch.context() as patch:
            for key, value in variables.items():
                patch.setenv(key, value)
            done = pytester.runpytest_subprocess(
                f"--caio-env={','.join(names)}", "--caio-report=report", "--junitxml=junit.xml",
                "--caio-timeout=1", "--caio-deadline=8", "--caio-warm-up=0.5",
                "-k", "not replay and not page",
            )  # fmt: skip
    tried += [f"whole run: {name}" for name in NASTY]
    text = done.stdout.str() + done.stderr.str()
    assert done.ret == 2 or "NO-GO" in text
    assert "NO-GO" in text
    assert "Traceback" not in text
    assert "INTERNALERROR" not in text
    assert TOKEN not in text
    assert "\x1b[2J" not in text
    assert_well_formed(pytester.path / "report")
    assert_junit(pytester.path / "junit.xml")
    assert elsewhere.received == []
