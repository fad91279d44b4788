"""What GitHub Actions is told: step summary, annotations, masks, outputs."""

import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from results import BY_VERDICT, HOSTILE, finding, go, hostile, no_go, result

from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.report import github
from pytest_caio.report.previous import Previous
from pytest_caio.report.step_summary import LIMIT, step_summary
from pytest_caio.run.publish import Publisher
from pytest_caio.verdict.decide import Verdict
from pytest_caio.verdict.finding import Outcome, Severity

COMMAND = re.compile(r"^::(?P<name>[a-z-]+)(?: (?P<properties>[^:]*))?::(?P<data>.*)$")


def test_summary_decides_first_and_fails_first() -> None:
    """The decision is the first line; what to do comes before all findings, those in folds."""
    text = step_summary(no_go())
    assert text.startswith("# ⛔ NO-GO: staging and production, after a deploy\n")
    order = [
        text.index(words)
        for words in (
            "## Do this next",
            "1. **The dashboard's data can be read without the right token: GET /api/",
            "2. **2 stale cards are listed",
            "3. **Whether the sales page guards decisions can't be told: no Chromium",
            "## Waived",
            "<details><summary>3 findings not met",
            "### Protected pages",
            "</details>",
            "<details><summary>8 findings met",
        )
    ]
    assert order == sorted(order)
    assert text.count("<details>") == text.count("</details>") == 2


def test_summary_says_owner_deadline_waiver_and_change() -> None:
    """Who acts by when, what is waived until when, and what changed stand at the top."""
    earlier = Previous(Verdict.GO, "x", {("access", "reads-refused", "production"): Outcome.PASS})
    head = step_summary(no_go(), earlier).partition("<details>")[0]
    for words in (
        "**Engineering** (1)",
        "15:00 EST",
        "until Sun 1 Mar",
        "Since the earlier run (GO)",
        "The interlock stopped 1 request",
    ):
        assert words in head


def test_good_until_is_in_the_summary() -> None:
    """A GO says until when it is good, and for which deployment."""
    assert "good until Tue 24 Feb 2026, 15:40 EST" in step_summary(go())
    assert "the release that answered at 11:40" in step_summary(go())
    assert "fingerprint" not in step_summary(go())


@pytest.mark.slow
def test_summary_is_cut_at_a_finding_and_counted() -> None:
    """Over the limit nothing would be shown: whole findings go, from the end, always the same."""
    many = result(*(finding(f"smoke.c{i}", "fail", observed="é" * 900) for i in range(2000)))
    assert "and 1,980 more causes" in step_summary(many)
    text = step_summary(many)
    assert len(text.encode()) <= LIMIT
    assert text == step_summary(many)
    kept = text.count("### ")
    assert f"_{2000 - kept} more findings did not fit" in text
    assert text.count("<details>") == text.count("</details>") == 1
    assert 300 < kept < 2000


def test_summary_holds_no_markup_of_an_enemy() -> None:
    """Rendered as GitHub renders it, what an enemy wrote is text alone."""
    rendered = MarkdownIt("commonmark").enable("table").render(step_summary(hostile()))
    tags = {tag.lower() for tag in re.findall(r"<([a-zA-Z][a-zA-Z0-9]*)", rendered)}
    own = "h1 h2 h3 p ul ol li br strong code table thead tbody tr th td em details summary"
    assert tags <= set(own.split())
    assert "&lt;script&gt;" in rendered
    assert "\x1b" not in rendered


def test_annotations_nine_and_a_rollup() -> None:
    """GitHub shows ten of a kind a step: nine causes, and one line for the rest."""
    many = result(
        *(finding(f"smoke.c{i}", "fail") for i in range(30)),
        *(finding(f"queue.c{i}", "fail", severity=Severity.ADVISORY) for i in range(12)),
    )
    lines = github.annotations(many)
    assert sum(line.startswith("::error ") for line in lines) == 10
    assert sum(line.startswith("::warning ") for line in lines) == 10
    assert "21 more causes" in lines[10]


def test_annotation_stands_at_the_gate_files_line() -> None:
    """The file as seen from the repository, and the line of the check."""
    line = github.annotations(result(finding("ramp.mode", "fail")), "ops/")[1]
    properties = COMMAND.match(line)["properties"]
    assert properties.startswith("file=ops/gates/ramp.yaml,line=7,title=It was looked at")


