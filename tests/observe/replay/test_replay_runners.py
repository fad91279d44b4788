"""Replay runners with real processes: good ones, and all the ways to go wrong."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import json
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from pytest_caio.gates.replay_policy import RetryPolicy
from pytest_caio.observe.replay import process as replay_process
from pytest_caio.observe.replay.case_run import RunnerError, read_answer
from pytest_caio.observe.replay.engine import (
    CaseRun,
    CommandRunner,
    HttpRunner,
    PythonRunner,
    RecordedRunner,
    Runner,
    replay,
)
from pytest_caio.observe.replay.runners import split_command
from pytest_caio.observe.sender import Answer
from pytest_caio.replay.golden_set import Case

ROOT = str(Path(__file__).parents[3])

ONCE = """
import json, os, subprocess, sys, time
case = json.load(sys.stdin)
word = case["input_query"]
def answer(**more):
    print(json.dumps({"actual_output": "asked " + word, "tool_trace_log": ["crm.read"], **more}))
"""

LINES = """
import json, os, subprocess, sys, time
for line in sys.stdin:
    case = json.loads(line)
    word = case["input_query"]
    def answer(**more):
        print(json.dumps({"actual_output": "asked " + word, "pid": os.getpid(), **more,
                          "metadata": {"pid": os.getpid()}}), flush=True)
"""


def case(word: str, name: str = "") -> Case:
    """Return a case whose query is one word, which the test's runner acts on."""
    return Case(name or word, word, ("crm.read",), ("nonce",), ())


def script(folder: Path, head: str, body: str) -> list[str]:
    """Write a runner script and return its command."""
    indent = "    " if head is LINES else ""
    path = folder / "run ner.py"
    path.write_text(head + "".join(f"{indent}{line}\n" for line in body.splitlines()))
    return [sys.executable, str(path)]


def run_all(runner: Runner, *cases: Case, **options: object) -> dict[str, CaseRun]:
    """Replay the cases and return the runs by id."""
    options = {"workers": 4, "case_timeout": 20.0, **options}
    runs = asyncio.run(replay(cases, runner, **options))  # type: ignore[arg-type]
    gc.collect()  # a pipe that was left open would warn now
    return {run.case_id: run for run in runs}


def alive(pid: int) -> bool:
    """Return whether a process still works: neither gone nor a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def children() -> set[str]:
    """Return this process's own children, zombies included."""
    path = Path(f"/proc/self/task/{os.getpid()}/children")
    return set(path.read_text().split()) if path.exists() else set()


def descriptors() -> int:
    """Return how many file descriptors are open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - names only, no paths needed


posix = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into /proc")


def test_a_process_per_case_answers(tmp_path: Path) -> None:
    """Each case gets its own answer, with the four keys and the time it took."""
    runs = run_all(CommandRunner(script(tmp_path, ONCE, "answer()")), case("a"), case("b"))
    assert runs["a"].error is None
    assert dict(runs["b"].output) == {
        "actual_output": "asked b",
        "tool_trace_log": ["crm.read"],
        "rag_context_chunks": [],
        "metadata": {},
    }
    assert 0 < runs["a"].seconds < 20


def test_a_command_may_be_a_text(tmp_path: Path) -> None:
    """A command line with a quoted path with a space in it is split without a shell."""
    argv = script(tmp_path, ONCE, "answer()")
    command = " ".join(f'"{word}"' for word in argv)
    assert run_all(CommandRunner(command), case("a"))["a"].error is None


@pytest.mark.parametrize(
    ("command", "windows", "words"),
    [
        ("python 'a b.py' \\x", False, ["python", "a b.py", "x"]),
        ('"C:\\Program Files\\py.exe" -m run', True, ["C:\\Program Files\\py.exe", "-m", "run"]),
        ('run --file="a b\\c" d', True, ["run", "--file=a b\\c", "d"]),
        ("run 'x'", True, ["run", "'x'"]),
        ("", True, []),
    ],
)
def test_splitting_knows_windows(command: str, windows: bool, words: list[str]) -> None:
    """A backslash quotes on POSIX and is part of a path on Windows."""
    assert split_command(command, windows=windows) == words


@pytest.mark.parametrize("windows", [True, False])
def test_an_open_quote_is_an_error(windows: bool) -> None:
    """Half a quote isn't guessed at."""
    with pytest.raises(ValueError, match=r"quot|clos"):
        split_command('run "a', windows=windows)


