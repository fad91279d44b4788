"""Texts of cards, row by row of ``docs/checks.md, Texts of a card``, and mail as it is written."""

import pytest

from pytest_caio.privacy.reduced_text import facts, reduce_text

FAIL = (
    "Hi {{first_name}}, a call?",
    "Hello {% if name %}Jane{% endif %},",
    "A call, {name}?",
    "A call, {First Name}?",
    "A call, {first.name}?",
    "A call, {contact.company_name}?",
    "A call, ${name}?",
    "A call, #{name}?",
    "{Hi|Hello|Hey} Jane,",
    "{Hi there|Hello} Jane,",
    "Hello, about [Name] of Acme",
    "Hello [First Name], a call?",
    "Hello [first_name], a call?",
    "Hello [firstName], a call?",
    "Hello [[first_name]], a call?",
    "We like [Your Company] a lot",
    "We like [Company Name] a lot",
    "We like [your product] a lot",
    "We like [insert detail] a lot",
    "Yours, [Sender Name]",
    "We saw [TODO: what we saw] on your page",
    "Hello *|FNAME|*, a call?",
    "Hello %FIRST_NAME%, a call?",
    "Hello %FIRSTNAME%, a call?",
    "Hello %first_name%, a call?",
    "Hello %%FIRSTNAME%%, a call?",
    "Hello <<name>>, a call?",
    "Hello << First Name >>, a call?",
    "Hello &lt;&lt;name&gt;&gt;, a call?",
    "Hello <First Name>, a call?",
    "Hello <%= first_name %>, a call?",
    "Hello $FIRST_NAME, a call?",
    "Jane, {{unsubscribe_link}}",
    '<a href="{{unsubscribe_link}}">Unsubscribe</a>',
    '<a href="https://x.example/?u=%7B%7Bemail%7D%7D">Unsubscribe</a>',
    "&#123;&#123;name&#125;&#125;, a call?",
    "Hi None,\n\na call?",
    "Hi None, a call?",
    "Hi undefined,",
    "Hello null,",
    "Hey nan,",
    "Dear NaN,",
    "Good morning None,",
    "HI None!",
    "Hi None None,",
    "Hi Jane None,",
    "Hi 👋 None,",
    "Dear Mr. None,",
    "Hi first_name,",
    "Hi First Name,",
    "<p>Hi None,</p><p>a call?</p>",
    "<div>\n <b>Hi</b> null,<br>a call?</div>",
)
FILLER = (
    "TODO",
    "todo.",
    " TBD ",
    "N/A",
    "…",
    "...",
    "[TBD]",
    "None",
    "null",
    "No Subject",
    "(no subject)",
    "No Body Content",
    "No body content\n\n-- \nThe team\nUnsubscribe: https://x.example",
    "<p>No Body Content</p><p>The team</p>",
    "TODO\n\nThe team",
    "-- \nThe team\nUnsubscribe: https://x.example",
    "Lorem ipsum dolor sit amet",
    "Body goes here",
    "[placeholder]",
    "tier_1",
    "pending",
    "<p>t1_executive_buyers</p>",
    "",
    " \n\t",
    "<p>&nbsp;</p>",
    "\u200b",
)
ADVICE = (
    "Have a look at [link] when you can",
    "As [our colleague] said, it works",
    "It was [last week] that we met",
    "Hi there,\n\na call?",
    "Hello there!",
    "Hi ,\n\na call?",
    "Dear Mr. ,",
    "An idea for None",
    "A call with undefined",
    "You are number {0}",
    "Hi none,",
)
GOOD = (
    "snake_case, and why it matters",
    "Pending approval of your board?",
    "Approved vendors",
    "It is $500 a month, or $1,200.50 a year",
    "US$ 5 and 50%, 100% of it",
    "50% OFF and 20% MORE for you",
    "<style>p {color: red} .a{margin:0} {x}</style><p>Hello Jane,</p>",
    '<script type="application/ld+json">{"a": {"b": 1}, "c": {name}}</script><p>Hello Jane,</p>',
    "<!--[if mso]><table><![endif]--><p>Hello Jane,</p>",
    '{"a": 1}',
    "p {color: red}",
    "As shown before [1], and again [12]",
    "See [our site](https://example.com) and [the paper][1]",
    "[1]: https://example.com",
    "- [ ] one\n- [x] two",
    "[Case study] How Acme did it",
    "None of these is for you; they are null and void",
    "None of the above",
    "Undefined behaviour is a topic of its own",
    "Hi Nan,\n\na call?",
    "Dear Mr. Null,",
    "Hi Null,",
    "Dear Dr. Noneman,",
    "Hi Jane,\n\nnone of this is new to you.",
    "Hello,\n\na call?",
    "Hi!",
    "Hi 👋,",
    "Hi-tech for you",
    "Hello World is a program",
    "Dear Sir or Madam,",
    "Hi Jane — quick question",
    "Jane <jane@example.com> wrote: yes",
    "<p>Hello Jane,</p><p>a <b>call</b>?</p>",
    '<a href="https://x.example/?utm_source=mail&utm_campaign=q1%20a&first_name=Jane">x</a>',
    "https://x.example/%E2%9C%93%20done",
    "It costs 5 < 6 and 7 > 6",
    "<img src='https://x.example/a.png'>",
    "a_b_c and A_B_C, f(x) = {x: 1}",
    "Our TODO list is long; to be done soon",
    "To stop: https://x.example/out?email_id=12&utm_content=tier_1",
    '<a href="https://x.example/?tier=tier_1">a call</a>',
    "We speak of a placeholder in the middle of a longer letter here.",
    "There is no body content in what they send",
    "Name your price",
    "Best,\nJane\n--\nAcme Inc. | +1 (555) 010-0199 | [EU]",
    "Q1: a {small: thing}",
    "🎉 50 new leads",
)


