"""Extension points: another plugin can add judges and probes, and faults that break both."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from pytest_caio.judge.look import Judge
    from pytest_caio.observe.probe import Probe
    from pytest_caio.rehearsal.faults.fault import Fault

hookspec = pluggy.HookspecMarker("pytest")


@hookspec
def pytest_caio_judges() -> Iterable[Judge]:  # type: ignore[empty-body]
    """Return judges that gate files may name in ``judge:``."""


@hookspec
def pytest_caio_probes() -> Iterable[Probe]:  # type: ignore[empty-body]
    """Return probes that judges may name, beside plain requests."""


@hookspec
def pytest_caio_faults() -> Iterable[Fault]:  # type: ignore[empty-body]
    """Return faults of the rehearsal, to show that a check of the package's own can fail."""
