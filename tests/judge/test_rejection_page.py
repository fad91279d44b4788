"""What the judges of the page say of its table, situation by situation."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from pytest_caio.evidence.mail_texts import Mail
from pytest_caio.evidence.model import Evidence, Observed
from pytest_caio.evidence.page_attempts import read
from pytest_caio.evidence.probe_names import (
    BROWSER,
    DEPENDENCIES,
    GATE_CARDS,
    LOGIN_PAGE,
    PAGE_REJECT,
    STATUS,
    TAGS,
)
from pytest_caio.judge.rejection_page import JUDGES
from pytest_caio.testing import ENVIRONMENT, observed, ruling, unobserved
from pytest_caio.verdict.finding import Outcome, Ruling, Severity

BLOCKS, OFFERS = JUDGES
IDS = ["weak_cta", "other", "length_issue"]
LABELS = {"weak_cta": "Weak CTA", "other": "Other", "length_issue": "Length issue"}
KNOWN = observed(TAGS, {"tags": [{"id": tag, "label": LABELS[tag]} for tag in IDS]})
LAUNCHED = Observed(BROWSER, ENVIRONMENT, data={"version": "156"})
G2 = (observed(LOGIN_PAGE, "<form>"), observed(DEPENDENCIES, {"auth": {}}), observed(STATUS, {}))
G1 = (
    observed(LOGIN_PAGE, {"detail": "Not Found"}, 404),
    observed(DEPENDENCIES, {}),
    observed(STATUS, {"ramp": {"mode": "clean_days"}}),
)
CARD, OTHER = GATE_CARDS[:2]
MAIL = Mail(
    "Dear all",
    re.compile("Hi,(.*?)Dear all|Yours(.*?)PS", re.DOTALL),
    ("an edit",),
    greetings={CARD: "Hi Ann,", OTHER: "Hi Bob,"},
)
REASON = "caio gate: vague"
OPTIONS = [{"value": tag, "label": LABELS[tag]} for tag in IDS]


def tries(method: str, url: str, body: str = "", shown: str = "") -> dict[str, Any]:
    """One request that the page tried to send, as the browser notes it; ``shown`` is the mail."""
    whole = f"https://caio.example{url}"
    return {"method": method, "url": whole, "body": body, "via": "fetch", "at": 3.0} | read(
        method, whole, body, GATE_CARDS, IDS, REASON, replace(MAIL, shown=shown)
    )


def reject(tag: str = "weak_cta", card: str = CARD, reason: str = REASON) -> dict[str, Any]:
    """The usual rejection."""
    query = [f"reason={reason}"] * bool(reason) + [f"rejection_tag={tag}"] * bool(tag)
    return tries("POST", f"/api/emails/{card}/reject?{'&'.join(query)}")


def step(*attempted: Any, tag: str = "", reason: str = "none", **more: Any) -> dict[str, Any]:
    """One row of the table: Reject, pressed with that."""
    row = {"control": "Reject", "place": "form", "tag": tag, "reason": reason, "card": CARD,
           "off": False, "key": False, "asked": [], "revealed": 0, "again": None}  # fmt: skip
    return {**row, "attempted": list(attempted), **more}


def mailed(text: str, shown: str = "", by: str = "body") -> dict[str, Any]:
    """An approval that takes the mail's text along, which reads as ``shown`` in its field."""
    return tries("POST", f"/api/emails/{CARD}/approve", json.dumps({by: text}), shown)


YES = tries("POST", f"/api/emails/{CARD}/approve")
LATE_YES, LATE_NO = YES | {"at": 63.0}, reject() | {"at": 63.0}
NOTE = tries("POST", f"/api/emails/{CARD}/approve", json.dumps({"edited_body": REASON}))
BARE = step(asked=["Select a tag"])
BOTH = step(reject(), tag="weak_cta", reason="given")
FORM = {"kind": "select", "options": OPTIONS, "initial": "", "reason": True}


def seen(*steps: dict[str, Any], era: tuple[Evidence, ...] = G2, **data: Any) -> tuple[Any, ...]:
    """Evidence of a visit: a good page's rows, unless others are given."""
    noted = {"problem": "", "login_form": True, "path": ["Email Queue"], "form": FORM,
             "steps": list(steps) or [BARE, BOTH], "polls": [1.0], "errors": [], "blocked": [],
             "refused": [], "delays": [], "unexplored": [], "screenshots": ["screenshots/p-x.png"],
             "elsewhere": [], "foreign_scripts": []} | data  # fmt: skip
    return (Observed(PAGE_REJECT, ENVIRONMENT, data=noted), LAUNCHED, KNOWN, *era)


@pytest.mark.parametrize("era", [G2, G1])
def test_good_page(era: tuple[Evidence, ...]) -> None:
    """Nothing without a tag, one rejection with both: pass, with the table of what was pressed."""
    said = ruling(BLOCKS, *seen(era=era))
    assert said.outcome is Outcome.PASS, said.observed
    assert said.facts["screenshots"] == ["screenshots/p-x.png"]
    assert [row["rejections"] for row in said.facts["presses"]] == [0, 1]
    assert ruling(OFFERS, *seen(era=era)).outcome is Outcome.PASS


