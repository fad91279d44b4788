"""The JSON Schema of gate files, for editors."""

from typing import Any

from pytest_caio.gates.expectations import COMPARISONS
from pytest_caio.gates.files import Gate
from pytest_caio.gates.validation import adapter

_SCALAR = {"type": ["string", "number", "boolean"]}


def gate_schema() -> dict[str, Any]:
    """Return the JSON Schema of a gate file, for editors: keys, values and what they mean."""
    schema = adapter(Gate).json_schema()
    check = schema["$defs"]["Check"]
    # The loader sets these; they are not keys of the file.
    del schema["properties"]["file"], check["properties"]["line"]
    comparison = {"type": "object", "propertyNames": {"enum": list(COMPARISONS)}}
    target = {"type": "object", "additionalProperties": {"anyOf": [comparison, _SCALAR]}}
    check["properties"]["expect"] = {"anyOf": [target, {"type": "array", "items": target}]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:pytest-caio:gate",
        **schema,
    }
