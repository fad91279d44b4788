"""Small changes to the rehearsal's sales page that harm, or don't, whoever works on it all day.

A text that is pasted, a key that leaves a card, ticks, a slow or a silent server, a page that is loaded again.
"""

# ruff: noqa: E501

from __future__ import annotations

from page_detours import beside
from page_edits import (
    CHANGED,
    OFFERED,
    POLL,
    REASON_CHECK,
    RESET,
    SEND,
    TAG_CHECK,
    TAG_VALUE,
    WIRED,
    after,
    bad,
    fine,
    on_card,
)
from page_sequels import APPROVE, CALLED, CLOSED, DRAWN, FAILED, LIST, SHOWN

_OPEN = "  openId = openerId = id;\n"
_EMPTY = 'byId("feedbackInput").value = "";'
_CLOSES = 'byId("closeButton").addEventListener("click", () => modal.close());'
_READS = "async function fetchPendingEmails() {\n"
_DECIDE = "async function decide(path, done, payload) {\n"
_ASKED = "if (!confirm(`Approve ${selected.size} cards as they are?`)) return;"
_EACH = "for (const id of [...selected]) {"
_PICK = "drawPick(card)"
_THERE = "  const there = new Set(cards.map((card) => card.email_id));\n"


def heard(*kinds: str) -> tuple[tuple[str, str], ...]:
    """Send the text as it was unless one of these events told of a change."""
    told = " ".join(
        f"byId('bodyInput').addEventListener('{kind}', () => {{ window.heard = true; }});"
        for kind in kinds
    )
    return (
        (SHOWN, f"  window.heard = false;\n{SHOWN}"),
        (CHANGED, "body: window.heard ? byId('bodyInput').value : cards.find((one) => one.email_id === openId).body,"),
        after(WIRED, told),
    )  # fmt: skip


def drafted(card: str) -> tuple[tuple[str, str], ...]:
    """Keep a reason two seconds after it was typed, for ``card``."""
    return (
        (_EMPTY, 'byId("feedbackInput").value = (window.kept ??= {})[id] || "";'),
        after(WIRED, "byId('feedbackInput').addEventListener('input', (event) => { const [id, text] = [openId, event.target.value];"
              f" clearTimeout(window.later); window.later = setTimeout(() => {{ window.kept[{card}] = text; }}, 2000); }});"),
        (CALLED, f"{CALLED}    delete window.kept[openId];\n"),
    )  # fmt: skip


def pages(clamp: str) -> tuple[tuple[str, str], ...]:
    """Show five cards at once; ``clamp`` is done before they are drawn."""
    return (
        (DRAWN, f"  window.at ??= 0; {clamp}\n  byId('pager').hidden = shown.length <= 5;\n"
         '  byId("queueList").replaceChildren(...shown.slice(5 * window.at, 5 * window.at + 5).map(drawCard));\n'),
        (LIST, f'{LIST}<div id="pager"><button id="back">Previous</button><button id="on">Next</button></div>'),
        after(WIRED, 'byId("on").onclick = () => { if (5 * window.at + 5 < cards.length) window.at += 1; redraw(); };'
              ' byId("back").onclick = () => { window.at = Math.max(0, window.at - 1); redraw(); };'),
    )  # fmt: skip


def snoozing(script: str) -> tuple[tuple[str, str], ...]:
    """Let a card be put away for five minutes; ``script`` brings it back."""
    return (
        ("function isWanted(card) {\n", "const away = new Map();\nfunction isWanted(card) {\n  if (away.has(card.email_id)) return false;\n"),
        on_card("const later = document.createElement('button'); later.textContent = 'Later'; later.onclick = () => {"
                f" const id = card.email_id; {script} drawQueue(); }}; item.append(later);"),
    )  # fmt: skip


def busy(before: str, behind: str) -> tuple[tuple[str, str], ...]:
    """Let nothing be decided twice; the mark is set ``before`` what is asked for, or ``behind``."""
    return (
        (TAG_CHECK, f"{before} {TAG_CHECK}"),
        (REASON_CHECK, f"{REASON_CHECK} {behind}"),
        ("    buttons.forEach((button) => { button.disabled = false; });", "    window.busy = false;\n    buttons.forEach((button) => { button.disabled = false; });"),
    )  # fmt: skip


def locked(release: str) -> tuple[tuple[str, str], ...]:
    """Open a card in one window alone; ``release`` frees the cards of one that was closed."""
    return (
        (_OPEN, f"  if (localStorage.held === id && window.holds !== id) {{ toast('Open in another window.'); return; }}\n  localStorage.held = window.holds = id;\n{_OPEN}"),
        (CLOSED, f"{CLOSED}\nmodal.addEventListener('close', () => {{ delete localStorage.held; window.holds = null; }});\n{release}"),
    )  # fmt: skip


