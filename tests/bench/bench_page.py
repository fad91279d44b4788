"""A whole pre-flight against the same without a browser, plus Chromium's start and one page.

    python tests/bench/bench_page.py [TIMES]

One deployment on loopback, whole processes. Machines differ, so only the ratio means anything.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from bench_gate import gate
from many_served import many_served
from paired import least

PAGE = """
import sys
from playwright.sync_api import sync_playwright
from pytest_caio.observe.page.chromium import find_chromium

with sync_playwright() as playwright:
    browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
    page = browser.new_page()
    page.goto(sys.argv[1])
    browser.close()
"""


def main() -> None:
    """Print the ratio."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    with many_served(1) as served, tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "page.py").write_text(PAGE, encoding="utf-8")
        without = gate(served)
        place = without.index("-m", 2)
        whole = [*without[:place], *without[place + 2 :]]
        page = [sys.executable, "page.py", f"{served.places[0][0]}/login"]
        commands = {"whole": whole, "without a browser": without, "one page": page}
        found = least(commands, folder, served.variables, times)
    for what, seconds in found.items():
        print(f"{what:18} {seconds.wall:6.2f} s")
    due = found["without a browser"].wall + found["one page"].wall
    print(f"whole ÷ (without a browser + one page) = {found['whole'].wall / due:.2f}")


if __name__ == "__main__":
    main()
