"""The one call of a webhook that carries its secret: it is no JSON, so nothing can come of it.

Source: ``docs/dashboard.md, Harmless questions``.
"""

from dataclasses import replace

from pytest_caio.interlock.made_up import CREDENTIALS
from pytest_caio.interlock.outgoing import Outgoing
from pytest_caio.privacy.redactor import Secret

PATH = "/webhooks/heyreach"
NOT_JSON = b"{caio-gate: this is not JSON"


def headers_with(secret: Secret) -> dict[str, str]:
    """Return the headers of the call."""
    return {"Authorization": f"Bearer {secret.reveal()}", "Content-Type": "application/json"}


def is_webhook_call(request: Outgoing, home: str, secret: Secret) -> bool:
    """Return whether a request is exactly this call, at its own deployment ``home``."""
    given = {name: request.headers[name] for name in CREDENTIALS if name in request.headers}
    others = {name: v for name, v in request.headers.items() if name != "authorization"}
    return (
        (request.method, request.url, request.body) == ("POST", f"{home}{PATH}", NOT_JSON)
        and given == {"authorization": f"Bearer {secret.reveal()}"}
        and request.headers.get("content-type") == "application/json"
        and request.grant is None
        and not replace(request, headers=others).carries(secret)
    )
