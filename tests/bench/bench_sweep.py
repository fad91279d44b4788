"""The sweep against the slowest chain and against one request at a time, within one run.

    python tests/bench/bench_sweep.py [LATENCY_SECONDS]

Machines differ, so only the two ratios mean anything.
"""

import sys
import time

from pytest_caio.judge.standard_judges import standard_judges
from pytest_caio.observe.standard_probes import standard_probes
from pytest_caio.rehearsal.server import rehearse
from pytest_caio.run.prepare import prepare
from pytest_caio.settings.options import Options

SLOW = ("rejection.page-blocks", "rejection.page-tags", "replay.")


def sweep_seconds(url: str, token: str, concurrency: int) -> tuple[float, int]:
    """Return how long a deploy sweep takes, browser and replay apart, and its requests."""
    options = Options(("staging",), "deploy", concurrency=concurrency, deadline=600)
    variables = {"CAIO_STAGING_URL": url, "CAIO_STAGING_TOKEN": token}
    run = prepare(options, variables, standard_judges(), standard_probes())
    chosen = [p for p in run.plan if not p.check.judge.startswith(SLOW)]
    began = time.perf_counter()
    run.sweep(chosen, lambda done, total: None)
    return time.perf_counter() - began, sum(1 for _ in run.evidence.exchanges())


def main() -> None:
    """Print the two ratios."""
    latency = float(sys.argv[1]) if len(sys.argv) > 1 else 0.3
    with rehearse(latency=latency, environment="staging") as server:
        together, requests = sweep_seconds(server.url, server.token, 16)
        one_by_one, _ = sweep_seconds(server.url, server.token, 1)
    print(f"{requests} requests at {latency:g} s each")
    print(f"together:   {together:6.2f} s = {together / latency:.1f} rounds of latency")
    print(f"one by one: {one_by_one:6.2f} s = {one_by_one / together:.1f} times as long")


if __name__ == "__main__":
    main()
