"""The gate against a script that sends the same requests, and installed against not installed.

    python tests/bench/bench_gate.py [TIMES]

Two environments, each answer after 100 ms, whole processes, no browser. The script sends every
request at once with the same HTTP library: no gate can be faster. Machines differ, so only the
ratios mean anything.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from many_served import Served, many_served
from paired import least, took

LATENCY = 0.1
LIMIT = """
import asyncio, json, sys
import httpx2

async def ask(origin, requests):
    limits = httpx2.Limits(max_connections=32, max_keepalive_connections=32)
    async with httpx2.AsyncClient(base_url=origin, limits=limits, timeout=30) as client:
        async def one(method, path, headers, body):
            return (await client.request(method, path, headers=headers, content=body or None)).text
        await asyncio.gather(*(one(*request) for request in requests))

async def main():
    with open(sys.argv[1]) as file:
        await asyncio.gather(*(ask(*each) for each in json.load(file).items()))

asyncio.run(main())
"""


def gate(served: Served) -> list[str]:
    """Return the command of a run without a browser."""
    names = ",".join(served.names)
    quiet = ["-q", "-p", "no:cacheprovider", "-m", "not browser", "--caio-deadline=600"]
    return [sys.executable, "-m", "pytest_caio", "run", f"--caio-env={names}", *quiet]


def same_requests(served: Served, report: Path) -> dict[str, list[tuple[str, str, object, str]]]:
    """Return what a run sent, by origin, with the tokens that its report does not have."""
    entries = json.loads((report / "evidence.har").read_text("utf-8"))["log"]["entries"]
    tokens = dict(served.places)
    asked: dict[str, list[tuple[str, str, object, str]]] = {url: [] for url in tokens}
    for request in (entry["request"] for entry in entries):
        origin = next(url for url in tokens if request["url"].startswith(f"{url}/"))
        signed = any(h["name"].lower() == "x-dashboard-token" for h in request["headers"])
        headers = {"x-dashboard-token": tokens[origin]} if signed else {}
        body = request.get("postData", {}).get("text", "")
        path = request["url"].removeprefix(origin)
        asked[origin].append((request["method"], path, headers, body))
    return asked


def against_the_limit(times: int) -> None:
    """Print gate ÷ limit, with and without a report."""
    with many_served(2, LATENCY) as served, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with_report = [*gate(served), f"--caio-report={folder / 'out'}"]
        took(with_report, folder, served.variables)
        asked = same_requests(served, folder / "out")
        (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
        (folder / "limit.py").write_text(LIMIT, encoding="utf-8")
        limit = [sys.executable, "limit.py", "asked.json"]
        commands = {"limit": limit, "gate": gate(served), "with a report": with_report}
        found = least(commands, folder, served.variables, times)
    print(f"{sum(map(len, asked.values()))} requests at {LATENCY:g} s each, the least of {times}")
    for what, seconds in found.items():
        ratio, work = seconds.wall / found["limit"].wall, seconds.cpu / found["limit"].cpu
        print(f"{what:14} {seconds.wall:5.2f} s = {ratio:.2f} × limit, processor {work:.2f} ×")


def unused(times: int) -> None:
    """Print what a session of pytest takes with the plugin, not asked for, and an empty one."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tests = "".join(f"def test_{n}(): pass\n" for n in range(20))
        (folder / "test_x.py").write_text(tests, encoding="utf-8")
        (folder / "empty.py").write_text("", encoding="utf-8")
        # Alone: what other plugins of this machine load is nobody's share. Either names one, as
        # pytest reads of every package there is what plugins it has, before it loads any by name.
        alone = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
                 "--disable-plugin-autoload", "-p"]  # fmt: skip
        commands = {"without": [*alone, "empty"], "installed": [*alone, "pytest_caio.plugin"]}
        found = least(commands, folder, {}, times * 3)
    share = found["installed"].cpu / found["without"].cpu
    print(f"installed, unused: {share:.3f} × the processor's time of pytest with an empty one")


def main() -> None:
    """Print both."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    against_the_limit(times)
    unused(times)


if __name__ == "__main__":
    main()
