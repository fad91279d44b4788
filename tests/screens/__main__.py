"""``cd tests; python -m screens OUT``: ten situations as reports, and pictures of each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from browsers import browser

from pytest_caio.privacy.redactor import Redactor
from pytest_caio.report.folder import write_report
from screens.pictures import KINDS, opened, picture
from screens.situations import SITUATIONS


def main() -> None:
    """Write a report folder for each situation, and its pictures beside it."""
    parser = argparse.ArgumentParser("python -m screens", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--only", choices=SITUATIONS, action="append")
    asked = parser.parse_args()
    names = asked.only or list(SITUATIONS)
    for name in names:
        result = SITUATIONS[name]()
        write_report(asked.out / name, result, Redactor())
        print(f"{name}: {result.verdict}", flush=True)
    with browser() as found:
        for name in names:
            for kind in KINDS:
                with opened(found, asked.out / name / "report.html", kind) as page:
                    picture(page, asked.out / f"{name}-{kind}.png")
                    if kind == "print":
                        page.pdf(path=asked.out / f"{name}.pdf", format="A4")


if __name__ == "__main__":
    main()