def outbox(retry: str) -> tuple[tuple[str, str], ...]:
    """Keep what reached nobody, out of the list; ``retry`` sends it again."""
    return (
        (FAILED, "    if (error instanceof TypeError) { (window.waiting ??= []).push([openId, path, payload]); modal.close(); drawQueue();"
         f" toast('Kept, to be sent later.'); return; }}\n{FAILED}"),
        ("function isWanted(card) {\n", "function isWanted(card) {\n  if ((window.waiting || []).some(([id]) => id === card.email_id)) return false;\n"),
        after(WIRED, "async function sendKept() { for (const one of window.waiting || []) await call('POST', one[1], one[2]).then(() => {"
              f" window.waiting = window.waiting.filter((other) => other !== one); }}, () => {{}}); drawQueue(); }} {retry}"),
    )  # fmt: skip


def quick(before: str) -> tuple[tuple[str, str], ...]:
    """Let a card be approved in the list, where its row goes at once; ``before`` may stop that."""
    return (
        on_card("if (!isTraining(card)) { const yes = document.createElement('button'); yes.textContent = 'Approve'; yes.onclick = async () => {"
                f" {before} cards = cards.filter((one) => one !== card); drawQueue();"
                " await call('POST', `/api/emails/${card.email_id}/approve?approver=dashboard_user`, {}); }; item.prepend(yes); }"),
    )  # fmt: skip


def timed(then: str) -> tuple[tuple[str, str], ...]:
    """Wait ten seconds for an answer; ``then`` is done where none came."""
    return ((CALLED, "    await Promise.race([call('POST', path, payload), new Promise((_, no) => setTimeout(no, 10000, new Error('late')))])"
             f".catch((error) => {{ if (error.message !== 'late') throw error; {then} }});\n"),)  # fmt: skip


def searched(opened: str) -> tuple[tuple[str, str], ...]:
    """Look for a tag by its name, which takes the best one; ``opened`` is done for each card."""
    return (
        ('<label for="rejectionTagInput">Rejection tag</label>', '<label for="findInput">Find a tag</label><input id="findInput" type="search">'
         '<label for="rejectionTagInput">Rejection tag</label>'),
        (RESET, f"{RESET} {opened}"),
        after(WIRED, 'function find() { const words = byId("findInput").value.toLowerCase(); const best = [...byId("rejectionTagInput").options].slice(1)'
              '.find((one) => one.text.toLowerCase().includes(words)); if (words) byId("rejectionTagInput").value = best ? best.value : ""; }'
              ' byId("findInput").oninput = find;'),
    )  # fmt: skip


def anew(choose: str) -> tuple[tuple[str, str], ...]:
    """Read the tags each minute; ``choose`` says what is chosen among the new ones."""
    return (
        ("  select.replaceChildren(select.options[0]);", "  const was = select.value; select.replaceChildren(select.options[0]);"),
        (OFFERED, f"{OFFERED} {choose}"),
        after(POLL, "setInterval(loadTags, 60000);"),
    )  # fmt: skip


def reused(pick: str) -> tuple[tuple[str, str], ...]:
    """Use the list's rows again; ``pick`` is the box that a row has."""
    return (
        ('  byId("queueList").replaceChildren(...shown.map(drawCard));', '  byId("queueList").replaceChildren(...shown.map((card, at) => { const row = drawCard(card);'
         f" window.boxes ??= []; {pick} return row; }}));"),
    )  # fmt: skip


def covered(style: str) -> tuple[tuple[str, str], ...]:
    """Show what is said in a layer over everything, which stays."""
    return (
        ("</style>", f"  #layer {{ position: fixed; inset: 0; {style} }}\n</style>"),
        ('<div id="toast"', '<div id="layer" hidden></div><div id="toast"'),
        ("function toast(text) {", 'function toast(text) {\n  byId("layer").hidden = false;'),
    )  # fmt: skip


def typed(kind: str) -> tuple[tuple[str, str], ...]:
    """Keep the text at each ``kind`` of event, and send what was kept; also by keys, from the text."""
    return (
        (SHOWN, f"  window.text = card.body;\n{SHOWN}"),
        (CHANGED, "body: window.text,"),
        after(WIRED, f"byId('bodyInput').addEventListener('{kind}', () => {{ window.text = byId('bodyInput').value; }});"
              " byId('bodyInput').addEventListener('keydown', (event) => { if (event.key === 'Enter' && event.ctrlKey) approve(); });"),
    )  # fmt: skip