NEAR = BOTH | {"reached": True}
FAR = BOTH | {"reached": False}
APPROVED = step(YES, control="Approve", reached=False)


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((BARE, FAR), "no pointer gets at what rejects: Reject"),
        ((BARE, FAR, BOTH | {"control": "Reject, pressed twice"}), "no pointer gets at"),
        ((BARE, FAR, BOTH | {"control": "the key Enter on Reject", "key": True}), "no pointer"),
        ((BARE, NEAR, APPROVED), "no pointer gets at what approves: Approve"),
        ((BARE, NEAR, FAR), ""),
        ((BARE, NEAR, APPROVED, APPROVED | {"reached": True}), ""),
        ((BARE, BOTH), ""),
    ],
)
def test_out_of_reach(steps: tuple[dict[str, Any], ...], said: str) -> None:
    """What decides is within a pointer's reach somewhere; a key alone, or a guess, is no reach."""
    found = ruling(BLOCKS, *seen(*steps))
    assert found.outcome is (Outcome.FAIL if said else Outcome.PASS), found.observed
    assert said in found.observed


NEXT = tries("POST", f"/api/emails/{OTHER}/approve")


def many(*attempted: Any, **more: Any) -> dict[str, Any]:
    """One row of what decides many cards from the list."""
    return step(*attempted, control="Approve selected", place="list", card="", **more)


def came_up(after: str, *attempted: Any, **more: Any) -> dict[str, Any]:
    """One row of what came up with a decision, and was pressed."""
    said = {"control": "Undo", "place": "after", "after": after} | more
    return step(*attempted, **said)


