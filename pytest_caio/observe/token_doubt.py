"""Whether the token may be tried at the login page."""

from pytest_caio.evidence.model import Unobserved
from pytest_caio.evidence.probe_names import STATUS
from pytest_caio.observe.probe import Context


def token_in_doubt(context: Context) -> str:
    """Return why the token is not tried at the login page, or nothing where it may be.

    A token that the API refuses would count as a wrong login, and five of them lock the address
    out (``docs/dashboard.md, Access``). The probe that asks needs ``STATUS``.
    """
    status = context.evidence[STATUS]
    if isinstance(status, Unobserved):
        return "whether the API takes the token was not seen, so it is not tried at the login page"
    if status.answer.status in {401, 403}:
        return "the API refused the token, so it is not tried at the login page"
    return ""
