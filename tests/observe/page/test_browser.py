"""The page checks in real Chromium: each fault, each generation, and what leaves the browser."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from looking import JUDGES, Looked, check, look, place_of

from pytest_caio.evidence.har import from_har, to_har
from pytest_caio.evidence.probe_names import GATE_CARDS, PAGE_REJECT, UNKNOWN
from pytest_caio.gates.policy import TAGS
from pytest_caio.judge.judging import judge_one
from pytest_caio.observe.page.chromium import find_chromium
from pytest_caio.privacy.redactor import Secret
from pytest_caio.rehearsal.deployment.scenes import live_card
from pytest_caio.rehearsal.deployment.state import Card
from pytest_caio.rehearsal.faults.catalogue import FAULTS
from pytest_caio.rehearsal.server import RehearsalServer, rehearse
from pytest_caio.settings.environments import Environment

pytest.importorskip("playwright.async_api")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium here"),
    # Most share looks that take minutes: one worker takes them all.
]
ALL = ("tags", "server-blocks", "page-blocks", "page-tags")
CASES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "g2": ("g2", ()),
    "g1": ("g1", ()),
    "g0": ("g0", ()),
    **{
        fault: ("g2", (fault,))
        for fault in (
            "page-no-tag-field",
            "page-tag-not-enforced",
            "page-dead-button",
            "page-tags-out-of-step",
            "page-confirm-instead",
            "untagged-accepted",
            "tags-gone",
        )
    },
}
# Their pages are explored to the end, as those of good generations are.
NIGHTLY = {"page-tags-out-of-step", "untagged-accepted"}
NAMES = [pytest.param(one, marks=[pytest.mark.nightly] * (one in NIGHTLY)) for one in CASES]


@dataclass(frozen=True)
class Case:
    """A deployment after the look: what was found, what arrived, which cards it had before."""

    looked: Looked
    name: str
    server: RehearsalServer
    before: Mapping[str, Card]

    def outcomes(self) -> dict[str, str]:
        """Outcome by check."""
        return {c: f.outcome for (c, e), f in self.looked.findings.items() if e == self.name}

    def said(self, name: str) -> str:
        """What a check observed."""
        return self.looked.findings[(name, self.name)].observed

    def failing(self) -> set[str]:
        """The checks that are red, by their full names."""
        return {f"rejection.{name}" for name, found in self.outcomes().items() if found == "fail"}


@pytest.fixture(scope="module")
def cases(request: pytest.FixtureRequest) -> Iterator[dict[str, Case]]:
    """Every case of this lane, looked at in one run: so by one browser, with a context for each."""
    asked = {
        item.callspec.params.get("name")
        for item in request.session.items
        if isinstance(item, pytest.Function)
        and item.path == request.path
        and hasattr(item, "callspec")
    }
    with ExitStack() as stack:
        servers = {
            name: stack.enter_context(rehearse(generation, faults=faults))  # type: ignore[arg-type]
            for name, (generation, faults) in CASES.items()
            if name in asked or name not in FAULTS
        }
        before = {name: full_of_live_cards(server) for name, server in servers.items()}
        places = tuple(place_of(server, name, "staging") for name, server in servers.items())
        looked = look(places, *ALL, deadline=600)
        yield {name: Case(looked, name, servers[name], before[name]) for name in servers}


def full_of_live_cards(server: RehearsalServer) -> dict[str, Card]:
    """Put live cards into the queue; return all that it holds."""
    deployment = server.deployment
    for number in range(12):
        deployment.state.add(live_card(40 + number, deployment.now().replace(microsecond=0)))
    return dict(deployment.state.cards)


@pytest.mark.parametrize("name", [one for one in NAMES if one.values[0] in FAULTS])
def test_each_fault_turns_red_exactly_its_checks(cases: dict[str, Case], name: str) -> None:
    """The matrix of faults and checks is exact for the rejection gate."""
    assert cases[name].failing() == set(FAULTS[name].checks)


@pytest.mark.parametrize("name", ["g2", "g1"])
def test_good_generations_pass(cases: dict[str, Case], name: str) -> None:
    """G2 signs in with the form, G1 has none: both are in good order."""
    assert set(cases[name].outcomes().values()) == {"pass"}
    seen = cases[name].looked.evidence.of(name)[PAGE_REJECT]
    assert seen.data["login_form"] is (name == "g2")


def test_older_than_g1_fails(cases: dict[str, Case]) -> None:
    """It rejects without a tag, on the server and on the page."""
    assert {"rejection.server-blocks", "rejection.page-blocks"} <= cases["g0"].failing()
    assert "Reject without feedback?" in cases["g0"].said("page-blocks")


def test_without_the_apis_tags_the_page_can_not_be_compared(cases: dict[str, Case]) -> None:
    """No list of tags: the page's is neither right nor wrong, and nothing can be chosen."""
    outcomes = cases["tags-gone"].outcomes()
    assert (outcomes["page-blocks"], outcomes["page-tags"]) == ("cannot-tell", "cannot-tell")
    assert "nothing on the page offers" in cases["tags-gone"].said("page-blocks")


