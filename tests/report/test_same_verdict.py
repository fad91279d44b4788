"""All outputs of one result say the same verdict, and hostile content spoils none of them."""

import json
import re
from pathlib import Path

import junitparser
import pytest
from jsonschema import Draft202012Validator
from legs import leg, three_checks
from results import BY_VERDICT, PRODUCTION, hostile

from pytest_caio.__main__ import main
from pytest_caio.evidence.har import from_har
from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report import slack
from pytest_caio.report.console import verdict_line
from pytest_caio.run.publish import Publisher
from pytest_caio.verdict.decide import EXIT_CODES, Verdict
from pytest_caio.verdict.result import Result

__all__ = ["three_checks"]
HAR_ENTRY = {
    "type": "object",
    "required": ["startedDateTime", "time", "request", "response", "cache", "timings"],
    "properties": {
        "request": {
            "required": [
                "method",
                "url",
                "httpVersion",
                "cookies",
                "headers",
                "queryString",
                "headersSize",
                "bodySize",
            ],
        },
        "response": {
            "required": [
                "status",
                "statusText",
                "httpVersion",
                "cookies",
                "headers",
                "content",
                "redirectURL",
                "headersSize",
                "bodySize",
            ],
            "properties": {"content": {"required": ["size", "mimeType"]}},
        },
        "timings": {"required": ["send", "wait", "receive"]},
    },
}


def every_output(result: Result, folder: Path) -> dict[str, str]:
    """Return, for each output, the verdict that it says."""
    files = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_OUTPUT": str(folder / "o"),
        "GITHUB_STEP_SUMMARY": str(folder / "s"),
    }
    publisher = Publisher(files, folder / "report")
    publisher.write(result, Redactor())
    lines = publisher.tell(result, Redactor())
    report = folder / "report"
    suites = junitparser.JUnitXml.fromfile(str(report / "gates.junit.xml"))
    page = (report / "report.html").read_text(encoding="utf-8")
    attested = json.loads((report / "attestation.json").read_text("utf-8"))["subject"][0]
    return {
        "verdict.json": json.loads((report / "verdict.json").read_text("utf-8"))["verdict"],
        "console": verdict_line(result).text.split(": ")[0],
        "html": re.search(r"<h1>(.*?)</h1>", page)[1],
        "junit": {p.value for s in suites for p in s.properties() if p.name == "verdict"}.pop(),
        "attestation": attested["annotations"]["verdict"],
        "summary": (folder / "s").read_text("utf-8").split(" ", 2)[2].split(":")[0],
        "output": (folder / "o").read_text("utf-8").splitlines()[0].removeprefix("verdict="),
        "annotation": lines[0].split("::")[2].split(":")[0],
        "slack": slack.message(result)["blocks"][0]["text"]["text"].split(": ")[0],
        "exit code": next(v for v, code in EXIT_CODES.items() if code == result.exit_code).value,
    }


@pytest.mark.parametrize("verdict", list(Verdict))
def test_every_output_says_the_same(verdict: Verdict, tmp_path: Path) -> None:
    """GO, NO-GO and CANNOT TELL survive into each output."""
    said = every_output(BY_VERDICT[verdict](), tmp_path)
    assert said == dict.fromkeys(said, verdict.value)
    assert len(said) == 10


def test_hostile_content_spoils_no_output(tmp_path: Path) -> None:
    """Control characters, markup, commands and 400 kB bodies: each format is read back."""
    said = every_output(hostile(), tmp_path)
    assert set(said.values()) == {"NO-GO"}


def test_hostile_har_is_har(tmp_path: Path) -> None:
    """The evidence is valid HAR 1.2, and comes back as it was."""
    Publisher({}, tmp_path).write(hostile(), Redactor())
    document = json.loads((tmp_path / "evidence.har").read_text(encoding="utf-8"))
    assert document["log"]["version"] == "1.2"
    for entry in document["log"]["entries"]:
        Draft202012Validator(HAR_ENTRY).validate(entry)
    bodies = [e.body for _, e in from_har(document).exchanges()]
    assert [len(body) for body in bodies] == [
        len(e.body) for _, e in hostile().evidence.exchanges()
    ]


OUTCOME = {Verdict.GO: "pass", Verdict.NO_GO: "fail", Verdict.CANNOT_TELL: "cannot-tell"}


@pytest.mark.usefixtures("three_checks")
def test_merge_says_the_same_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A single leg merged is that leg."""
    for verdict, outcome in OUTCOME.items():
        out = tmp_path / f"out-{verdict.name}"
        one = leg(tmp_path / f"leg-{verdict.name}", PRODUCTION, outcome)
        assert main(["merge", str(one), "--out", str(out)]) == EXIT_CODES[verdict]
        assert capsys.readouterr().out.splitlines()[-1].startswith(f"{verdict.value}: ")
        assert json.loads((out / "verdict.json").read_text("utf-8"))["verdict"] == verdict.value
