"""One case, answered where this runs: what a worker of an executor is asked to do.

What goes there and back is plain: the runner's kind and command, the case, the answer. No token of
the gate's is among it, and a runner there is started without those that the worker may have.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pytest_caio.observe.replay.case_run import LateError, Runner, RunnerError, TransientError
from pytest_caio.observe.replay.child_environment import child_environment
from pytest_caio.observe.replay.runners import CommandRunner, PythonRunner


def answer_case(kind: str, asked: str, case: dict[str, Any], seconds: float) -> dict[str, Any]:
    """Ask a runner, `asked` being its command or function; return the answer, or why there is none.

    It takes no longer than so many seconds, whoever still waits for it.
    """
    try:
        return {"answer": asyncio.run(_answered(kind, asked, case, seconds))}
    except TransientError as error:
        return {"error": str(error), "passing": True, "after": error.after}
    except TimeoutError:
        return {"error": f"no answer within {seconds:g} s (time-out)", "late": True}
    except LateError as error:
        return {"error": str(error), "late": True}
    except (RunnerError, OSError, ValueError) as error:
        return {"error": str(error)}


async def _answered(
    kind: str, asked: str, case: Mapping[str, Any], seconds: float
) -> dict[str, Any]:
    async with _runner(kind, asked) as runner, asyncio.timeout(seconds):
        return dict(await runner.run(case))


def _runner(kind: str, asked: str) -> Runner:
    here, environment = Path.cwd(), child_environment()
    if kind == "python":
        return PythonRunner(asked, cwd=here, env=environment)
    return CommandRunner(asked, cwd=here, env=environment)
