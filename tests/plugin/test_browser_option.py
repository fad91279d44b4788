"""The browser on the command line: which checks need one, and which one to use."""

from __future__ import annotations

import pytest


def test_the_page_checks_carry_the_marker(pytester: pytest.Pytester) -> None:
    """``-m browser`` picks the two checks that need a browser, ``not browser`` all others."""
    found = pytester.runpytest("--caio-env=rehearsal", "-m", "browser", "--co", "-q")
    rest = pytester.runpytest("--caio-env=rehearsal", "-m", "not browser", "--co", "-q")
    named = [line for line in found.outlines if "::" in line]
    assert named == [
        "gates/rejection.yaml::page-blocks[rehearsal]",
        "gates/rejection.yaml::page-tags[rehearsal]",
    ]
    assert not any("::page-" in line for line in rest.outlines)


def test_a_browser_that_is_not_there(pytester: pytest.Pytester) -> None:
    """A path that is no file is a mistake in the command line, said before any request."""
    run = pytester.runpytest("--caio-env=rehearsal", "--caio-browser=my browser/chrome")
    run.stderr.fnmatch_lines(["*--caio-browser: there is no file*my browser?chrome*"])
    assert run.ret == pytest.ExitCode.USAGE_ERROR


def test_left_out_is_not_a_go(pytester: pytest.Pytester) -> None:
    """Without the page checks the gate can't say GO, however good the rest is."""
    run = pytester.runpytest("--caio-env=rehearsal", "-m", "not browser", "-p", "no:cacheprovider")
    assert "CANNOT TELL" in run.outlines[-1]
    assert run.ret != 0
