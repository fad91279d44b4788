"""``--caio-plan``: what a run would do is shown instead of done.

Source: ``docs/reference.md, The plan beforehand``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from pytest_caio.plugin.items import RUN, CheckItem
from pytest_caio.plugin.last_word import LAST_WORD
from pytest_caio.plugin.said_in_terminal import sayer
from pytest_caio.privacy.outputs import redacted
from pytest_caio.report.plan_text import plan_lines
from pytest_caio.run.looking_ahead import look_ahead

_UNFIT = (
    ("caio_prove", "--caio-prove changes evidence, and a plan has none"),
    ("caio_update_baseline", "--caio-update-baseline writes answers, and a plan asks for none"),
    ("caio_faults", "--caio-faults lists the rehearsal's faults and ends"),
    ("collectonly", "--co lists what would run, and a plan shows more of it"),
)


def unfit(config: pytest.Config) -> None:
    """Raise pytest's usage error for what makes no sense beside ``--caio-plan``."""
    if not config.getoption("caio_env"):
        raise pytest.UsageError(
            "--caio-plan: of which environments? Say --caio-env=NAMES (prod, staging, …)"
        )
    if found := [why for option, why in _UNFIT if config.getoption(option, False)]:
        raise pytest.UsageError(f"--caio-plan: {'; '.join(found)}. Leave one of the two out")
    # pytest itself would write an empty one over that of the last run.
    config.option.xmlpath = None


@dataclass(eq=False)
class Plan:
    """Hooks of a session that shows the plan; ``variables`` are those of the process."""

    variables: Mapping[str, str]
    problems: list[str] = field(default_factory=list)

    def note(self, problem: ValueError) -> None:
        """Keep what is wrong with a variable, to be shown beside the plan."""
        self.problems += str(problem).splitlines()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """Show the plan, and run nothing; what can't be collected is pytest's own to tell."""
        if session.testsfailed:
            return None
        run = session.config.stash[RUN]
        chosen = [item.planned for item in session.items if isinstance(item, CheckItem)]
        others = len(session.items) - len(chosen)
        ahead = look_ahead(run, chosen, others, self.problems, self.variables)
        sayer(session.config)(plan_lines(redacted(ahead, run.redactor)))
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """End with 0, also where nothing is selected: a plan is no verdict."""
        session.config.stash[LAST_WORD].silent = True
        if exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED:
            session.exitstatus = pytest.ExitCode.OK
