"""The target test suite: a pytest command in a checkout, or its JUnit file.

Source: ``docs/regimen.md, Evaluation gates``.
"""

import asyncio
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from pytest_caio.evidence.model import Evidence, Observed, Unobserved
from pytest_caio.evidence.probe_names import SUITE
from pytest_caio.gates.replay_policy import SuitePolicy
from pytest_caio.observe.probe import Context, Probe
from pytest_caio.observe.replay.case_run import RunnerError
from pytest_caio.observe.replay.child_environment import child_environment
from pytest_caio.observe.replay.process import Child
from pytest_caio.observe.replay.runners import split_command


@dataclass
class SuiteProbe:
    """Runs the suite, or reads its result; once per run, as it depends on no environment."""

    policy: SuitePolicy
    base: Path
    child: Mapping[str, str] = field(default_factory=child_environment)
    _shared: list[asyncio.Task[dict[str, Any]]] = field(default_factory=list)

    def probe(self) -> Probe:
        """Return the probe, which may take as long as the policy says."""
        return Probe(SUITE, self.observe, patience=self.policy.timeout, asks=())

    async def observe(self, context: Context) -> Evidence:
        """Return the suite's counts and the names of what failed."""
        if not self._shared:
            self._shared.append(asyncio.create_task(self._look()))
        data = await asyncio.shield(self._shared[0])
        if "unseen" in data:
            return Unobserved(SUITE, context.environment, context.redact(data["unseen"]))
        return Observed(SUITE, context.environment, (), context.sender.redactor.value(data))

    async def _look(self) -> dict[str, Any]:
        if not (self.policy.command or self.policy.junit):
            return {"configured": False}
        if not self.policy.command:
            return read_junit(self.base / self.policy.junit)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "suite.xml"
            try:
                return await asyncio.wait_for(self._run(file), self.policy.timeout)
            except TimeoutError:
                return {"unseen": f"the suite took longer than {self.policy.timeout:g} s"}
            except (RunnerError, ValueError) as error:
                return {"unseen": f"the suite can't be run: {error}"}

    async def _run(self, file: Path) -> dict[str, Any]:
        command = [*split_command(self.policy.command), f"--junitxml={file}"]
        child = await Child.start(command, cwd=self.base / self.policy.folder, env=self.child)
        try:
            child.send(b"", last=True)
            await child.rest()
            said = ""
        except RunnerError as error:
            # Failing tests end it like this; what failed stands in the file.
            said = str(error)
        finally:
            await child.stop()
        if not file.is_file():
            return {"unseen": f"the suite wrote no result (exit code {child.returncode}): {said}"}
        data = read_junit(file)
        # pytest's exit code knows what the file doesn't: a plugin or the collection that broke.
        if child.returncode and not data.get("failed"):
            data["problem"] = f"the suite ended with exit code {child.returncode}"
        return data


def read_junit(file: Path) -> dict[str, Any]:
    """Return ``{"configured", "tests", "failed"}`` of a JUnit file, or ``{"unseen": why}``."""
    try:
        root = ElementTree.parse(file).getroot()  # noqa: S314
    except (OSError, ElementTree.ParseError) as error:
        return {"unseen": f"{file.name} can't be read: {error}"}
    cases = list(root.iter("testcase"))
    failed = [
        f"{case.get('classname', '')}::{case.get('name', '')}"
        for case in cases
        if case.find("failure") is not None or case.find("error") is not None
    ]
    ran = sum(case.find("skipped") is None for case in cases)
    return {"configured": True, "tests": ran, "failed": failed}
