"""``caio run``: the gate itself, out of reach of the caller's pytest configuration."""

import argparse

NAME = "run"
HELP = "run the gate as pytest --caio-env=… does, whatever pytest's configuration here says"


def add(parser: argparse.ArgumentParser) -> None:
    """Add what the help says; the options themselves are pytest's to read."""
    parser.usage = "caio run --caio-env=NAMES [options]"
    parser.epilog = (
        "Takes the gate's options (--caio-profile, --caio-report, …) and pytest's (-k, -m, -v, -x, "
        "--lf, --junitxml, node ids like gates/ramp.yaml::limits[production]); pytest --help lists "
        "them. Exit code: 0 GO, 1 NO-GO, 10 CANNOT TELL, 4 usage, 2 interrupted, 3 broken."
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the gate and return its exit code; ``arguments.passed_on`` is for pytest."""
    from pytest_caio.plugin.isolated_run import run as run_isolated

    return run_isolated(arguments.passed_on)
