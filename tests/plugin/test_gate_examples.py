"""Every YAML example of the documentation does what its page says."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from gatefolder import GateFolder
from pages.made import DOCS

from pytest_caio.base.strict_yaml import load
from pytest_caio.gates.expectations import COMPARISONS
from pytest_caio.gates.files import Check
from pytest_caio.verdict.waivers import Waiver

# Whole gate runs.
pytestmark = pytest.mark.slow

PAGE = (DOCS / "gates.md").read_text("utf-8")
_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_FIRST = re.compile(
    r"# (?P<file>gates/[\w.-]+): run with (?P<options>.+), (?P<end>all hold|waived \S+)$"
)


@dataclass(frozen=True)
class Example:
    """A file, what to run it with, and what comes of it."""

    file: str
    options: tuple[str, ...]
    end: str
    text: str


def examples() -> Iterator[Example]:
    """Yield each block of the page; one whose first line doesn't say what to do fails here."""
    for text in _BLOCK.findall(PAGE):
        found = _FIRST.match(text.splitlines()[0])
        assert found, text
        yield Example(found["file"], tuple(shlex.split(found["options"])), found["end"], text)


EXAMPLES = list(examples())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.file)
def test_example(gate: GateFolder, example: Example) -> None:
    """Its checks hold, or what is waived is waived, beside the gates that stand before it."""
    for each in EXAMPLES[: EXAMPLES.index(example) + 1]:
        soon = (datetime.now(UTC) + timedelta(days=7)).date()
        gate.write(each.file, re.sub(r"(?<=expires: ).*", str(soon), each.text))
    options = [o for o in example.options if not o.startswith("--caio-env=")]
    judged = gate.judged(*options, env="rehearsal")
    if example.end == "all hold":
        own = example.file.removeprefix("gates/").removesuffix(".yaml")
        found = {name: o for name, o in judged.outcomes().items() if name.startswith(f"{own}.")}
        assert found
        assert set(found.values()) == {"pass"}, judged.result.stdout.str()
    else:
        assert judged.finding(example.end.removeprefix("waived "))["outcome"] == "waived"


def test_the_first_check_can_fail(gate: GateFolder) -> None:
    """As the page has its reader try: what is shown is what the owner reads."""
    gate.write("gates/ours.yaml", EXAMPLES[0].text.replace("at_least: 1", "at_least: 100"))
    result = gate.run("-k", "daily-room", env="rehearsal")
    assert result.ret == 1
    text = result.stdout.str()
    for words in ("There is room for mails today", "do next", "whose task", "Wait until tomorrow"):
        assert words in text


def test_each_key_and_comparison_is_explained() -> None:
    """What a check may say has a row."""
    keys = set(Check.__dataclass_fields__) - {"line"}
    assert keys - set(re.findall(r"`(\w+)`", PAGE)) == set()
    assert set(COMPARISONS) <= {name.partition(":")[0] for name in re.findall(r"`(\w+)[`:]", PAGE)}


def test_the_waiver_of_the_reference(tmp_path: Path) -> None:
    """It has every key that a waiver has."""
    (block,) = re.findall(r"^```yaml\n(- check.*?)^```", (DOCS / "reference.md").read_text("utf-8"),
                          re.MULTILINE | re.DOTALL)  # fmt: skip
    path = tmp_path / "waivers.yaml"
    path.write_text(block, "utf-8")
    (waiver,) = load(path, "gates/waivers.yaml").data
    assert set(waiver) == set(Waiver.__dataclass_fields__)
