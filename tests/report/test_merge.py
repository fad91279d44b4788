"""``caio merge``: the legs of a matrix, and what happens when one is missing."""

import base64
import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml
from legs import PIXEL, STANDARD, edit, leg, leg_with_pictures, sealed, three_checks
from results import NOW, PRODUCTION, STAGING

from pytest_caio.__main__ import main
from pytest_caio.gates.policy import Policy, QueuePolicy
from pytest_caio.report.folder import write_unfinished

__all__ = ["three_checks"]
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("three_checks")]
BOTH = ("--expect", "staging", "--expect", "prod")


def merged(out: Path, *arguments: object) -> tuple[int, dict[str, Any]]:
    """Merge; return the exit code and the content of verdict.json."""
    code = main(["merge", *map(str, arguments), "--out", str(out)])
    return code, json.loads((out / "verdict.json").read_text(encoding="utf-8"))


def own(data: dict[str, Any]) -> dict[str, str]:
    """Return what the joint verdict says of the runs as such, by check."""
    return {f["check"]: f["observed"] for f in data["findings"] if f["gate"] == "run"}


@pytest.mark.parametrize(
    ("staging", "production", "verdict", "code"),
    [
        ("pass", "pass", "GO", 0),
        ("pass", "fail", "NO-GO", 1),
        ("cannot-tell", "pass", "CANNOT TELL", 10),
        ("cannot-tell", "fail", "NO-GO", 1),
        ("waived", "pass", "GO", 0),
    ],
)
def test_joint_verdict(
    tmp_path: Path, staging: str, production: str, verdict: str, code: int
) -> None:
    """The legs' findings together make the verdict, and the exit code says it."""
    legs = (leg(tmp_path / "s", STAGING, staging), leg(tmp_path / "p", PRODUCTION, production))
    found, data = merged(tmp_path / "out", *legs, *BOTH)
    assert (found, data["verdict"]) == (code, verdict)
    assert [place["name"] for place in data["environments"]] == ["staging", "production"]
    assert own(data) == {}


def test_all_formats_are_written(tmp_path: Path) -> None:
    """One JUnit file, one page, one verdict, one attestation."""
    legs = (leg(tmp_path / "s", STAGING), leg(tmp_path / "p", PRODUCTION, "fail"))
    merged(tmp_path / "out", *legs, *BOTH)
    written = {path.name for path in (tmp_path / "out").iterdir() if path.suffix}
    assert written == {"verdict.json", "gates.junit.xml", "report.html", "attestation.json"}
    suites = JUnitXml.fromfile(str(tmp_path / "out" / "gates.junit.xml"))
    assert [suite.name for suite in suites] == ["smoke [staging]", "smoke [production]"]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<h1>NO-GO</h1>" in page


