"""A command that can't be carried out is told as no GO: in words, without a secret."""

import json
from pathlib import Path

import pytest
from pytest_httpserver import HTTPServer

from pytest_caio.report import no_run
from pytest_caio.run.publish import Publisher

TOKEN = "t0ken-of-production"
USAGE = "usage: caio run [options]\ncaio run: error: argument --tb: no 'foo'\n  rootdir: /home/x"
GATE_FILES = "gates/a.yaml:6: unknown judge 'x'.\ngates/b.yaml:2: no title"


def actions(folder: Path, **more: str) -> dict[str, str]:
    """Return the variables of a step of GitHub Actions."""
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
        **more,
    }


def test_pytests_usage_lines_are_left_out() -> None:
    """What is wrong stays, where pytest was called from goes."""
    assert no_run.reason(USAGE, {}) == "argument --tb: no 'foo'"
    assert no_run.reason(GATE_FILES, {}) == GATE_FILES


@pytest.mark.parametrize(
    "text",
    [
        f"unrecognized arguments: --caio-token={TOKEN}",
        f"unrecognized arguments: --my-secret {TOKEN} x",
        f"CAIO_PROD_URL is https://me:{TOKEN}@host/",
        f"anything {TOKEN[:-1]}",
        f"CAIO_PROD_TOKEN is {TOKEN}",
    ],
)
def test_no_secret_is_told(text: str) -> None:
    """Neither one of a variable, nor one that was typed where it does not belong."""
    known = {"CAIO_PROD_TOKEN": TOKEN} if text.startswith(("any", "CAIO_PROD_TOKEN")) else {}
    assert TOKEN[:-1] not in no_run.reason(text, known)


def test_short_values_do_not_tear_words_apart() -> None:
    """A token of one letter is a mistake of its own; it is not looked for."""
    assert no_run.reason("a mistake", {"CAIO_PROD_TOKEN": "a"}) == "a mistake"


def test_annotations_stand_at_the_gate_files_lines() -> None:
    """One for each line, below the folder that holds ``gates/``; else one without a place."""
    first, second = no_run.annotations(GATE_FILES, "ops/")
    assert first.startswith("::error file=ops/gates/a.yaml,line=6,title=CANNOT TELL%3A ")
    assert second.endswith("::no title")
    (alone,) = no_run.annotations("no URL\nno token")
    assert alone.endswith("::no URL%0Ano token")


def test_told_in_a_step_of_github(tmp_path: Path) -> None:
    """Annotation, summary and outputs; the masks come first."""
    variables = actions(tmp_path, CAIO_PROD_TOKEN=TOKEN)
    lines = Publisher(variables, tmp_path / "rep").tell_mistake("set it", rehearsal=False)
    assert [line.partition(" ")[0] for line in lines] == [f"::add-mask::{TOKEN}", "::error"]
    output = (tmp_path / "output").read_text()
    assert output == f"verdict=CANNOT TELL\nreport={tmp_path / 'rep'}\n"
    summary = (tmp_path / "summary").read_text()
    assert summary.startswith("# ❓ CANNOT TELL: the gate did not start, nothing was asked\n")
    assert "- set it\n" in summary
    assert "**Do next:** Engineering puts right" in summary


def test_slack_is_told_in_three_parts(tmp_path: Path, httpserver: HTTPServer) -> None:
    """A header, what was wrong, what to do; it mentions nobody."""
    httpserver.expect_request("/hook").respond_with_data("ok")
    variables = actions(tmp_path, CAIO_SLACK_WEBHOOK_URL=httpserver.url_for("/hook"))
    lines = Publisher(variables).tell_mistake("no <!here>\nand " + "x" * 9_000, rehearsal=False)
    assert lines[-1] == "Slack: told"
    body = json.loads(httpserver.log[0][0].data)
    header, what, remedy = body["blocks"]
    assert header["text"]["text"] == no_run.HEADLINE
    assert what["text"]["text"].startswith(":question: no &lt;!here&gt; and xxx")
    assert remedy["text"]["text"].startswith("*Do next:* Engineering ")
    assert all(len(part["text"]["text"]) <= 3_000 for part in body["blocks"])
    assert len(header["text"]["text"]) <= 150


def test_a_rehearsals_mistake_alarms_nobody(tmp_path: Path) -> None:
    """Nothing goes to the owners' channel."""
    variables = actions(tmp_path, CAIO_SLACK_WEBHOOK_URL="https://hooks.example/x")
    lines = Publisher(variables).tell_mistake("no", rehearsal=True)
    assert lines[-1] == "Slack: not told, a rehearsal is nobody's business there"


def test_outside_github_nobody_is_told() -> None:
    """Whoever typed the command reads it."""
    variables = {"CAIO_SLACK_WEBHOOK_URL": "https://hooks.example/x"}
    assert Publisher(variables).tell_mistake("no", rehearsal=False) == []
