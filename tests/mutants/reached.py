"""Which lines of the server a gate run reaches: what it can't reach, it can't judge."""

from __future__ import annotations

from pathlib import Path

from coverage import Coverage

from mutants.gate import Judgement, judge
from mutants.mutated_code import rehearsal_with
from mutants.scenes import Scene
from mutants.server_mutants import FOLDER, modules


def reached(scene: Scene) -> tuple[Judgement, dict[str, frozenset[int]]]:
    """The gate's word on the unchanged deployment, and the lines of each module that ran."""
    watched = Coverage(data_file=None, include=[f"{FOLDER}/*"], config_file=False)
    with watched.collect(), rehearsal_with("app", None) as server, scene.served(server) as running:
        said = judge(running)
    data = watched.get_data()
    paths = {Path(name).stem: name for name in data.measured_files()}
    return said, {
        name: frozenset(data.lines(paths[name]) or ()) for name in modules() if name in paths
    }