@pytest.mark.parametrize("name", NAMES)
def test_no_live_card_is_touched(cases: dict[str, Case], name: str) -> None:
    """However broken it is: reads, the login, and rejections of the training card arrive."""
    case = cases[name]
    training = {card.email_id for card in case.before.values() if card.training}
    changed = {key for key, card in case.server.deployment.state.cards.items()
               if case.before.get(key) != card}  # fmt: skip
    # By a part of a seeded card's id, and by one that nobody has, as well.
    ids = {*training, UNKNOWN, *(card[:-4] for card in training if card.startswith("seed_"))}
    allowed = {"/login", *(f"/api/emails/{card}/reject" for card in ids)}
    sent = [one for one in case.server.requests if one.method != "GET"]
    assert changed <= training
    assert {one.path for one in sent} <= allowed
    # A known tag goes without a reason only, as that has to be refused too.
    fields = [parse_qs(one.query) for one in sent]
    assert not any(f.get("reason", [""])[0].strip() and f.get("rejection_tag", [""])[0] in TAGS
                   for f in fields)  # fmt: skip
    assert not any(card in one.path for card in GATE_CARDS for one in case.server.requests)


@pytest.mark.parametrize("name", NAMES)
def test_the_token_is_nowhere(cases: dict[str, Case], name: str) -> None:
    """Neither in a URL that arrived, nor in evidence, nor in the interlock's record."""
    case = cases[name]
    text = json.dumps(to_har(case.looked.evidence), default=str)
    assert case.server.token not in text
    assert not any(case.server.token in one.query for one in case.server.requests)


def test_a_picture_of_the_form(cases: dict[str, Case]) -> None:
    """A PNG for each environment, named by it, and named in the evidence."""
    names = ["screenshots/g2-form.png"]
    looked = cases["g2"].looked
    assert list(looked.evidence.of("g2")[PAGE_REJECT].data["screenshots"]) == names
    assert all(looked.evidence.attachments[name].startswith(b"\x89PNG") for name in names)
    assert looked.findings[("page-blocks", "g2")].facts["screenshots"] == names


def test_judged_again_alike(cases: dict[str, Case]) -> None:
    """The evidence file alone gives the same findings."""
    looked = cases["g2"].looked
    read = from_har(json.loads(json.dumps(to_har(looked.evidence), default=str)))
    again = {p.key[1:]: judge_one(p, looked.snapshot, read, JUDGES) for p in looked.snapshot.plan}
    assert again == looked.findings


# --- pages of our own: the browser has no network, so a transport in this process will do

TOKEN = "a-dashboard-token-of-24-characters"
PLACE = Environment("staging", "staging", "https://caio.example", Secret(TOKEN))
PAGE = """<!doctype html><title>Sales</title>
<button role=tab>Email Queue</button>
<ul id=list></ul>
<dialog id=emailModal>
  <label>Tag <select id=rejectionTagInput><option value="">…</option>
    <option>weak_cta</option><option>other</option></select></label>
  <label>Why <textarea id=feedbackInput></textarea></label>
  <button id=rejectButton>✕ Reject</button>
</dialog>
<script>
const field = id => document.getElementById(id);
let card;
fetch("/api/pending-emails").then(answer => answer.json()).then(queue => {
  card = queue.pending_emails[0].email_id;
  field("list").innerHTML = "<li><button>Edit & Preview</button></li>";
  field("list").onclick = () => field("emailModal").showModal();
});
field("rejectButton").onclick = () => {
  const tag = field("rejectionTagInput").value, reason = field("feedbackInput").value;
  REJECT
};
EXTRA
</script>"""
GOOD = """if (!tag || !reason) return;
  fetch(`/api/emails/${card}/reject?` + new URLSearchParams({reason, rejection_tag: tag}),
        {method: "POST"}).catch(() => {});"""
FAST = {"timeout": 2, "settle": 0.2}


