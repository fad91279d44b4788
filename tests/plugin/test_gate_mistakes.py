"""Mistakes in gate files: all of them at once, with file and line, before any request."""

import pytest
from gatefolder import GateFolder

from pytest_caio.rehearsal.server import RehearsalServer

HEAD = "gate: zeal\ntitle: T\nowner: O\nwhen: [preflight]\nchecks:\n"
GOOD = "  - {id: a, title: A, request: GET /x, expect: {status: 200}, remedy: R}\n"
MISTAKES = {
    "unknown key": (HEAD + GOOD + "severety: x\n", "7: unknown key 'severety'"),
    "unknown key, near": (
        HEAD + "  - id: a\n    titel: A\n    judge: smoke.ready\n    remedy: R\n",
        "7: unknown key 'titel'; did you mean 'title'?",
    ),
    "missing key": ("gate: zeal\ntitle: T\nwhen: [preflight]\nchecks: []\n", "1: owner is missing"),
    "no checks at all": ("", "1: a gate file is a mapping"),
    "unknown judge": (
        HEAD + "  - {id: a, title: A, judge: smoke.redy, remedy: R}\n",
        "6: unknown judge 'smoke.redy'; did you mean 'smoke.ready'?",
    ),
    "unknown moment": (
        HEAD.replace("preflight", "preflihgt") + GOOD,
        "did you mean 'preflight'?",
    ),
    "unknown severity": (
        HEAD + GOOD.replace("remedy: R", "remedy: R, severity: high"), "6: checks.severity"
    ),
    "unknown comparison": (
        HEAD + GOOD.replace("{status: 200}", "{ramp.mode: {equal: x}}"),
        "6: unknown comparison 'equal'; did you mean 'equals'?",
    ),
    "no JMESPath": (HEAD + GOOD.replace("{status: 200}", "{'a[': 1}"), "6: 'a[' is no JMESPath"),
    "no regular expression": (
        HEAD + GOOD.replace("{status: 200}", "{text: {matches: '('}}"),
        "6: matches takes a regular expression",
    ),
    "nothing expected": (HEAD + GOOD.replace(", expect: {status: 200}", ""), "expect is missing"),
    "neither request nor judge": (
        HEAD + GOOD.replace("request: GET /x, expect: {status: 200}, ", ""),
        "6: a: needs either request with expect, or judge",
    ),
    "unknown method": (HEAD + GOOD.replace("GET", "GTE"), "6: request: unknown method 'GTE'"),
    "another host": (HEAD + GOOD.replace("/x", "//evil.example/x"), "6: request: the path"),
    "a whole URL": (HEAD + GOOD.replace("/x", "https://evil.example/x"), "6: request: the path"),
    "unknown identity": (
        HEAD + GOOD.replace("GET /x", "GET /x as anonymus"), "did you mean 'anonymous'?"
    ),
    "id twice": (HEAD + GOOD + GOOD, "7: the id 'a' stands twice (first on line 6)"),
    "id that is no name": (HEAD + GOOD.replace("id: a", "id: 'A b'"), "6: id: 'A b' is not a name"),
    "key twice": (HEAD + GOOD + "owner: P\n", "7: the key 'owner' stands twice (first on line 3)"),
    "time without quotes": (
        HEAD + GOOD.replace("{status: 200}", "{opens: {equals: 15:00}}"), "'15:00' is ambiguous"
    ),
    "NO": (HEAD.replace("title: T", "title: NO") + GOOD, "2: 'NO' is ambiguous"),
    "on": (HEAD + GOOD + "on: push\n", "7: 'on' is ambiguous"),
    "leading zero": (HEAD + GOOD.replace("200", "010"), "6: '010' is ambiguous"),
    "hexadecimal": (HEAD + GOOD.replace("200", "0xC8"), "6: '0xC8' is ambiguous"),
    "anchor": (HEAD + GOOD + "title2: &x [1]\ntitle3: *x\n", "anchors and aliases"),
    "tag": (HEAD + GOOD + "x: !!python/object:os.system a\n", "is not used here"),
    "not YAML": (HEAD + "  - {", "not YAML: "),
    "tab": (HEAD + "\t- id: a\n", "6: not YAML: "),
    "two documents": (HEAD + GOOD + "---\na: 1\n", "not YAML: expected a single document"),
    "set by the loader": (HEAD + GOOD + "file: x\n", "7: unknown key 'file'"),
    "name of a gate that there is": (HEAD.replace("zeal", "ramp") + GOOD, "is already in"),
}  # fmt: skip