def lettered(unless: str) -> tuple[tuple[str, str], ...]:
    """Approve an open card by a letter, ``unless`` something."""
    return (after(WIRED, "document.addEventListener('keydown', (event) => { if (event.key === 'a' && modal.open && !event.ctrlKey && !event.altKey"
                  f" && !event.metaKey && !isTyping(event.target) && !({unless})) approve(); }});"),)  # fmt: skip


def backwards(script: str) -> tuple[tuple[str, str], ...]:
    """Keep each card that is opened in the history; ``script`` is done on the way back."""
    return (
        (_OPEN, f"{_OPEN}  if (!window.goes) history.pushState({{ id }}, '');\n"),
        after(WIRED, f"addEventListener('popstate', (event) => {{ const id = event.state && event.state.id; if (!id) return; {script} }});"),
    )  # fmt: skip


def emptying(script: str) -> tuple[tuple[str, str], ...]:
    """Keep what is chosen and typed in a state of its own, which a button empties by ``script``."""
    return (
        ('<p id="modalMessage"', '<button id="clear">Start over</button><p id="modalMessage"'),
        (_OPEN, f"{_OPEN}  window.form = {{ tag: '', reason: '' }};\n"),
        ('const reason = byId("feedbackInput").value.trim();', "const reason = window.form.reason;"),
        (TAG_VALUE, "const tag = window.form.tag;"),
        after(WIRED, "byId('rejectionTagInput').addEventListener('change', (event) => { window.form.tag = event.target.value; });"
              " byId('feedbackInput').addEventListener('input', (event) => { window.form.reason = event.target.value.trim(); });"
              f" byId('clear').onclick = () => {{ byId('rejectionTagInput').value = ''; byId('feedbackInput').value = ''; {script} }};"),
    )  # fmt: skip


def retried(payload: str) -> tuple[tuple[str, str], ...]:
    """Send ``payload`` where an approval is tried once more."""
    return (
        (CALLED, f"    window.tried ??= {{}}; const first = window.tried[path] ??= payload;\n    await call('POST', path, {payload});\n    delete window.tried[path];\n"),
    )  # fmt: skip


def ticking(read: str) -> tuple[tuple[str, str], ...]:
    """Have all chosen; ``read`` is done with each card that is read."""
    return (
        (_THERE, f"{_THERE}  if (window.every) for (const card of cards) if (!isTraining(card)) {{ {read} }}\n"),
        ('byId("selectAllButton").addEventListener("click", () => {\n', 'byId("selectAllButton").addEventListener("click", () => {\n  window.every = new Set(cards.map((card) => card.email_id));\n'),
    )  # fmt: skip


_HELD = "if (window.busy) return; window.busy = true;"
_IDLE = "if (window.busy) return;"

_UNAUTHORIZED = "if (response.status === 401) onUnauthorized();"
_SIGN_IN = "byId('queueSummary').textContent = 'Your session has expired. Log in again to go on.';"


def sending(kept: str) -> tuple[tuple[str, str], ...]:
    """Take a card out of the list while its decision is under way; ``kept`` is who remembers it."""
    return (
        ("function isWanted(card) {\n", f"function isWanted(card) {{\n  if ({kept}.sending === card.email_id) return false;\n"),
        (CALLED, f"    {kept}.sending = openId; modal.close(); drawQueue();\n    await call('POST', path, payload).finally(() => {{ {kept}.sending = ''; }});\n"),
        (_UNAUTHORIZED, "if (response.status === 401) { location.assign('/login'); return new Promise(() => {}); }"),
    )  # fmt: skip


def remembering(chosen: str) -> tuple[tuple[str, str], ...]:
    """Remember the last reason by its tag; ``chosen`` is done as one is chosen."""
    return (
        after(WIRED, f"byId('rejectionTagInput').onchange = (event) => {{ const why = byId('feedbackInput'); {chosen} }};"),
        (SEND, f"(window.usual ??= {{}})[tag] = reason; {SEND}"),
    )  # fmt: skip


def turning(back: str) -> tuple[tuple[str, str], ...]:
    """Have a button that turns the list of tags; ``back`` chooses what was chosen."""
    turned = "const tags = byId('rejectionTagInput'); const [at, chosen] = [tags.selectedIndex, tags.value];"
    turned += f" tags.append(...[...tags.options].slice(1).reverse()); {back}"
    return beside("turn", "Turn the tags", turned)