ROWS = [
    (step(reject("")), "fail", "with nothing chosen sends a rejection without a tag"),
    (step(reject("")) | {"asked": ["Sure?"]}, "fail", "after saying 'Sure?'"),
    (step(reject(""), reason="given"), "fail", "a reason, no tag sends a rejection without a tag"),
    (step(reject("other"), reason="given"), "fail", "with a tag (other) that nobody chose"),
    (step(reject("bogus"), reason="given"), "fail", "without a tag"),
    (step(reject(), tag="weak_cta"), "fail", "without a typed reason"),
    (step(reject(reason="made up"), tag="weak_cta"), "fail", "without a typed reason"),
    (step(reject(reason="   "), tag="weak_cta", reason="blank"), "fail", "without a typed reason"),
    (step(reject("other"), tag="weak_cta"), "fail", "instead of the tag that was chosen"),
    (step(reject(), reject(), tag="weak_cta", reason="given"), "fail", "2 rejections"),
    (step(reject("other"), tag="weak_cta", reason="given"), "fail", "sends other instead"),
    (step(reject(""), tag="weak_cta", reason="given"), "fail", "no tag that the API knows"),
    (step(reject("Weak CTA"), tag="weak_cta", reason="given"), "fail", "no tag that the API"),
    (step(reject(card=OTHER), tag="weak_cta", reason="given"), "fail", "another card"),
    (step(reject(card="null"), tag="weak_cta", reason="given"), "fail", "a card that is not open"),
    (step(reject(reason="made up"), tag="weak_cta", reason="given"), "fail", "another reason"),
    (step(left="other", control="(a tag that is left over)"), "fail", "before anybody chose it"),
    (step(reject(), LATE_NO, tag="weak_cta", reason="given", refused=True), "pass", ""),
    (
        step(reject(), reject(), tag="weak_cta", reason="given", refused=True),
        "fail",
        "2 rejections",
    ),
    (step(YES, YES, control="Approve", refused=True), "fail", "sends 2 approvals"),
    (
        step(
            tries(
                "POST", f"/api/emails/{CARD}/reject", f'{{"tag": "weak_cta", "why": "{REASON}"}}'
            ),
            tag="weak_cta",
            reason="given",
        ),
        "fail",
        "where the server reads neither",
    ),
    (
        step(
            tries("POST", f"/api/emails/{CARD}/reject?reason={REASON}&tag=weak_cta"),
            tag="weak_cta",
            reason="given",
        ),
        "fail",
        "where the server reads neither",
    ),
    (
        step(
            tries(
                "POST",
                f"/api/{CARD}/decision",
                f'{{"action": "reject", "tag": "weak_cta", "why": "{REASON}"}}',
            ),
            tag="weak_cta",
            reason="given",
        ),
        "pass",
        "",
    ),
    (step(reject(""), LATE_NO, tag="weak_cta", reason="given", refused=True), "fail", "no tag"),
    (
        step(
            tries("GET", f"/api/emails/{CARD}/reject?reason={REASON}&rejection_tag=weak_cta"),
            tag="weak_cta",
            reason="given",
        ),
        "fail",
        "rejects by GET",
    ),
    (step(written="vague", control="(a tag chosen on another card)"), "fail", "anybody typed it"),
    (
        step(reject(), tag="weak_cta", reason="given", control="(choosing)"),
        "fail",
        "anything is pr",
    ),
    (step(reject(""), again=False), "cannot-tell", "a second look did not show it"),
    (step(reject(""), again=True), "fail", "without a tag"),
    (step(YES, control="Approve"), "pass", ""),
    (step(YES, NEXT, control="Approve all", place="list", card=""), "pass", ""),
    (step(YES, control="Send now", place="list"), "pass", ""),
    (step(YES, YES, control="Send now", place="list"), "fail", "on a card sends 2 approvals"),
    (step(YES, control="Send now", place="list", card=OTHER), "fail", "that it stands on"),
    (step(YES, NEXT, control="Send all", place="list", card=""), "pass", ""),
    (step(tries("POST", "/api/emails/x/approve"), control="Approve"), "fail", "approves another"),
    (step(tries("POST", "/api/approve-open"), control="Approve"), "pass", ""),
    (step(YES, control="the key a", key=True, typed=True), "fail", "typing a letter approves"),
    (
        step(reject(), control="the key a", key=True, typed=True, tag="weak_cta", reason="given"),
        "fail",
        "typing a letter rejects",
    ),
    (step(YES, control="the key Enter", key=True), "fail", "approves a card"),
    (step(YES, control="the key Enter on Reject", key=True), "fail", "approves a card"),
    (step(YES, control="the key Enter on Approve", key=True), "pass", ""),
    (step(YES, control="the key Control+Enter", key=True), "pass", ""),
    (step(mailed("Hi,\n\nDear all"), control="Approve"), "pass", ""),
    (step(mailed("<p>Hi,</p>Dear all"), control="Approve"), "pass", ""),
    (step(mailed("Dear all"), control="Approve"), "pass", ""),
    (step(mailed("Hi, Dear all"), control="Approve"), "fail", "lost its line breaks"),
    (step(mailed("Hi,\nDear all, Yours\nPS"), control="Approve"), "pass", ""),
    (step(mailed("Hi,\nDear all, Yours PS"), control="Approve"), "fail", "lost its line breaks"),
    (step(mailed("Dear all: no", "Dear all: yes"), control="Approve"), "fail", "another text"),
    (step(mailed("<p>Dear all:</p>yes\n-- ", "Dear all:yes"), control="Approve"), "pass", ""),
    (step(mailed("Hi Ann, Dear all"), control="Save"), "pass", ""),
    (step(mailed("Hi Bob, Dear all"), control="Save"), "fail", "the mail of one card as that of"),
    (step(mailed("Hi Ann, not Hi Bob, Dear all"), control="Save"), "pass", ""),
    (step(mailed("no mail at all", "Dear all: yes"), control="Approve"), "pass", ""),
    (step(control="Approve, after More", idle=True), "fail", "does nothing, and the page says"),
    (step(wiped=True), "fail", "is gone when the page reads its queue again"),
    (step(opened=OTHER), "fail", "opens another one"),
    (step(mail=OTHER), "fail", "shows the mail of another one"),
    (step(YES, YES, control="Approve"), "fail", "sends 2 approvals"),
    (step(YES, control="Approve", card=OTHER), "fail", "approves another card"),
    (step(YES, control="Approve", edit="lost"), "fail", "without the change that was made"),
    (step(YES, control="Approve", edit="kept"), "pass", ""),
    (step(control="✓ Approve & Send", edit="lost"), "fail", "no card can be approved"),
    (step(control="Approve", asked=["Sure?"]), "pass", ""),
    (step(control="Approve", revealed=1), "pass", ""),
    (step(tries("POST", "/api/send", "{}"), control="Approve"), "pass", ""),
    (step(control="Approve", off=True), "pass", ""),
    (step(NOTE, control="Approve"), "fail", "sends the note as the mail"),
    (
        step(reject() | {"signed": False}, tag="weak_cta", reason="given"),
        "fail",
        "nothing signs the request in",
    ),
    (step(control="(opening a card)", opened=OTHER), "fail", "opens another one"),
    (step(YES, control="Reject"), "fail", "'Reject' approves a card"),
    (step(YES, control="Reject or approve"), "pass", ""),
    (came_up("a rejection", YES), "fail", "approves the card that was rejected"),
    (came_up("a rejection", YES, of=CARD), "fail", "approves the card that was rejected"),
    (came_up("a rejection", YES, key=True), "fail", "approves the card that was rejected"),
    (came_up("a rejection", NEXT), "fail", "approves a card that is not open"),
    (came_up("a rejection", NEXT, of=OTHER), "pass", ""),
    (came_up("a rejection", NEXT, key=True), "pass", ""),
    (came_up("an approval", YES), "pass", ""),
    (came_up("an approval", NEXT), "fail", "approves a card that is not open"),
    (came_up("an approval", reject("other")), "fail", "with a tag (other) that nobody chose"),
    (came_up("a rejection", reject(), tag="weak_cta", reason="given"), "pass", ""),
    (came_up("a rejection", reject(card=OTHER), tag="weak_cta", reason="given"), "fail", "another"),
    (step(lost=[OTHER], control="(the list)"), "fail", "that nobody decided can't be found"),
    (step(YES, LATE_YES, control="Approve", refused=True, edit="kept"), "pass", ""),
    (
        step(control="Approve", refused=True, belied=["Approved."]),
        "fail",
        "says 'Approved.' although",
    ),
    (step(YES, control="the key Enter on the tag", key=True), "fail", "approves a card"),
    (many(YES, NEXT, ticked=[CARD, OTHER]), "pass", ""),
    (many(YES, ticked=[CARD, OTHER]), "pass", ""),
    (many(YES, NEXT, ticked=[CARD]), "fail", "approves 1 card that nobody ticked or"),
    (many(YES, ticked=[]), "fail", "approves 1 card that nobody ticked or"),
    (many(YES, NEXT, asked=["Approve 2 cards?"]), "pass", ""),
    (many(YES, NEXT, asked=["Approve 2 cards, 1 of them hidden?"]), "pass", ""),
    (many(YES, NEXT, asked=["Approve all with a score below 40?"]), "pass", ""),
    (
        many(YES, NEXT, asked=["Approve 1 selected card?"]),
        "fail",
        "asks about 1 card and approves 2",
    ),
    (many(YES, asked=["2 e-mails go out. Sure?"]), "fail", "asks about 2 cards and approves 1"),
    (many(mailed("Dear all: no", "Dear all: yes")), "fail", "another text"),
    (many(YES, edit="lost"), "fail", "without the change that is shown"),
    (step(YES, NEXT, control="Approve selected", card=""), "pass", ""),
    (step(YES, YES, control="Approve", card=""), "fail", "sends 2 approvals"),
    (step(YES, LATE_YES, control="Approve", refused=True, edit="lost"), "fail", "without the ch"),
    (step(reject(), tag="weak_cta", reason="given", control="✓ Approve"), "fail", "rejects a card"),
    (step(tries("GET", f"/api/emails/{CARD}/approve"), control="Approve"), "fail", "by GET"),
    (step(tries("PUT", f"/api/emails/{CARD}/approve"), control="Approve"), "fail", "by PUT"),
    (step(tries("PUT", "/api/decide", '{"action": "approve"}'), control="Approve"), "pass", ""),
    (
        step({**reject(), "method": "PUT", "understood": False}, tag="weak_cta", reason="given"),
        "fail",
        "rejects by PUT, where the server takes POST alone",
    ),
    (step(tries("POST", f"/api/email/{CARD}/approve"), control="Approve"), "fail", "no path of"),
    (step(tries("POST", f"/emails/{CARD}/approve"), control="Approve"), "fail", "no path of"),
    (step(tries("POST", f"/api/emails/approve/{CARD}"), control="Approve"), "fail", "no path of"),
    (step(tries("POST", f"/api/emails/{CARD}/approved"), control="Approve"), "fail", "no path of"),
    (step(tries("POST", f"/api/v2/emails/{CARD}/approve"), control="Approve"), "pass", ""),
    (step(tries("POST", f"/api/cards/{CARD}/approve"), control="Approve"), "pass", ""),
    (
        step(
            tries("POST", f"/api/emails/{CARD}/approval", '{"action": "approve"}'),
            control="Approve",
        ),
        "pass",
        "",
    ),
    (step(tries("POST", f"/x/api/emails/{CARD}/approve"), control="Approve"), "pass", ""),
    (
        step(mailed("Hello there, here is our usual letter for all of you."), control="Approve"),
        "fail",
        "another text",
    ),
    (step(mailed("unchanged"), control="Approve"), "pass", ""),
    (
        step(mailed("Dear all, it isn&#39;t", "Dear all, it isn't"), control="Approve"),
        "fail",
        "with its signs escaped",
    ),
    (step(mailed("Dear all, 5 &lt; 6", "Dear all, 5 &lt; 6"), control="Approve"), "pass", ""),
    (step(mailed("<p>Dear all,</p>R&amp;D", "Dear all, R&D"), control="Approve"), "pass", ""),
    (step(mailed("Dear all", by="editedBody"), control="Approve"), "fail", "nearly the server's"),
    (step(mailed("Dear all", by="edit_body"), control="Approve"), "fail", "nearly the server's"),
    (step(mailed("Dear all", by="edited_body"), control="Approve"), "pass", ""),
    (step(mailed("Dear all", by="message"), control="Approve"), "pass", ""),
    (step(YES | {"cut": True}, control="Approve"), "fail", "lost a part of its text"),
    (many(YES | {"cut": True}), "fail", "lost a part of its text"),
    (many(mailed("Dear all, it isn&#39;t")), "fail", "with its signs escaped"),
    (many(mailed("Dear all", by="editedBody")), "fail", "nearly the server's"),
    (step(YES | {"elsewhere": True}, control="Approve"), "fail", "caio.example is not this"),
    (step(reject() | {"elsewhere": True}, tag="weak_cta", reason="given"), "fail", "in vain"),
    (step(YES | {"signed": False}, control="Approve"), "fail", "nothing signs the request in"),
    (step(YES, control="Approve", denied="Error (200)"), "fail", "although the server took it"),
    (step(leaves=True, reason="given"), "fail", "leaves the page or loads it anew"),
    (step(YES, control="Approve", caption="Sends at once to"), "fail", "'Sends at once to', which"),
    (step(control="Close", caption="Leave it"), "pass", ""),
    (step(YES, control="Approve", refused=True, silent=True), "fail", "closes the card without"),
    (step(YES, control="Approve", stands=True), "fail", "a card again that had been"),
    (step(reject(), tag="weak_cta", reason="given", stands=True), "fail", "a card again that had"),
    (step(stands=True), "pass", ""),
    (step(leaves=True), "pass", ""),
    (step(reject(), reject(card=OTHER), tag="weak_cta", reason="given", card=""), "pass", ""),
    (step(reject(), reject(), tag="weak_cta", reason="given", card=""), "fail", "2 rejections"),
    (step(training="TRAINING"), "fail", "shown as one for training: 'TRAINING'"),
    (many(YES) | {"control": "Approve All Low"}, "pass", ""),
    (many(NEXT) | {"control": "Approve All Low, filtered"}, "fail", "of another kind"),
    (many(YES, NEXT, unasked=True), "fail", "2 cards at one press, though nobody chose them"),
    (many(YES, unasked=True), "pass", ""),
    (many(YES, NEXT, unstopped="Stop"), "fail", "'Stop' stops nothing: "),
    (step(control="Approve", dead="once another card was left"), "fail", "sends nothing once ano"),
    (step(control="(the list)", place="list", mixed=True), "fail", "the company of another one"),
    (step(control="Undo", crossed=True), "fail", "takes back another card than the one"),
    (step(control="(on a card)", lacks=4), "fail", "4 tags can't be chosen any more (on a card)"),
    (many(YES, YES), "fail", "approves a card twice"),
    (many(YES, YES, refused=True), "pass", ""),
    (many(NEXT) | {"control": "Approve low-hanging ones"}, "pass", ""),
    (many(NEXT) | {"control": "Approve All Low"}, "fail", "1 card of another kind"),
    (many(NEXT) | {"control": "Approve low-risk ones"}, "pass", ""),
    (many(NEXT) | {"control": "Approve all below"}, "pass", ""),
    (many(YES, NEXT) | {"control": "Approve tier 3"}, "fail", "1 card of another kind"),
    (many(YES) | {"control": "Approve training cards"}, "fail", "1 card of another kind"),
    (step(YES, control="Email Queue", place="way"), "fail", "only opens or closes one"),
    (step(YES, control="Approve", place="way"), "pass", ""),
    (step(YES, control="Close"), "fail", "only opens or closes one"),
    (step(YES, control="(ten minutes with the queue open)", place="list"), "fail", "by itself"),
    (step(YES, reject(), tag="weak_cta", reason="given"), "fail", "that it rejects as well"),
    (step(tries("POST", "/api/decide", '{"action": "approve"}'), control="Back"), "fail", "closes"),
    (step(tries("POST", "/api/events", '{"action": "approve"}'), control="Back"), "pass", ""),
    (step(tries("POST", "/api/errors/frontend", '{"action": "reject"}')), "pass", ""),
    (step(tries("GET", "/api/emails/history?status=rejected")), "pass", ""),
    (step(off=True), "pass", ""),
]


