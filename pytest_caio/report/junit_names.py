"""What a check is called in JUnit files, so that each of their readers keeps it apart.

Some show the class, some the name with the file, some the name alone: so the class is environment
and gate, and the name is the plain title with the environment behind it.
"""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Case(NamedTuple):
    """One check in one environment; ``check`` has its golden case in brackets where it has one."""

    gate: str
    check: str
    environment: str
    title: str

    @property
    def classname(self) -> str:
        """What stands before the last dot is a package to some readers: the environment."""
        return f"{self.environment}.{self.gate}"


def case_names(cases: Iterable[Case]) -> list[str]:
    """Return the name of each, in order: ``The ramp counts clean days [production]``.

    A golden case has its id behind the title. A title that a gate has twice has the check's id.
    """
    every = list(cases)
    titles = Counter((c.gate, c.environment, _plain(c)) for c in every)
    taken: Counter[tuple[str, str]] = Counter()
    names = []
    for case in every:
        name = _plain(case)
        if titles[case.gate, case.environment, name] > 1:
            name = f"{name} ({case.check})"
        name = f"{name} [{case.environment}]"
        taken[case.classname, name] += 1
        again = taken[case.classname, name]
        names.append(f"{name}, {again}" if again > 1 else name)
    return names


def _plain(case: Case) -> str:
    title = " ".join(case.title.split()) or case.check
    golden = case.check.partition("[")[2].removesuffix("]")
    return f"{title}: {golden}" if golden else title
