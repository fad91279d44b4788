"""Faults of the rejection gate: the tags, the server's rule and the page's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pytest_caio.rehearsal.deployment.behaviour import refuse_reject
from pytest_caio.rehearsal.deployment.core import Deployment
from pytest_caio.rehearsal.deployment.state import Card
from pytest_caio.rehearsal.faults.fault import G2_ONLY, Fault, code, setting

TAGS, SERVER = "rejection.tags", "rejection.server-blocks"
PAGE, PAGE_TAGS = "rejection.page-blocks", "rejection.page-tags"


def _reason_only(reason: str | None, _tag: str | None, known: Iterable[str]) -> str | None:
    return refuse_reject(reason, "other", [*known, "other"])


def _any_tag(reason: str | None, tag: str | None, known: Iterable[str]) -> str | None:
    return refuse_reject(reason, tag, [*known, (tag or "").strip().lower()])


def _blank_is_other(reason: str | None, tag: str | None, known: Iterable[str]) -> str | None:
    blank = tag is not None and not tag.strip()
    return refuse_reject(reason, "other" if blank else tag, known)


def _bare_passes(reason: str | None, tag: str | None, known: Iterable[str]) -> str | None:
    return refuse_reject(reason, tag, known) if (reason or "").strip() else None


def _part_of_tag(reason: str | None, tag: str | None, known: Iterable[str]) -> str | None:
    whole = [name for name in known if tag and name.startswith(tag.strip())]
    return refuse_reject(reason, whole[0] if whole else tag, known)


def _empty_tag(reason: str | None, tag: str | None, known: Iterable[str]) -> str | None:
    return refuse_reject(reason, "other" if tag == "" else tag, known)


def _no_reason(reason: str | None, tag: str | None, known: Iterable[str]) -> str | None:
    return refuse_reject("none needed", tag, known)


def _blank_reason(reason: str | None, tag: str | None, known: Iterable[str]) -> str | None:
    return refuse_reject("blank" if reason and not reason.strip() else reason, tag, known)


def _by_beginning(cards: Mapping[str, Card], card_id: str) -> Card | None:
    return next((card for one, card in cards.items() if one.startswith(card_id)), None)


def _page(**changes: Any) -> Callable[[Deployment], None]:
    def apply(deployment: Deployment) -> None:
        deployment.behaviour.page = replace(deployment.behaviour.page, **changes)

    return apply


def _drop_a_tag(deployment: Deployment) -> None:
    tags = deployment.state.tags
    deployment.state.tags = [tag for tag in tags if tag["id"] != "length_issue"]


def _unlabel_a_tag(deployment: Deployment) -> None:
    deployment.state.tags = [
        tag | {"label": ""} if tag["id"] == "length_issue" else tag for tag in deployment.state.tags
    ]


def _repeat_a_tag(deployment: Deployment) -> None:
    deployment.state.tags = [*deployment.state.tags, deployment.state.tags[-1]]


def _no_training_card(deployment: Deployment) -> None:
    cards = deployment.state.cards
    deployment.state.cards = {key: card for key, card in cards.items() if not card.training}


def _no_training_card_no_seed(deployment: Deployment) -> None:
    _no_training_card(deployment)
    deployment.configure(seed_enabled=False)


def _hide_training(deployment: Deployment) -> None:
    state = deployment.state
    for card in list(state.cards.values()):
        if card.training:
            state.add(replace(card, canary_training=True, do_not_dispatch=True))


REJECTION_FAULTS = (
    Fault(
        "tags-gone",
        "There is no list of rejection tags, as before the patch.",
        (TAGS,),
        setting(tags_enabled=False),
    ),
    Fault("tags-missing-one", "One of the twelve rejection tags is missing.", (TAGS,), _drop_a_tag),
    Fault("tags-unlabelled", "One rejection tag has no label.", (TAGS,), _unlabel_a_tag),
    Fault("tags-duplicate", "One rejection tag is listed twice.", (TAGS,), _repeat_a_tag),
    Fault(
        "untagged-accepted",
        "The server takes a rejection without a tag.",
        (SERVER,),
        code(reject_refusal=_reason_only),
    ),
    Fault(
        "unknown-tag-accepted",
        "The server takes a rejection with a tag that does not exist.",
        (SERVER,),
        code(reject_refusal=_any_tag),
    ),
    Fault(
        "blank-tag-accepted",
        "The server takes a rejection whose tag is blank.",
        (SERVER,),
        code(reject_refusal=_blank_is_other),
    ),
    Fault(
        "part-of-tag-accepted",
        "The server takes a rejection with the beginning of a tag.",
        (SERVER,),
        code(reject_refusal=_part_of_tag),
    ),
    Fault(
        "empty-tag-accepted",
        "The server looks at a tag only where there is something in it.",
        (SERVER,),
        code(reject_refusal=_empty_tag),
    ),
    Fault(
        "ids-by-beginning",
        "A card is found by the beginning of its id, whichever card that is.",
        (SERVER,),
        code(found=_by_beginning),
    ),
    Fault(
        "reason-not-required",
        "The server takes a rejection that has a tag and no reason.",
        (SERVER,),
        code(reject_refusal=_no_reason),
    ),
    Fault(
        "blank-reason-accepted",
        "The server takes a rejection whose reason is blank.",
        (SERVER,),
        code(reject_refusal=_blank_reason),
    ),
    Fault(
        "refused-but-rejected",
        "The server refuses an incomplete rejection, and carries it out all the same.",
        (SERVER,),
        code(reject_decides_first=True),
    ),
    Fault(
        "reasonless-accepted",
        "The server takes a rejection without a reason, and then asks for no tag either.",
        (SERVER,),
        code(reject_refusal=_bare_passes),
    ),
    Fault(
        "no-training-card",
        "No training card is in the queue, but one can be made.",
        (),
        _no_training_card,
        G2_ONLY,
    ),
    Fault(
        "no-training-card-and-no-seed",
        "No training card is in the queue and none can be made: the rule can't be tried.",
        (),
        _no_training_card_no_seed,
        G2_ONLY,
    ),
    Fault(
        "training-card-hidden",
        "Training cards are listed on request only, which is allowed: nothing fails.",
        (),
        _hide_training,
    ),
    Fault(
        "page-no-tag-field",
        "The page has no field for the tag and asks for a yes instead.",
        (PAGE, PAGE_TAGS),
        _page(tag_field=False, rule="confirm"),
    ),
    Fault(
        "page-tag-not-enforced",
        "The page has the tag field, but sends a rejection without it.",
        (PAGE,),
        _page(rule="ignored"),
    ),
    Fault(
        "page-dead-button",
        "The page's Reject button does nothing.",
        (PAGE,),
        _page(reject_wired=False),
    ),
    Fault(
        "page-tags-out-of-step",
        "The page offers an old list of tags of its own.",
        (PAGE_TAGS,),
        _page(tags_from_api=False),
    ),
    Fault(
        "page-confirm-instead",
        "The page asks for a yes where it should insist on a tag.",
        (PAGE,),
        _page(rule="confirm"),
    ),
)