class Deployment:
    """A deployment that serves one page; ``arrived`` is what came, by method and URL."""

    def __init__(self, page: str, extra: Callable[[httpx2.Request], Any] = lambda _: None) -> None:
        self.page, self.extra = page, extra
        self.arrived: list[str] = []
        self.headers: list[dict[str, str]] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        """Answer one request."""
        self.arrived.append(f"{request.method} {request.url}")
        self.headers.append(dict(request.headers))
        if answer := self.extra(request):
            return answer
        if request.url.path == "/sales":
            return httpx2.Response(200, html=self.page)
        if request.url.path == "/api/rejection-tags":
            return httpx2.Response(200, json={"tags": [{"id": "weak_cta"}, {"id": "other"}]})
        return httpx2.Response(404, json={"detail": "Not Found"})


def page_of(reject: str = GOOD, extra: str = "", page: str = PAGE) -> str:
    """The page with a way to reject, and with more script."""
    return page.replace("REJECT", reject, 1).replace("EXTRA", extra, 1)


def tried(deployment: Deployment, *checks: Any, **settings: Any) -> Looked:
    """Look at that deployment's page."""
    names = checks or ("page-blocks", "page-tags")
    chosen = [check(name, **FAST, **settings) for name in names]
    return look(PLACE, *chosen, transport=httpx2.MockTransport(deployment))


def test_a_page_of_our_own_is_good() -> None:
    """The page that the others are broken variants of passes."""
    looked = tried(Deployment(page_of()))
    assert looked.outcomes() == {"page-blocks": "pass", "page-tags": "pass"}


@pytest.mark.nightly
def test_a_secure_cookie_over_plain_http() -> None:
    """A production rehearsal on loopback: the browser would keep its cookie back, the gate not."""
    with rehearse(environment="production") as server:
        looked = look(place_of(server, "production"), check("page-blocks"))
        seen = looked.evidence.of("production")[PAGE_REJECT]
    assert looked.outcomes() == {"page-blocks": "pass"}
    assert seen.data["login_form"]


def test_a_page_that_needs_scripts_from_elsewhere() -> None:
    """They are not loaded: a button that is dead without them is no finding."""
    page = page_of("return rejectByLibrary(tag);")
    page = page.replace("<script>", "<script src=https://cdn.example/x.js></script><script>", 1)
    looked = tried(Deployment(page), "page-blocks")
    assert looked["page-blocks"].outcome == "cannot-tell"
    assert "needs scripts from https://cdn.example" in looked["page-blocks"].observed


BROKEN = {
    "no-rule": (GOOD.replace("!tag || !reason", "false"), "sends a rejection without a tag"),
    "confirm": (GOOD.replace("!tag || !reason", "!confirm('Sure?')"), "after saying 'Sure?'"),
    "tag-lost": (GOOD.replace("rejection_tag: tag", "rejection_tag: ''"), "no tag that the API"),
    "other-card": (GOOD.replace("${card}", "another"), "a card that is not open"),
    "twice": (GOOD + GOOD.replace("if (!tag || !reason) return;", ""), "sends 2 rejections"),
    "approves": (GOOD.replace("/reject?", "/approve?"), "approves a card"),
    "prompt": ("if (!prompt('Why?')) return;" + GOOD, "Reject does nothing"),
}
OTHERWISE = {
    "queue": PAGE.replace("Email Queue", "Inbox"),
    "card": PAGE.replace("Edit & Preview", "Open"),
    "dialog": PAGE.replace("emailModal", "modal"),
    "reason": PAGE.replace("feedbackInput", "why").replace("Why", "x"),
    "reject": PAGE.replace("✕ Reject", "Decline"),
}


@dataclass(frozen=True)
class Many:
    """Pages that one browser looked at in one run, and all that arrived anywhere."""

    looked: Looked
    arrived: list[str]


@pytest.fixture(scope="module")
def many() -> Many:
    """Every page of ``BROKEN``, each a deployment of its own."""
    return looked_at({name: page_of(reject) for name, (reject, _) in BROKEN.items()})


@pytest.fixture(scope="module")
def otherwise() -> Many:
    """Every page of ``OTHERWISE``: each is in order, so that all of it is looked at."""
    return looked_at({name: page_of(page=page) for name, page in OTHERWISE.items()})


def looked_at(pages: Mapping[str, str]) -> Many:
    served = {f"{name}.example": Deployment(page) for name, page in pages.items()}
    places = tuple(
        Environment(name, "staging", f"https://{name}.example", Secret(TOKEN + name))
        for name in pages
    )
    transport = httpx2.MockTransport(lambda request: served[request.url.host](request))
    chosen = check("page-blocks", timeout=8, settle=0.3)
    looked = look(places, chosen, transport=transport, deadline=900)
    return Many(looked, [line for one in served.values() for line in one.arrived])


