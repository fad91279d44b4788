"""How a run was started, in the gate's own options and without what must not be shown.

``caio run`` says so itself, as pytest sees more on the command line than was typed.
"""

import re
from collections.abc import Iterator, Sequence

import pytest

from pytest_caio.verdict.again import BY_CAIO, BY_PYTEST

BY_CAIO_RUN = pytest.StashKey[Sequence[str]]()
# For one run alone: the baseline is written once, and answers of an earlier report are no GO.
_ONCE = frozenset({"--caio-update-baseline", "--caio-replay-from"})
_SECRET = re.compile(
    r"//[^/\s@]+@|authorization|bearer\s|(?:token|secret|passw|key)[\w-]*[=:\s]", re.IGNORECASE
)
_HIDDEN = "…"


def started_as(config: pytest.Config) -> tuple[str, ...]:
    """Return the program, then each option of the gate as it was given."""
    asked = config.stash.get(BY_CAIO_RUN, None)
    program = BY_PYTEST if asked is None else BY_CAIO
    given = config.invocation_params.args if asked is None else asked
    return (program, *_given([str(arg) for arg in given], config))


def _given(arguments: Sequence[str], config: pytest.Config) -> Iterator[str]:
    following = iter(arguments)
    for argument in following:
        name, sign, value = argument.partition("=")
        if name == "--":
            return
        if not name.startswith("--caio-"):
            continue
        if not sign and not isinstance(config.getoption(name, None), bool):
            value = next(following, "")
        if name not in _ONCE:
            yield f"{name}={_HIDDEN if _SECRET.search(value) else value}" if value else name
