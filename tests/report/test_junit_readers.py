"""``gates.junit.xml`` as each of its readers tells the checks apart, staging from production."""

from collections.abc import Callable, Iterator

import pytest
from junit_readers import READERS, Read, jenkins, mikepenz, place, read
from results import BY_VERDICT, PRODUCTION, STAGING, finding, hostile, result

from pytest_caio.report.junit import junit
from pytest_caio.report.junit_names import Case, case_names


def both() -> Iterator[bytes]:
    """Return files that name the same checks in two environments, and one of an enemy's."""
    same = [
        finding(name, "fail", environment, title=f"The title of {name}", file="gates/ramp.yaml",
                line=12)
        for environment in ("staging", "production")
        for name in ("ramp.mode", "ramp.limits", "replay.case[A]", "replay.case[B]")
    ]  # fmt: skip
    yield junit(result(*same, environments=(STAGING, PRODUCTION))).encode()
    yield from (junit(make()).encode() for make in (*BY_VERDICT.values(), hostile))


@pytest.mark.parametrize("reader", READERS)
def test_our_own_file(reader: Callable[[Read], object]) -> None:
    """Each reader sees as many cases as there are findings."""
    for xml in both():
        every = [reader(one) for one in read(xml)]
        assert len(set(every)) == len(every)


def test_what_jenkins_and_mikepenz_show() -> None:
    """Package and class are environment and gate, the name is the plain title."""
    first = read(next(both()))[0]
    assert jenkins(first) == ("staging", "ramp", "The title of ramp.mode [staging]")
    assert mikepenz(first) == "gates/ramp.yaml.The title of ramp.mode [staging]"
    assert place(first) == ("gates/ramp.yaml", 12)


@pytest.mark.parametrize(
    ("cases", "names"),
    [
        ([], []),
        ([("mode", "A  title")], ["A title [p]"]),
        ([("mode", "")], ["mode [p]"]),
        ([("mode", "A"), ("limits", "A")], ["A (mode) [p]", "A (limits) [p]"]),
        ([("case[X]", "A"), ("case[Y]", "A")], ["A: X [p]", "A: Y [p]"]),
        ([("mode", "A"), ("mode", "A")], ["A (mode) [p]", "A (mode) [p], 2"]),
    ],
)
def test_names(cases: list[tuple[str, str]], names: list[str]) -> None:
    """Plain titles, the environment behind, no name twice in a class."""
    assert case_names(Case("ramp", check, "p", title) for check, title in cases) == names
