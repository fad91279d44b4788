"""The secret of a deployment's webhook, where one is given (``docs/checks.md, Gate smoke``)."""

from collections.abc import Iterable, Mapping

from pytest_caio.base.messages import listed
from pytest_caio.privacy.redactor import Secret
from pytest_caio.settings.environments import (
    Environment,
    EnvironmentProblem,
    token_problems,
    variable,
)

OF_THE_ONLY_ONE = "CAIO_WEBHOOK_TOKEN"
"""The variable that does without an environment's name, where only one is asked for."""
WHAT = "WEBHOOK_TOKEN"


def not_given(environment: str) -> str:
    """Return what is said of an environment whose secret nobody gave."""
    return f"no webhook secret was given: set {variable(environment, WHAT)} to have it tried"


def webhook_secrets(
    deployed: Iterable[Environment], variables: Mapping[str, str]
) -> dict[str, Secret]:
    """Return the secrets that the variables name, by environment; none where none is given.

    Raises EnvironmentProblem, without showing a secret, for what is malformed, and where a secret
    doesn't say whose it is.
    """
    places = tuple(deployed)
    names = {place.name: variable(place.name, WHAT) for place in places}
    own = {name: variables.get(names[name], "").strip() for name in names}
    shared = variables.get(OF_THE_ONLY_ONE, "").strip()
    problems = []
    if shared and len(places) > 1 and not all(own.values()):
        wanted = listed(names[name] for name in names if not own[name])
        problems.append(f"{OF_THE_ONLY_ONE} doesn't say whose it is: set {wanted} instead")
    elif shared:
        names |= {name: OF_THE_ONLY_ONE for name in names if not own[name]}
        own = {name: value or shared for name, value in own.items()}
    for place in places:
        if value := own[place.name]:
            problems += token_problems(names[place.name], value)
            if value == place.token.reveal():
                text = f"{names[place.name]} is the dashboard's own token: a webhook has another"
                problems.append(text)
    if problems:
        raise EnvironmentProblem("\n".join(problems))
    return {name: Secret(value) for name, value in own.items() if value}
