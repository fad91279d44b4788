"""``caio history`` and ``caio forget``: a ledger of sixty days, shown and shortened."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from past_runs import NOW, sixty_days

from pytest_caio.ledger.where import where
from pytest_caio.ledger.writing import add_runs

POLICY = "history: {preflight_days: [mon, tue, wed, thu, fri]}\n"


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger of sixty days, to be read only."""
    path = tmp_path_factory.mktemp("sixty") / "ledger.sqlite"
    there = where(str(path), {}, "", Path())
    assert there
    add_runs(there, sixty_days())
    return path


@pytest.fixture
def here(sixty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with that ledger and a policy, at the end of the sixty days."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CAIO_LEDGER", raising=False)
    (tmp_path / "ledger.sqlite").write_bytes(sixty.read_bytes())
    (tmp_path / "gates").mkdir()
    (tmp_path / "gates" / "policy.yaml").write_text(POLICY)
    return tmp_path


@time_machine.travel(NOW, tick=False)
def test_text(here: Path, caio: Any) -> None:
    """Verdicts, strips with a legend, days, replay, clean days, ages."""
    ran = caio("history", "--ledger=ledger.sqlite")
    assert (ran.code, ran.err) == (0, "")
    for words in (
        "Last verdicts: GO Tue 24 Feb, 17:04 (after a live cycle); NO-GO Tue 24 Feb, 15:04",
        "FF..........FFF  failing for 4 days (since Fri 20 Feb, 3 runs)",
        "flaky: it changed 6 times without a deploy",
        "5 checks held in every run",
        "Waivers that end within 7 days: smoke.ready (until Fri 27 Feb).",
        "no pre-flight on 1 day: Thu 12 Feb.",
        "the deployment claims 3, its history shows 2, our own runs saw",
        "Claim and history differ.",
        "within 30 min and",
        "at least 30 h",
        "91.1 % passed on Mon 23 Feb",
        ". holds, F failed",
    ):
        assert words in ran.out
    assert max(map(len, (s for s in ran.out.split() if set(s) <= set(".Fa?w-_")))) <= 60


@time_machine.travel(NOW, tick=False)
def test_chosen(here: Path, caio: Any) -> None:
    """By environment, check and day; what held is shown where it was asked for."""
    ran = caio("history", "--ledger=ledger.sqlite", "--env=prod", "--since=2026-02-20",
               "--check=queue.tier", "--check=smoke.*")  # fmt: skip
    assert "staging" not in ran.out
    assert [line.split()[:2] for line in ran.out.splitlines() if line.startswith("    ")][:4] == [
        ["queue.tier", "..."], ["smoke.dependencies", "..-"], ["smoke.ready", "Fww"],
        ["smoke.webhook", "aaa"],
    ]  # fmt: skip
    week = caio("history", "--ledger=ledger.sqlite", "--since=4d", "--env=production", "--json")
    assert [len(p["runs"]) for p in week.json["environments"]["production"]["profiles"]] == [3, 3]