@pytest.mark.parametrize(("row", "outcome", "words"), ROWS)
def test_one_row_among_good_ones(row: dict[str, Any], outcome: str, words: str) -> None:
    """What is wrong with one press is said, whatever else is in order."""
    said = ruling(BLOCKS, *seen(BARE, row, BOTH))
    assert (said.outcome, words in said.observed) == (outcome, True), said.observed


@pytest.mark.parametrize(
    ("steps", "said"),
    [
        ((many(NEXT), step(NEXT, control="Approve those", around=True)), ""),
        ((step(NEXT, control="Approve those", around=True),), "than the one that is open"),
        ((many(YES, NEXT), step(NEXT, control="Approve those", around=True)), "that is open"),
        ((many(NEXT), step(NEXT, control="Approve")), "than the one that is open"),
        ((many(NEXT), step(NEXT, reject(), around=True)), "that it rejects as well"),
    ],
)
def test_what_decides_beside_an_open_card(steps: tuple[dict[str, Any], ...], said: str) -> None:
    """It may approve what it approves with none open: it stands in the list and in no card."""
    found = ruling(BLOCKS, *seen(BARE, BOTH, *steps))
    assert found.outcome is (Outcome.FAIL if said else Outcome.PASS), found.observed
    assert said in found.observed


@pytest.mark.parametrize(
    ("body", "cut"),
    [
        ("Dear all, Zoë and the end", False),
        ("Dear all, Zo&euml; and the end", False),
        ("Dear all, Zoe\u0308 and the end", False),
        ("Dear all, Zoe and the end", True),
        ("Dear all, Zoë", True),
        ("no mail at all", False),
        (json.dumps({"parts": ["Dear all, Zoë", "and the end"]}), False),
    ],
)
def test_a_mail_that_is_cut(body: str, cut: bool) -> None:
    """What stands in the mail from its middle to its end goes along, in whatever form."""
    mail = replace(MAIL, words=("Zoë", "the end"))
    done = read("POST", f"/api/emails/{CARD}/approve", body, GATE_CARDS, IDS, REASON, mail)
    assert done["cut"] is cut


