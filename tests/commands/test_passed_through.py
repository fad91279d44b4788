"""A command that is run as if nothing stood in front of it: input, output, signals, exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pytest_caio.commands import passed_through
from pytest_caio.commands.passed_through import run_through

posix = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
HERE = [sys.executable, "-c"]
WRAPPED = "import sys; from pytest_caio.commands.passed_through import run_through; " \
    "sys.exit(run_through(sys.argv[1:]))"  # fmt: skip


@pytest.mark.parametrize("code", [0, 1, 3, 125])
def test_exit_code(code: int) -> None:
    assert run_through([*HERE, f"raise SystemExit({code})"]) == code


@posix
def test_exit_code_of_a_signal() -> None:
    """As a shell says it."""
    assert run_through([*HERE, "import os; os.kill(os.getpid(), 9)"]) == 137


def test_input_output_and_arguments() -> None:
    """They are the command's own, byte for byte; no shell reads the arguments."""
    script = "import sys; print(sys.stdin.read(), sys.argv[1:]); print('e', file=sys.stderr)"
    odd = ["$HOME", "a b", '"', "*", ";ls", ""]
    done = subprocess.run(
        [*HERE, WRAPPED, *HERE, script, *odd], input="yes", capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.stdout == f"yes {odd}\n"
    assert done.stderr == "e\n"


@posix
def test_files_that_were_handed_over(tmp_path: Path) -> None:
    """What the caller opened for the command gets there, like ``<(…)`` of a shell."""
    read, write = os.pipe()
    os.write(write, b"handed over")
    os.close(write)
    done = subprocess.run(
        [*HERE, WRAPPED, *HERE, f"import os; print(os.read({read}, 99))"],
        pass_fds=(read,), capture_output=True, text=True, check=False,
    )  # fmt: skip
    os.close(read)
    assert done.stdout == "b'handed over'\n"


def test_no_such_command() -> None:
    with pytest.raises(OSError, match="no-such-command"):
        run_through(["no-such-command-here"])


@pytest.fixture
def heard_interrupt() -> Iterator[None]:
    """What is started hears a Ctrl-C, also where the shell of these tests ignores it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@posix
@pytest.mark.usefixtures("heard_interrupt")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT", "SIGUSR1"])
def test_signals_go_on(name: str) -> None:
    """The command hears them and ends as it likes; nobody else does."""
    number = getattr(signal, name)
    script = (
        "import signal, sys\n"
        f"signal.signal({int(number)}, lambda *_: sys.exit(9))\n"
        "print('ready', flush=True)\n"
        "signal.pause()"
    )
    process = subprocess.Popen(
        [*HERE, WRAPPED, *HERE, script], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout
    with process.stdout:
        process.stdout.readline()
        process.send_signal(number)
        assert process.wait(20) == 9


@posix
def test_a_signal_that_ends_the_command() -> None:
    script = "print('ready', flush=True); import signal; signal.pause()"
    process = subprocess.Popen(
        [*HERE, WRAPPED, *HERE, script], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout
    with process.stdout:
        process.stdout.readline()
        process.terminate()
        assert process.wait(20) == 128 + signal.SIGTERM


@posix
def test_what_is_ignored_stays_ignored() -> None:
    """As under ``nohup``."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        script = "import signal, sys; sys.exit(signal.getsignal(1) is signal.SIG_IGN)"
        assert run_through([*HERE, script]) == 1
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


@posix
def test_a_signal_before_the_start(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whoever stops it then has started nothing."""
    real = passed_through.signal.signal

    def at_once(number: int, handler: object) -> object:
        before = real(number, handler)  # type: ignore[arg-type]
        if number == signal.SIGTERM and isinstance(handler, passed_through._Forwarder):
            os.kill(os.getpid(), signal.SIGTERM)
        return before

    monkeypatch.setattr(passed_through.signal, "signal", at_once)
    ran = tmp_path / "ran"
    assert run_through([*HERE, f"open({str(ran)!r}, 'w')"]) == 128 + signal.SIGTERM
    assert not ran.exists()


@posix
def test_a_terminal_tells_the_command_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Ctrl-C is not handed on once more: programs end hard at the second."""
    monkeypatch.setattr(passed_through, "_in_foreground", lambda: True)
    forwarder = passed_through._Forwarder()
    with subprocess.Popen([*HERE, "import sys; sys.stdin.read()"], stdin=subprocess.PIPE) as child:
        forwarder.child = child
        forwarder(signal.SIGINT, None)
        assert child.stdin
        child.stdin.close()
        assert child.wait(20) == 0
