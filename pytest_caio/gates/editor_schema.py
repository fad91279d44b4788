"""The JSON Schemas of gate files and policy, for editors (``docs/gates.md, In an editor``)."""

import re
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any

from pytest_caio.base.strict_yaml import load
from pytest_caio.gates.expectations import COMPARISONS
from pytest_caio.gates.files import Gate, packaged_folder
from pytest_caio.gates.policy import Policy
from pytest_caio.gates.validation import adapter

# What an editor shows beside a key.
GATE_KEYS = MappingProxyType({
    "gate": "The gate's name in reports and on the command line, like ramp: small letters",
    "title": "What the gate asks, in a sentence that its owner reads",
    "owner": "Whose call it is where a check isn't met, unless the check names another",
    "when": "The profiles in which its checks are due: preflight, deploy, cycle",
    "checks": "The checks: what must hold, one by one",
})  # fmt: skip
CHECK_KEYS = MappingProxyType({
    "id": "The check's name within its gate, like limits: small letters",
    "title": "What must hold, in a sentence that its owner reads",
    "remedy": "What to do where it doesn't hold",
    "severity": "required counts for the verdict; advisory is shown only",
    "when": "The profiles in which this check is due; left out, those of the gate",
    "owner": "Whose call it is; left out, the gate's owner",
    "expected": "What must hold, where reports should say it in other words than the rule's own",
    "request": "What is asked, like 'GET /api/operator/status as anonymous'; goes with expect",
    "expect": "What the answer must be: target: {comparison: value}; goes with request",
    "judge": "The rule in code that looks at the evidence, in place of request and expect",
    "settings": "What the judge is told besides",
    "waivable": "false: no entry of waivers.yaml excuses it",
})  # fmt: skip
# Those of the policy stand beside them in the packaged file, but for what that leaves out.
POLICY_KEYS = MappingProxyType({
    ("rejection_tags",): "The tags that a rejection may have; left out, the usual twelve",
    ("ledger",): "Where runs are remembered: a file, seen from where the gate is run, or a URL "
    "without a password",
    ("replay", "runner"): "Who answers replay cases, where runners name nobody else",
    ("replay", "suite", "timeout"): "Seconds for the suite",
})  # fmt: skip
_DRAFT = "https://json-schema.org/draft/2020-12/schema"
_COMMENT = re.compile(r"\s# (?P<text>.+)$")
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
    for properties, keys in ((schema["properties"], GATE_KEYS), (check["properties"], CHECK_KEYS)):
        for key, text in keys.items():
            properties[key]["description"] = text
    return {"$schema": _DRAFT, "$id": "urn:pytest-caio:gate", **schema}


def policy_schema() -> dict[str, Any]:
    """Return the JSON Schema of a policy, with what the packaged file says of each key."""
    schema = adapter(Policy).json_schema()
    for path, text in (*_comments(), *POLICY_KEYS.items()):
        _property(schema, path)["description"] = text
    return {"$schema": _DRAFT, "$id": "urn:pytest-caio:policy", **schema}


def _comments() -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield the comments of the packaged policy, each with the first key on its line."""
    file = packaged_folder() / "policy.yaml"
    lines = file.read_text("utf-8").splitlines()
    first: dict[int, tuple[str, ...]] = {}
    for path, line in load(file, file.name).lines.items():
        first.setdefault(line, tuple(map(str, path)))
    for line, path in first.items():
        if path and (found := _COMMENT.search(lines[line - 1])):
            yield path, found["text"].rstrip(";")


def _property(schema: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    """Return what the schema has for a key."""
    part = schema
    for key in path:
        name = part.get("$ref", "").rpartition("/")[2]
        part = (schema["$defs"][name] if name else part)["properties"][key]
    return part
