"""Judges: pure functions of the evidence, without I/O and without a clock."""
