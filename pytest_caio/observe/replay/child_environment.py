"""What a runner's process is given of this one's environment: nothing that is the gate's own."""

import os


def child_environment() -> dict[str, str]:
    """Return the environment for a child process: this one's without the gate's own secrets."""
    return {
        name: value
        for name, value in os.environ.items()
        if not (name.startswith("CAIO_") and name.endswith(("_TOKEN", "_WEBHOOK_URL")))
        and not name.startswith("PYTEST_")
    }