@pytest.mark.parametrize("name", BROKEN)
def test_broken_ways_to_reject(many: Many, name: str) -> None:
    """Each breaks the rule in a way of its own, and is named for it."""
    found = many.looked.findings[("page-blocks", name)]
    assert found.outcome == "fail"
    assert BROKEN[name][1] in found.observed


# Each takes as long as a page can; tests/support/page_edits.py has their like for every day.
@pytest.mark.nightly
@pytest.mark.parametrize("name", OTHERWISE)
def test_words_and_names_do_not_matter(otherwise: Many, name: str) -> None:
    """A page that calls its parts otherwise is found by what they do."""
    found = otherwise.looked.findings[("page-blocks", name)]
    assert found.outcome == "pass", found.observed


def test_broken_pages_send_nothing_but_reads(many: Many) -> None:
    """Whatever a page does when Reject is pressed, nothing of it arrives."""
    assert len(many.arrived) >= 2 * len(BROKEN)
    assert not [line for line in many.arrived if not line.startswith("GET ")]


def test_a_page_that_has_moved_is_looked_at_where_it_is() -> None:
    """What a session is led to is the sales page; where the login is, is no sales page."""

    def moved(request: httpx2.Request) -> httpx2.Response | None:
        signed = "caio_session=" in request.headers.get("cookie", "")
        match request.method, request.url.path:
            case "GET", "/login":
                form = "<form method=post action=/login><input type=password name=token></form>"
                return httpx2.Response(200, html=form)
            case "POST", "/login":
                session = {"location": "/sales", "set-cookie": "caio_session=abcdef0123456789"}
                return httpx2.Response(303, headers=session)
            case "GET", "/sales":
                target = "/dashboard/sales" if signed else "/login"
                return httpx2.Response(307, headers={"location": target})
            case "GET", "/dashboard/sales" if signed:
                reject = GOOD.replace("!reason)", "!reason.trim())")
                return httpx2.Response(200, html=page_of(reject))
        return None

    looked = tried(Deployment("", moved))
    assert looked.outcomes() == {"page-blocks": "pass", "page-tags": "pass"}


def test_a_disabled_button_blocks_too() -> None:
    """A Reject button that stays disabled until a tag is chosen is a good page."""
    extra = """const button = field("rejectButton"); button.disabled = true;
      field("rejectionTagInput").onchange = () => { button.disabled = false; };"""
    looked = tried(Deployment(page_of(extra=extra)), "page-blocks")
    assert looked["page-blocks"].outcome == "pass"


def test_a_form_that_posts_is_a_rejection_too() -> None:
    """Not fetch alone: also a form's navigation is kept back, and its body is read."""
    reject = """if (!tag || !reason) return;
      const form = document.createElement("form");
      form.method = "post"; form.action = `/api/emails/${card}/decision`;
      form.innerHTML = "<input name=action value=reject>" +
        `<input name=rejection_tag value=${tag}><input name=reason value="${reason}">`;
      document.body.append(form); form.submit();"""
    deployment = Deployment(page_of(reject))
    looked = tried(deployment, "page-blocks")
    assert looked["page-blocks"].outcome == "pass"
    assert not [line for line in deployment.arrived if line.startswith("POST")]


ESCAPES = """
for (const method of ["POST", "PUT", "PATCH", "DELETE"])
  fetch("/api/emails/live-1/approve", {method, keepalive: true}).catch(() => {});
fetch("/api/operator/trigger").catch(() => {});
fetch("/api/moved").then(answer => answer.text()).catch(() => {});
fetch("https://elsewhere.example/steal").catch(() => {});
fetch("/api/leave").catch(() => {});
navigator.sendBeacon("/api/emails/live-1/approve?beacon", "x");
new Image().src = "https://elsewhere.example/pixel.png";
new WebSocket("wss://caio.example/socket").onerror = () => {};
window.open("https://elsewhere.example/popup");
window.open("/api/admin/seed_queue?count=1");
const frame = document.createElement("iframe");
frame.src = "/frame"; document.body.append(frame);
"""


