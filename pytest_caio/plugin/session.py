"""A gate run inside a pytest session: the hooks that are registered with ``--caio-env`` only."""

import sys
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from pytest_caio.base.messages import plain
from pytest_caio.extensions import gather
from pytest_caio.gates.files import GateFileError
from pytest_caio.plugin import earlier_reports, look_progress
from pytest_caio.plugin.command_line import folder, gates_folder, read_options
from pytest_caio.plugin.gate_items import GateItems
from pytest_caio.plugin.items import RUN, CheckItem
from pytest_caio.plugin.last_word import LAST_WORD, Ended, exit_status, have_last_word
from pytest_caio.plugin.plan_shown import Plan
from pytest_caio.plugin.pytest_options import plain_sections, undistribute
from pytest_caio.plugin.said_in_terminal import sayer, write
from pytest_caio.plugin.selection import select
from pytest_caio.plugin.signals import end_as_ctrl_c
from pytest_caio.report import console
from pytest_caio.run.gate_run import GateRun
from pytest_caio.run.ledger_entry import compared, remember
from pytest_caio.run.prepare import prepare
from pytest_caio.run.proved import proved
from pytest_caio.run.publish import Publisher
from pytest_caio.settings.environments import EnvironmentProblem
from pytest_caio.verdict.result import Result
from pytest_caio.verdict.run_finding import UNWRITTEN
from pytest_caio.verdict.sentence import but_failed


def activate(config: pytest.Config) -> None:
    """Turn this session into a gate run; raises pytest's usage error for whatever is wrong."""
    import os

    have_last_word(config)
    report = folder(config, "caio_report")
    publisher = Publisher(
        os.environ,
        report,
        earlier_reports.previous(config),
        _usage(gates_folder, config),
    )
    for line in publisher.masks():
        sys.stdout.write(f"{line}\n")
    options = _usage(read_options, config, os.environ, report)
    known = _usage(gather, config.pluginmanager)
    plan = Plan(os.environ) if config.getoption("caio_plan") else None
    run = _usage(prepare, options, os.environ, known.judges.values(), known.probes.values(),
                 _usage(earlier_reports.replayed, config),
                 *([plan.note] if plan else ()))  # fmt: skip
    selection = _usage(select, config.args if _named_paths(config) else None, run.plan,
                       options.gates, config.invocation_params.dir)  # fmt: skip
    config.stash[RUN] = run
    config.args[:] = selection.other
    for gate in dict.fromkeys((p.gate.gate, p.gate.title) for p in run.plan):
        config.addinivalue_line("markers", f"{gate[0]}: {gate[1]}")
    config.addinivalue_line("markers", "browser: checks that need a real browser")
    items = GateItems(run, selection, undistribute(config))
    config.pluginmanager.register(items, "caio-gate")
    config.pluginmanager.register(plan or GateSession(run, publisher), "caio-run")
    config.add_cleanup(end_as_ctrl_c())
    plain_sections(config, only_gates=not selection.other)


def _usage(call: Any, *args: Any) -> Any:
    try:
        return call(*args)
    except (EnvironmentProblem, GateFileError, OSError, ValueError) as error:
        raise pytest.UsageError(str(error)) from None


def _named_paths(config: pytest.Config) -> bool:
    return config.args_source is pytest.Config.ArgsSource.ARGS


@dataclass(eq=False)
class GateSession:
    """Hooks of a gate run that looks and judges."""

    run: GateRun
    publisher: Publisher

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        """Look at the deployments once, between collection and the first item."""
        with ExitStack() as stay:
            if session.items and not session.config.option.collectonly:
                self._look(session, stay)
            return (yield)

    def _look(self, session: pytest.Session, stay: ExitStack) -> None:
        """Sweep; the rehearsal stays, as tests of the folder's own may ask it too."""
        chosen = [item.planned for item in session.items if isinstance(item, CheckItem)]
        if not chosen:
            self.run.start_rehearsal(stay)
            return
        terminal = session.config.pluginmanager.get_plugin("terminalreporter")
        live = look_progress.is_live(terminal)
        stay.enter_context(self.publisher.ahead())
        self.run.sweep(
            chosen,
            look_progress.of_probes(terminal, self.run.options),
            look_progress.writer(terminal),
            look_progress.count(terminal, "golden cases") if live else None,
            stay,
        )

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Report advice and waivers as tolerated, whatever ``--runxfail`` says."""
        report = yield
        error = call.excinfo.value if call.excinfo else None
        if isinstance(item, CheckItem) and isinstance(error, pytest.xfail.Exception):
            report.outcome = "skipped"
            report.wasxfail = str(error.msg)
            report.longrepr = (str(item.path), item.planned.check.line, str(error.msg))
        return report

    @pytest.hookimpl(tryfirst=True)
    def pytest_report_teststatus(self, report: Any) -> tuple[str, str, str] | None:
        """Name advice, waivers and rules that do not apply as what they are."""
        text = getattr(report, "wasxfail", "")
        for word, letter in (("noted", "a"), ("waived", "w")):
            if report.skipped and text.startswith(f"{word}: "):
                return word, letter, word.upper()
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        if report.skipped and why.startswith("Skipped: n/a: "):
            return "not applicable", "-", "N/A"
        return None

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Show each gate in a line, and what is not met in plain words."""
        if terminalreporter.config.option.collectonly:
            return
        terminalreporter.section("go/no-go gate")
        full, earlier = terminalreporter.verbosity > 0, self.publisher.previous
        for line in console.lines(self.run.result(), earlier, full=full):
            write(terminalreporter, line)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> Generator[None]:
        """Write the report, let the verdict decide the exit code, and say it last."""
        last_word = session.config.stash[LAST_WORD]
        if session.config.option.collectonly:
            last_word.silent = True
            return (yield)
        if exitstatus in _UNFINISHED:
            self.run.interrupt(_UNFINISHED[exitstatus])
        result, lines = self._written()
        session.exitstatus = exit_status(exitstatus, result.exit_code)
        say = sayer(session.config)
        before, after = self.publisher.silence()
        broke = True
        try:
            say(before)
            yield
            broke = False
        finally:
            say(after)
            status = 1 if broke else exit_status(session.exitstatus, result.exit_code)
            but = but_failed(result, status)
            say([*self.publisher.tell(result, self.run.redactor, but), *lines])
            last_word.ended = Ended(session, result, say)
        return None

    def _written(self) -> tuple[Result, list[str]]:
        """Return the result once its report is written, and what is to be said of the ledger; a
        report that can't be written is no GO.
        """
        ledger, redactor = self.run.ledger, self.run.redactor
        self.publisher, wrong = compared(ledger, self.publisher, self.run.result(), redactor)
        said = proved(self.run) if self.run.options.prove else []
        try:
            self.publisher.write(self.run.result(), redactor)
        except OSError as error:
            self.run.interrupt(f"{UNWRITTEN} ({error.strerror})")
        except Exception as error:  # noqa: BLE001 - what was observed is told all the same
            self.run.interrupt(f"{UNWRITTEN} ({type(error).__name__}: {plain(str(error))})")
        result = self.run.result()
        wrong = wrong or remember(ledger, result, redactor, self.publisher.report)
        said += [f"{wrong}; the verdict stands, this run is not in it"] if wrong else []
        return result, said


_UNFINISHED: Mapping[int, str] = {
    pytest.ExitCode.INTERRUPTED: "the run was interrupted",
    pytest.ExitCode.INTERNAL_ERROR: "the run ended in an internal error",
}
