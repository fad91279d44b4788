"""People's data in its reduced form: masks, lengths, hashes, and the facts that judges need."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pytest_caio.privacy.reduced_text import facts, mask_address, mask_addresses, reduce_text

ADDRESSES = {
    "plain": "jane@example.com",
    "plus": "jane+news@mail.example.co.uk",
    "apostrophe": "bob.o'neil@example.com",
    "letters beyond ASCII": "jané.döe@exämple.com",
    "URL": "jane%40example.com",
    "URL, plus": "jane%2Bnews%40example.com",
    "HTML": "jane&#64;example.com",
    "HTML, hexadecimal": "jane&#x40;example.com",
    "JSON": "jan\\u00e9\\u0040example.com",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
@pytest.mark.parametrize("around", ["{}", "to <{}>,", "mailto:{}?x=1", "a={}&b", '"{}"', "({})"])
def test_addresses_in_a_text(address: str, around: str) -> None:
    """Only the first letters, the last part of the host and a hash are left."""
    shown = mask_addresses(around.format(address))
    assert "jane" not in shown
    assert "bob." not in shown
    assert "example" not in shown
    assert "ple.c" not in shown
    assert re.search(r"\w…@\w….(?:com|uk) \([0-9a-f]{8}\)", shown)


def test_the_same_address_has_the_same_mask() -> None:
    """Case doesn't matter, so duplicates stay duplicates."""
    assert mask_address("Jane@Example.com").lower() == mask_address("jane@example.com").lower()
    assert mask_address("jane@example.com") != mask_address("joan@example.com")
    assert mask_address("Jane Roe <jane@example.com>") == mask_address("jane@example.com")


@pytest.mark.parametrize("text", ["", "Unknown", "jane", "@", "jane@localhost", "a@b@c"])
def test_what_is_no_address(text: str) -> None:
    """It is reduced as any other text, so nothing of it is kept by mistake."""
    assert mask_address(text) == reduce_text(text)


@given(st.text())
def test_facts_survive_the_reduction(text: str) -> None:
    """A judge learns the same from the reduced text as from the original."""
    assert facts(reduce_text(text)) == facts(text)
    assert reduce_text(reduce_text(text)) == reduce_text(text)


@given(st.text(), st.text())
def test_hashes_tell_texts_apart(one: str, other: str) -> None:
    """Different texts have different forms."""
    assert (reduce_text(one) == reduce_text(other)) is (one == other)


@given(st.text(max_size=60))
def test_masks_are_stable(text: str) -> None:
    """Masking twice is masking once."""
    assert mask_addresses(mask_addresses(text)) == mask_addresses(text)
    assert mask_address(mask_address(text)) == mask_address(text)


@pytest.mark.parametrize(
    ("text", "blank", "placeholder", "unrendered"),
    [
        ("Hello Jane, how are you?", False, False, False),
        ("  \n", True, True, False),
        ("", True, True, False),
        ("TBD", False, True, False),
        ("Lorem ipsum dolor", False, True, False),
        ("Hi {{first_name}},", False, False, True),
        ("Hi {first_name},", False, False, True),
        ("Hi [First Name],", False, False, True),
        ("Hi %FIRSTNAME%", False, False, True),
        ("Hi <<name>>", False, False, True),
        ('100% of {"a": 1}', False, False, False),
        ("We speak of a placeholder in the middle of a longer letter here.", False, False, False),
    ],
)
def test_facts(text: str, blank: bool, placeholder: bool, unrendered: bool) -> None:
    """What a judge may know of a text: blank, a placeholder, a template that nobody filled in."""
    known = facts(text)
    assert (known.blank, known.placeholder, known.unrendered) == (blank, placeholder, unrendered)
    assert known.length == len(text)