def test_an_empty_command_is_an_error() -> None:
    """No command is said at once, not per case."""
    with pytest.raises(ValueError, match="empty"):
        CommandRunner("  ")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit('no licence')", "the runner failed with exit status 1: no licence"),
        ("print('partial'); sys.exit(3)", "with exit status 3: partial"),
        ("answer(); sys.exit(3)", "exit status 3"),
        ("os.abort()", "the runner failed with exit status -6"),
        ("pass", "the runner wrote nothing"),
        ("print('  ')", "the runner wrote nothing"),
        ("print('Hello!')", "the runner's answer isn't JSON: Hello!"),
        ("print('note'); answer()", "isn't JSON (logs belong on stderr): note"),
        ('print(\'{"output": "alpha"}\')', "none of the keys actual_output, metadata"),
        ("print('{}')", "its keys: none"),
        ("print([1])", "isn't a JSON object: [1]"),
        ('sys.stdout.buffer.write(b\'{"actual_output": "\\xff"}\')', "isn't JSON"),
        ("print('[' * 100000)", "isn't JSON: …["),
        ("print('x' * 9000)", "isn't JSON: …x"),
        ("sys.stderr.write('x' * 3000000 + ' the end'); sys.exit(1)", "x the end"),
    ],
)
def test_a_bad_answer_fails_its_case_alone(tmp_path: Path, body: str, said: str) -> None:
    """What the runner said is in the error, cut; the other case has its answer."""
    bad = "\n".join(
        ["if word == 'bad':", *("    " + x for x in body.splitlines()), "else:", "    answer()"]
    )
    runs = run_all(CommandRunner(script(tmp_path, ONCE, bad)), case("bad"), case("good"))
    assert said in str(runs["bad"].error)
    assert len(str(runs["bad"].error)) < 2_100
    assert dict(runs["bad"].output) == {}
    assert runs["good"].error is None


@pytest.mark.parametrize(
    ("given", "tools", "output"),
    [
        ('{"tool_trace_log": "crm.read", "actual_output": 7}', ["crm.read"], "7"),
        ('{"tool_trace_log": 5, "actual_output": null}', ["5"], ""),
        ('{"tool_trace_log": null}', [], ""),
        ('\ufeff{"tool_trace_log": [1, "a"]}', ["1", "a"], ""),
    ],
)
def test_answers_are_brought_into_form(
    tmp_path: Path, given: str, tools: list[str], output: str
) -> None:
    """A scalar becomes a list of one, a missing key or a null is empty."""
    body = f"sys.stdout.buffer.write({given!r}.encode())"
    run = run_all(CommandRunner(script(tmp_path, ONCE, body)), case("a"))["a"]
    assert run.output["tool_trace_log"] == tools
    assert run.output["actual_output"] == output


def test_metadata_that_is_no_object_is_kept(tmp_path: Path) -> None:
    """A number where an object is due is not lost."""
    run = run_all(CommandRunner(script(tmp_path, ONCE, "answer(metadata=7)")), case("a"))["a"]
    assert run.output["metadata"] == {"value": 7}


def test_a_command_that_is_not_there_fails_each_case() -> None:
    """A typo in the command is said per case and ends nothing."""
    runs = run_all(CommandRunner(["no-such-command-at-all"]), case("a"), case("b"))
    assert all("can't be started: no-such-command-at-all" in str(r.error) for r in runs.values())


