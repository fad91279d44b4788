"""A run's own proof, where it is asked for (``docs/proof.md``)."""

from pytest_caio.base.messages import plain
from pytest_caio.privacy.outputs import redacted
from pytest_caio.run.gate_run import GateRun


def proved(run: GateRun) -> list[str]:
    """Show of each check that has reported whether it can fail on what the sweep saw; return what
    is to be said where the proof itself went wrong: the verdict does not rest on it.
    """
    from pytest_caio.proof.prove import prove

    try:
        proof = prove(run.snapshot, run.evidence, run.judges, run.result().findings)
        run.proof = redacted(proof, run.redactor)
    except Exception as error:  # noqa: BLE001 - whatever it is, the verdict is told all the same
        text = plain(f"{type(error).__name__}: {error}")
        return [f"The proof itself failed ({text}); the verdict stands"]
    return []
