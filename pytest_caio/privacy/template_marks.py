"""Marks of a template that nobody filled in, in a subject, a body or its greeting.

Source: ``docs/checks.md, Texts of a card``. Every search takes time that grows with the text's
length and no faster: a repetition is bounded, or stops at what the next one begins with.
"""

import re
from enum import IntEnum


class Mark(IntEnum):
    """How sure a mark is; what is doubtful may well be meant so."""

    NONE = 0
    DOUBTFUL = 1
    UNRENDERED = 2


# %FIRST_NAME%, *|FNAME|*, <<name>>, <First Name>, <%= name %>, $FIRST_NAME, %7B%7Bname%7D%7D.
_MERGE_FIELD = re.compile(
    r"(?<![\w%])%{1,2}(?:[A-Z][A-Z0-9_]{2,40}|[a-z]{1,30}(?:_[a-z]{1,30}){1,4})%"
    r"|\*\|[^|*\n]{1,60}\|\*"
    r"|<<\s{0,9}[A-Za-z_][\w .-]{0,60}>>"
    r"|<(?:[Ff]irst|[Ll]ast|[Ff]ull|[Yy]our|[Cc]ompany)[ _][Nn]ame>"
    r"|<%[=-]?[^%<>\n]{1,200}%>"
    r"|\$[A-Z]{1,30}(?:_[A-Z0-9]{1,30}){1,6}\b"
    r"|%7B(?:%7B)?[\w.+-]{1,60}%7D"
)
_PAIRS = (("{{", "}}"), ("{%", "%}"), ("{#", "#}"))
_BRACED = re.compile(r"\{([^{}]{0,200})\}")
_FIELD_IN_BRACES = re.compile(r"[A-Za-z_]\w*+(?:[ .-]\w++){0,3}")
_CODE = re.compile(r"[\"':;=<>()\\]")
# No link in Markdown ("[our site](https://…)", "[our site][1]"), and no checkbox.
_BRACKETED = re.compile(r"\[([^\[\]\n]{2,60})\](?![(\[:])")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_OWNER = (
    "first|last|full|middle|company|recipient|contact|sender|prospect|lead|customer|client|job|"
    "business|organi[sz]ation|account|work"
)
_NOUN = (
    "name|company|firm|organi[sz]ation|title|role|position|industry|city|location|e ?mail|"
    "address|phone|number|website|domain|surname|signature"
)
_FIELD_IN_BRACKETS = re.compile(
    rf"(?:(?:{_OWNER}) ){{0,3}}(?:{_NOUN})(?: here)?|(?:your|insert|enter) .{{1,50}}"
    r"|first|last|fname|lname|sender|recipient|(?:todo|tbd|tbc|xxx)\b.{0,50}"
)

_GREETING = re.compile(
    r"(?:hi|hiya|hello|hey|dear|greetings|hallo|hola|bonjour|good (?:morning|afternoon|evening))"
    r"(?=[\s,!:]|$)(?P<rest>.{0,200})",
    re.IGNORECASE,
)
_AFTER_NAME = re.compile(r"[,!:;?]|\s[-–—]+\s")
# What the dashboard's own fields are called and hold; nobody writes so to somebody.
_OWN_NAMES = re.compile(r"\b(?:tier_[1-3]|icp_(?:score|tier))\b")
_LINK = re.compile(r"\b(?:https?://|www\.)\S+", re.IGNORECASE)
# In words; more of them are a sentence.
_LONGEST_NAME = 4
_TITLES = frozenset("mr mrs ms miss mx dr prof herr frau".split())
# As a program writes that there is no value; "Nan" and "Null" are names of people.
_NO_VALUE = frozenset("None NONE undefined Undefined null NULL nan NaN N/A n/a".split())
_FIELD_AS_NAME = re.compile(
    r"(?:(?:first|last|full|your|contact|lead|recipient|prospect)[ _]?)?name|[fl]name",
    re.IGNORECASE,
)


def marks(written: str, plain: str, first_line: str) -> Mark:
    """Return the surest mark in a text: as it was written, as it reads, and in its greeting."""
    field = any(sign in written for sign in "%*<$") and _MERGE_FIELD.search(written)
    if field or _has_pair(written) or _OWN_NAMES.search(_LINK.sub(" ", plain)):
        return Mark.UNRENDERED
    return max(_braced(written), _bracketed(plain), greeting(first_line))


def _has_pair(text: str) -> bool:
    return any(
        (start := text.find(opens)) >= 0 and text.find(closes, start + 2) >= 0
        for opens, closes in _PAIRS
    )


def _braced(text: str) -> Mark:
    """``{name}`` and ``{Hi|Hello}`` are a template's; ``{color: red}`` and ``{"a": 1}`` are not."""
    found = Mark.NONE
    for each in _BRACED.finditer(text):
        inside = each[1].strip()
        if _CODE.search(inside):
            continue
        if "|" in inside or _FIELD_IN_BRACES.fullmatch(inside):
            return Mark.UNRENDERED
        if not inside or inside.isdigit():
            found = Mark.DOUBTFUL
    return found


def _bracketed(text: str) -> Mark:
    """``[Company]`` is a field; another phrase is doubtful where it stands amid prose."""
    found = Mark.NONE
    prose = len(text) - len(text.lstrip())
    for each in _BRACKETED.finditer(text):
        words = re.sub(r"[\s_-]+", " ", _CAMEL.sub(" ", each[1])).strip().lower()
        if _FIELD_IN_BRACKETS.fullmatch(words):
            return Mark.UNRENDERED
        if each.start() > prose and any(c.isalpha() for c in words):
            found = Mark.DOUBTFUL
    return found


def greeting(line: str) -> Mark:
    """Return what a greeting shows of the name in it; nothing where the line is no greeting."""
    greets = _GREETING.match(line.strip())
    if not greets:
        return Mark.NONE
    words, titled = _name_in(greets["rest"])
    if not words:
        # "Hello," is whole; in "Hi ," and "Dear Mr. ," a name is missing.
        return Mark.DOUBTFUL if titled or greets["rest"][:1].isspace() else Mark.NONE
    if len(words) > _LONGEST_NAME:
        return Mark.DOUBTFUL if words[0] in _NO_VALUE else Mark.NONE
    if _NO_VALUE & set(words) or _FIELD_AS_NAME.fullmatch(" ".join(words)):
        return Mark.UNRENDERED
    return Mark.DOUBTFUL if [word.lower() for word in words] in (["there"], ["none"]) else Mark.NONE


def named(line: str) -> tuple[str, ...]:
    """Return the words of the name that a line greets, or is; none where it is neither."""
    greets = _GREETING.match(line.strip())
    words, _ = _name_in(greets["rest"] if greets else line)
    whole = all(word.replace("-", "").replace("’", "").isalpha() for word in words)
    return tuple(words) if whole and len(words) <= _LONGEST_NAME else ()


def _name_in(text: str) -> tuple[list[str], bool]:
    """Return the words of a name without a title, and whether there is one."""
    parts = _AFTER_NAME.split(text, maxsplit=1)
    words = [word.strip(".*_\"'()<>[]{}%$") for word in parts[0].split()]
    titled = bool(words) and words[0].lower() in _TITLES
    return [word for word in (words[1:] if titled else words) if word], titled