HARMFUL = (
    bad("what is pasted is not heard", *heard("keyup")),
    bad("a reason kept for whoever is open then", *drafted("openId")),
    bad("a page that is no more", *pages("")),
    bad("away for good, where two are away", *snoozing("away.set(id, 1); clearTimeout(window.back); window.back = setTimeout(() => { away.delete(id); drawQueue(); }, 300000);")),
    bad("a refusal of its own keeps it busy", *busy(_HELD, "")),
    bad("held for a window that is gone", *locked("")),
    bad("kept for a connection that was never lost", *outbox("addEventListener('online', sendKept);")),
    bad("the next row is under the pointer", *quick("")),
    bad("late is sent once more", *timed("return call('POST', path, payload);")),
    bad("a search among the tags that goes on", *searched("find();")),
    bad("new tags choose one", *anew("select.options[0].disabled = true; if (was) select.value = was; else select.selectedIndex = 1;")),
    bad("a row's box is that of its first card", *reused("row.querySelector('.pick').replaceWith(window.boxes[at] ??= row.querySelector('.pick'));")),
    bad("a layer that stays", *covered("")),
    bad("escape stops the reading", (_READS, f"{_READS}  if (window.paused) return;\n"), (_OPEN, f"{_OPEN}  window.paused = true;\n"),
        (_CLOSES, 'byId("closeButton").addEventListener("click", () => { window.paused = false; modal.close(); });'), red="", reads_on=False),
    bad("down is enough", (APPROVE, 'byId("approveButton").addEventListener("pointerdown", approve);')),
    bad("an error without words is none", ("throw new Error(answer.detail || `The server answered ${response.status}.`);", "if (answer.detail) throw new Error(answer.detail);")),
    bad("enter on the tag", after(WIRED, 'byId("rejectionTagInput").addEventListener("keydown", (event) => { if (event.key === "Enter") approve(); });')),
    bad("asked about those that are shown", (_ASKED, "const seen = cards.filter(isWanted).filter((one) => selected.has(one.email_id)).length; if (!confirm(`Approve ${seen} cards as they are?`)) return;")),
    bad("whatever is ticked by then", (_EACH, "for (const id of selected) {")),
    bad("a sign is no change", (CHANGED, "body: /\\w/.test(byId('bodyInput').value.replace(cards.find((one) => one.email_id === openId).body, '')) &&"
        " byId('bodyInput').value.replace(/\\W/g, '') !== cards.find((one) => one.email_id === openId).body.replace(/\\W/g, '') ? byId('bodyInput').value : undefined,")),
    bad("the card that is open once it was read", ("function approve() {", "async function approve() { await call('GET', '/api/pending-emails?include_non_dispatchable=true');")),
    bad("below what is cut off", ("</style>", "  #emailModal { max-height: 200px; overflow: hidden; }\n</style>")),
    bad("enter in the subject", after(WIRED, 'byId("subjectInput").addEventListener("keydown", (event) => { if (event.key === "Enter") approve(); });')),
    bad("a text that is kept when it is left", *typed("change")),
    bad("a letter that is held", *lettered("false")),
    bad("the way back changes the number alone", *backwards("if (modal.open) openId = openerId = id; else openCard(id);")),
    bad("emptied to the eye", *emptying("")),
    bad("the first try once more", *retried("first")),
    bad("all that comes is chosen", *ticking("selected.add(card.email_id);")),
    bad("too many requests is as good as approved", ("if (!response.ok) throw", "if (!response.ok && response.status !== 429) throw")),
    bad("an arrow in the text goes on", after(WIRED, 'byId("bodyInput").addEventListener("keydown", (event) => { const at = cards.findIndex((one) => one.email_id === openId);'
        ' if (event.key === "ArrowDown" && cards[at + 1]) openId = cards[at + 1].email_id; });')),
    bad("a reason comes with its tag", *remembering("why.value ||= (window.usual ??= {})[event.target.value] || '';")),
    bad("the tags are turned around", *turning("tags.selectedIndex = at;")),
    bad("plain letters go out", (CHANGED, 'body: byId("bodyInput").value.replace(/[^\\n\\x20-\\x7e]/g, ""),')),
    bad("signed out, and approved", (_UNAUTHORIZED, f"if (response.status === 401) {{ {_SIGN_IN} return {{}}; }}")),
    bad("on its way, in the next visit too", *sending("localStorage")),
    bad("what decides is cut off", ("</style>", "#emailModal { max-height: 260px; overflow: hidden }\n</style>")),
    bad("no pointer approves", ("</style>", "#approveButton { pointer-events: none }\n</style>")),
)  # fmt: skip

