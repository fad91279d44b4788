"""The report folder is this run's: an old verdict in it is void before anything else happens."""

from __future__ import annotations

from pathlib import Path

import pytest

from pytest_caio.plugin import earlier_reports
from pytest_caio.report.folder import write_unfinished
from pytest_caio.report.folder_lock import hold


def take(config: pytest.Config) -> None:
    """Write CANNOT TELL where an earlier run may have left its GO, once that has been read.

    Raises pytest's usage error where that can't be done, or another run writes there.
    """
    asked = config.known_args_namespace
    report = Path(config.invocation_params.dir, asked.caio_report)
    try:
        config.add_cleanup(hold(report, "--caio-report"))
    except ValueError as taken:
        # The other run has made the old verdict void itself.
        raise pytest.UsageError(str(taken)) from None
    except OSError as error:
        _make_void(report, asked.caio_profile)
        raise pytest.UsageError(f"--caio-report={asked.caio_report}: {error}") from None
    try:
        earlier_reports.keep(config)
    except (OSError, ValueError) as error:
        raise pytest.UsageError(str(error)) from None
    finally:
        _make_void(report, asked.caio_profile)


def _make_void(report: Path, profile: str) -> None:
    try:
        write_unfinished(report, profile)
    except (OSError, ValueError) as error:
        raise pytest.UsageError(f"--caio-report={report}: {error}") from None