@time_machine.travel(NOW, tick=False)
def test_json(here: Path, caio: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for programs; the ledger by its variable."""
    monkeypatch.setenv("CAIO_LEDGER", "ledger.sqlite")
    told = caio("history", "--json").json
    assert list(told["environments"]) == ["production", "staging"]
    production = told["environments"]["production"]
    check = production["profiles"][0]["checks"]["queue.no-drift"]
    assert (check["runs_in_a_row"], check["new"], check["flaky"]) == (3, False, False)
    assert check["not_met_since"].startswith("2026-02-20T")
    assert len(check["outcomes"]) == len(production["profiles"][0]["runs"])
    assert production["preflights"]["missing"] == ["2026-02-12"]
    assert {"card", "decided", "approved", "minutes", "at_least"} == set(production["decisions"][0])


@time_machine.travel(NOW, tick=False)
def test_page(here: Path, caio: Any) -> None:
    """A page is written into a folder, which is made where it has to be."""
    ran = caio("history", "--ledger=ledger.sqlite", "--html=out/pages")
    assert (ran.code, ran.out) == (0, f"written: {Path('out/pages/history.html')}\n")
    assert "failing for 4 days" in (here / "out/pages/history.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("history",), "no ledger is named"),
        (("forget", "--older-than=90"), "no ledger is named"),
        (("history", "--ledger=gone.sqlite"), "there is no ledger gone.sqlite"),
        (("history", "--ledger=gates"), "gates is a folder"),
        (("history", "--env=production,prd"), "has no run of 'prd'; it has production and staging"),
        (("history", "--check=queue.no-drft"), "no such check; did you mean 'queue.no-drift'?"),
        (("history", "--since=yesterday"), "--since=yesterday is no day"),
        (("history", "--since=0d"), "--since=0d is no day"),
        (("history", "--since=2999-01-01"), "is still to come"),
        (("history", "--html="), "an empty name is no folder"),
        (("history", "--json", "--html=x"), "not allowed with"),
        (("forget",), "--older-than"),
        (("forget", "--older-than=0"), "'0' is no number of days"),
        (("forget", "--older-than=-5"), "'-5' is no number of days"),
        (("forget", "--older-than=9999999999"), "is no number of days from 1 to 36,500"),
        (("forget", "--older-than=all"), "'all' is no number of days"),
        (("forget", "--older-than=١"), "is no number of days"),
    ],
)
def test_mistakes(here: Path, caio: Any, args: tuple[str, ...], said: str) -> None:
    """Each is a usage error in words, and nothing is made or lost by it."""
    before = (here / "ledger.sqlite").read_bytes()
    named = () if said == "no ledger is named" or "--ledger" in "".join(args) else (
        "--ledger=ledger.sqlite",)  # fmt: skip
    ran = caio(*args, *named)
    assert (ran.code, ran.out) == (4, "")
    assert said in ran.err
    assert (here / "ledger.sqlite").read_bytes() == before
    assert sorted(path.name for path in here.iterdir()) == ["gates", "ledger.sqlite"]


@pytest.mark.parametrize("command", [("history",), ("forget", "--older-than=3")])
def test_a_ledger_that_can_not_be_read(here: Path, caio: Any, command: tuple[str, ...]) -> None:
    """It is said, with an exit code of its own."""
    (here / "ledger.sqlite").write_text("no database " * 100)
    ran = caio(*command, "--ledger=ledger.sqlite")
    assert (ran.code, ran.out) == (10, "")
    assert "ledger.sqlite is no ledger: the file is something else. Nothing is" in ran.err


def test_an_empty_ledger(here: Path, caio: Any) -> None:
    """Nothing to show is said; JSON and page are there all the same."""
    assert caio("forget", "--older-than=1", "--ledger=ledger.sqlite").code == 0
    ran = caio("history", "--ledger=ledger.sqlite")
    assert (ran.code, ran.out) == (0, "")
    assert "has no run of that time" in ran.err
    assert caio("history", "--ledger=ledger.sqlite", "--json").json["environments"] == {}
    assert caio("history", "--ledger=ledger.sqlite", "--html=.").code == 0
    assert "no run of that time" in (here / "history.html").read_text("utf-8")
    assert "it is empty" in caio("history", "--ledger=ledger.sqlite", "--env=prod").err


@time_machine.travel(NOW, tick=False)
def test_forget(here: Path, caio: Any) -> None:
    """What is older goes, and how much that was is said; the rest stays."""
    ran = caio("forget", "--older-than=30", "--ledger=ledger.sqlite")
    assert ran.code == 0
    assert ran.out.startswith("ledger.sqlite: ")
    assert "rows of runs and deeds from before Sun 25 Jan 2026 are gone." in ran.out
    left = caio("history", "--ledger=ledger.sqlite", "--json").json["environments"]
    first = datetime.fromisoformat(left["production"]["profiles"][0]["runs"][0])
    assert first >= datetime(2026, 1, 25, tzinfo=UTC)
    again = caio("forget", "--older-than=30", "--ledger=ledger.sqlite")
    assert again.out.startswith("ledger.sqlite: 0 rows of runs")


def test_a_wrong_day_in_the_policy(here: Path, caio: Any) -> None:
    """A day of the week that is none is a mistake in the policy, with its line."""
    (here / "gates" / "policy.yaml").write_text("history: {preflight_days: [monday]}\n")
    ran = caio("history", "--ledger=ledger.sqlite")
    assert ran.code == 4
    assert "policy.yaml:1: history: preflight_days: 'monday' is none of mon, tue" in ran.err


def test_json_is_plain(here: Path, caio: Any) -> None:
    """Whatever is in it, JSON is read by any program."""
    assert json.loads(caio("history", "--ledger=ledger.sqlite", "--json").out)["schema"] == 1
