"""Which generation of dashboard this is, told from its answers.

Source: ``docs/dashboard.md, Generations``.
"""

from enum import StrEnum

from pytest_caio.base.strict_json import JsonProblem
from pytest_caio.evidence.model import Exchange, Observed
from pytest_caio.evidence.probe_names import DEPENDENCIES, LOGIN_PAGE, STATUS, TAGS
from pytest_caio.judge.look import Look, NoEvidence
from pytest_caio.verdict.known_causes import TOKEN


class Generation(StrEnum):
    """G2 has pages behind a login, G1 open ones; an older one has no clean-days ramp or tags."""

    G2 = "G2"
    G1 = "G1"
    OLDER = "older than G1"


PROBES = (LOGIN_PAGE, DEPENDENCIES, STATUS, TAGS)


def generation(look: Look) -> Generation:
    """Return the generation; raise :class:`NoEvidence` where the answers don't show it.

    An ``auth`` object or a login page makes it G2 (a G2 that lost one of the two is still held
    to G2's rules). Without both, rejection tags or the clean-days ramp make it G1.
    """
    dependencies = _body(look, DEPENDENCIES)
    login = _exchange(look, LOGIN_PAGE)
    if dependencies is not None and "auth" in dependencies:
        return Generation.G2
    if login is None or login.status == 429 or (login.status or 500) >= 500:
        raise NoEvidence("which generation this is doesn't show: GET /login gave no answer")
    if login.status != 404:
        return Generation.G2
    ramp = (_body(look, STATUS) or {}).get("ramp")
    tags = _exchange(look, TAGS)
    if (isinstance(ramp, dict) and "mode" in ramp) or _body(look, TAGS) is not None:
        return Generation.G1
    if isinstance(ramp, dict) and tags is not None and tags.status == 404:
        return Generation.OLDER
    text = "which generation this is doesn't show: neither tags nor ramp were seen"
    refused = tags is not None and tags.status in {401, 403}
    raise NoEvidence(text, cause=TOKEN if refused else "")


def strictest(look: Look) -> Generation:
    """Return the generation; what doesn't show is held to the strictest rules."""
    try:
        return generation(look)
    except NoEvidence:
        return Generation.G2


def _exchange(look: Look, probe: str) -> Exchange | None:
    found = look.evidence.get(probe)
    return found.answer if isinstance(found, Observed) else None


def _body(look: Look, probe: str) -> dict[str, object] | None:
    exchange = _exchange(look, probe)
    if exchange is None or exchange.status != 200:
        return None
    try:
        value = exchange.json()
    except JsonProblem:
        return None
    return value if isinstance(value, dict) else None
