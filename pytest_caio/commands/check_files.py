"""``caio check``: mistakes in gate files, policy, waivers and golden sets, without a deployment.

Source: ``docs/setup.md, Before you push``.
"""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from pytest_caio.base.messages import listed
from pytest_caio.base.strict_yaml import Mistake
from pytest_caio.extensions import gather, installed
from pytest_caio.gates.files import GateFileError
from pytest_caio.replay.golden_set import read_baseline, read_golden
from pytest_caio.run.prepare import read_gates
from pytest_caio.settings.options import Options
from pytest_caio.verdict.whole_run_findings import release_request

NAME = "check"
HELP = "look for mistakes in gate files, policy, waivers and golden sets; nothing is asked or sent"
FINE, MISTAKES = 0, 4
_GOLDEN = {".json", ".jsonl"}
_YAML = {".yaml", ".yml"}
# Both, so that a runner that the policy names for either is looked at.
_KINDS = {"staging": "staging", "prod": "production"}


def add(parser: argparse.ArgumentParser) -> None:
    """Add the arguments."""
    parser.epilog = "Exit code: 0 no mistakes, 4 mistakes, or nothing to look at."
    parser.add_argument("files", nargs="*", type=_path, metavar="FILE",
                        help="a gate file, policy.yaml, waivers.yaml, a golden set (.json, "
                        ".jsonl), or a folder with gate files (default: gates)")  # fmt: skip


def _path(text: str) -> Path:
    path = Path(text)
    if not text.strip() or not path.exists():
        raise argparse.ArgumentTypeError(f"{text!r} is not there")
    if path.is_file() and path.suffix.lower() not in _GOLDEN | _YAML:
        raise argparse.ArgumentTypeError(f"{text!r} is neither a gate file nor a golden set")
    return path


def run(arguments: argparse.Namespace) -> int:
    """Print each mistake as ``file:line: text``, those of a run; return 4 where there is one."""
    files: Sequence[Path] = arguments.files or [Path("gates")]
    if not files[0].exists():
        raise ValueError("there is no folder gates here: name what is to be looked at")
    mistakes = list(dict.fromkeys(line for path in files for line in _mistakes(path)))
    for line in mistakes:
        print(line, file=sys.stderr)  # noqa: T201
    if mistakes:
        return MISTAKES
    print(f"No mistakes in {listed(files, 30)}.")  # noqa: T201
    return FINE


def _mistakes(path: Path) -> list[str]:
    """Return what a run would say of a file or folder."""
    try:
        if path.suffix.lower() in _GOLDEN and path.is_file():
            read_baseline(path) if path.name == "baseline.json" else read_golden(path)
        else:
            _read(_folder_of(path))
    except GateFileError as error:
        return [str(each) for each in error.mistakes if path.is_dir() or _is_of(each, path)]
    except ValueError as error:
        return str(error).splitlines()
    return []


def _read(folder: Path) -> None:
    """Read a folder as a run reads it; raise GateFileError or ValueError."""
    options = Options(tuple(_KINDS), profile="all", gates=folder)
    policy = read_gates(options, gather(installed()).judges, _KINDS)[0]
    release_request(policy.release)


def _folder_of(path: Path) -> Path:
    """Return the folder that a file is read with: names in it may be those of its neighbours."""
    if path.is_dir():
        return path
    beside = path.parent / "gates"
    return beside if path.name == "waivers.yaml" and beside.is_dir() else path.parent


def _is_of(mistake: Mistake, path: Path) -> bool:
    return Path(mistake.file).name == path.name
