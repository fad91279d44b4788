"""The proof of a run, as ``verdict.json`` has it (``docs/proof.md, What it says``)."""

from dataclasses import asdict
from typing import Any

from pytest_caio.verdict.proven import Proof, ProvenCheck


def proof_json(proof: Proof) -> dict[str, Any]:
    """Return the section ``proof``: of every check what was shown, and of the run what is blind."""
    return {
        "able": proof.able,
        "unproven": len(proof.unproven),
        "nothing_to_judge": proof.nothing,
        "said": proof.in_words,
        "unseen": [
            {"field": field, "checks": list(checks)} for field, checks in proof.unseen.items()
        ],
        "checks": [_check(check) for check in proof.checks],
    }


def _check(check: ProvenCheck) -> dict[str, Any]:
    return {**asdict(check), "seen": list(check.seen), "blind": list(check.blind)}
