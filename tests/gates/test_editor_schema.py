"""The published JSON Schema of gate files: up to date, and true of the packaged gates."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from pytest_caio.base.strict_yaml import load
from pytest_caio.gates.editor_schema import gate_schema
from pytest_caio.gates.files import RESERVED, packaged_folder

FILE = packaged_folder() / "gate.schema.json"
GATES = [path for path in sorted(packaged_folder().glob("*.yaml")) if path.name not in RESERVED]


def test_the_published_schema_is_up_to_date() -> None:
    """Write it anew with: python tests/test_gate_schema.py."""
    assert json.loads(FILE.read_text("utf-8")) == gate_schema()


def test_each_key_is_described() -> None:
    """An editor says what each key is for."""
    schema = gate_schema()
    for part in (schema, schema["$defs"]["Check"]):
        assert not [key for key, value in part["properties"].items() if not value["description"]]


@pytest.mark.parametrize("path", GATES, ids=lambda path: path.name)
def test_packaged_gates_are_valid(path: Path) -> None:
    """What the loader takes, an editor takes."""
    jsonschema.validate(load(path, path.name).data, gate_schema())


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


if __name__ == "__main__":
    FILE.write_text(json.dumps(gate_schema(), indent=1) + "\n", encoding="utf-8")