@pytest.mark.parametrize("sent", ["Copy\nDear all: no", "CopyDear all: no", "Dear all: no\nCopy"])
def test_a_button_in_the_mail(sent: str) -> None:
    """What can be pressed in the mail's field is no part of the mail."""
    mail = replace(MAIL, shown=sent, told=sent, inside=["Copy"])
    body = json.dumps({"edited_body": sent})
    done = read("POST", f"/api/emails/{CARD}/approve", body, GATE_CARDS, IDS, REASON, mail)
    assert done["other_text"]


@pytest.mark.parametrize(
    ("sent", "more"),
    [
        ("Dear all: no. Yours, the sales team", False),
        ("<p>Dear all: no.</p><p>Yours, the sales team</p>", False),
        ("Dear all: no. Yours, the sales team -- ID 7", False),
        ("Dear all: no. Yours, the sales team. Write to Elm Street 1.", False),
        ("Dear all: no. Yours, the sales team. Yours, the sales team", True),
        ("Until Sunday at half the price: Dear all: no. Yours, the sales team", True),
    ],
)
def test_more_than_stood_in_its_field(sent: str, more: bool) -> None:
    """A part of the mail twice, or words that the page tells nowhere."""
    shown = "Dear all: no. Yours, the sales team"
    mail = replace(MAIL, shown=shown, told=f"{shown} Write to Elm Street 1.")
    body = json.dumps({"edited_body": sent})
    done = read("POST", f"/api/emails/{CARD}/approve", body, GATE_CARDS, IDS, REASON, mail)
    assert done["other_text"] is more