def mistakes(gate: GateFolder, text: str, name: str = "gates/zeal.yaml") -> str:
    """What a run with this gate file says; it must be a usage error."""
    gate.write(name, text)
    result = gate.run("--caio-report=out")
    assert result.ret == 4, result.outlines[-20:]
    assert "Traceback" not in result.stderr.str() + result.stdout.str()
    return result.stderr.str()


@pytest.mark.parametrize(("text", "said"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake(gate: GateFolder, staging: RehearsalServer, text: str, said: str) -> None:
    """Where it stands, what is allowed, did you mean; and nothing has been sent."""
    errors = mistakes(gate, text)
    assert "gates/zeal.yaml:" in errors
    assert said in errors
    assert not staging.requests


@pytest.mark.usefixtures("staging")
def test_all_mistakes_of_all_files_at_once(gate: GateFolder) -> None:
    """One run names them all, in the order of files and lines."""
    gate.write("gates/policy.yaml", "ramp: {daily_limit: five}\nquue: {}\n")
    gate.write("gates/waivers.yaml", "- {check: ramp.limit}\n")
    gate.write("gates/other.yml", "")
    text = HEAD + "  - {id: a, title: NO, judge: smoke.redy, remedy: R, x: 1}\n  - {id: b}\n"
    lines = [line for line in mistakes(gate, text).splitlines() if "gates/" in line]
    places = [":".join(line.removeprefix("ERROR: ").split(":")[:2]) for line in lines]
    assert places == sorted(places)
    for said in (
        "gates/other.yml:1: rename it to other.yaml",
        "gates/policy.yaml:1: ",
        "gates/policy.yaml:2: unknown key 'quue'; did you mean 'queue'?",
        "gates/waivers.yaml:1: ",
        "gates/zeal.yaml:6: 'NO' is ambiguous",
        "gates/zeal.yaml:6: unknown judge",
        "gates/zeal.yaml:6: unknown key 'x'",
        "gates/zeal.yaml:7: checks.title is missing",
    ):
        assert any(said in line for line in lines), (said, lines)


@pytest.mark.usefixtures("staging")
@pytest.mark.parametrize("name", ["zeal.yml", "zeal.YAML", "zeal.YML"])
def test_a_file_that_would_not_be_read(gate: GateFolder, name: str) -> None:
    """A gate file with another ending is not passed over in silence."""
    assert "rename it to zeal.yaml" in mistakes(gate, HEAD + GOOD, f"gates/{name}")


@pytest.mark.usefixtures("staging")
def test_other_files_do_no_harm(gate: GateFolder) -> None:
    """A note or a folder beside the gate files is nobody's business."""
    gate.write("gates/README.md", "# ours")
    gate.write("gates/golden/set.jsonl", "")
    assert gate.run("-k", "tags and not page").ret == 10


@pytest.mark.usefixtures("staging")
def test_an_old_verdict_is_void(gate: GateFolder) -> None:
    """A mistake leaves CANNOT TELL behind, not yesterday's GO."""
    gate.write("out/verdict.json", '{"verdict": "GO"}')
    mistakes(gate, "gate: zeal\n")
    assert '"CANNOT TELL"' in (gate.path / "out/verdict.json").read_text()
