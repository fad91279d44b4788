"""The workflows: linted, pinned, and the shell of each step executed with a made-up event."""

import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONS = sorted((ROOT / ".github" / "actions").glob("*/action.yml"))
FILES = [*WORKFLOWS, *ACTIONS]
BASH = shutil.which("bash")
# What an event could hold: each would leave a trace if a shell took it for code.
EVIL = "x'\"; touch pwned; $(touch pwned) `touch pwned` && touch pwned #"


def load(path: Path) -> dict[str, Any]:
    """Return a workflow; ``on`` stays a word and is no truth value."""
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def steps() -> list[tuple[str, dict[str, Any]]]:
    """Return every step of every job and action, with a name to call it by."""
    found = []
    for path in WORKFLOWS:
        for job, content in load(path)["jobs"].items():
            found += [(f"{path.stem}/{job}/{i}", s) for i, s in enumerate(content.get("steps", ()))]
    for path in ACTIONS:
        parts = load(path)["runs"]["steps"]
        found += [(f"action/{path.parent.name}/{i}", s) for i, s in enumerate(parts)]
    return found


RUNS = {name: step for name, step in steps() if "run" in step}


def step_named(name: str) -> dict[str, Any]:
    """Return the run step of that title."""
    return next(step for step in RUNS.values() if step.get("name") == name)


def tool(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a linter of this environment at the root."""
    bin_folder = Path(sys.executable).parent
    program = shutil.which(
        arguments[0], path=os.pathsep.join([str(bin_folder), os.environ["PATH"]])
    )
    assert program, f"{arguments[0]} is not installed"
    return subprocess.run([program, *arguments[1:]], cwd=ROOT, capture_output=True, text=True)


def execute(
    step: dict[str, Any], folder: Path, codes: dict[str, int] | None = None, **variables: str
) -> tuple[int, list[str]]:
    """Run a step's shell as GitHub does; return its exit code and the commands that it called.

    Every program is a shim that notes its arguments and exits with ``codes`` (0); every variable of
    the step whose value comes from an expression is an enemy's, unless it is given.
    """
    shims = folder / "bin"
    shims.mkdir()
    for name in ("python", "caio", "gh", "uv", "tox", "sudo", "date"):
        shim = shims / name
        answer = variables.get("SAYS", "") if name in {"gh", "date"} else ""
        shim.write_text(
            f'#!{BASH}\nprintf "%s\\n" "{name} $*" >> "$CALLS"\n'
            f'echo "{answer}"\nexit {(codes or {}).get(name, 0)}\n'
        )
        shim.chmod(shim.stat().st_mode | stat.S_IEXEC)
    script = folder / "step.sh"
    script.write_text(step["run"], encoding="utf-8")
    own = {k: (EVIL if "${{" in v else v) for k, v in step.get("env", {}).items()}
    environment = {
        "PATH": os.pathsep.join([str(shims), "/usr/bin", "/bin"]),
        "CALLS": str(folder / "calls"),
        "GITHUB_OUTPUT": str(folder / "output"),
        "GITHUB_REPOSITORY": "a/b",
        "GITHUB_WORKFLOW": EVIL,
        "GITHUB_RUN_ID": "7",
        **own,
        **variables,
    }
    done = subprocess.run(
        [BASH, "--noprofile", "--norc", "-eo", "pipefail", str(script)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    calls = folder / "calls"
    return done.returncode, calls.read_text(encoding="utf-8").splitlines() if calls.exists() else []


def test_zizmor_finds_nothing() -> None:
    """The security linter is content, offline."""
    done = tool("zizmor", "--offline", "--persona", "pedantic", ".github")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("kind", ["workflows", "actions"])
def test_valid_for_githubs_schema(kind: str) -> None:
    """check-jsonschema's bundled schema accepts every file."""
    files = [str(p) for p in (WORKFLOWS if kind == "workflows" else ACTIONS)]
    done = tool("check-jsonschema", "--builtin-schema", f"vendor.github-{kind}", *files)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda p: p.stem)
def test_pinned_and_without_permissions_by_default(path: Path) -> None:
    """Actions are pinned by commit, the token has no right that a job doesn't name."""
    text = path.read_text(encoding="utf-8")
    for used in re.findall(r"uses: (\S+)", text):
        if "OWNER" not in used:
            assert used.startswith("$/") or re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", used)
    if path in WORKFLOWS:
        assert load(path)["permissions"] == {}
        assert "pull_request_target" not in text
        assert "secrets: inherit" not in text