def test_hostile_text_starts_no_command_of_its_own() -> None:
    """Each annotation is one line that starts with its own command; nothing escapes it."""
    for line in github.annotations(hostile()):
        assert "\n" not in line
        assert "\r" not in line
        found = COMMAND.match(line)
        assert found["name"] in {"error", "warning", "notice"}
        assert len(line) < 4000


def test_masks_every_secret_variable() -> None:
    """Tokens of all environments, the GHL token and the webhook; nothing that is no secret."""
    variables = {
        "CAIO_PROD_TOKEN": "to/ken%1",
        "CAIO_GHL_TOKEN": "ghl-secret",
        "CAIO_SLACK_WEBHOOK_URL": "https://hooks.example/T1",
        "CAIO_PROD_URL": "https://caio",
    }
    lines = github.masks(variables)
    assert "::add-mask::to/ken%251" in lines
    assert "::add-mask::ghl-secret" in lines
    assert "::add-mask::https://hooks.example/T1" in lines
    assert not any("https://caio" in line for line in lines)


def test_no_masks_outside_actions() -> None:
    """Anywhere else a mask would be a secret in a log."""
    variables = {"CAIO_PROD_TOKEN": "secret-1"}
    assert Publisher(variables).masks() == []
    assert Publisher({**variables, "GITHUB_ACTIONS": "true"}).masks() == ["::add-mask::secret-1"]


def test_silence_is_random_and_closed() -> None:
    """The word that resumes commands can't be guessed by who writes the log."""
    stop, resume = github.silence()
    assert stop == f"::stop-commands::{resume.strip(':')}"
    assert github.silence() != (stop, resume)


@pytest.mark.parametrize("verdict", list(Verdict))
def test_outputs_and_summary_are_written(verdict: Verdict, tmp_path: Path) -> None:
    """``verdict`` and ``report`` for the jobs that follow, and the summary appended."""
    output, summary = tmp_path / "out", tmp_path / "summary"
    summary.write_text("of another step\n", encoding="utf-8")
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    Publisher(variables, tmp_path / "report").tell(BY_VERDICT[verdict](), Redactor())
    written = dict(line.split("=", 1) for line in output.read_text("utf-8").splitlines())
    assert written == {"verdict": verdict.value, "report": str(tmp_path / "report")}
    assert summary.read_text(encoding="utf-8").startswith("of another step\n# ")


def test_summary_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A full disk changes no verdict; the log says what is missing."""
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(tmp_path)}
    lines = Publisher(variables).tell(go(), Redactor())
    assert any("can't be written" in line for line in lines)


def test_a_secret_in_a_finding_reaches_no_output(tmp_path: Path) -> None:
    """The last redaction stands before every format, whatever a judge has put into words."""
    redactor = Redactor({"token:production": Secret("s3cret-token")})
    leaky = result(finding("smoke.x", "fail", observed="saw s3cret-token", title=HOSTILE))
    summary = tmp_path / "summary"
    variables = {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(summary)}
    publisher = Publisher(variables, tmp_path / "report")
    publisher.write(leaky, redactor)
    lines = publisher.tell(leaky, redactor)
    texts = [p.read_text("utf-8") for p in (tmp_path / "report").iterdir()]
    assert len(texts) == 6
    for text in (*texts, *lines, summary.read_text("utf-8")):
        assert "s3cret-token" not in text


def test_a_run_under_actions(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Masks before anything else; what a deployment said between stop and resume; verdict last."""
    for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
        monkeypatch.setenv(name, str(pytester.path / name))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("CAIO_STAGING_TOKEN", "staging-secret-1")
    run = pytester.runpytest_subprocess(
        "--caio-env=rehearsal",
        "--caio-profile=cycle",
        "--caio-fault=dispatch-errors",
        "--caio-report=rep",
        "-p",
        "no:cacheprovider",
    )
    assert run.ret == 1
    lines = run.outlines
    assert lines[0] == "::add-mask::staging-secret-1"
    stop = next(i for i, line in enumerate(lines) if line.startswith("::stop-commands::"))
    resume = lines.index(f"::{lines[stop].removeprefix('::stop-commands::')}::")
    said = next(i for i, line in enumerate(lines) if "do next:" in line)
    error = next(i for i, line in enumerate(lines) if line.startswith("::error "))
    assert stop < said < resume < error < len(lines) - 1
    assert lines[-1].startswith("NO-GO: rehearsal")
    assert "verdict=NO-GO" in (pytester.path / "GITHUB_OUTPUT").read_text(encoding="utf-8")
