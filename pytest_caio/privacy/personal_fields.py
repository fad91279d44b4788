"""Which values are people's data, by what an answer calls them: in JSON, and in text that isn't.

An error page may quote the request, a log line or a Python dictionary; what stands after such a
name is reduced there too.
"""

import re

from pytest_caio.privacy.reduced_text import mask_address, mask_addresses, reduce_text

# Whatever an answer calls them, these hold what was written to a contact, or who that is.
_TEXTS = frozenset(
    "subject body body_html html_body body_text text_body html preview email_body email_subject "
    "original_body original_subject edited_body edited_subject first_name last_name full_name "
    "recipient_name contact_name lead_name to_name".split()
)
# What reviewers say of people, and whom those work for; blank, it says nothing and stays.
_WORDS = frozenset(
    "company company_name rejection_reason feedback reviewer_feedback comment comments notes "
    "person_name".split()
)
_PEOPLE = frozenset({"recipient_data", "contact", "lead", "prospect"})
_ADDRESSES = frozenset("to email recipient recipient_email visitor_email to_email cc bcc".split())
_KEYS = _TEXTS | _ADDRESSES | _PEOPLE
_FREE = _TEXTS | _WORDS

_QUOTE = r"\\{0,7}[\"']|&(?:quot|apos|#0*3[49]|#x0*2[27]);"
_KEY = rf"(?P<quote>{_QUOTE})(?P<key>KEYS)(?P=quote)\s*[:=]\s*"
# A value ends at the quote that opened it; what was cut off before that ends with the text.
_VALUE = rf"(?P<open>{_QUOTE})(?P<value>(?:\\{{3}}[\"']|(?!(?P=open))(?:\\.|[^\\]))*)(?:(?P=open))?"


def _compiled(keys: frozenset[str], rest: str) -> re.Pattern[str]:
    head = _KEY.replace("KEYS", "|".join(sorted(keys)))
    return re.compile(head + rest, re.IGNORECASE | re.DOTALL)


# Whose name it is can't be told where the structure is lost.
_LOOSE_TEXT = _compiled(_FREE | _ADDRESSES | {"name"}, _VALUE)
_LOOSE_PERSON = _compiled(_PEOPLE, r"\{(?P<inside>[^{}]*)")
_ANY_VALUE = re.compile(r"(?<=[:=])\s*" + _VALUE, re.DOTALL)


def inherit(parent: str, name: str) -> str:
    """Return what a value called ``name`` counts as, inside something called ``parent``."""
    if parent in _PEOPLE and name.lower() in _ADDRESSES:
        return name.lower()
    return parent if parent in _KEYS else name.lower()


def reduce_value(value: str, key: str) -> str:
    """Return the text called ``key`` as it may be written down."""
    if key in _TEXTS or key in _PEOPLE:
        return reduce_text(value)
    if key in _WORDS and value.strip():
        return reduce_text(value)
    if key in _ADDRESSES:
        return mask_address(value)
    return reduce_loose(value)


def reduce_loose(text: str) -> str:
    """Return a text that is not JSON with the people's data in it reduced."""
    text = _LOOSE_PERSON.sub(_person, text)
    return mask_addresses(_LOOSE_TEXT.sub(_named, text))


def _named(found: re.Match[str]) -> str:
    key = found["key"].lower()
    reduced = reduce_value(found["value"], key if key in _KEYS | _WORDS else "subject")
    return found[0][: found.start("value") - found.start()] + reduced + found["open"]


def _person(found: re.Match[str]) -> str:
    inside = _ANY_VALUE.sub(
        lambda m: f" {m['open']}{reduce_text(m['value'])}{m['open']}", found["inside"]
    )
    return found[0][: found.start("inside") - found.start()] + inside