@pytest.mark.parametrize("name", RUNS)
def test_no_expression_in_a_shell_line(name: str) -> None:
    """Fields of an event reach a shell as variables only."""
    assert "${{" not in RUNS[name]["run"]


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
@pytest.mark.parametrize("name", RUNS)
def test_an_enemys_event_runs_no_code(name: str, tmp_path: Path) -> None:
    """Whatever an event's fields hold, no step executes them."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "pytest_caio-1.0-py3-none-any.whl").write_text("")
    _, calls = execute(RUNS[name], tmp_path)
    assert not (tmp_path / "pwned").exists()
    assert isinstance(calls, list)


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
@pytest.mark.parametrize("code", [0, 1, 10])
def test_the_gates_exit_code_is_the_steps(code: int, tmp_path: Path) -> None:
    """GO, NO-GO and CANNOT TELL pass through; the options arrive as they were given."""
    done, calls = execute(
        step_named("Run the gate"),
        tmp_path,
        {"caio": code},
        GATE_ENVIRONMENTS="staging,prod",
        GATE_PROFILE="deploy",
        GATE_WAIT="300",
        GATE_REPORT="caio-report",
        GATE_RELEASE="",
        GATE_REPLAY="",
        GATE_PREVIOUS="",
    )
    assert done == code
    assert calls == [
        "caio run --caio-env=staging,prod --caio-profile=deploy "
        "--caio-wait=300 --caio-report=caio-report"
    ]


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
def test_the_replay_command_is_handed_through(tmp_path: Path) -> None:
    """It arrives as one option, whatever it holds."""
    step = step_named("Run the gate")
    _, calls = execute(step, tmp_path, GATE_REPLAY="uv run 'my case.py' --fast", GATE_PREVIOUS="")
    assert calls[0].endswith(" --caio-replay-command=uv run 'my case.py' --fast")


@pytest.mark.parametrize("name", ["gate", "deploy-gate"])
def test_callable_from_another_repository(name: str) -> None:
    """With a replay command, every secret that it hands on, and the verdict as an output."""
    path = ROOT / ".github" / "workflows" / f"{name}.yml"
    called = load(path)["on"]["workflow_call"]
    assert called["inputs"]["replay-command"]["default"] == ""
    assert called["outputs"].keys() == {"verdict"}
    used = set(re.findall(r"secrets\.(CAIO_\w+)", path.read_text("utf-8")))
    assert used == called["secrets"].keys()


def handed_on(name: str) -> dict[str, str]:
    """Return what a workflow hands to ``gate.yml``."""
    jobs = load(ROOT / ".github" / "workflows" / f"{name}.yml")["jobs"]
    return jobs["gate"]["with"]


def test_what_the_gate_is_given_reaches_it() -> None:
    """Each of its inputs is used, and the workflows that call it give the ones that they have."""
    path = ROOT / ".github" / "workflows" / "gate.yml"
    inputs = load(path)["on"]["workflow_call"]["inputs"].keys()
    assert inputs == set(re.findall(r"\{\{ inputs\.([\w-]+) \}\}", path.read_text("utf-8")))
    assert handed_on("deploy-gate").keys() <= inputs
    assert handed_on("deploy-gate")["replay-command"].startswith("${{ inputs.replay-command ||")
    assert handed_on("preflight")["slack-heartbeat"] == "1"


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
@pytest.mark.parametrize(
    ("schedule", "offset", "due"),
    [
        ("30 18 * * 1-5", "-0400", "true"),
        ("30 19 * * 1-5", "-0400", "false"),
        ("30 18 * * 1-5", "-0500", "false"),
        ("30 19 * * 1-5", "-0500", "true"),
        ("", "-0400", "true"),
        ("", "-0500", "true"),
        ("0 0 * * *", "-0500", "false"),
    ],
)
def test_preflight_runs_once_a_day_in_summer_and_winter(
    schedule: str, offset: str, due: str, tmp_path: Path
) -> None:
    """Of the two schedules the one of the season counts; by hand it always runs."""
    step = step_named("Let the schedule of the season through")
    done, calls = execute(step, tmp_path, SCHEDULE=schedule, SAYS=offset)
    assert (done, calls) == (0, ["date +%z"])
    assert (tmp_path / "output").read_text(encoding="utf-8") == f"due={due}\n"


def test_the_schedules_are_the_ones_that_the_guard_knows() -> None:
    """Both crons stand in the guard, word for word."""
    preflight = load(ROOT / ".github" / "workflows" / "preflight.yml")
    guard = step_named("Let the schedule of the season through")["run"]
    crons = [entry["cron"] for entry in preflight["on"]["schedule"]]
    assert len(crons) == 2
    assert all(f'"{cron}@-0' in guard for cron in crons)


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
@pytest.mark.parametrize(
    ("result", "verdict", "passes"),
    [
        ("success", "GO", True),
        ("success", "NO-GO", False),
        ("success", "", False),
        ("failure", "GO", False),
        ("cancelled", "", False),
        ("skipped", "", False),
    ],
)
def test_the_verdict_job_demands_a_go(
    result: str, verdict: str, passes: bool, tmp_path: Path
) -> None:
    """Only a successful gate with a GO lets the jobs that follow start."""
    done, _ = execute(step_named("Demand a GO"), tmp_path, RESULT=result, VERDICT=verdict)
    assert (done == 0) is passes


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
@pytest.mark.parametrize(
    ("results", "passes"),
    [
        ("success success", True),
        ("success failure", False),
        ("success skipped", False),
        ("cancelled success", False),
        ("", False),
    ],
)
def test_the_aggregate_job_demands_success(results: str, passes: bool, tmp_path: Path) -> None:
    """A skipped or cancelled job is no success."""
    done, _ = execute(step_named("Demand success of every job"), tmp_path, RESULTS=results)
    assert (done == 0) is passes


def test_the_aggregate_job_needs_every_other() -> None:
    """A job that it doesn't need could fail unseen."""
    jobs = load(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]
    assert set(jobs["ci"]["needs"]) == set(jobs) - {"ci"}
    assert jobs["ci"]["if"] == "always()"


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
def test_the_latest_report_that_there_is_is_fetched(tmp_path: Path) -> None:
    """Runs without a report are passed over."""
    step = step_named("Fetch the report of the run before")
    done, calls = execute(step, tmp_path, {"gh": 0}, GATE_ARTIFACT="caio-report", SAYS="11")
    assert done == 0
    assert calls[1] == "gh run download 11 --repo a/b --name caio-report --dir caio-previous"


