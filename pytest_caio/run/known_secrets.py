"""The one redactor of a run, which knows every secret of it."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from pytest_caio.privacy.redactor import Redactor, Secret
from pytest_caio.settings.environments import Environment
from pytest_caio.settings.ghl_access import GhlAccess
from pytest_caio.settings.options import Options


def redactor_for(
    environments: Iterable[Environment],
    options: Options,
    ghl: Mapping[str, GhlAccess] = MappingProxyType({}),
    webhooks: Mapping[str, Secret] = MappingProxyType({}),
    passwords: Mapping[str, Secret] = MappingProxyType({}),
) -> Redactor:
    """Return a redactor that knows every token of the run, and each password."""
    secrets = dict(passwords)
    secrets |= {f"token:ghl:{name}": access.token for name, access in ghl.items()}
    secrets |= {f"token:webhook:{name}": secret for name, secret in webhooks.items()}
    secrets |= {f"token:{e.name}": e.token for e in environments}
    return Redactor(secrets, options.keep_content)
