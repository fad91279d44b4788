"""A command that can't be carried out: told to those who wait for the verdict, as no GO."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_caio.report.folder import write_unfinished
from pytest_caio.report.folder_lock import hold
from pytest_caio.run.publish import Publisher
from pytest_caio.settings.environments import REHEARSAL


def tell(args: Sequence[object], folder: Path, text: str) -> None:
    """Tell GitHub and Slack, under GitHub Actions, what is wrong with the command ``args``.

    ``folder`` is where it was given. There may be no more than these words: no options yet. Nobody
    waits for what a mere plan would say.
    """
    asked = _asked(args)
    if asked.caio_plan:
        return
    report = folder / asked.caio_report if asked.caio_report else None
    gates = folder / "gates"
    publisher = Publisher(os.environ, report, gates=gates if gates.is_dir() else None)
    names = ",".join(asked.caio_env).split(",")
    for line in publisher.tell_mistake(text, rehearsal=names == [REHEARSAL]):
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def make_void(args: Sequence[object], folder: Path) -> None:
    """Leave no GO of an earlier run in the report folder of a command that pytest did not take.

    What stands in the way is left there: the command has failed anyway, and says so.
    """
    asked = _asked(args)
    if not asked.caio_report or asked.caio_plan:
        return
    report = folder / asked.caio_report
    try:
        release = hold(report, "--caio-report")
    except (OSError, ValueError):  # Another run's, which has made it void itself.
        return
    try:
        write_unfinished(report, asked.caio_profile)
    except (OSError, ValueError):
        return
    finally:
        release()


def _asked(args: Sequence[object]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    parser.add_argument("--caio-env", action="append", default=[])
    parser.add_argument("--caio-report", default="")
    parser.add_argument("--caio-profile", default="preflight")
    parser.add_argument("--caio-plan", action="store_true")
    nothing = parser.parse_args([])
    try:
        return parser.parse_known_args([str(arg) for arg in args])[0]
    except argparse.ArgumentError:
        return nothing
