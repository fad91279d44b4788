"""The /sales page, for a person with a mouse and for one with a keyboard, in real Chromium."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from pytest_caio.rehearsal.deployment.state import Batch
from pytest_caio.rehearsal.server import RehearsalServer, rehearse

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for the module; skipped where there is none."""
    playwright = pytest.importorskip("playwright.sync_api")
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    path = next((found for name in names if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("no Chromium on PATH")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def opened(browser: Browser) -> Iterator[Page]:
    """A page in a context of its own."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    try:
        yield context.new_page()
    finally:
        context.close()


def sign_in(page: Page, server: RehearsalServer) -> None:
    """Through the login form in G2; in G1 with the token where the page keeps it."""
    if server.deployment.settings.pages_need_login:
        page.goto(f"{server.url}/sales")
        page.get_by_label("Token").fill(server.token)
        page.get_by_role("button", name="Sign in").click()
    else:
        page.add_init_script(f"localStorage.setItem('caio_dashboard_token', '{server.token}')")
        page.goto(f"{server.url}/sales")
    page.wait_for_url("**/sales")


def open_training_card(page: Page) -> None:
    """Email Queue, then the training card's Edit & Preview."""
    page.get_by_role("tab", name="Email Queue").click()
    card = page.get_by_role("listitem").filter(has_text="Training card 0")
    card.get_by_role("button", name="Edit & Preview").click()
    page.locator("#emailModal").wait_for(state="visible")


def choose_tag(page: Page, tag: str) -> None:
    """Choose a tag once the page has them."""
    page.locator(f"#rejectionTagInput option[value={tag}]").wait_for(state="attached")
    page.locator("#rejectionTagInput").select_option(tag)


def answer_dialogs(page: Page) -> list[str]:
    """Say yes to every dialog, and keep what it said."""
    said: list[str] = []

    def yes(dialog: Any) -> None:
        said.append(dialog.message)
        dialog.accept()

    page.on("dialog", yes)
    return said


def rejects(server: RehearsalServer) -> list[str]:
    """The queries of the rejections that arrived."""
    return [one.query for one in server.requests if one.path.endswith("/reject")]


def test_person_rejects_a_card(browser: Browser) -> None:
    """Log in, open the queue and a card, reject it with tag and reason: toast, card gone."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        open_training_card(page)
        choose_tag(page, "weak_cta")
        page.get_by_label("Feedback").fill("The closing question is vague")
        page.get_by_role("button", name="Reject", exact=True).click()
        page.get_by_role("status").get_by_text("Email rejected.").wait_for()
        page.get_by_role("listitem").filter(has_text="Training card 0").wait_for(state="detached")
        decision = server.deployment.state.decisions[-1]
    assert (decision.tag, decision.reason) == ("weak_cta", "The closing question is vague")
    assert not any(server.token in one.query for one in server.requests)


def test_person_approves_an_edited_card(browser: Browser) -> None:
    """What is edited in the dialog is what is approved."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_role("button", name="Edit & Preview").first.click()
        page.get_by_label("Subject").fill("A better subject")
        page.get_by_role("button", name="Approve", exact=True).click()
        page.get_by_role("status").get_by_text("Email approved.").wait_for()
        decision = server.deployment.state.decisions[-1]
    # Approving is sending.
    assert (decision.status, decision.subject) == ("sent_proved", "A better subject")


def test_refused_approval_is_said_in_the_dialog(browser: Browser) -> None:
    """The server's refusal is shown beside the buttons, and the card stays."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        before = len(server.deployment.state.decisions)
        open_training_card(page)
        page.get_by_role("button", name="Approve", exact=True).click()
        said = page.get_by_role("alert").filter(has_text="never sent")
        said.wait_for()
        assert page.locator("#emailModal").is_visible()
        assert len(server.deployment.state.decisions) == before


def test_keyboard_alone(browser: Browser) -> None:
    """Arrow keys change tabs; focus goes into the dialog, Escape gives it back to the button."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        page.get_by_role("tab", name="Overview").focus()
        page.keyboard.press("ArrowRight")
        buttons = page.get_by_role("button", name="Edit & Preview")
        buttons.first.wait_for()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("Enter")
        page.locator("#emailModal").wait_for(state="visible")
        inside = page.evaluate("document.activeElement.id")
        page.keyboard.press("Escape")
        page.locator("#emailModal").wait_for(state="hidden")
        back = page.evaluate("document.activeElement.textContent")
    assert (inside, back) == ("subjectInput", "Edit & Preview")


def test_seeding_adds_a_training_card(browser: Browser) -> None:
    """The button in the Email Queue adds one card and says so."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_role("button", name="Seed Training Emails").click()
        page.get_by_text("1 training email added.").wait_for()
        page.get_by_role("listitem").filter(has_text="Training card 1:").wait_for()
        assert server.deployment.state.seeded == 1


def test_expired_session_leads_to_the_login(browser: Browser) -> None:
    """When the server forgets the session, the next refresh leads back to the login."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_role("button", name="Edit & Preview").first.wait_for()
        server.deployment.state.sessions.clear()
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        page.wait_for_url("**/login?next=/sales")
        assert page.get_by_label("Token").is_visible()


def press_reject(page: Page, *, tag: str = "", reason: str = "", sends: bool = False) -> None:
    """Press Reject in an opened card, and wait for the answer if it `sends` a request."""
    if tag:
        choose_tag(page, tag)
    if reason:
        page.get_by_label("Feedback").fill(reason)
    button = page.get_by_role("button", name="Reject", exact=True)
    if sends:
        with page.expect_response("**/reject*"):
            button.click()
    else:
        button.click()
        # A request that should not be would be under way before this round trip is over.
        page.evaluate("fetch('/api/health').then((answer) => answer.json())")


@pytest.mark.parametrize(
    ("generation", "reasonless"), [("g2", 0), ("g1", 1)], ids=["g2", "g1-asks-and-goes-on"]
)
def test_page_insists_on_a_tag(browser: Browser, generation: Any, reasonless: int) -> None:
    """No tag: a dialog and no request. A tag alone: refused in G2, a yes is enough in G1."""
    with rehearse(generation) as server, opened(browser) as page:
        said = answer_dialogs(page)
        sign_in(page, server)
        open_training_card(page)
        press_reject(page)
        assert rejects(server) == []
        assert said == ["Select a rejection tag before rejecting this email."]
        press_reject(page, tag="other", sends=reasonless == 1)
        assert len(rejects(server)) == reasonless
        assert len(said) == 2


@pytest.mark.parametrize(
    ("fault", "arrived"),
    [
        ("page-no-tag-field", 1),
        ("page-tag-not-enforced", 1),
        ("page-confirm-instead", 1),
        ("page-dead-button", 0),
    ],
)
def test_broken_pages_are_broken(browser: Browser, fault: str, arrived: int) -> None:
    """Pressed by someone in a hurry who says yes to everything, each sends what it should not."""
    with rehearse(faults=[fault]) as server, opened(browser) as page:
        answer_dialogs(page)
        sign_in(page, server)
        open_training_card(page)
        press_reject(page, sends=arrived == 1)
        assert len(rejects(server)) == arrived
        assert not any("rejection_tag" in query for query in rejects(server))


def test_dead_button_sends_nothing_at_all(browser: Browser) -> None:
    """Also with tag and reason a dead button sends nothing."""
    with rehearse(faults=["page-dead-button"]) as server, opened(browser) as page:
        sign_in(page, server)
        open_training_card(page)
        press_reject(page, tag="other", reason="r")
        assert rejects(server) == []


def offered(page: Page) -> list[str]:
    """The tags that the page offers, without the empty option."""
    page.locator("#rejectionTagInput option[value=other]").wait_for(state="attached")
    values: list[str] = page.locator("#rejectionTagInput option").evaluate_all(
        "options => options.map(option => option.value)"
    )
    assert values[0] == ""
    return values[1:]


@pytest.mark.parametrize(("faults", "agree"), [((), True), (("page-tags-out-of-step",), False)])
def test_offered_tags(browser: Browser, faults: tuple[str, ...], agree: bool) -> None:
    """The page offers the API's tags, unless it has a list of its own."""
    with rehearse(faults=faults) as server, opened(browser) as page:
        sign_in(page, server)
        open_training_card(page)
        tags = [tag["id"] for tag in server.deployment.state.tags]
        assert (offered(page) == tags) is agree


def test_g1_takes_the_token_out_of_the_address(browser: Browser) -> None:
    """A token in the address is kept by the browser and taken out of the address."""
    with rehearse("g1") as server, opened(browser) as page:
        page.goto(f"{server.url}/sales?token={server.token}")
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_role("button", name="Edit & Preview").first.wait_for()
        assert page.url == f"{server.url}/sales"


def test_g1_asks_for_the_token(browser: Browser) -> None:
    """Without a token the G1 page asks for it, and goes on once it has it."""
    with rehearse("g1") as server, opened(browser) as page:
        page.goto(f"{server.url}/sales")
        page.get_by_label("Dashboard token").fill(server.token)
        page.get_by_role("button", name="Use this token").click()
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_role("button", name="Edit & Preview").first.wait_for()
        assert page.locator("#tokenForm").is_hidden()


def html(server: RehearsalServer, fetch: Callable[..., Any]) -> str:
    """The page's source, signed in."""
    with fetch(base_url=server.url, trust_env=False) as person:
        signed = person.post("/login", data={"token": server.token, "next": "/sales"})
        cookies = signed.headers.get("set-cookie", "").split(";")[0]
        text: str = person.get("/sales", headers={"Cookie": cookies}).text
    return text


WIRED = ("setInterval", "visibilitychange", "/api/pending-emails", "fetchPendingEmails")


@pytest.mark.parametrize("generation", ["g2", "g1"])
def test_page_is_wired_and_self_contained(generation: Any) -> None:
    """The page refreshes itself, has the tag field, and loads nothing from elsewhere."""
    import httpx2

    with rehearse(generation) as server:
        text = html(server, httpx2.Client)
    assert all(word in text for word in (*WIRED, "rejectionTagInput"))
    assert not re.search(r"(src|href)=|https?://|\{\{|// if|<!-- if", text)


def test_unwired_page_has_no_refresh() -> None:
    """The fault takes both ways of refreshing out, and nothing else."""
    import httpx2

    with rehearse(faults=["sales-not-wired"]) as server:
        text = html(server, httpx2.Client)
    assert [word in text for word in WIRED] == [False, False, True, True]


def test_filters_and_search_narrow_the_list(browser: Browser) -> None:
    """Tier, status and words of subject or person; Escape in the search shows all again."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        page.get_by_role("tab", name="Email Queue").click()
        cards = page.locator("#queueList li")
        expect = page.locator("#queueSummary")
        page.get_by_label("Status").select_option("training")
        expect.get_by_text("4 cards to decide, 1 shown").wait_for()
        page.get_by_label("Status").select_option("")
        page.get_by_label("Tier").select_option("tier_2")
        expect.get_by_text("4 cards to decide, 0 shown").wait_for()
        page.get_by_label("Tier").select_option("tier_1")
        page.get_by_label("Search").fill("lanternworks")
        expect.get_by_text("4 cards to decide, 1 shown").wait_for()
        page.keyboard.press("Escape")
        expect.get_by_text("4 cards to decide", exact=True).wait_for()
        assert cards.count() == 4


def test_selected_cards_are_approved_and_training_cards_never(browser: Browser) -> None:
    """Select all takes live cards only, and asks before it approves them."""
    with rehearse() as server, opened(browser) as page:
        before = len(server.deployment.state.decisions)
        said = answer_dialogs(page)
        sign_in(page, server)
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_role("button", name="Select all").click()
        page.get_by_role("button", name="Approve selected").click()
        page.get_by_role("status").get_by_text("3 approved.").wait_for()
        approved = server.deployment.state.decisions[before:]
    assert said == ["Approve 3 cards as they are?"]
    # What goes out by another platform waits for the dispatch.
    assert sorted(d.status for d in approved) == ["approved", "sent_proved", "sent_proved"]


def test_training_badge_explains_itself(browser: Browser) -> None:
    """The badge opens a dialog that says what a training card is."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_role("button", name="training", exact=True).click()
        page.locator("#trainingDialog").get_by_text("never be sent").wait_for()
        page.get_by_role("button", name="Understood").click()
        page.locator("#trainingDialog").wait_for(state="hidden")


def test_arrow_keys_go_from_card_to_card(browser: Browser) -> None:
    """In an open card the next one comes with an empty tag and an empty reason."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        open_training_card(page)
        choose_tag(page, "weak_cta")
        page.get_by_label("Feedback").fill("Vague")
        page.locator("#closeButton").focus()
        before = page.locator("#modalRecipient").text_content()
        page.keyboard.press("ArrowLeft")
        assert page.locator("#modalRecipient").text_content() != before
        assert page.locator("#rejectionTagInput").input_value() == ""
        assert page.locator("#feedbackInput").input_value() == ""


@pytest.mark.parametrize("tag", ["", "weak_cta"])
def test_control_enter_rejects_by_the_same_rule(browser: Browser, tag: str) -> None:
    """A shortcut is no way round the tag."""
    with rehearse() as server, opened(browser) as page:
        said = answer_dialogs(page)
        sign_in(page, server)
        open_training_card(page)
        if tag:
            choose_tag(page, tag)
        page.get_by_label("Feedback").fill("Vague")
        page.keyboard.press("Control+Enter")
        if tag:
            page.get_by_role("status").get_by_text("Email rejected.").wait_for()
    assert len(rejects(server)) == bool(tag)
    assert bool(said) is not bool(tag)


def test_feedback_goes_along_with_an_approval(browser: Browser) -> None:
    """What a reviewer says of an approved card is kept with the decision."""
    with rehearse() as server, opened(browser) as page:
        sign_in(page, server)
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_role("button", name="Edit & Preview").first.click()
        page.get_by_label("Feedback").fill("Good opening")
        page.get_by_role("button", name="Approve", exact=True).click()
        page.get_by_role("status").get_by_text("Email approved.").wait_for()
    assert server.deployment.state.decisions[-1].feedback == "Good opening"


def test_waiting_batch_can_be_released(browser: Browser) -> None:
    """A batch that the gatekeeper holds is shown, and gone once it is released."""
    with rehearse() as server, opened(browser) as page:
        batch = Batch("batch_1", server.deployment.now(), ("card_1", "card_2"))
        server.deployment.state.batches[batch.batch_id] = batch
        sign_in(page, server)
        page.get_by_role("tab", name="Email Queue").click()
        page.get_by_text("2 mails wait in batch_1").wait_for()
        page.get_by_role("button", name="Release batch").click()
        page.locator("#dispatchBatch").wait_for(state="hidden")
    assert server.deployment.state.batches["batch_1"].status == "approved"
