"""Whose webhook's secret a variable holds."""

from __future__ import annotations

import pytest

from pytest_caio.privacy.redactor import Secret
from pytest_caio.settings.environments import Environment, EnvironmentProblem, names
from pytest_caio.settings.webhook_secrets import webhook_secrets

SECRET = "w3bhook-secret"
STAGING = Environment("staging", "staging", "https://s.example.com", Secret("t0ken-of-staging"))
PROD = Environment("production", "production", "https://p.example.com", Secret("t0ken-of-prod"))


@pytest.mark.parametrize(
    ("places", "variables", "wanted"),
    [
        ([PROD], {}, {}),
        ([PROD], {"CAIO_PROD_WEBHOOK_TOKEN": f" {SECRET} "}, {"production": SECRET}),
        ([PROD], {"CAIO_WEBHOOK_TOKEN": SECRET}, {"production": SECRET}),
        ([PROD], {"CAIO_WEBHOOK_TOKEN": "another", "CAIO_PROD_WEBHOOK_TOKEN": SECRET},
         {"production": SECRET}),
        ([PROD], {"CAIO_STAGING_WEBHOOK_TOKEN": SECRET}, {}),
        ([STAGING, PROD], {"CAIO_PROD_WEBHOOK_TOKEN": SECRET}, {"production": SECRET}),
        ([], {"CAIO_WEBHOOK_TOKEN": SECRET}, {}),
    ],
)  # fmt: skip
def test_whose_it_is(
    places: list[Environment], variables: dict[str, str], wanted: dict[str, str]
) -> None:
    """An environment's own variable, or the one without a name where there is no other."""
    found = webhook_secrets(places, variables)
    assert {name: secret.reveal() for name, secret in found.items()} == wanted
    assert SECRET not in repr(found)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"CAIO_WEBHOOK_TOKEN": SECRET},
         "set CAIO_STAGING_WEBHOOK_TOKEN and CAIO_PROD_WEBHOOK_TOKEN instead"),
        ({"CAIO_WEBHOOK_TOKEN": SECRET, "CAIO_PROD_WEBHOOK_TOKEN": SECRET},
         "set CAIO_STAGING_WEBHOOK_TOKEN instead"),
        ({"CAIO_PROD_WEBHOOK_TOKEN": "sh0rt"}, "CAIO_PROD_WEBHOOK_TOKEN is shorter"),
        ({"CAIO_PROD_WEBHOOK_TOKEN": SECRET + "\n\u00e9"}, "has a line break in it"),
        ({"CAIO_PROD_WEBHOOK_TOKEN": PROD.token.reveal()}, "the dashboard's own token"),
    ],
)  # fmt: skip
def test_what_is_wrong(variables: dict[str, str], said: str) -> None:
    """It is said before anything is sent, and never shown."""
    with pytest.raises(EnvironmentProblem, match=said) as caught:
        webhook_secrets([STAGING, PROD], variables)
    assert not any(value in str(caught.value) for value in variables.values())


@pytest.mark.parametrize("name", ["webhook", "prod-webhook", "staging_webhook"])
def test_no_environment_has_its_variables(name: str) -> None:
    """Else one variable would be two secrets."""
    key = f"CAIO_{name.upper().replace('-', '_')}_URL"
    with pytest.raises(EnvironmentProblem, match="reserved"):
        names([name], (), {key: "https://x.example.com"})
