"""A plan of a report, held against the real standard gates."""

from dataclasses import replace
from pathlib import Path

import pytest

from pytest_caio.gates.below_standard import below_standard
from pytest_caio.gates.files import packaged_folder, read_folder
from pytest_caio.gates.plan import Gates, Planned, make_plan

STANDARD, _ = read_folder(packaged_folder())
CASES = ("A", "B")


def plan(profile: str) -> tuple[Planned, ...]:
    """Return the whole standard plan of one environment."""
    return make_plan(Gates(STANDARD), profile, ("prod",), CASES)


@pytest.mark.parametrize("profile", ["preflight", "deploy", "cycle", "all"])
def test_each_check_counts(profile: str) -> None:
    """The whole plan asks enough; without any one check, or with it as advice, it doesn't."""
    whole = plan(profile)
    assert whole
    assert list(below_standard(whole, profile, "prod", STANDARD)) == []
    for one in {f"{p.gate.gate}.{p.check.id}" for p in whole}:
        rest = [p for p in whole if f"{p.gate.gate}.{p.check.id}" != one]
        assert list(below_standard(rest, profile, "prod", STANDARD)) == [f"{one} is left out"]
    for i, planned in enumerate(whole):
        if planned.check.severity == "required":
            laxer = replace(planned, check=replace(planned.check, severity="advisory"))
            edited = (*whole[:i], laxer, *whole[i + 1 :])
            name = f"{planned.gate.gate}.{planned.check.id}"
            said = list(below_standard(edited, profile, "prod", STANDARD))
            assert said == [f"{name} is advice there"]


def test_the_name_is_not_the_check() -> None:
    """What goes by a standard check's name and looks at something else asks less."""
    whole = plan("preflight")
    for i, planned in enumerate(whole):
        other = replace(planned.check, judge="", request="GET /api/health", expect=[])
        edited = (*whole[:i], replace(planned, check=other), *whole[i + 1 :])
        name = f"{planned.gate.gate}.{planned.check.id}"
        said = list(below_standard(edited, "preflight", "prod", STANDARD))
        assert said == [f"{name} looks at something else there"]


def test_another_environment_does_not_stand_in() -> None:
    """A plan of staging is none of production."""
    said = list(below_standard(plan("preflight"), "preflight", "staging", STANDARD))
    assert len(said) == len(plan("preflight"))


def test_a_folders_own_file_passes(tmp_path: Path) -> None:
    """What it leaves out stays in the plan, and what it adds is its own."""
    (tmp_path / "ramp.yaml").write_text(
        "gate: ramp\ntitle: Ours\nowner: Us\nwhen: [preflight]\nchecks:\n"
        "  - {id: ours, title: Ours, remedy: Mend it., request: GET /api/operator/status,"
        " expect: [{enabled: {equals: true}}]}\n"
    )
    own, mistakes = read_folder(tmp_path)
    assert not mistakes
    made = make_plan(Gates(STANDARD, own), "preflight", ("prod",), CASES)
    assert list(below_standard(made, "preflight", "prod", STANDARD)) == []