@pytest.mark.parametrize(
    ("control", "reached", "outcome"),
    [("Approve after an approval that was refused", False, "fail"),
     ("Approve after an approval that was refused", True, "pass"),
     ("Approve, pressed twice", False, "pass")],
)  # fmt: skip
def test_no_pointer_since_a_refusal(control: str, reached: bool, outcome: str) -> None:
    """What is shut once the server refused something can't be decided any more."""
    row = step(YES, control=control, reached=reached)
    good = step(YES, control="Approve", reached=True)
    assert ruling(BLOCKS, *seen(BARE, BOTH, good, row)).outcome == outcome


@pytest.mark.parametrize(("fields", "outcome"), [(["the note"], "fail"), ([], "pass")])
def test_a_field_that_no_press_gets_into(fields: list[str], outcome: str) -> None:
    """Who uses a pointer can neither type nor choose there."""
    said = ruling(BLOCKS, *seen(BARE, BOTH, barred=fields))
    assert said.outcome == outcome
    assert ("the note" in said.observed) is bool(fields)


@pytest.mark.parametrize(("seconds", "outcome"), [(60, "fail"), (0, "fail"), (900, "pass")])
def test_a_page_that_loads_itself_anew(seconds: float, outcome: str) -> None:
    """Whoever types loses it, within the minutes that typing takes."""
    assert ruling(BLOCKS, *seen(BARE, BOTH, anew=seconds)).outcome == outcome


@pytest.mark.parametrize(
    ("shown", "outcome"),
    [
        (GATE_CARDS, "pass"),
        (GATE_CARDS[1:2] + GATE_CARDS[3:], "pass"),
        (GATE_CARDS[:3], "fail"),
        (GATE_CARDS[:1], "fail"),
        ((), "pass"),
    ],
)
def test_cards_that_are_not_to_be_found(shown: tuple[str, ...], outcome: str) -> None:
    """A live card of the first tier that the page nowhere shows is lost to who decides."""
    seen_so = [
        replace(one, data={**one.data, "shown": list(shown)}) if one.probe == PAGE_REJECT else one
        for one in seen(BARE, BOTH)
    ]
    assert ruling(BLOCKS, *seen_so).outcome == outcome


@pytest.mark.parametrize("reason", ["none", "blank"])
def test_without_a_reason_on_g1(reason: str) -> None:
    """Its page may leave the reason out: advice. Without a tag it fails there as well."""
    row = step(reject(reason=""), tag="weak_cta", reason=reason)
    said = ruling(BLOCKS, *seen(BARE, row, BOTH, era=G1))
    assert said.outcome is Outcome.PASS
    assert "Advice" in said.observed
    assert ruling(BLOCKS, *seen(BARE, row, BOTH)).outcome is Outcome.FAIL
    wrong = step(reject("other", reason=""), tag="weak_cta", reason=reason)
    assert ruling(BLOCKS, *seen(BARE, wrong, BOTH, era=G1)).outcome is Outcome.FAIL
    left = step(written="vague", control="(a tag chosen on another card)")
    assert ruling(BLOCKS, *seen(BARE, left, BOTH, era=G1)).outcome is Outcome.PASS
    bare = step(reject("", reason=""), reason=reason)
    assert ruling(BLOCKS, *seen(BARE, bare, BOTH, era=G1)).outcome is Outcome.FAIL


