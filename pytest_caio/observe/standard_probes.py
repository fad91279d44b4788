"""The probes of the standard gates that are more than one plain request."""

from pytest_caio.observe import answers_alone, queue_readings, wrong_credentials
from pytest_caio.observe import refusals as rejection
from pytest_caio.observe import sessions as pages
from pytest_caio.observe.page import page_probes as browser
from pytest_caio.observe.probe import Probe


def standard_probes() -> tuple[Probe, ...]:
    """Return every probe that a standard judge names and that is not a plain request."""
    return (
        *wrong_credentials.PROBES,
        *answers_alone.PROBES,
        *queue_readings.PROBES,
        *pages.PROBES,
        *rejection.PROBES,
        *browser.PROBES,
    )