@pytest.mark.slow
@pytest.mark.parametrize("keep_alive", [False, True])
def test_a_hang_is_killed_and_the_rest_goes_on(tmp_path: Path, keep_alive: bool) -> None:
    """A case that hangs fails after its time-out, with what was said until then."""
    body = (
        "if word == 'hang':\n    print('thinking', file=sys.stderr, flush=True)\n"
        "    time.sleep(60)\nanswer()"
    )
    command = script(tmp_path, LINES if keep_alive else ONCE, body)
    runner = CommandRunner(command, keep_alive=keep_alive)
    began = time.perf_counter()
    runs = run_all(runner, case("hang"), *map(case, "abc"), case_timeout=2.0, workers=2)
    assert str(runs["hang"].error) == "no answer within 2 s (time-out): thinking"
    assert [runs[name].error for name in "abc"] == [None] * 3
    assert time.perf_counter() - began < 10


@pytest.mark.slow
@posix
@pytest.mark.parametrize("keep_alive", [False, True])
@pytest.mark.parametrize("after", ["time.sleep(60)", "answer()", "sys.exit(4)"])
def test_grandchildren_do_not_outlive_the_case(
    tmp_path: Path, keep_alive: bool, after: str
) -> None:
    """A runner's own child, holding the pipes, is gone when the replay has ended."""
    body = (
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open({str(tmp_path / 'pid')!r}, 'w').write(str(p.pid))\n{after}"
    )
    runner = CommandRunner(
        script(tmp_path, LINES if keep_alive else ONCE, body), keep_alive=keep_alive
    )
    run = run_all(runner, case("a"), case_timeout=3.0)["a"]
    assert (run.error is None) == (after == "answer()")
    assert not alive(int((tmp_path / "pid").read_text()))


@posix
def test_a_grandchild_that_escapes_holds_nothing_up(tmp_path: Path) -> None:
    """A daemon that leaves the group and holds the pipe open costs a moment, not a time-out."""
    body = (
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(5)'],"
        " start_new_session=True)\nanswer()"
    )
    before = descriptors()
    run = run_all(CommandRunner(script(tmp_path, ONCE, body)), case("a"))["a"]
    assert run.error is None
    assert run.seconds < 4
    assert descriptors() == before