WAYS = [
    ("POST", f"/api/emails/{CARD}/reject", "", True),
    ("GET", f"/api/emails/{CARD}/reject?reason=x", "", True),
    ("PUT", f"/api/emails/{CARD}/rejected", "", True),
    ("POST", "/api/operator/reject-batch/b1", "", True),
    ("POST", "/api/emails/batch_reject", f'{{"email_ids": ["{CARD}"]}}', True),
    ("POST", "/api/rejections", f'{{"email": "{CARD}"}}', True),
    ("POST", f"/api/emails/{CARD}/decision", '{"action": "reject"}', True),
    ("PATCH", f"/api/emails/{CARD}", '{"status": "rejected"}', True),
    ("POST", f"/api/emails/{CARD}", "decision=declined&x=1", True),
    ("POST", "/graphql", '{"query": "mutation { rejectEmail(id: 1) { ok } }"}', True),
    ("POST", f"/api/decide/{CARD}", '{"rejection_tag": "other"}', True),
    ("DELETE", f"/api/pending-emails/{CARD}", "", True),
    ("GET", f"/api/emails/{CARD}?action=reject", "", True),
    ("DELETE", "/api/drafts/7", "", False),
    ("DELETE", f"/api/emails/{CARD}/rejection", "", False),
    ("POST", f"/api/emails/{CARD}/reject/undo", "", False),
    ("POST", f"/api/emails/{CARD}/unreject", "", False),
    ("GET", "/api/rejection-tags", "", False),
    ("GET", "/api/emails/history?status=rejected", "", False),
    ("GET", "/api/rejections?limit=5", "", False),
    ("POST", f"/api/emails/{CARD}/approve", '{"feedback": "not a reject"}', False),
    ("POST", f"/api/emails/{CARD}/view", '{"rejection_tag": ""}', False),
    ("POST", "/api/telemetry/events", '{"type": "reject", "rejection_tag": "x"}', False),
    ("POST", "/api/admin/seed_queue?count=3", "", False),
    ("POST", "/api/x", "[1, {", False),
]


@pytest.mark.parametrize(("method", "url", "body", "does"), WAYS)
def test_what_rejects(method: str, url: str, body: str, does: bool) -> None:
    """By path, by method, by what it says; a read, an approval and a telling of it do not."""
    assert tries(method, url, body)["rejects"] is does


@pytest.mark.parametrize(
    ("body", "tags", "reason"),
    [
        (f'{{"rejection_tag": "weak_cta", "reason": "{REASON}"}}', ["weak_cta"], True),
        (f"rejection_tag=weak_cta&reason={REASON.replace(' ', '+')}", ["weak_cta"], True),
        ('{"tags": ["weak_cta", "other"]}', ["weak_cta", "other"], False),
        ('{"why": "weak_cta"}', ["weak_cta"], False),
        ('{"rejection_tag": "weak_cta", "priority": "other"}', ["weak_cta"], False),
        ("nonsense", [], False),
    ],
)
def test_what_a_rejection_carries(body: str, tags: list[str], reason: bool) -> None:
    """Tag and reason, in whatever a body is written."""
    found = tries("POST", f"/api/emails/{CARD}/reject", body)
    assert (sorted(found["tags"]), found["reason"]) == (sorted(tags), reason)


OFF = step(tag="weak_cta", reason="given", off=True)
SAYS = step(tag="weak_cta", reason="given", asked=["Pick one"])
NOTHING = step(tag="weak_cta", reason="given")


@pytest.mark.parametrize(
    ("steps", "data", "outcome", "words"),
    [
        ([BARE, NOTHING], {}, "fail", "Reject does nothing"),
        ([BARE, NOTHING], {"unexplored": ["Menu"]}, "cannot-tell", "Menu"),
        ([BARE, OFF], {}, "fail", "all stay disabled"),
        ([BARE, SAYS], {}, "fail", "after saying 'Pick one'"),
        ([BARE, NOTHING, step(reject(), tag="weak_cta", reason="given", key=True)], {}, "fail",
         "Reject does nothing"),
        ([BARE, BOTH], {"refused": ["/api/pending-emails"]}, "fail", "/api/pending-emails"),
        ([BARE, NOTHING], {"errors": ["x is not defined"]}, "fail", "x is not defined"),
        ([BARE, NOTHING], {"foreign_scripts": ["https://cdn.example"]}, "cannot-tell", "needs scr"),
        ([BARE], {"form": None}, "cannot-tell", "Explored: Reject"),
        ([BARE], {"form": None, "errors": ["boom"]}, "fail", "dead for everybody"),
        ([BARE], {"form": None, "blocked": ["script-src blocks inline"]}, "fail", "script-src"),
        ([BARE], {"form": None, "errors": ["$"], "foreign_scripts": ["https://c"]}, "cannot-tell",
         "needs scripts"),
        ([step(reject(""))], {"form": None}, "fail", "without a tag"),
        ([BARE, BOTH], {"unexplored": ["Menu"]}, "cannot-tell", "Menu"),
        ([BARE, BOTH], {"delays": ["timers never end"]}, "cannot-tell", "delays weren't judged"),
        ([step(reject("")), BOTH], {"unexplored": ["Menu"]}, "fail", "without a tag"),
        ([BARE, BOTH], {"form": {**FORM, "initial": "other"}}, "fail", "chosen before anybody"),
        ([BARE, BOTH], {"errors": ["a banner failed"]}, "pass", ""),
    ],
)  # fmt: skip
def test_pages_on_which_nobody_can_reject_and_others(
    steps: list[Any], data: dict[str, Any], outcome: str, words: str
) -> None:
    """Broken goes before unclear; a dead page names what killed it."""
    said = ruling(BLOCKS, *seen(*steps, **data))
    assert (said.outcome, words in said.observed) == (outcome, True), said.observed


