"""Two hundred deployments in one run: it ends, its memory grows with what was seen, its page says
what they have in common once.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import html
from many_served import Served, many_served

pytestmark = pytest.mark.slow

FEW, MANY = 20, 200
FAULT = "emergency-stop"
MEGABYTE = 1_000_000
# Of one environment: its evidence and findings, as what judges and redacts them has them at once.
EACH = 4 * MEGABYTE


def ran(served: Served, folder: Path) -> float:
    """Run the gate without a browser; return the most memory that it had, in bytes."""
    command = [
        sys.executable, "-m", "pytest_caio", "run", f"--caio-env={','.join(served.names)}",
        "-q", "-p", "no:cacheprovider", "-m", "not browser", "--caio-deadline=600",
        "--caio-timeout=60", f"--caio-report={folder}",
    ]  # fmt: skip
    others = {n: v for n, v in os.environ.items() if not n.startswith("CAIO_")}
    process = subprocess.Popen(command, cwd=folder.parent, env={**others, **served.variables})
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 1
    return float(used.ru_maxrss * (1 if sys.platform == "darwin" else 1024))


@pytest.mark.skipif(not hasattr(os, "wait4"), reason="Windows does not tell what a process had")
def test_two_hundred_with_one_fault(tmp_path: Path) -> None:
    """One cause, which names them in short; nothing times out for the gate's own work."""
    with many_served(MANY, faults=[FAULT]) as served:
        few = ran(served.first(FEW), tmp_path / "few")
        many = ran(served, tmp_path / "many")
    assert many - few < EACH * (MANY - FEW)

    verdict = json.loads((tmp_path / "many" / "verdict.json").read_bytes())
    stopped = [f for f in verdict["findings"] if f["check"] == "emergency-stop"]
    assert [f["outcome"] for f in stopped] == ["fail"] * MANY
    assert {f["outcome"] for f in verdict["findings"] if "page-" in f["check"]} == {"not-run"}
    assert not [f for f in verdict["findings"] if f["outcome"] == "cannot-tell"]
    (cause,) = [c for c in verdict["causes"] if c["outcome"] == "fail" and c["blocks"]]
    assert len(cause["findings"]) == MANY

    text = (tmp_path / "many" / "report.html").read_bytes()
    assert len(text) < 5 * MEGABYTE
    page = html.fromstring(text)
    (row,) = page.xpath('//*[@id="gate-ramp"]//details[contains(., "ramp.emergency-stop")]')
    (cell,) = row.xpath('.//*[contains(concat(" ", @class, " "), " cell ")]')
    assert "many-0" in cell.text_content()
    assert "more" in cell.xpath("string(h5)")
    # Whatever is linked is there.
    there = set(page.xpath("//@id"))
    assert [to for to in page.xpath("//a/@href") if to[1:] not in there] == []
