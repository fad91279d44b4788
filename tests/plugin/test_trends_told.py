"""With a ledger, a run says what changed since the last one and since when something fails."""

import re
import shutil
import sqlite3

import pytest
from gatefolder import GateFolder

# Whole gate runs, each of about a second.
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("staging")]

LEDGER = "--caio-ledger=ledger.sqlite"


def page(gate: GateFolder) -> str:
    """The report's page as text, without line ends in its sentences."""
    text = (gate.report / "report.html").read_text("utf-8")
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_from_run_to_run(gate: GateFolder) -> None:
    """The first has nothing to compare with; the next say what changed, and since when it fails."""
    assert gate.judged(LEDGER).code == 0
    assert "The ledger has no earlier whole run of this profile here." in page(gate)
    gate.write("gates/policy.yaml", "queue: {max_age_hours: 48}\n")
    assert "How long" not in page(gate)
    gate.judged(LEDGER)
    assert "New since the last run" in page(gate)
    assert re.search(
        r"Since the run of \w{3} \d+ \w{3}, \d\d:\d\d \(it was GO \) : Worse:", page(gate)
    )
    shown = gate.judged(LEDGER, "-v").result.stdout.str()
    assert re.search(r"how long: +Failing since \w{3} \d+ \w{3}, \d\d:\d\d \(2 runs\)", shown)
    gate.judged(LEDGER, "-k", "queue-max-age")
    assert re.search(r"The first of them: failing [^.]+3 runs\)\. Who acts", page(gate))


def test_how_far_a_run_looks_back(gate: GateFolder) -> None:
    """What was more than a hundred days ago is not compared with: a run does not take long."""
    gate.judged(LEDGER)
    with sqlite3.connect(gate.path / "ledger.sqlite") as ledger:
        for days, words in ((99, "Since the run of"), (2, "has no earlier whole run")):
            ledger.execute("UPDATE caio_run SET at = datetime(at, ?)", [f"-{days} days"])
            ledger.commit()
            gate.judged(LEDGER, "-k", "queue-max-age")
            assert words in page(gate)
    ledger.close()


def test_a_named_report_comes_first(gate: GateFolder) -> None:
    """What changed is told against the report that is named, since when it fails by the ledger."""
    gate.judged(LEDGER)
    shutil.copytree(gate.report, gate.path / "named")
    gate.write("gates/policy.yaml", "queue: {max_age_hours: 48}\n")
    gate.judged(LEDGER)
    gate.judged(LEDGER, "--caio-previous=named")
    assert re.search(r"\(it was GO \) : Worse:", page(gate))
    assert re.search(r"Failing (since|for) [^.]+2 runs\)", page(gate))


def test_a_ledger_that_is_none(gate: GateFolder) -> None:
    """What is wrong with it stands where the comparison would."""
    gate.write("ledger.sqlite", "no database " * 100)
    gate.judged(LEDGER)
    assert "ledger.sqlite is no ledger: the file is something else." in page(gate)
