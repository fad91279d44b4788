"""A plan that was read, held against the standard gates of the version that is installed.

Source: ``docs/checks.md, Plan``. A folder's own gate files are held against them when a plan is
made; this is for a plan that comes out of a report.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from pytest_caio.gates.files import PROFILES, Gate
from pytest_caio.gates.plan import Gates, Planned, make_plan, what_it_looks_at


def below_standard(
    plan: Iterable[Planned],
    profile: str,
    environment: str,
    standard: Sequence[Gate],
    waived: Collection[str] = (),
) -> Iterator[str]:
    """Yield, in words, each standard check of an environment that a plan lacks or makes laxer.

    ``waived`` are the checks that a waiver speaks of there.
    """
    if profile not in (*PROFILES, "all"):
        yield f"the profile {profile!r} is not known"
    found: dict[str, list[Planned]] = {}
    for planned in plan:
        if planned.environment == environment:
            found.setdefault(_name(planned), []).append(planned)
    # One case stands for all of them: which ones there are is up to the golden set.
    for due in make_plan(Gates(tuple(standard)), profile, (environment,), ("",)):
        name = _name(due)
        here = [planned.check for planned in found.get(name, ())]
        if not here:
            yield f"{name} is left out"
        elif due.check.severity == "required" and any(c.severity != "required" for c in here):
            yield f"{name} is advice there"
        elif not due.check.waivable and (name in waived or any(c.waivable for c in here)):
            yield f"{name} can be waived there"
        elif any(what_it_looks_at(c) != what_it_looks_at(due.check) for c in here):
            yield f"{name} looks at something else there"


def _name(planned: Planned) -> str:
    return f"{planned.gate.gate}.{planned.check.id}"
