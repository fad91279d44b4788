"""``rejection.tags``: the twelve tags, labelled, each once."""

from __future__ import annotations

from typing import Any

import pytest
from deployments import FAIL, PASS, TAGS_BODY, g1, g2, mistyped, older, ruled, unusable

from pytest_caio.evidence.model import Evidence
from pytest_caio.evidence.probe_names import TAGS
from pytest_caio.gates.policy import Policy
from pytest_caio.testing import observed
from pytest_caio.verdict.finding import Outcome

ALL = TAGS_BODY["tags"]


def tags(*found: Any) -> Evidence:
    """The list of these tags."""
    return observed(TAGS, {"tags": list(found)})


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        *unusable(TAGS, TAGS_BODY),
        *mistyped(TAGS, TAGS_BODY, {"tags": list}),
        (tags(*ALL), PASS),
        (tags(*reversed(ALL)), PASS),
        (tags(*ALL, {"id": "thirteenth", "label": "Thirteenth"}), PASS),
        (tags(), FAIL),
        (tags(*ALL[1:]), FAIL),
        (tags(*ALL, ALL[0]), FAIL),
        (tags(*ALL[1:], ALL[0] | {"label": ""}), FAIL),
        (tags(*ALL[1:], ALL[0] | {"label": "  "}), FAIL),
        (tags(*ALL[1:], ALL[0] | {"label": None}), FAIL),
        (tags(*ALL[1:], ALL[0] | {"label": ["x"]}), FAIL),
        (tags(*ALL[1:], ALL[0] | {"label": ALL[1]["label"].upper()}), FAIL),
        (tags(*ALL[1:], {"label": "No id"}), FAIL),
        (tags(*ALL[1:], {"id": ["other"], "label": "List"}), FAIL),
        (tags(*ALL[1:], {"id": 7, "label": "Number"}), FAIL),
        (tags(*ALL[1:], ALL[0] | {"id": ALL[0]["id"].upper()}), FAIL),
        (tags(*ALL[1:], ALL[0] | {"id": f" {ALL[0]['id']}"}), FAIL),
        (tags(*(tag["id"] for tag in ALL)), FAIL),
        (tags(*ALL, None), FAIL),
    ],
)
def test_tags(evidence: Evidence, outcome: Outcome) -> None:
    """All twelve with a label of their own; a further one does no harm."""
    assert ruled("rejection.tags", g2(), evidence).outcome is outcome


def relabelled(**labels: str) -> Evidence:
    """The twelve, some of them with another label."""
    return tags(*(tag | {"label": labels.get(tag["id"], tag["label"])} for tag in ALL))


@pytest.mark.parametrize(
    ("evidence", "outcome"),
    [
        (relabelled(weak_cta="Call to action is weak", icp_mismatch="Wrong audience"), PASS),
        (relabelled(weak_cta="Other call to action", tone_style_issue="Otherwise put"), PASS),
        (relabelled(other="Something else", length_issue="Too long / too short"), PASS),
        (relabelled(icp_mismatch="Personalization"), PASS),
        (relabelled(length_issue="Too long for its subject",
                    icp_mismatch="Not who this campaign is for"), PASS),
        (relabelled(icp_mismatch="Personalization", weak_cta="Compliance problem"), FAIL),
        (tags(*(t | {"label": u["label"]} for t, u in zip(ALL, ALL[1:] + ALL[:1], strict=True))),
         FAIL),
        (relabelled(weak_cta="Weak subject", weak_subject="Weak CTA"), FAIL),
    ],
)  # fmt: skip
def test_labels_that_stand_at_other_tags(evidence: Evidence, outcome: Outcome) -> None:
    """Other words are a matter of taste; another tag's words on several are a mix-up."""
    assert ruled("rejection.tags", g2(), evidence).outcome is outcome


def test_generations() -> None:
    """G1 has them; an older deployment is red on it, and says why."""
    assert ruled("rejection.tags", g1()).outcome is PASS
    said = ruled("rejection.tags", older())
    assert said.outcome is FAIL
    assert "404: this deployment does not have it" in said.observed


def test_the_policy_names_the_tags() -> None:
    """Another policy wants another list; what is missing is named."""
    said = ruled("rejection.tags", g2(), policy=Policy(rejection_tags=("other", "brand_new")))
    assert (said.outcome, said.observed) == (FAIL, "not in the list: brand_new")
