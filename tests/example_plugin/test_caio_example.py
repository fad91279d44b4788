"""How a package tests a judge of its own: evidence in, a ruling out, no deployment."""

from caio_example import TWICE, pytest_caio_judges

from pytest_caio.api import Observed
from pytest_caio.testing import ENVIRONMENT, exchange, ruling


def test_it_fails_where_somebody_pulls_the_stop() -> None:
    (judge,) = pytest_caio_judges()
    reads = (exchange("GET /api/operator/status", {"emergency_stop": on}) for on in (False, True))
    found = ruling(judge, Observed(TWICE, ENVIRONMENT, tuple(reads)), settings={"wanted": False})
    assert (found.outcome, found.observed) == ("fail", "false, then true")