def test_deploy_gate_starts_on_success_alone() -> None:
    """``deployment_status`` has no activity types: the filter stands in ``if``."""
    job = load(ROOT / ".github" / "workflows" / "deploy-gate.yml")["jobs"]["gate"]
    assert "deployment_status.state == 'success'" in job["if"]
    assert job["if"].startswith("github.event_name != 'deployment_status' ||")
    assert job["with"]["environments"] == "staging,prod"
    assert job["with"]["profile"] == "deploy"


def test_artifacts_have_names_of_their_own_and_an_end() -> None:
    """No leg overwrites another's, and none is kept for ever."""
    uploads = [step for _, step in steps() if "upload-artifact" in step.get("uses", "")]
    assert len(uploads) >= 3
    assert all("retention-days" in step["with"] for step in uploads)
    names = [step["with"]["name"] for step in uploads]
    assert len(set(names)) == len(names)


def test_the_wheel_is_tried_before_it_is_published(tmp_path: Path) -> None:
    """A release publishes only what was built for its tag and rehearsed."""
    if os.name == "nt":
        pytest.skip("the shims are shell scripts")
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / "pytest_caio-1.2-py3-none-any.whl").write_text("")
    (tmp_path / "CHANGELOG.md").write_text("## 1.2, 2026-12-01\n\n## 1.1, unreleased\n")
    step = step_named("Build and try the wheel")
    done, calls = execute(step, tmp_path, TAG="v1.2")
    assert done == 0
    assert calls[-1].endswith("pytest --caio-env=rehearsal")
    for tag in ("v1.3", "v1.1"):
        (tmp_path / "dist" / "pytest_caio-1.1-py3-none-any.whl").write_text("")
        shutil.rmtree(tmp_path / "bin")
        assert execute(step, tmp_path, TAG=tag)[0] != 0
    # Started by hand it only rehearses.
    shutil.rmtree(tmp_path / "bin")
    assert execute(step, tmp_path, TAG="")[0] == 0


