"""A folder in which the gate is run, as its user would."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

GATE = """\
gate: {gate}
title: A gate of this folder's own
owner: Somebody
when: {when}
checks:
{checks}
"""
CHECK = """\
  - id: {id}
    title: The emergency stop is off
    request: GET /api/operator/status
    expect:
      - emergency_stop: {{equals: false}}
    remedy: Release it.
"""


@dataclass
class GateFolder:
    """Runs pytest in a folder of its own; ``report`` is where its verdict goes."""

    pytester: pytest.Pytester
    env: str = "staging"

    @property
    def path(self) -> Path:
        """The folder."""
        return self.pytester.path

    @property
    def report(self) -> Path:
        """The report folder of :meth:`judged`."""
        return self.path / "out"

    def run(self, *args: str, env: str | None = None) -> pytest.RunResult:
        """Run pytest in this process with the gate switched on."""
        name = self.env if env is None else env
        return self.pytester.runpytest_inprocess(f"--caio-env={name}", *args)

    def judged(self, *args: str, env: str | None = None) -> "Judged":
        """Run the gate with a report and return what it says."""
        result = self.run("--caio-report=out", *args, env=env)
        return Judged(result, json.loads((self.report / "verdict.json").read_text("utf-8")))

    def write(self, name: str, text: str) -> Path:
        """Write a file of the folder."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def gate(
        self, name: str, ids: Iterable[str] = ("stop",), when: str = "[preflight, deploy]"
    ) -> Path:
        """Write ``gates/<name>.yaml`` with a check for each id."""
        checks = "".join(CHECK.format(id=i) for i in ids)
        return self.write(f"gates/{name}.yaml", GATE.format(gate=name, when=when, checks=checks))


@dataclass(frozen=True)
class Judged:
    """A run's end, and its ``verdict.json``."""

    result: pytest.RunResult
    data: dict[str, Any]

    @property
    def code(self) -> int:
        """The exit code."""
        return int(self.result.ret)

    @property
    def verdict(self) -> str:
        """The verdict."""
        return str(self.data["verdict"])

    def outcomes(self) -> dict[str, str]:
        """Outcomes by full check name; of several environments the last one's."""
        return {f"{f['gate']}.{f['check']}": f["outcome"] for f in self.data["findings"]}

    def finding(self, name: str) -> dict[str, Any]:
        """The finding of a check."""
        found = [f for f in self.data["findings"] if f"{f['gate']}.{f['check']}" == name]
        assert len(found) == 1, (name, sorted(self.outcomes()))
        return found[0]

    def ran(self) -> set[str]:
        """The checks that reported."""
        return {name for name, outcome in self.outcomes().items() if outcome != "not-run"}


def last_line(result: pytest.RunResult) -> str:
    """The very last line of the output."""
    return [line for line in result.outlines if line.strip()][-1]
