"""Holding an answer that is JSON to a JSON Schema (``docs/replay.md, Answers that are JSON``).

The library is an extra, imported only where a case has a schema. Nothing is ever fetched: a schema
that refers to another one is not met.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pytest_caio.base.messages import listed, shown

MISSING = "output_schema needs the JSON Schema library: pip install 'pytest-caio[schema]'"


def mistakes(schema: object) -> list[str]:
    """Return what is wrong with `output_schema` of a golden case, in words."""
    if not isinstance(schema, dict):
        return ["output_schema must be an object, a JSON Schema"]
    try:
        import jsonschema
    except ImportError:
        return [MISSING]
    try:
        _class(schema).check_schema(schema)
    except jsonschema.SchemaError as error:
        return [f"output_schema is no JSON Schema: {shown(error.message)}"]
    return []


def problem(schema: Mapping[str, Any], output: str) -> str:
    """Return which rules of the schema an output breaks; nothing where it breaks none.

    It is said in the schema's words alone: an answer may be private.
    """
    from referencing import Registry
    from referencing.exceptions import Unresolvable

    try:
        data = json.loads(output)
    except (ValueError, RecursionError):
        return "it is not JSON"
    validator = _class(schema)(schema, registry=Registry())
    try:
        errors = sorted(validator.iter_errors(data), key=lambda error: list(error.absolute_path))
        return listed(dict.fromkeys(map(_rule, errors)), 4)
    except Unresolvable:
        return "the schema refers to another one, which is not looked up"
    except RecursionError:
        return "it is nested too deeply"


def _class(schema: Mapping[str, Any]) -> Any:
    from jsonschema import Draft202012Validator
    from jsonschema.validators import validator_for

    return validator_for(schema, default=Draft202012Validator)


def _rule(error: Any) -> str:
    """Return a broken rule: where it stands in the schema, and what it says."""
    place = "/".join(str(part) for part in error.absolute_schema_path)
    return f"{place} ({shown(json.dumps(error.validator_value), 60)})"