def test_only_a_tag_is_published() -> None:
    """By whom the index trusts, in an environment of its own, after every check; what builds and
    checks holds no right to publish.
    """
    jobs = load(ROOT / ".github" / "workflows" / "release.yml")["jobs"]
    publish = jobs["publish"]
    writing = {name for name, job in jobs.items() if "write" in job["permissions"].values()}
    assert writing == {"attest", "publish", "release"}
    assert {jobs[name]["if"] for name in writing} == {"github.ref_type == 'tag'"}
    assert (publish["environment"], publish["permissions"]["id-token"]) == ("pypi", "write")
    checked = " ".join(step.get("run", "") for step in jobs["check"]["steps"])
    assert "twine@" in checked
    assert "check-wheel-contents@" in checked


def test_tox_lists_what_the_owner_types() -> None:
    """``tox -e staging``, ``tox -m gate``, the Pythons, lint and types are there."""
    done = tool("tox", "list", "--no-desc", "-q")
    assert set(done.stdout.split()) >= {
        "py311",
        "py312",
        "py313",
        "py314",
        "slow",
        "lint",
        "types",
        "staging",
        "production",
    }
    gate = tool("tox", "list", "--no-desc", "-q", "-m", "gate")
    assert gate.stdout.split() == ["staging", "production"]


@pytest.mark.parametrize("name", ["staging", "production"])
def test_tox_runs_the_gate_of_its_environment(name: str) -> None:
    """The variables pass through, and the report lies under the environment's own folder."""
    done = tool("tox", "config", "-e", name, "-k", "commands", "pass_env", "env_dir")
    assert f"--caio-env={name}" in done.stdout
    assert "CAIO_*" in done.stdout
    folder = re.search(r"env_dir = (.+)", done.stdout)[1].strip()
    assert f"--caio-report={folder}" in done.stdout.replace("'", "")


def test_the_live_step_waits_for_the_owner() -> None:
    """In an environment, only after a GO, and only where somebody named a dispatch."""
    jobs = load(ROOT / ".github" / "workflows" / "preflight.yml")["jobs"]
    live = jobs["live"]
    assert (live["environment"], live["needs"]) == ("production-live", "gate")
    assert live["if"] == "needs.gate.outputs.verdict == 'GO' && vars.CAIO_DISPATCH_COMMAND != ''"
    used = [step for step in live["steps"] if step["uses"] == "$/.github/actions/guard"]
    inputs = load(ROOT / ".github" / "actions" / "guard" / "action.yml")["inputs"]
    assert [step["with"].keys() <= inputs.keys() for step in used] == [True]


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
@pytest.mark.parametrize("approver", ["", "pat"])
@pytest.mark.parametrize(("codes", "code"), [({}, 0), ({"caio": 1}, 1), ({"caio": 125}, 125)])
def test_a_dispatch_is_decided_and_guarded(
    codes: dict[str, int], code: int, approver: str, tmp_path: Path
) -> None:
    """By whom GitHub says that it was approved; the command reaches the guard as one word for bash;
    without a decision nothing follows.
    """
    step = step_named("Decide and dispatch")
    given = {"GUARD_ENVIRONMENT": "prod", "GUARD_REPORT": "caio-report", "GUARD_NOTE": "seen"}
    given |= {"SAYS": approver, "GUARD_COMMAND": "run it 'now' --live"}
    done, calls = execute(step, tmp_path, codes, **given)
    assert done == code
    by = f" --by={approver}" if approver else ""
    assert calls[0].startswith("gh api repos/a/b/actions/runs/7/approvals --jq ")
    guarded = "caio guard --env=prod --report=caio-report --then=cycle -- bash -c "
    expected = [f"caio decide caio-report --go{by} --note=seen", f"{guarded}run it 'now' --live"]
    assert calls[1:] == expected[: 1 if code else 2]


@pytest.mark.skipif(os.name == "nt", reason="the shims are shell scripts")
def test_without_the_right_to_ask_who_started_it_counts(tmp_path: Path) -> None:
    given = {"GUARD_REPORT": "caio-report", "GUARD_NOTE": "seen", "GUARD_COMMAND": "true"}
    _, calls = execute(step_named("Decide and dispatch"), tmp_path, {"gh": 1}, **given)
    assert calls[1] == "caio decide caio-report --go --note=seen"
