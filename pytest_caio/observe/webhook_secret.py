"""A webhook call with the secret that was given, whose body nothing can be made of."""

from collections.abc import Mapping

from pytest_caio.evidence.model import Evidence, Unobserved
from pytest_caio.evidence.probe_names import WEBHOOK_SECRET
from pytest_caio.gates.request import Identity, Request
from pytest_caio.interlock.deeds import Deed
from pytest_caio.interlock.webhook_call import NOT_JSON, PATH, headers_with
from pytest_caio.observe.asked import Asked
from pytest_caio.observe.probe import Context, Probe, ask
from pytest_caio.privacy.redactor import Secret
from pytest_caio.settings.webhook_secrets import not_given


def webhook_secret(secrets: Mapping[str, Secret]) -> Probe:
    """Return the probe that tries each environment's own secret, where there is one."""

    async def observe(context: Context) -> Evidence:
        secret = secrets.get(context.environment)
        if secret is None:
            reason = not_given(context.environment)
            return Unobserved(WEBHOOK_SECRET, context.environment, reason)
        headers = headers_with(secret)
        request = Request("POST", PATH, Identity.ANONYMOUS, headers, NOT_JSON, twice=True)
        return await ask(context, request, WEBHOOK_SECRET)

    asks = (Asked(f"POST {PATH} as its secret", why=Deed.SIGNED_WEBHOOK),)
    return Probe(WEBHOOK_SECRET, observe, asks=asks)