@pytest.mark.parametrize("keep_alive", [False, True])
def test_endless_output_fails_without_eating_memory(
    tmp_path: Path, keep_alive: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output above the limit fails the case at once; the runner is killed while it still writes."""
    monkeypatch.setattr(replay_process, "MOST_OUTPUT", 100_000)
    body = "while word == 'big':\n    sys.stdout.write('x' * 65536)\nanswer()"
    runner = CommandRunner(
        script(tmp_path, LINES if keep_alive else ONCE, body), keep_alive=keep_alive
    )
    runs = run_all(runner, case("big"), case("small"))
    assert runs["big"].error == "the runner wrote more than 100000 bytes"
    assert runs["big"].seconds < 15
    assert runs["small"].error is None


def test_the_limit_is_five_megabytes() -> None:
    """The limit itself, which the other test lowers."""
    assert replay_process.MOST_OUTPUT == 5_000_000


def test_kept_alive_workers_are_used_again(tmp_path: Path) -> None:
    """Twenty cases, three at a time: three processes at most."""
    runner = CommandRunner(script(tmp_path, LINES, "answer()"), keep_alive=True)
    runs = run_all(runner, *(case(f"w{n}") for n in range(20)), workers=3)
    assert {run.output["actual_output"] for run in runs.values()} == {
        f"asked w{n}" for n in range(20)
    }
    assert 1 <= len({str(run.output["metadata"]) for run in runs.values()}) <= 3


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("sys.exit('tired')", "the runner ended with exit status 1: tired"),
        ("os._exit(0)", "the runner ended with exit status 0"),
        (
            "print('so', flush=True)",
            "nothing else; logs belong on stderr): so",
        ),
        ("print('', flush=True)", "wrote nothing"),
        ("print('{}\\n{}', flush=True)", "more than one line"),
        ("answer(id='other')", "answered another case: other"),
        (
            "sys.stdout.write('{\"half\"'); sys.stdout.flush(); os._exit(0)",
            'ended with exit status 0: {"half"',
        ),
    ],
)
def test_a_worker_gone_wrong_is_replaced(tmp_path: Path, body: str, said: str) -> None:
    """A worker that dies or babbles half-way fails that case; a new one answers the rest."""
    whole = "\n".join(["if word == 'bad':", "    " + body, "    continue", "answer()"])
    runner = CommandRunner(script(tmp_path, LINES, whole), keep_alive=True)
    runs = run_all(runner, case("a"), case("bad"), case("b"), case("c"), workers=1)
    assert said in str(runs["bad"].error)
    assert [runs[name].error for name in "abc"] == [None] * 3
    assert runs["a"].output["metadata"] != runs["b"].output["metadata"]
    assert runs["b"].output["metadata"] == runs["c"].output["metadata"]


def test_an_answer_before_dying_counts(tmp_path: Path) -> None:
    """A worker that answers and then ends has answered."""
    runner = CommandRunner(script(tmp_path, LINES, "answer()\nos._exit(3)"), keep_alive=True)
    assert run_all(runner, case("a"))["a"].error is None


@posix
@pytest.mark.parametrize("keep_alive", [False, True])
def test_cancelling_leaves_nothing(tmp_path: Path, keep_alive: bool) -> None:
    """Ctrl-C in the middle: no process, no zombie and no open pipe is left."""
    pids = tmp_path / "pids"
    pids.mkdir()
    body = (
        "p = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        f"open(os.path.join({str(pids)!r}, str(os.getpid())), 'w').close()\n"
        f"open(os.path.join({str(pids)!r}, str(p.pid)), 'w').close()\n"
        "time.sleep(60)"
    )
    runner = CommandRunner(
        script(tmp_path, LINES if keep_alive else ONCE, body), keep_alive=keep_alive
    )
    before = descriptors(), children()

    async def cancelled() -> None:
        task = asyncio.create_task(replay([case("a"), case("b")], runner, workers=2))
        async with asyncio.timeout(20):
            while len(list(pids.iterdir())) < 4:
                await asyncio.sleep(0.02)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    async def gone() -> list[str]:
        """Whoever is left once the system has had time to end what was killed."""
        left = [path.name for path in pids.iterdir()]
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(20):
                while left := [name for name in left if alive(int(name))]:
                    await asyncio.sleep(0.02)
        return left

    asyncio.run(cancelled())
    assert asyncio.run(gone()) == []
    assert (descriptors(), children()) == before


@pytest.mark.slow
@posix
def test_a_long_replay_leaks_nothing(tmp_path: Path) -> None:
    """Thirty processes later as many descriptors and children as before."""
    runner = CommandRunner(script(tmp_path, ONCE, "answer()"))
    before = descriptors(), children()
    runs = run_all(runner, *(case(f"w{n}") for n in range(30)))
    assert not [run.error for run in runs.values() if run.error]
    assert (descriptors(), children()) == before


def write_module(folder: Path) -> dict[str, str]:
    """Write a module with functions to run and return an environment that finds it."""
    (folder / "team_runner.py").write_text(
        "import asyncio, os, sys, time\n"
        "def plain(case):\n    print('noise'); os.system('echo more noise')\n"
        "    if case['id'] == 'boom': raise KeyError('no such lead')\n"
        "    if case['id'] == 'hang': time.sleep(60)\n"
        "    if case['id'] == 'die': os._exit(9)\n"
        "    assert sys.stdin.read() == ''\n"
        "    return {'actual_output': 'plain ' + case['input_query']}\n"
        "async def later(case):\n    await asyncio.sleep(0)\n"
        "    return {'actual_output': 'later ' + case['input_query']}\n"
        "class A:\n    @staticmethod\n    def f(case): return 'text'\n"
    )
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), ROOT])}


@pytest.mark.slow
def test_a_python_function_answers(tmp_path: Path) -> None:
    """Its prints are no answers; an exception, a hang and a crash each fail one case."""
    runner = PythonRunner("team_runner:plain", env=write_module(tmp_path))
    cases = [case("boom"), case("hang"), case("die"), case("a"), case("b")]
    runs = run_all(runner, *cases, case_timeout=5.0, workers=2)
    assert "KeyError: 'no such lead'" in str(runs["boom"].error)
    assert "time-out" in str(runs["hang"].error)
    assert "exit status 9" in str(runs["die"].error)
    assert runs["a"].output["actual_output"] == "plain a"
    assert runs["b"].error is None


@pytest.mark.parametrize(
    ("target", "said"),
    [
        ("team_runner:later", None),
        ("team_runner:A.f", "isn't a JSON object"),
        ("team_runner:none", "AttributeError"),
        ("team_runner:os", "can't be called"),
        ("no_such_module:f", "ModuleNotFoundError"),
    ],
)
def test_python_targets(tmp_path: Path, target: str, said: str | None) -> None:
    """An async function is awaited; a target that isn't there fails the case with the reason."""
    run = run_all(PythonRunner(target, env=write_module(tmp_path)), case("a"))["a"]
    assert (run.error is None) if said is None else (said in str(run.error))


@pytest.mark.parametrize("target", ["module", "a:b:c", ":f", "m:", "m -c:f", "--help:f"])
def test_a_target_is_module_and_function(target: str) -> None:
    """What isn't module:function is said before anything starts."""
    with pytest.raises(ValueError, match="module:function"):
        PythonRunner(target)


def test_http_posts_the_case() -> None:
    """Id in the header, token as given, the blind case as body, the answer from the body."""
    seen: list[tuple[str, Mapping[str, str], object]] = []

    async def post(url: str, *, headers: Mapping[str, str], content: bytes) -> Answer:
        seen.append((url, headers, json.loads(content)))
        return Answer(200, (), b'{"actual_output": "yes"}')

    runner = HttpRunner("https://x.test/replay", post, {"X-Dashboard-Token": "secret"})
    runs = run_all(runner, case("why", "CORE 1\n"))
    assert runs["CORE 1\n"].output["actual_output"] == "yes"
    url, headers, body = seen[0]
    assert url == "https://x.test/replay"
    assert headers["X-Replay-Case-ID"] == "CORE 1%0A"
    assert headers["X-Dashboard-Token"] == "secret"
    assert body == {"id": "CORE 1\n", "input_query": "why"}
    assert "secret" not in repr(runner)


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b"broken", "the runner answered 500: broken"),
        (302, b"", "the runner answered 302"),
        (200, b"", "wrote nothing"),
        (200, b"<html>", "isn't JSON: <html>"),
        (200, b" " * 5_000_001, "more than 5000000 bytes"),
    ],
)
def test_http_answers_that_fail_their_case(status: int, body: bytes, said: str) -> None:
    """Any status but 2xx and anything but one object is no answer."""

    async def post(url: str, *, headers: Mapping[str, str], content: bytes) -> Answer:
        return Answer(status, (), body)

    assert said in str(run_all(HttpRunner("http://x.test", post), case("a"))["a"].error)


