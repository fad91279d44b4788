"""The gates' items in a session, whatever is then done with them."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from pytest_caio.gates.files import packaged_folder
from pytest_caio.plugin.items import GateFile
from pytest_caio.plugin.selection import Selection
from pytest_caio.run.gate_run import GateRun


def _ignored(config: pytest.Config, file: str, path: Path) -> bool:
    """Whether ``--ignore`` names the file, by its path or as its node ids do."""
    named = config.invocation_params.dir / file
    ignore = config.hook.pytest_ignore_collect
    return any(ignore(collection_path=each, config=config) for each in (path, named))


@dataclass(eq=False)
class GateItems:
    """Hooks that say what is looked at, and add its checks to what pytest has collected."""

    run: GateRun
    selection: Selection
    undistributed: bool

    def pytest_report_header(self) -> list[str]:
        """Say what is looked at."""
        options = self.run.options
        lines = [f"caio: {', '.join(options.environments)}; profile {options.profile}"]
        if self.undistributed:
            lines.append("caio: a gate run is one process; -n is not used")
        return lines

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(
        self, session: pytest.Session, items: list[pytest.Item]
    ) -> None:
        """Add the gates' items, before -k and -m choose among them."""
        for file, planned in self.selection.gates.items():
            own = self.run.options.gates
            path = own / Path(file).name if own else Path()
            if not path.is_file():
                path = packaged_folder() / Path(file).name
            if not _ignored(session.config, file, path):
                items.extend(session.genitems(GateFile.of(session, file, path, planned)))
