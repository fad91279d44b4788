"""Ids of cards outside the operator's machine: their two ends, and nothing between."""

from __future__ import annotations

import time

import pytest

from pytest_caio.privacy.card_ids import ShortIds, ids_in, short_id

CARD = "pipeline_20260224_163335_jessie_sloan_d814e4"


@pytest.mark.parametrize(
    ("card", "short"),
    [
        (CARD, "pipeline_…_d814e4"),
        ("seed_20260224_163335_0001", "seed_…_0001~"),
        ("run_20260224_163335_a1", "run_…_a1~"),
        ("pipeline_1_jane_followup", "pipeline_…_followup~"),
        ("pipeline_20260224_josé_d814e4", "pipeline_…_d814e4"),
        # Nothing is between.
        ("seed_1", "seed_1"),
        ("live-1", "live-1"),
        ("caio-gate-card_0001", "caio-gate-card_0001"),
        ("", ""),
    ],
)
def test_short(card: str, short: str) -> None:
    """With a hash where the last part may be that of many; a short one stays as it is."""
    found = short_id(card)
    assert found.startswith(short)
    assert len(found) == len(short) + (8 if short.endswith("~") else 0)
    assert short_id(found) == found


def test_two_that_would_look_alike() -> None:
    """Within a report each card has a name of its own."""
    other = CARD.replace("jessie_sloan", "ann_other")
    texts = [ShortIds.of([CARD, other, CARD]).text(card) for card in (CARD, other)]
    assert len(set(texts)) == 2
    assert all(text.startswith("pipeline_…_d814e4~") for text in texts)


@pytest.mark.parametrize(
    "text",
    [
        f'{{"email_id": "{CARD}"}}', f"card {CARD} is stale.", f"/api/emails/{CARD}/reject?x=1",
        f"see {CARD}, {CARD}; and ({CARD})", f"'{CARD}'", f"{CARD}.", f"x={CARD}&y=1",
        f'"{{\\"email_id\\": \\"{CARD}\\"}}"',
    ],
)  # fmt: skip
@pytest.mark.parametrize("known", [[CARD], []])
def test_wherever_it_stands(text: str, known: list[str]) -> None:
    """Known as a card's id or not, whatever holds a time and a name is shortened."""
    found = ShortIds.of(known).text(text)
    assert "jessie" not in found
    assert "sloan" not in found
    assert "pipeline_…_d814e4" in found
    assert ShortIds.of(known).text(found) == found


def test_in_a_url_it_stays_one() -> None:
    """An id that is escaped there stays so."""
    card = "pipeline_20260224_josé_d814e4"
    url = "https://c.example/api/emails/pipeline_20260224_jos%C3%A9_d814e4/reject"
    assert list(ids_in(url)) == [card]
    assert "pipeline_%E2%80%A6_d814e4/reject" in ShortIds.of([card]).text(url)


@pytest.mark.parametrize(
    "text",
    [
        "queue_hygiene_non_actionable", "placeholder_or_rendering_issue", "run_20260224_163335",
        "excluded_non_actionable_count", "ready_for_live_send", "stale_gt_72h", "_do_not_dispatch",
        "https://caio.example.com/api/rejection-tags", "caio_gate_unknown_1234567",
    ],
)  # fmt: skip
def test_other_words_stay(text: str) -> None:
    """Tags, flags, runs and paths are nobody."""
    assert ShortIds.of([CARD]).text(text) == text


def test_which_are_ids() -> None:
    """What an answer calls so, also in a list and in JSON within JSON."""
    text = '{"email_ids": ["a_b_c", "d_e_f"], "x": "{\\"email_id\\": \\"g_h_i\\"}", "id": "j_k_l"}'
    assert set(ids_in(text)) == {"a_b_c", "d_e_f", "g_h_i"}


@pytest.mark.parametrize(
    "text", ["a" * 3_000_000, "_" * 3_000_000, "a_" * 1_500_000, "%" * 999_999]
)
def test_texts_without_end_take_no_time(text: str) -> None:
    """Whatever a deployment sends."""
    started = time.monotonic()
    ShortIds.of([CARD]).text(text)
    assert time.monotonic() - started < 5
