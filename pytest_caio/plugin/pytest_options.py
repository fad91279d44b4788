"""What becomes of pytest's own options in a gate run."""

import pytest


def undistribute(config: pytest.Config) -> bool:
    """Run in one process: a sweep in each of xdist's workers would multiply the requests."""
    asked = bool(getattr(config.option, "tx", None) or getattr(config.option, "numprocesses", None))
    if asked:
        config.option.dist = "no"
        config.option.tx = []
        config.option.numprocesses = None
    return asked


def plain_sections(config: pytest.Config, *, only_gates: bool) -> None:
    """Let the gate's own words stand alone, unless pytest's sections were asked for."""
    if only_gates and config.getoption("tbstyle", None) == "auto":
        config.option.tbstyle = "no"
        if config.getoption("reportchars", None) == "fE":
            config.option.reportchars = ""