def test_a_joint_report_is_no_report_to_judge(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It says so, and whose turn it is; a run that did not finish is another thing."""
    merged(tmp_path / "out", leg(tmp_path / "s", STAGING), leg(tmp_path / "p", PRODUCTION))
    assert main(["judge", str(tmp_path / "out")]) == 4
    said = capsys.readouterr().err
    assert "out is a joint report" in said
    assert "Name the reports that it was joined of" in said
    write_unfinished(tmp_path / "broken", "preflight")
    assert main(["judge", str(tmp_path / "broken")]) == 4
    assert "the run did not finish" in capsys.readouterr().err


def test_legs_that_were_started_alike(tmp_path: Path) -> None:
    """The joint report tells one command for all of them, by the program of the legs."""
    started = ("caio run", "--caio-env=x", "--caio-report=out")
    legs = [
        leg(tmp_path / name, place, "fail", started=started)
        for name, place in (("s", STAGING), ("p", PRODUCTION))
    ]
    _, data = merged(tmp_path / "out", *legs)
    page = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert data["verdict"] == "NO-GO"
    assert "caio run --caio-env=staging,production --caio-profile=deploy<" in page


def test_missing_leg_is_cannot_tell(tmp_path: Path) -> None:
    """An environment that was expected and has no report."""
    code, data = merged(tmp_path / "out", leg(tmp_path / "s", STAGING), *BOTH)
    assert (code, data["verdict"]) == (10, "CANNOT TELL")
    last = data["findings"][-1]
    assert (last["gate"], last["environment"], last["outcome"]) == ("run", "production", "not-run")


def unfinished_leg(folder: Path) -> None:
    """Write what a killed run leaves."""
    write_unfinished(folder, "deploy")


def broken_leg(folder: Path) -> None:
    """Write a report that was cut short."""
    leg(folder, PRODUCTION)
    (folder / "evidence.har").write_text("{")


def edited_leg(folder: Path) -> None:
    """Write a report whose verdict somebody changed."""
    leg(folder, PRODUCTION, "fail")
    path = folder / "verdict.json"
    path.write_text(path.read_text("utf-8").replace('"verdict": "NO-GO"', '"verdict": "GO"'))


@pytest.mark.parametrize("spoil", [unfinished_leg, broken_leg, edited_leg, Path.mkdir])
def test_leg_that_is_no_report_is_cannot_tell(tmp_path: Path, spoil) -> None:
    """A leg that was killed, cut short, edited or is an empty folder counts as missing."""
    spoil(tmp_path / "p")
    code, data = merged(tmp_path / "out", leg(tmp_path / "s", STAGING), tmp_path / "p")
    assert (code, data["verdict"]) == (10, "CANNOT TELL")
    assert own(data)["finished"].startswith("p: its report can't be read: ")


def test_no_readable_leg_at_all(tmp_path: Path) -> None:
    """Nothing to merge is CANNOT TELL, not an error and not a GO."""
    code, data = merged(tmp_path / "out", tmp_path / "nothing", "--expect", "production")
    assert (code, data["verdict"]) == (10, "CANNOT TELL")


def cut(folder: Path) -> Path:
    """Cut a report's verdict to what passed, and say GO, with digests that fit."""
    verdict = json.loads((folder / "verdict.json").read_text("utf-8"))
    verdict["findings"] = [f for f in verdict["findings"] if f["outcome"] == "pass"]
    edit(folder, "verdict.json", {**verdict, "verdict": "GO"})
    return sealed(folder)


@pytest.mark.parametrize(("first", "code"), [("fail", 1), ("not-run", 10)])
def test_a_verdict_that_was_cut_to_what_passed(tmp_path: Path, first: str, code: int) -> None:
    """What a leg's evidence says counts, and that its verdict says otherwise is said."""
    found, data = merged(tmp_path / "out", cut(leg(tmp_path / "p", PRODUCTION, first)))
    assert found == code
    assert f"smoke.c0 (not there; again: {first}, required)" in own(data)["as-reported"]


def test_legs_may_share_an_environment(tmp_path: Path) -> None:
    """Of the same check, what ran counts before what did not, and the worst before the rest."""
    first = leg(tmp_path / "a", PRODUCTION, "pass", "not-run", "pass")
    second = leg(tmp_path / "b", PRODUCTION, "not-run", "pass", "fail")
    _, data = merged(tmp_path / "out", first, second)
    assert [f["outcome"] for f in data["findings"]] == ["pass", "pass", "fail"]


PARTS = (("pass", "not-run", "not-run"), ("not-run", "pass", "pass"))
OTHER = replace(PRODUCTION, url="https://other.example")
APART: dict[str, tuple[dict[str, Any], str]] = {
    "another deployment": ({"place": OTHER}, "one-deployment"),
    "another path": (
        {"place": replace(PRODUCTION, url="https://caio.example/b")}, "one-deployment",
    ),
    "another kind": ({"place": replace(PRODUCTION, kind="staging")}, "one-deployment"),
    "another release": ({"release": ('{"b": 1}', '{"b": 1}')}, "one-release"),
    "another release at the end": ({"release": ('{"a": 1}', '{"b": 1}')}, "one-release"),
    "no release at the beginning": ({"release": ("", '{"a": 1}')}, "one-release"),
    "no release at the end": ({"release": ('{"a": 1}', "")}, "one-release"),
    "the next day": ({"now": NOW + timedelta(hours=24)}, "one-occasion"),
    "just too late": ({"now": NOW + timedelta(hours=4, seconds=1)}, "one-occasion"),
    "another policy": ({"policy": Policy(queue=QueuePolicy(max_age_hours=900))}, "one-policy"),
}  # fmt: skip


@pytest.mark.parametrize(("second", "check"), APART.values(), ids=APART.keys())
@pytest.mark.parametrize("order", [1, -1])
def test_parts_that_do_not_belong_together(
    tmp_path: Path, second: dict[str, Any], check: str, order: int
) -> None:
    """Each part's checks pass, all checks ran, and nobody looked at one deployment as a whole."""
    more = dict(second)
    legs = [
        leg(tmp_path / "a", PRODUCTION, *PARTS[0]),
        leg(tmp_path / "b", more.pop("place", PRODUCTION), *PARTS[1], **more),
    ]
    code, data = merged(tmp_path / "out", *legs[::order])
    assert (code, data["verdict"]) == (10, "CANNOT TELL")
    assert check in own(data)
    assert {f["outcome"] for f in data["findings"] if f["gate"] == "smoke"} == {"pass"}


@pytest.mark.parametrize(
    ("place", "more"),
    [
        (PRODUCTION, {}),
        (replace(PRODUCTION, url="https://CAIO.example:443/"), {}),
        (PRODUCTION, {"now": NOW + timedelta(hours=4)}),
    ],
    ids=["the same", "the same URL otherwise written", "four hours later"],
)
def test_parts_of_one_deployment_are_a_go(tmp_path: Path, place: Any, more: Any) -> None:
    """Both parts together are the whole gate; it is good as long as its first part."""
    legs = (
        leg(tmp_path / "a", PRODUCTION, *PARTS[0]),
        leg(tmp_path / "b", place, *PARTS[1], **more),
    )
    code, data = merged(tmp_path / "out", *legs)
    assert (code, data["verdict"], own(data)) == (0, "GO", {})
    assert data["good_until"] == (NOW + timedelta(hours=4)).isoformat()


def test_profiles_and_rehearsal_are_named(tmp_path: Path) -> None:
    """The joint verdict says of which profiles it is, and that a rehearsal clears nothing."""
    rehearsal = replace(PRODUCTION, name="rehearsal", kind="rehearsal")
    _, data = merged(tmp_path / "out", leg(tmp_path / "r", rehearsal))
    assert data["profile"] == "deploy"
    assert data["note"] == "A rehearsal clears no live cycle."


@pytest.mark.parametrize("order", [1, -1])
def test_advice_of_one_leg_hides_nothing_that_blocks_in_another(tmp_path: Path, order: int) -> None:
    """An advisory failure is a worse outcome than cannot-tell, and matters less."""
    smoke = STANDARD[0]
    advice = replace(
        smoke, checks=(replace(smoke.checks[0], severity="advisory"), *smoke.checks[1:])
    )
    legs = [
        leg(tmp_path / "a", PRODUCTION, "fail", gates=(advice,)),
        leg(tmp_path / "b", PRODUCTION, "cannot-tell"),
    ]
    code, data = merged(tmp_path / "out", *legs[::order])
    assert (code, data["verdict"]) == (10, "CANNOT TELL")
    assert data["findings"][0]["outcome"] == "cannot-tell"


def test_out_is_none_of_the_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Writing there would take away what the report was judged by."""
    first, second = leg(tmp_path / "a", PRODUCTION), leg(tmp_path / "b", PRODUCTION)
    third = leg(tmp_path / "c", PRODUCTION)
    (tmp_path / "link").symlink_to(first)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.*")}
    for out in (first, tmp_path / "a" / ".." / "a", tmp_path / "link", third):
        assert main(["merge", str(first), str(second), "--out", str(out)]) == 4
        assert "holds the report of a run" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in before} == before


def test_an_old_joint_go_does_not_outlive_a_mistake(tmp_path: Path) -> None:
    """The joint verdict is void before anything is read."""
    good = leg(tmp_path / "a", PRODUCTION)
    assert merged(tmp_path / "out", good)[1]["verdict"] == "GO"
    assert main(["merge", str(good), "--expect", "\0", "--out", str(tmp_path / "out")]) != 0
    verdict = json.loads((tmp_path / "out/verdict.json").read_text("utf-8"))["verdict"]
    assert verdict == "CANNOT TELL"


def pictures(out: Path) -> dict[str, bytes]:
    """Return the screenshots in a joint report, each with a digest that fits and on the page."""
    statement = json.loads((out / "attestation.json").read_text("utf-8"))
    written = {entry["name"]: entry["digest"]["sha256"] for entry in statement["subject"]}
    page = (out / "report.html").read_text("utf-8")
    xml = (out / "gates.junit.xml").read_text("utf-8")
    found = {f"screenshots/{path.name}": path.read_bytes() for path in out.glob("screenshots/*")}
    for name, data in found.items():
        assert written[name] == hashlib.sha256(data).hexdigest()
        assert base64.b64encode(data).decode() in page
        assert f"[[ATTACHMENT|{out.name}/{name}]]" in xml
    assert {name for name in written if name.startswith("screenshots/")} == found.keys()
    return found


def test_screenshots_are_kept(tmp_path: Path) -> None:
    """Those of each leg, under their own names where no other leg has the same."""
    legs = (
        leg_with_pictures(tmp_path / "s", STAGING, "staging-list", "form"),
        leg_with_pictures(tmp_path / "p q", PRODUCTION, "form"),
    )
    assert merged(tmp_path / "out", *legs, *BOTH)[0] == 0
    assert pictures(tmp_path / "out") == {
        "screenshots/staging-list.png": PIXEL + b"s",
        "screenshots/form.png": PIXEL + b"s",
        "screenshots/p-q-form.png": PIXEL + b"p q",
    }


def test_screenshots_of_two_parts_of_one_environment(tmp_path: Path) -> None:
    """What both looked at is judged of one of them; the pictures of both stay."""
    legs = (
        leg_with_pictures(tmp_path / "a", PRODUCTION, "form"),
        leg_with_pictures(tmp_path / "b", PRODUCTION, "form"),
    )
    assert merged(tmp_path / "out", *legs)[0] == 0
    names = {"screenshots/form.png", "screenshots/b-form.png"}
    assert pictures(tmp_path / "out").keys() == names


def test_a_screenshot_that_is_not_there_any_more(tmp_path: Path) -> None:
    """It is for people only: the verdict does not rest on it."""
    folder = leg_with_pictures(tmp_path / "p", PRODUCTION, "form", "list")
    (folder / "screenshots" / "form.png").unlink()
    assert merged(tmp_path / "out", folder)[0] == 0
    assert pictures(tmp_path / "out").keys() == {"screenshots/list.png"}


def other_picture(folder: Path) -> None:
    """Put another picture in the place of the run's."""
    (folder / "screenshots" / "form.png").write_bytes(PIXEL + b"other")


def a_link(folder: Path) -> None:
    """Let a picture be a link to somewhere else."""
    other = folder.parent / "secret.png"
    other.write_bytes(PIXEL)
    (folder / "screenshots" / "form.png").unlink()
    (folder / "screenshots" / "form.png").symlink_to(other)


def no_picture(folder: Path) -> None:
    """Let it be something else, with a digest that fits."""
    (folder / "screenshots" / "form.png").write_bytes(b"<script>")
    sealed(folder)


@pytest.mark.parametrize("spoil", [other_picture, a_link, no_picture])
def test_a_screenshot_that_is_not_the_run_s(tmp_path: Path, spoil: Any) -> None:
    """A report that was changed counts as missing."""
    folder = leg_with_pictures(tmp_path / "p", PRODUCTION, "form")
    spoil(folder)
    code, data = merged(tmp_path / "out", folder)
    assert (code, pictures(tmp_path / "out")) == (10, {})
    assert "form.png" in own(data)["finished"]


@pytest.mark.parametrize("name", ["../evil.png", "screenshots/../../evil.png", "/evil.png", 7, []])
def test_a_screenshot_s_name_leads_nowhere_else(tmp_path: Path, name: Any) -> None:
    """Whatever the evidence notes as one."""
    folder = leg_with_pictures(tmp_path / "p", PRODUCTION, "form")
    har = json.loads((folder / "evidence.har").read_text("utf-8"))
    for probe in har["log"]["_probes"]:
        if "screenshots" in probe["data"]:
            probe["data"]["screenshots"] = [name]
    edit(folder, "evidence.har", har)
    merged(tmp_path / "out", sealed(folder))
    assert pictures(tmp_path / "out") == {}
    assert not list(tmp_path.rglob("evil.png"))


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_a_file_in_the_place_of_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], out: str
) -> None:
    """It is named, without the operating system's number for it."""
    (tmp_path / "file").touch()
    code = main(["merge", str(tmp_path / "a"), "--out", str(tmp_path / out)])
    said = capsys.readouterr().err
    assert code == 4
    assert f"can't be a folder, as {tmp_path / 'file'} is a file" in said
    assert "Errno" not in said
