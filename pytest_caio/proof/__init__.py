"""The proof that each check of a run can fail on the run's own evidence (``docs/proof.md``)."""