def test_an_exception_in_the_runner_fails_its_case() -> None:
    """A refused connection, or the interlock's refusal, ends nothing."""

    async def post(url: str, *, headers: Mapping[str, str], content: bytes) -> Answer:
        raise ConnectionRefusedError("nobody there")

    run = run_all(HttpRunner("http://x.test", post), case("a"))["a"]
    assert run.error == "ConnectionRefusedError: nobody there"


def test_recorded_answers(tmp_path: Path) -> None:
    """An answer by id from a file; a case without one fails, and nothing else does."""
    path = tmp_path / "recorded.jsonl"
    path.write_text(
        '{"id": "a", "actual_output": "x", "tool_trace_log": "t"}\n{"id": "b", "metadata": {}}\n'
    )
    runs = run_all(RecordedRunner(path), case("a"), case("b"), case("c"))
    assert runs["a"].output["tool_trace_log"] == ["t"]
    assert runs["b"].output["actual_output"] == ""
    assert runs["c"].error == "no answer is recorded for this id"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", ":1: not JSON"),
        ('[{"actual_output": "x"}]', ":1: a recorded answer is an object with an id"),
        ('{"id": "a", "metadata": {}}\n{"id": "a"}', ":2: a: recorded twice"),
        ('{"id": "a", "output": "x"}', ":1: a: the answer has none of the keys"),
    ],
)
def test_a_damaged_recording_is_an_error(tmp_path: Path, content: str, said: str) -> None:
    """A recording that can't be read is said with file and line, before the replay."""
    path = tmp_path / "recorded.json"
    path.write_text(content)
    with pytest.raises(ValueError, match="recorded") as caught:
        RecordedRunner(path)
    assert said in str(caught.value)


