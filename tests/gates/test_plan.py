"""The denominator: which checks are due, whatever a folder's files say."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.gates.files import PROFILES, Check, Gate
from pytest_caio.gates.plan import Gates, make_plan, plan_from_json, plan_to_json

ENVIRONMENTS = ("staging", "production")


def gate(name: str, *checks: Check, file: str = "") -> Gate:
    """A gate with these checks."""
    return Gate(name, "T", "PTO", ("preflight",), checks, file or f"gates/{name}.yaml")


def check(name: str, when: Sequence[str] = ("preflight",), **more: object) -> Check:
    """A check that is due then."""
    return Check(name, "T", "R", when=tuple(when), judge="j", **more)


NAMES = st.sampled_from(["a", "b", "c"])
CHECKS = st.lists(
    st.builds(
        check,
        NAMES,
        st.lists(st.sampled_from(PROFILES), min_size=1, unique=True),
        severity=st.sampled_from(["required", "advisory"]),
        waivable=st.booleans(),
    ),
    max_size=3,
    unique_by=lambda c: c.id,
)
FILES = st.lists(
    st.builds(lambda n, f, cs: gate(n, *cs, file=f"gates/{f}.yaml"), NAMES, NAMES, CHECKS),
    max_size=3,
    unique_by=lambda g: g.file,
)
STANDARD = st.lists(
    st.builds(lambda n, cs: gate(n, *cs), NAMES, CHECKS), max_size=3, unique_by=lambda g: g.gate
)


@given(STANDARD, FILES, st.sampled_from([*PROFILES, "all"]))
def test_no_folder_takes_a_standard_check_away(
    standard: list[Gate], own: list[Gate], profile: str
) -> None:
    """Each standard check that is due is planned in each environment, absent or not, and as
    severe as the standard has it.
    """
    plan = make_plan(Gates(tuple(standard), tuple(own)), profile, ENVIRONMENTS)
    for name in standard:
        for due in name.due(profile):
            for environment in ENVIRONMENTS:
                found = [p for p in plan if p.key == (name.gate, due.id, environment)]
                assert found
                assert due.severity == "advisory" or all(
                    p.check.severity == "required" for p in found
                )
                assert due.waivable or not any(p.check.waivable for p in found)


@given(STANDARD, FILES, st.sampled_from([*PROFILES, "all"]))
def test_a_plan_survives_the_report(standard: list[Gate], own: list[Gate], profile: str) -> None:
    """Written beside the evidence and read back, it is the same plan."""
    plan = make_plan(Gates(tuple(standard), tuple(own)), profile, ENVIRONMENTS)
    again = plan_from_json(plan_to_json(plan))
    assert [p.key for p in again] == [p.key for p in plan]
    assert [p.check for p in again] == [p.check for p in plan]
    assert plan_to_json(again) == plan_to_json(plan)


def test_own_checks_are_added() -> None:
    """A folder's file may hold more than the one that it replaces."""
    gates = Gates((gate("a", check("x")),), (gate("a", check("x"), check("y")),))
    assert [p.check.id for p in make_plan(gates, "preflight", ("staging",))] == ["x", "y"]


def test_what_is_left_out_is_absent() -> None:
    """It is planned, with the reason why it can't run."""
    gates = Gates((gate("a", check("x"), check("y")),), (gate("a", check("y")),))
    absent = [p for p in make_plan(gates, "all", ("staging",)) if p.absent]
    assert [p.check.id for p in absent] == ["x"]
    assert absent[0].absent == "gates/a.yaml leaves out the standard check 'x'"


def test_an_advisory_check_may_become_required() -> None:
    """A folder may be stricter."""
    standard = gate("a", check("x", severity="advisory"))
    plan = make_plan(Gates((standard,), (gate("a", check("x")),)), "all", ("staging",))
    assert [p.check.severity for p in plan] == ["required"]


def test_two_gates_of_one_name() -> None:
    """They are a mistake, as a finding could be of either."""
    gates = Gates((gate("a", check("x")),), (gate("a", check("x"), file="gates/b.yaml"),))
    assert [(m.file, m.text) for m in gates.mistakes()] == [
        ("gates/b.yaml", "the gate 'a' is already in gates/a.yaml")
    ]


def test_a_standard_check_keeps_what_it_looks_at() -> None:
    """Its name for another judge, or another request, is a mistake; other settings are none."""
    mine = Check("x", "Mine", "R", judge="mine", line=7)
    gates = Gates((gate("a", check("x")),), (gate("a", mine),))
    assert [(m.file, m.line, m.text) for m in gates.mistakes()] == [
        (
            "gates/a.yaml",
            7,
            "a.x is a standard check (judge: j): keep that, or give yours another id",
        )
    ]
    set_otherwise = check("x", severity="required", settings={"page": "/sales"})
    assert not Gates((gate("a", check("x")),), (gate("a", set_otherwise),)).mistakes()


def test_standard_gates_go_first() -> None:
    """In their order, then the folder's own by name."""
    gates = Gates((gate("m"), gate("b")), (gate("z"), gate("a"), gate("b")))
    assert [g.gate for g in gates.in_force] == ["m", "b", "a", "z"]
