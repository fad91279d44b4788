"""A gate run that nothing of the caller's pytest can change.

Source: ``docs/ci.md, What caio run leaves out``.
"""

import os
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pytest_caio.base.left_overs import put_aside, seldom_searched
from pytest_caio.extensions import extending
from pytest_caio.plugin import mistakes
from pytest_caio.plugin.last_word import watched, words
from pytest_caio.plugin.started_as import BY_CAIO_RUN
from pytest_caio.settings import callers_ini

INI = Path(__file__).with_name("isolated.ini")
_VARIABLES = ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")
# The packages that extend the gate are loaded before pytest could rewrite their assertions.
_REWRITING = "ignore:Module already imported:pytest.PytestAssertRewriteWarning"


def run(asked: Sequence[str]) -> int:
    """Run the gate with pytest's options in ``asked``; return the exit code that pytest has."""
    for name in _VARIABLES:
        os.environ.pop(name, None)
    try:
        arguments = isolated(asked, Path.cwd())
    except ValueError as error:
        mistakes.make_void(asked, Path.cwd())
        mistakes.tell(asked, Path.cwd(), str(error))
        raise
    with seldom_searched():
        return int(pytest.main(arguments, plugins=[Isolated(asked)]))


def isolated(asked: Sequence[str], folder: Path) -> list[str]:
    """Return the whole command line: what shuts the caller's pytest out, then what was asked.

    Raises ValueError where settings of the gate can't be read.
    """
    found = callers_ini.read(folder)
    plugins = ("caio", *extending())
    return [
        f"--config-file={INI}",
        f"--rootdir={found.root}",
        "--noconftest",
        "--disable-plugin-autoload",
        *(f"-p{name}" for name in plugins),
        f"-W{_REWRITING}",
        *(f"-o{name}={value}" for name, value in found.settings.items()),
        *asked,
    ]


class Isolated:
    """Tells what is wrong with the command line, which a plugin that pytest finds can't hear of."""

    def __init__(self, asked: Sequence[str] = ()) -> None:
        self._asked = asked

    @pytest.hookimpl(wrapper=True)
    def pytest_cmdline_parse(
        self, pluginmanager: pytest.PytestPluginManager
    ) -> Generator[None, pytest.Config, pytest.Config]:
        """Have a run that can't even begin told to those who wait for it."""
        config: Any = pluginmanager.get_plugin("pytestconfig")
        try:
            found = yield
            found.stash[BY_CAIO_RUN] = self._asked
            _check(found)
        except Exception as error:
            # pytest calls itself by the name of the function that was called here.
            text = words(error).replace("pytest.main()", "caio run")
            if not watched(config):
                given = config.invocation_params
                mistakes.make_void(given.args, given.dir)
                mistakes.tell(given.args, given.dir, text)
            if isinstance(error, pytest.UsageError):
                raise pytest.UsageError(text) from None
            raise
        return found

    @pytest.hookimpl(tryfirst=True)
    def pytest_unconfigure(self) -> None:
        """Keep what there is out of pytest's own search for left-overs at the end."""
        put_aside()


def _check(config: pytest.Config) -> None:
    option = config.option
    if option.help or option.version:
        return
    if config.inipath != INI:
        raise pytest.UsageError(
            "caio run reads no configuration of pytest's: leave -c out, or call pytest itself"
        )
    if not (option.caio_env or option.caio_faults):
        raise pytest.UsageError(
            "which environments? Say --caio-env=NAMES (prod, staging, rehearsal, several with "
            "commas, or all)"
        )