@pytest.mark.parametrize("text", FAIL)
def test_a_template_that_nobody_filled_in(text: str) -> None:
    """Of whatever kind, in plain text and in HTML."""
    assert facts(text).unrendered, facts(text)


@pytest.mark.parametrize("text", FILLER)
def test_filler(text: str) -> None:
    """Nothing at all, what was to come, and what the server fills in, its signature under it."""
    assert facts(text).placeholder or facts(text).blank, facts(text)


@pytest.mark.parametrize("text", ADVICE)
def test_doubtful(text: str) -> None:
    """What may well be meant so is no template."""
    known = facts(text)
    assert known.doubtful, known
    assert not any((known.unrendered, known.placeholder, known.blank)), known


@pytest.mark.parametrize("text", GOOD)
def test_mail_as_it_is_written(text: str) -> None:
    """Prices, footnotes, links, styles, names and prose are none of all that."""
    known = facts(text)
    assert not any((known.unrendered, known.placeholder, known.blank)), known
    assert known.doubtful is ("[EU]" in text), known


@pytest.mark.parametrize(
    ("text", "way"),
    [
        ("Unsubscribe: https://x.example", True),
        ('<a href="https://x.example/u">unsubscribe</a>', True),
        ("You can opt out at any time", True),
        ("Just reply “no” and I stop", True),
        ("Reply with STOP", True),
        ("If you no longer wish to hear of us, say so", True),
        ("A call on Thursday?", False),
        ("Subscribe to our news", False),
    ],
)
def test_way_to_unsubscribe(text: str, way: bool) -> None:
    """By the text's own words."""
    assert facts(text).unsubscribe is way


@pytest.mark.parametrize(
    ("text", "cut"),
    [
        ("We found that…", 13),
        ("We found that...\n", 13),
        ("<p>We found that&hellip;</p>", 14),
        ("We found that…\n\nBest,\nDani", 13),
        ("So… a call?", 0),
        ("Soon…\nOr later.", 0),
        ("A call.", 0),
        ("…", 0),
        ("", 0),
    ],
)
def test_an_excerpt(text: str, cut: int) -> None:
    """Where a text breaks off as an excerpt does, also in its reduced form."""
    assert (facts(text).cut, facts(reduce_text(text)).cut) == (cut, cut)


@pytest.mark.parametrize("text", [*FAIL, *FILLER, *ADVICE, *GOOD])
def test_the_reduced_form_says_the_same(text: str) -> None:
    """What is judged again from what was kept is judged alike."""
    assert facts(reduce_text(text)) == facts(text)
