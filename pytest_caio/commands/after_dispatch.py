"""What follows a guarded dispatch: profile ``cycle``, and the daily log beside its report."""

import argparse
import sys
from pathlib import Path

from pytest_caio.base.messages import in_words, plain
from pytest_caio.commands import log, run_gate
from pytest_caio.commands.deployed import COULD_NOT_SEE, complain
from pytest_caio.judge.approved_since import judged_at
from pytest_caio.judge.look import Look
from pytest_caio.report.folder import write_atomically
from pytest_caio.settings.environments import full_name
from pytest_caio.verdict.result import Result

LOG = "daily-log.md"


def look_at_cycle(
    environment: str, report: Path, beside: Path, result: Result, ledger: str | None = None
) -> int:
    """Run profile ``cycle`` since the GO looked, write the daily log into the cycle's report, and
    return the gate's exit code.

    The cycle began with the GO and not with the command: what the command dispatched was approved
    in between (``docs/glossary.md, Cycle``).
    """
    name = full_name(environment)
    seen = Look(name, "", result.evidence.of(name), result.snapshot.policy)
    since = judged_at(seen).isoformat()
    sys.stdout.flush()
    asked = [
        f"--caio-env={name}", "--caio-profile=cycle", f"--caio-since={since}",
        f"--caio-previous={report}", f"--caio-report={beside}",
        *([f"--caio-ledger={ledger}"] if ledger else []),
    ]  # fmt: skip
    wanted = argparse.Namespace(
        env=name, fault=[], generation="g2", day=None, first=None, last=None,
        previous=report, format="markdown", json=False, ledger=ledger,
    )  # fmt: skip
    code = COULD_NOT_SEE
    try:
        code = run_gate.run(argparse.Namespace(passed_on=asked))
        text, _ = log.written(wanted)
        if text:
            write_atomically(beside / LOG, f"{text}\n".encode())
            complain("guard", f"the daily log is in {beside / LOG}")
            return code
    except Exception as error:  # noqa: BLE001 - the command has run, and that must not get lost
        what = (
            "the daily log could not be written" if code != COULD_NOT_SEE else "no cycle was seen"
        )
        complain("guard", f"{what}: {type(error).__name__}: {plain(in_words(error))}")
    return code or COULD_NOT_SEE
