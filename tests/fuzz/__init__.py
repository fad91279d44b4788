"""Mutated answers of deployments in good order, with the gate as judge (docs/fuzz.md)."""