HARMLESS = (
    fine("what is pasted is heard", *heard("input")),
    fine("a reason kept for its card", *drafted("id")),
    fine("a page that is still there", *pages("window.at = Math.min(window.at, Math.max(0, Math.ceil(shown.length / 5) - 1));")),
    fine("each comes back by itself", *snoozing("away.set(id, setTimeout(() => { away.delete(id); drawQueue(); }, 300000));")),
    fine("away until the page is loaded again", *snoozing("away.set(id, 1);")),
    fine("busy once all is given", *busy(_IDLE, "window.busy = true;")),
    fine("held as long as the window is there", *locked("addEventListener('pagehide', () => { if (window.holds) delete localStorage.held; });")),
    fine("kept and sent again", *outbox("setInterval(sendKept, 20000);")),
    fine("the next row waits for a moment", *quick("if (Date.now() - (window.last || 0) < 1000) return; window.last = Date.now();")),
    fine("late is said", *timed("throw new Error('No answer yet. Read the queue again before you decide once more.');")),
    fine("a search among the tags that ends", *searched('byId("findInput").value = "";')),
    fine("new tags and the old choice", *anew("select.value = was;")),
    fine("a row's box is its own", *reused("window.boxes[at] = row.querySelector('.pick');")),
    fine("a layer that lets through", *covered("pointer-events: none;")),
    fine("closing goes on reading", (_READS, f"{_READS}  if (window.paused) return;\n"), (_OPEN, f"{_OPEN}  window.paused = true;\n"),
         (CLOSED, f"{CLOSED}\nmodal.addEventListener('close', () => {{ window.paused = false; }});")),
    fine("down shows that it is meant", after(WIRED, 'byId("approveButton").addEventListener("pointerdown", () => { byId("approveButton").style.opacity = "0.8"; });')),
    fine("enter on the tag goes to the reason", after(WIRED, 'byId("rejectionTagInput").addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); byId("feedbackInput").focus(); } });')),
    fine("those that are hidden are named", (_ASKED, "const seen = cards.filter(isWanted).filter((one) => selected.has(one.email_id)).length;"
         " if (!confirm(`Approve ${selected.size} cards as they are? ${seen < selected.size ? 'Some are hidden.' : ''}`)) return;")),
    fine("a change is any change", (CHANGED, "body: byId('bodyInput').value === cards.find((one) => one.email_id === openId).body ? undefined : byId('bodyInput').value,")),
    fine("read before it is approved", ("function approve() {", "async function approve() { const id = openId; await call('GET', '/api/pending-emails?include_non_dispatchable=true');"
         " if (openId !== id) return undefined;")),
    fine("a long card that scrolls", ("</style>", "  #emailModal { max-height: 200px; overflow: auto; }\n</style>")),
    fine("enter in the subject goes on to the text", after(WIRED, 'byId("subjectInput").addEventListener("keydown", (event) => { if (event.key === "Enter") byId("bodyInput").focus(); });')),
    fine("a text that is kept at once", *typed("input")),
    fine("a letter that counts once", *lettered('byId("approveButton").disabled')),
    fine("the way back opens what it names", *backwards("window.goes = true; openCard(id); window.goes = false;")),
    fine("emptied altogether", *emptying("window.form = { tag: '', reason: '' };")),
    fine("what stands there is tried once more", *retried("payload")),
    fine("what is new is chosen once", *ticking("if (!window.every.has(card.email_id)) { window.every.add(card.email_id); selected.add(card.email_id); }")),
    fine("too many requests is said", ("if (!response.ok) throw", "if (response.status === 429) throw new Error('Too many at once: wait a minute.'); if (!response.ok) throw")),
    fine("arrows in the text stay there", after(WIRED, 'byId("bodyInput").addEventListener("keydown", (event) => { if (event.key.startsWith("Arrow")) event.stopPropagation(); });')),
    fine("a reason is offered with its tag", *remembering("why.placeholder = (window.usual ??= {})[event.target.value] || '';")),
    fine("the tags are turned around by what they are", *turning("tags.value = chosen;")),
    fine("signed out, and said so", (_UNAUTHORIZED, f"if (response.status === 401) {{ {_SIGN_IN} throw new Error('Not sent: your session has expired.'); }}")),
    fine("on its way until somebody signs in", *sending("window")),
    fine("what decides is below what scrolls", ("</style>", "#emailModal { max-height: 260px; overflow-y: auto }\n</style>")),
)  # fmt: skip
