"""How those who read JUnit files tell one case from another: their own rules, restated."""

import re
from collections.abc import Callable
from typing import NamedTuple

from lxml import etree


class Read(NamedTuple):
    """A test case and the suite that it is in."""

    suite: etree._Element
    case: etree._Element


def read(xml: bytes) -> list[Read]:
    """Return every case with its suite."""
    return [Read(s, c) for s in etree.fromstring(xml).iter("testsuite") for c in s.iter("testcase")]


def jenkins(one: Read) -> tuple[str, str, str]:
    """Package, class and name: the class name is split at its last dot."""
    package, _, simple = one.case.get("classname").rpartition(".")
    return package or "(root)", simple, one.case.get("name")


def gitlab(one: Read) -> tuple[str, ...]:
    """A case is its suite, class and name."""
    return one.suite.get("name"), one.case.get("classname"), one.case.get("name")


def gitlab_of_old(one: Read) -> tuple[str, ...]:
    """The comparison of two pipelines goes by class and name."""
    return one.case.get("classname"), one.case.get("name")


def enricomi(one: Read) -> tuple[str | None, ...]:
    """publish-unit-test-result-action: a test is its file, class and name."""
    return one.case.get("file"), one.case.get("classname"), one.case.get("name")


def mikepenz(one: Read) -> str:
    """action-junit-report: the title is the file (else the class's last part) and the name."""
    return f"{_file(one)}.{one.case.get('name')}"


def _file(one: Read) -> str:
    given = one.case.get("file") or one.suite.get("file")
    return given or one.case.get("classname").split(".")[-1]


def place(one: Read) -> tuple[str, int]:
    """Where action-junit-report puts a failure: attributes, else its text."""
    file, line = _file(one), one.case.get("line")
    if line:
        return file, int(line)
    why = [found for tag in ("failure", "error") if (found := one.case.find(tag)) is not None]
    matches = re.findall(rf" [^ ]*{re.escape(file)}.*?:\d+", why[0].text or "") if why else []
    return file, int(matches[-1].rpartition(":")[2]) if matches else 1


READERS: tuple[Callable[[Read], object], ...] = (
    jenkins, gitlab, gitlab_of_old, enricomi, mikepenz,
)  # fmt: skip
