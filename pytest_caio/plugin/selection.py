"""Which checks and which other paths a command line means."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pytest_caio.base.messages import did_you_mean, listed
from pytest_caio.gates.files import packaged_folder
from pytest_caio.gates.plan import Planned


@dataclass(frozen=True)
class Selection:
    """The checks to run by gate file, and the arguments that are pytest's own business."""

    gates: Mapping[str, tuple[Planned, ...]]
    other: tuple[str, ...] = ()


def select(
    args: Sequence[str] | None, plan: Sequence[Planned], folder: Path | None, cwd: Path
) -> Selection:
    """Return what ``args`` mean; None means that no path was given: all gates, nothing else.

    Raises ValueError that names the file or check that does not exist.
    """
    if args is None:
        return Selection(_by_file(plan))
    chosen: dict[tuple[str, str, str], Planned] = {}
    other: list[str] = []
    for arg in args:
        found = _gate_part(arg, plan, folder, cwd)
        chosen |= {p.key: p for p in found}
        if not _only_gates(arg, folder, cwd):
            other.append(arg)
    return Selection(_by_file(p for p in plan if p.key in chosen), tuple(other))


def _by_file(plan: Iterable[Planned]) -> dict[str, tuple[Planned, ...]]:
    files: dict[str, list[Planned]] = {}
    for planned in plan:
        files.setdefault(planned.gate.file, []).append(planned)
    return {file: tuple(planned) for file, planned in files.items()}


def _gate_part(
    arg: str, plan: Sequence[Planned], folder: Path | None, cwd: Path
) -> Sequence[Planned]:
    path, _, name = arg.partition("::")
    where = (cwd / path).resolve()
    if _is_folder(path, where, folder) or where == cwd.resolve():
        return plan
    if not _is_gate_file(path, where, folder):
        return ()
    file = f"gates/{_plain(path).rpartition('/')[2]}"
    in_file = [p for p in plan if p.gate.file == file]
    if not in_file:
        known = sorted({p.gate.file for p in plan})
        raise ValueError(
            f"no check of {path!r} is due in this profile{did_you_mean(file, known)} "
            f"Due: {listed(known, 20)}."
        )
    wanted = [p for p in in_file if not name or name in (p.check.id, p.node_id.partition("::")[2])]
    if not wanted:
        names = sorted({n for p in in_file for n in (p.node_id.partition("::")[2], p.check.id)})
        close = difflib.get_close_matches(name, names, 1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"no check {name!r} of {file} is due in this profile{hint}")
    return wanted


def _only_gates(arg: str, folder: Path | None, cwd: Path) -> bool:
    path = arg.partition("::")[0]
    where = (cwd / path).resolve()
    return _is_folder(path, where, folder) or _is_gate_file(path, where, folder)


def _is_folder(path: str, where: Path, folder: Path | None) -> bool:
    return _plain(path).rstrip("/") == "gates" or (folder is not None and where == folder.resolve())


def _is_gate_file(path: str, where: Path, folder: Path | None) -> bool:
    if where.suffix not in {".yaml", ".yml"}:
        return False
    homes = {packaged_folder().resolve(), *([folder.resolve()] if folder else [])}
    return _plain(path).startswith("gates/") or where.parent in homes


def _plain(path: str) -> str:
    """Return a path as node ids write it, also one that was typed as on Windows."""
    return path.replace("\\", "/").removeprefix("./")