def offers(*options: tuple[str, str]) -> dict[str, Any]:
    """A form with those options."""
    return {**FORM, "options": [{"value": value, "label": label} for value, label in options]}


GOOD = [(tag, LABELS[tag]) for tag in IDS]


@pytest.mark.parametrize(
    ("options", "outcome", "words"),
    [
        (GOOD, "pass", "3 tags"),
        (GOOD[::-1], "pass", "3 tags"),
        ([("0", "Weak CTA"), ("1", "Other"), ("2", "Length issue")], "pass", ""),
        ([("weak_cta", "weak  cta"), ("other", "• Other"), ("length_issue", "LENGTH ISSUE")],
         "pass", ""),
        ([(tag, tag) for tag in IDS], "pass", ""),
        (GOOD[:2], "fail", "does not offer length_issue"),
        ([*GOOD, ("mine", "Mine")], "fail", "offers mine, which the API does not know"),
        ([*GOOD[:1], ("other", "Length issue"), ("length_issue", "Other")], "fail",
         "stands for other, not for what the API calls length_issue"),
        ([*GOOD[:2], ("length_issue", "Too short")], "fail", "reads 'Too short'"),
    ],
)  # fmt: skip
def test_page_tags(options: list[tuple[str, str]], outcome: str, words: str) -> None:
    """What is offered is what the API returns, by the same names, in any order."""
    said = ruling(OFFERS, *seen(form=offers(*options)))
    assert (said.outcome, words in said.observed) == (outcome, True), said.observed


def test_page_without_tags() -> None:
    """It offers none: a failure where it rejects all the same, else it was not found."""
    assert ruling(OFFERS, *seen(step(reject("")), form=None)).outcome is Outcome.FAIL
    assert ruling(OFFERS, *seen(BARE, form=None)).outcome is Outcome.CANNOT_TELL
    assert ruling(OFFERS, *seen(BARE, form=offers())).outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize(
    "tags",
    [
        unobserved(TAGS, "no connection"),
        observed(TAGS, {"detail": "Not Found"}, 404),
        observed(TAGS, {"detail": "Unauthorized"}, 401),
        observed(TAGS, {"tags": None}),
    ],
)
def test_page_tags_without_the_apis(tags: Evidence) -> None:
    """Without the API's tags there is nothing to compare with."""
    evidence = [one for one in seen() if one is not KNOWN]
    assert ruling(OFFERS, *evidence, tags).outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize("judge", [BLOCKS, OFFERS])
@pytest.mark.parametrize(
    ("kind", "severity"), [("rehearsal", Severity.ADVISORY), ("staging", None)]
)
def test_without_a_browser(judge: Any, kind: str, severity: Severity | None) -> None:
    """Cannot tell, with how to get one; advice alone in the rehearsal."""
    evidence = (unobserved(BROWSER, "no Chromium was found"), unobserved(PAGE_REJECT, "x"), KNOWN)
    said: Ruling = ruling(judge, *evidence, kind=kind)
    assert (said.outcome, said.severity) == (Outcome.CANNOT_TELL, severity)
    assert "no Chromium was found" in said.observed
    assert "--caio-browser" in said.remedy


@pytest.mark.parametrize("judge", [BLOCKS, OFFERS])
def test_a_failed_sign_in_is_no_evidence(judge: Any) -> None:
    """The page was not seen: it says at which step, and is required in the rehearsal too."""
    said: Ruling = ruling(judge, *seen(problem="sign in: not found"), kind="rehearsal")
    assert (said.outcome, said.severity) == (Outcome.CANNOT_TELL, None)
    assert "sign in" in said.observed
    assert said.facts["screenshots"]


@pytest.mark.parametrize("judge", [BLOCKS, OFFERS])
def test_a_session_that_opens_nothing(judge: Any) -> None:
    """A page that its own session doesn't let read is dead, whatever it would do with cards."""
    said: Ruling = ruling(judge, *seen(problem="/api/x refuses a session that is new", dead=True))
    assert (said.outcome, said.severity) == (Outcome.FAIL, None)
    assert "refuses a session" in said.observed


@pytest.mark.parametrize("judge", [BLOCKS, OFFERS])
def test_a_visit_that_failed_is_no_evidence(judge: Any) -> None:
    """A browser that broke down in the visit has seen nothing."""
    said: Ruling = ruling(
        judge, LAUNCHED, unobserved(PAGE_REJECT, "the probe itself failed"), KNOWN
    )
    assert said.outcome is Outcome.CANNOT_TELL
    assert "the probe itself failed" in said.observed
