"""The published JSON Schemas of gate files and policy: up to date, and true of what is packaged."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from pytest_caio.base.strict_yaml import load
from pytest_caio.gates.editor_schema import gate_schema, policy_schema
from pytest_caio.gates.files import RESERVED, packaged_folder

SCHEMAS = {"gate.schema.json": gate_schema, "policy.schema.json": policy_schema}
FILES = sorted(packaged_folder().glob("*.yaml"))
# As VS Code's YAML extension and others read it, in any comment of the file.
HEADER = re.compile(r"^# yaml-language-server: \$schema=(?P<schema>\S+)$", re.MULTILINE)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_published_schema_is_up_to_date(name: str) -> None:
    """Write it anew with: python tests/gates/test_editor_schema.py."""
    assert json.loads((packaged_folder() / name).read_text("utf-8")) == SCHEMAS[name]()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_the_schema_that_a_file_names_takes_it(path: Path) -> None:
    """It lies beside the file, in the repository as in the package, and is the one for its kind."""
    (named,) = HEADER.findall(path.read_text("utf-8"))
    assert named == ("policy.schema.json" if path.name in RESERVED else "gate.schema.json")
    schema = json.loads((path.parent / named).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(load(path, path.name).data, schema)


def test_each_key_of_the_policy_is_described() -> None:
    """By itself, or where it is a section by that; a rule on cards has the same keys each time."""
    schema = policy_schema()

    def undescribed(part: dict[str, Any], place: str) -> list[str]:
        found = []
        for key, value in part.get("properties", {}).items():
            section = schema["$defs"].get(value.get("$ref", "").rpartition("/")[2], {})
            if not value.get("description") and not section.get("description"):
                found.append(f"{place}{key}")
            if "severity" not in section.get("properties", {}):
                found += undescribed(section, f"{place}{key}.")
        return found

    assert undescribed(schema, "") == []


def test_each_key_is_described() -> None:
    """An editor says what each key is for."""
    schema = gate_schema()
    for part in (schema, schema["$defs"]["Check"]):
        assert not [key for key, value in part["properties"].items() if not value["description"]]


@pytest.mark.parametrize(
    "change",
    [
        {"titel": "x"},
        {"when": ["deplyo"]},
        {"checks": [{"id": "a", "title": "t", "remedy": "r", "severity": "optional"}]},
        {"checks": [{"id": "a", "title": "t", "remedy": "r", "expect": [{"a": {"equal": 1}}]}]},
    ],
)
def test_mistakes_are_shown(change: dict[str, object]) -> None:
    """An editor underlines what the loader would refuse."""
    good = {"gate": "g", "title": "t", "owner": "PTO", "when": ["deploy"], "checks": []}
    jsonschema.validate(good, gate_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**good, **change}, gate_schema())


@pytest.mark.parametrize(
    "change",
    [{"rampe": {}}, {"ramp": {"daily_limt": 5}}, {"access": {"hardened": "maybe"}}, {"queue": []}],
)
def test_mistakes_in_a_policy_are_shown(change: dict[str, object]) -> None:
    """As in a gate file."""
    jsonschema.validate({"ramp": {"daily_limit": 4}}, policy_schema())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(change, policy_schema())


if __name__ == "__main__":
    for name, made in SCHEMAS.items():
        text = json.dumps(made(), indent=1) + "\n"
        (packaged_folder() / name).write_text(text, encoding="utf-8")
