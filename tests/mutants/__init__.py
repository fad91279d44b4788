"""Mutants of the rehearsal's own code, with the gate as judge (docs/mutants.md)."""