def test_nothing_leaves_the_browser_by_itself() -> None:
    """Whatever a page tries, reads of its own origin arrive, and nothing else does.

    That it approves cards by itself is what is said of this page.
    """

    def extra(request: httpx2.Request) -> httpx2.Response | None:
        moves = {
            "/api/moved": "/api/operator/trigger",
            "/api/leave": "https://elsewhere.example/away",
            "/frame": "https://elsewhere.example/framed",
        }
        target = moves.get(request.url.path)
        return httpx2.Response(302, headers={"location": target}) if target else None

    deployment = Deployment(page_of(extra=ESCAPES), extra)
    looked = tried(deployment, "page-blocks")
    paths = {line.removeprefix("GET https://caio.example") for line in deployment.arrived}
    assert paths == {
        "/login",
        "/sales",
        "/api/operator/status",
        "/api/rejection-tags",
        "/api/runtime/dependencies",
        "/api/moved",
        "/api/leave",
        "/frame",
    }
    blocks = looked["page-blocks"]
    assert (blocks.outcome, "approves a card by itself" in blocks.observed) == ("fail", True)
    data = looked.evidence.of("staging")[PAGE_REJECT].data
    tried_ = [one for step in data["steps"] for one in step["attempted"]]
    kept = {(one["method"], one["url"].split("example")[1]) for one in tried_}
    approve = "/api/emails/live-1/approve"
    assert {(m, approve) for m in ("POST", "PUT", "PATCH", "DELETE")} <= kept
    assert {("POST", f"{approve}?beacon="), ("GET", "/api/operator/trigger")} <= kept
    assert list(data["elsewhere"]) == ["https://elsewhere.example"]
    assert [sent.allowed for sent in looked.sent] == [False] * len(looked.sent)


def test_the_token_goes_by_header_never_by_url() -> None:
    """An old page finds the token in its storage; what it puts into a URL is taken out again."""
    extra = """const token = localStorage.getItem("caio_dashboard_token");
    fetch("/api/operator/status?x=1&token=" + token); fetch("/other?token=" + token);
    document.title = token;"""
    deployment = Deployment(page_of(extra=extra))
    looked = tried(deployment, "page-blocks")
    # What the page read is asked for once more, without the token, when all has been looked at.
    asked = dict(reversed([*zip(deployment.arrived, deployment.headers, strict=True)]))
    status = asked["GET https://caio.example/api/operator/status?x=1"]
    assert looked["page-blocks"].outcome == "pass"
    assert status["x-dashboard-token"] == TOKEN
    assert "x-dashboard-token" not in asked["GET https://caio.example/other"]
    assert not any(TOKEN in line for line in deployment.arrived)
    assert TOKEN not in json.dumps(to_har(looked.evidence), default=str)


def test_people_are_masked_before_a_page_shows_them() -> None:
    """What an API answers is reduced on its way into the browser, and so into screenshots."""

    def extra(request: httpx2.Request) -> httpx2.Response | None:
        if request.url.path != "/api/emails/history":
            return None
        return httpx2.Response(200, json={"emails": [{"to": "jane@example.com", "subject": "Hi"}]})

    script = """document.addEventListener("click", () =>
      fetch("/api/emails/history").then(a => a.text()).then(text => alert(text)));"""
    looked = tried(Deployment(page_of(extra=script), extra), "page-blocks")
    said = " ".join(t for s in looked["page-blocks"].facts["presses"] for t in s["said"])
    assert "j…@e….com" in said
    assert "jane" not in said
    assert "Hi" not in said


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"quue": "#x"}, "did you mean 'queue'?"), ({"page": "sales"}, "a path like /sales")],
)
def test_settings_that_make_no_sense(settings: dict[str, Any], words: str) -> None:
    """They are named; nothing is judged by them."""
    looked = tried(Deployment(page_of()), "page-blocks", **settings)
    assert looked["page-blocks"].outcome == "cannot-tell"
    assert words in looked["page-blocks"].observed


def test_a_refused_login_is_no_evidence() -> None:
    """A login form that does not let the token in: the page was not seen, and the token is not."""
    form = '<form method=post action=/login><input type=password name=token value=""></form>'

    def extra(request: httpx2.Request) -> httpx2.Response | None:
        if request.url.path == "/sales":
            return httpx2.Response(302, headers={"location": "/login?next=/sales"})
        return httpx2.Response(200, html=form) if request.url.path == "/login" else None

    deployment = Deployment("", extra)
    looked = tried(deployment, "page-blocks")
    assert looked["page-blocks"].outcome == "cannot-tell"
    assert "does not open after the login form" in looked["page-blocks"].observed
    assert deployment.arrived.count("POST https://caio.example/login") == 1
    assert "screenshots/staging-sign-in.png" in looked.evidence.attachments
    assert TOKEN not in json.dumps(to_har(looked.evidence), default=str)