def test_a_worker_that_does_not_flush_is_heard(tmp_path: Path) -> None:
    """A kept-alive Python worker is started without a buffer; else each case would be late."""
    path = tmp_path / "worker.py"
    path.write_text(
        "import json, sys\n"
        "for line in iter(sys.stdin.readline, ''):\n"
        "    print(json.dumps({'actual_output': json.loads(line)['input_query']}))\n"
    )
    runner = CommandRunner([sys.executable, str(path)], keep_alive=True)
    runs = run_all(runner, case("a"), case("b"), case_timeout=20.0, workers=1)
    assert [run.error for run in runs.values()] == [None, None]


@pytest.mark.parametrize("keep_alive", [False, True])
def test_a_command_can_say_that_its_error_passes(tmp_path: Path, keep_alive: bool) -> None:
    """Exit status 75 is EX_TEMPFAIL: it is asked again."""
    (tmp_path / "count").write_text("")
    body = (
        f"path = {str(tmp_path / 'count')!r}\n"
        "open(path, 'a').write('x')\n"
        "if len(open(path).read()) == 1: sys.exit(75)\n"
        "answer()"
    )
    runner = CommandRunner(
        script(tmp_path, LINES if keep_alive else ONCE, body), keep_alive=keep_alive
    )
    (run,) = run_all(runner, case("a"), retries=RetryPolicy(longest_wait=0)).values()
    assert run.error is None
    assert run.retried == (f"the runner {'ended' if keep_alive else 'failed'} with exit status 75",)


def test_a_function_whose_connection_broke_is_asked_again(tmp_path: Path) -> None:
    """What the function says of it is kept."""
    (tmp_path / "mine.py").write_text(
        "import pathlib\n"
        "def answer(case):\n"
        "    seen = pathlib.Path('seen')\n"
        "    if seen.exists(): return {'actual_output': 'yes'}\n"
        "    seen.write_text('')\n"
        "    raise ConnectionResetError('peer')\n"
    )
    runner = PythonRunner("mine:answer", cwd=tmp_path, env={**os.environ, "PYTHONPATH": ROOT})
    (run,) = run_all(runner, case("a"), retries=RetryPolicy(longest_wait=0)).values()
    assert run.error is None
    assert "ConnectionResetError: peer" in run.retried[0]


@pytest.mark.parametrize(
    "wrote",
    [
        'Loading…\n{"actual_output": "x"}',
        'Loading…\n{\n  "actual_output": "x"\n}\n',
        '{"actual_output": "x"}\nDone.',
        '{"actual_output": "x"}\n{"actual_output": "x"}',
    ],
)
def test_a_log_beside_the_answer_is_told_where_it_belongs(wrote: str) -> None:
    """Whether it stands before or behind, and however the answer is laid out."""
    with pytest.raises(RunnerError, match="logs belong on stderr"):
        read_answer(wrote.encode())
    with pytest.raises(RunnerError, match=r"isn't JSON: Loading$"):
        read_answer(b"Loading")
