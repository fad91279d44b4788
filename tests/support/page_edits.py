"""Small changes to the rehearsal's sales page, as a bug or a redesign would make them.

Each is a few replacements of text in the page as it is served; a test holds that each applies.
"""

# ruff: noqa: E501

from __future__ import annotations

from dataclasses import dataclass

from pytest_caio.rehearsal.deployment.behaviour import Page
from pytest_caio.rehearsal.deployment.templates import render

# What the edits take hold of.
TAG_CHECK = 'if (!tag) { alert("Select a rejection tag before rejecting this email."); return; }'
REASON_CHECK = 'if (!reason) { alert("Give a reason before rejecting this email."); return; }'
SEND = 'sendReject(reason || "No feedback given", tag);'
TAG_VALUE = 'const tag = byId("rejectionTagInput").value;'
WIRED = 'byId("rejectButton").addEventListener("click", reject);'
RESET = 'byId("rejectionTagInput").value = "";'
OFFERED = "for (const tag of tags) select.append(new Option(tag.label || tag.id, tag.id));"
SELECT = '<select id="rejectionTagInput"><option value="">Select a tag…</option></select>'
REQUEST = (
    'return decide(`/api/emails/${encodeURIComponent(openId)}/reject?${query}`, "Email rejected.");'
)
APPROVAL = "return decide(`/api/emails/${encodeURIComponent(openId)}/approve?"
QUERY = 'if (tag) query.set("rejection_tag", tag);'
OPENED = 'button.addEventListener("click", () => openCard(card.email_id));'
POLL = "setInterval(refreshUnattended, 30000);"
CHANGED = 'body: byId("bodyInput").value,'
START = "\nstart();\n"
RAW = "`/api/emails/${encodeURIComponent(openId)}/reject?reason=x`"


@dataclass(frozen=True)
class Edit:
    """One change: replacements of text, and the checks that it turns red (none: harmless).

    ``polls`` says that the page still refreshes by itself in the last minutes, ``draws`` that it
    shows what it reads then, ``reads_on`` that it goes on when a card was left.
    """

    name: str
    changes: tuple[tuple[str, str], ...]
    red: frozenset[str] = frozenset()
    polls: bool = True
    draws: bool = True
    reads_on: bool = True

    def applied(self) -> str:
        """Return the page with the change; a text that is not there is a mistake of the edit."""
        page = good_page()
        for old, new in self.changes:
            assert old in page, f"{self.name}: {old!r} is not in the page"
            page = page.replace(old, new)
        return page


def good_page() -> str:
    """Return the rehearsal's sales page as a G2 in good order serves it."""
    return render("sales.html", **Page().switches(), announced=False, environment="staging")


def bad(name: str, *changes: tuple[str, str], red: str = "page-blocks", **more: bool) -> Edit:
    """A change that must be seen."""
    return Edit(name, changes, frozenset(red.split()), **more)


def fine(name: str, *changes: tuple[str, str], **more: bool) -> Edit:
    """A change that does no harm."""
    return Edit(name, changes, **more)


def after(anchor: str, script: str) -> tuple[str, str]:
    """Put ``script`` behind a line of the page."""
    return (anchor, f"{anchor}\n{script}")


def on_card(script: str) -> tuple[str, str]:
    """Put a script where a card is drawn: ``item`` and ``card`` are at hand."""
    return after(OPENED, script)


_SEARCH = (
    ('<ul id="queueList"></ul>', '<input type="search" id="find" placeholder="Search"><ul id="queueList"></ul>'),
    after(WIRED, 'byId("find").oninput = (event) => { for (const one of byId("queueList").children)'
          ' one.hidden = !one.textContent.includes(event.target.value); };'),
)  # fmt: skip
_POST = 'call("POST", `/api/emails/${card.email_id}/reject?reason=quick`)'

HARMFUL = (
    bad("no tag check", (TAG_CHECK, "")),
    bad("no reason check", (REASON_CHECK, "")),
    bad("a tag of its own", (TAG_VALUE, TAG_VALUE.replace(".value;", '.value || "other";'))),
    bad("preselected", after(OFFERED, "select.selectedIndex = 1;"), (RESET, "")),
    bad("preselected on opening", (RESET, RESET.replace('""', '"other"'))),
    bad("left over from the card before", (RESET, "")),
    bad("remembered in storage", (RESET, 'byId("rejectionTagInput").value = localStorage.tag || "";'),
        (SEND, f"localStorage.tag = tag; {SEND}")),
    bad("asks for a yes instead", (TAG_CHECK, 'if (!tag && !confirm("No tag. Go on?")) return;')),
    bad("a yes skips the reason", (REASON_CHECK, 'if (!reason && !confirm("No reason?")) return;')),
    bad("ctrl and enter", after(WIRED, 'byId("feedbackInput").addEventListener("keydown", (event) => {'
        ' if (event.key === "Enter" && event.ctrlKey) sendReject(event.target.value, ""); });')),
    bad("the key r", after(WIRED, 'document.addEventListener("keydown", (event) => {'
        ' if (event.key === "r" && cards[0]) { openId = cards[0].email_id; sendReject("key", ""); } });')),
    bad("the delete key in the dialog", after(WIRED, 'window.onkeyup = (event) => {'
        ' if (event.key === "Delete" && openId) sendReject("key", ""); };')),
    bad("a link on the card", on_card('item.insertAdjacentHTML("beforeend", '
        '`<a href="/api/emails/${card.email_id}/reject?reason=quick">Not a fit</a>`);')),
    bad("a button on the card", on_card("const quick = document.createElement('button');"
        f" quick.textContent = 'Skip'; quick.onclick = () => {_POST}; item.append(quick);")),
    bad("a context menu for all cards", after(WIRED, 'byId("queueList").oncontextmenu = (event) => {'
        ' const at = [...byId("queueList").children].indexOf(event.target.closest("li"));'
        ' if (at >= 0) call("POST", `/api/emails/${cards[at].email_id}/reject?reason=quick`); };')),
    bad("by itself with a card open", ("modal.showModal();", "modal.showModal(); const was = openId;"
        " setTimeout(() => { if (modal.open) call('POST', `/api/emails/${was}/reject?reason=idle`); }, 400000);")),
    bad("leaving the page sends", after(WIRED, 'addEventListener("pagehide", () => { if (openId && byId("feedbackInput").value)'
        ' navigator.sendBeacon(`/api/emails/${openId}/reject?reason=left`); });')),
    bad("trying again drops the tag", (REQUEST, "return decide(`/api/emails/${openId}/reject?${query}`, 'Done.')"
        ".then(() => { if (byId('modalMessage').textContent) call('POST', `/api/emails/${openId}/reject?reason=again`); });")),
    bad("unreachable sends another", (REQUEST, "return fetch(`/api/emails/${openId}/reject?${query}`, { method: 'POST' })"
        ".catch(() => navigator.sendBeacon(`/api/emails/${openId}/reject?reason=again`));")),
    bad("by a link's method", (REQUEST, "return fetch(`/api/emails/${openId}/reject?${query}`);")),
    bad("picked cards at once", ('<ul id="queueList"></ul>', '<button id="every">Put away</button><ul id="queueList"></ul>'),
        after(WIRED, 'byId("every").onclick = () => { for (const box of document.querySelectorAll("#queueList input:checked"))'
        ' call("POST", `/api/emails/${cards[[...byId("queueList").children].indexOf(box.closest("li"))].email_id}/reject?reason=all`); };')),
    bad("in the body alone", (REQUEST, "return decide(`/api/emails/${openId}/reject`, 'Email rejected.',"
         " { reason, rejection_tag: tag });")),
    bad("in a form's body alone", (REQUEST, "return fetch(`/api/emails/${openId}/reject`, { method: 'POST', body: query });")),
    bad("a parameter of another name", (QUERY, 'if (tag) query.set("tag", tag);')),
    bad("a reason that isn't escaped", (REQUEST, "return decide(`/api/emails/${openId}/reject?reason=${reason}&rejection_tag=${tag}`, 'Done.');")),
    bad("sliding a card away", on_card("let from = 0; item.addEventListener('touchstart', (event) => {"
        " from = event.touches[0].clientX; }); item.addEventListener('touchend', (event) => {"
        f" if (from - event.changedTouches[0].clientX > 100) {_POST}; }});")),
    bad("the context menu of a card", on_card(f"item.oncontextmenu = () => {_POST};")),
    bad("a double click on a card", on_card(f"item.addEventListener('dblclick', () => {_POST});")),
    bad("a menu on the card", on_card("const more = document.createElement('details');"
        " more.innerHTML = '<summary>More</summary><button>Bin it</button>';"
        f" more.querySelector('button').onclick = () => {_POST}; item.append(more);")),
    bad("shown by hovering", ("</style>", "li .quick { display: none } li:hover .quick { display: block }\n</style>"),
        on_card("const quick = document.createElement('button'); quick.className = 'quick';"
        f" quick.textContent = 'No'; quick.onclick = () => {_POST}; item.append(quick);")),
    bad("closing rejects", ('byId("closeButton").addEventListener("click", () => modal.close());',
        'byId("closeButton").addEventListener("click", () => sendReject("closed", ""));')),
    bad("escape rejects", after(WIRED, 'modal.addEventListener("cancel", () => sendReject("esc", ""));')),
    bad("approving rejects", (f"{APPROVAL}approver=dashboard_user`,", "return decide(`/api/emails/${encodeURIComponent(openId)}/reject?reason=x`,")),
    bad("opening approves", (OPENED, 'button.addEventListener("click", () => { openCard(card.email_id);'
        ' call("POST", `/api/emails/${card.email_id}/approve`); });')),
    bad("closing approves", after(WIRED, 'byId("closeButton").addEventListener("click", () =>'
        ' call("POST", `/api/emails/${openId}/approve`));')),
    bad("approved after a while", after(POLL, "setTimeout(() => call('POST',"
        " `/api/emails/${cards[0].email_id}/approve`), 240000);")),
    bad("another card is approved", (APPROVAL, APPROVAL.replace("openId", "cards[0].email_id"))),
    bad("twice", (SEND, f"{SEND} {SEND}")),
    bad("again after five seconds", (SEND, f"const id = openId; setTimeout(() => {{ openId = id; {SEND} }}, 5000); {SEND}")),
    bad("again each minute", (SEND, f"const id = openId; setInterval(() => {{ openId = id; {SEND} }}, 60000); {SEND}")),
    bad("later without a tag", (TAG_CHECK, "if (!tag) { const id = openId; setTimeout(() => {"
        ' openId = id; sendReject("later", ""); }, 8000); return; }')),
    bad("much later without a tag", (TAG_CHECK, "if (!tag) { const id = openId; setTimeout(() => {"
        ' openId = id; sendReject("later", ""); }, 180000); return; }')),
    bad("by itself after minutes", after(POLL, "setTimeout(() => { if (cards[0]) { openId = cards[0].email_id;"
        ' sendReject("old", ""); } }, 300000);')),
    bad("another card", (REQUEST, REQUEST.replace("openId", "cards[0].email_id"))),
    bad("the tag is dropped", (QUERY, "")),
    bad("the label for the id", (TAG_VALUE, "const tag = byId('rejectionTagInput').selectedOptions[0].value"
        " && byId('rejectionTagInput').selectedOptions[0].text;")),
    bad("the index for the id", (TAG_VALUE, "const at = byId('rejectionTagInput').selectedIndex;"
        " const tag = at ? String(at) : '';")),
    bad("always other", (SEND, SEND.replace("tag)", '"other")'))),
    bad("the tag of last time", (SEND, "sendReject(reason, window.last || 'other'); window.last = tag;")),
    bad("one tag is sent as another", (SEND, "sendReject(reason, tag === 'weak_cta' ? 'other' : tag);")),
    bad("a reason of its own", (SEND, 'sendReject("not a fit", tag);')),
    bad("blanks are a reason", ('byId("feedbackInput").value.trim();', 'byId("feedbackInput").value;')),
    bad("a beacon", (TAG_CHECK, f"if (!tag) {{ navigator.sendBeacon({RAW}); return; }}")),
    bad("a picture", (TAG_CHECK, f"if (!tag) {{ new Image().src = {RAW}; return; }}")),
    bad("a form", (TAG_CHECK, "if (!tag) { const form = document.createElement('form'); form.method = 'post';"
        f" form.action = {RAW}; document.body.append(form); form.submit(); return; }}")),
    bad("an old request", (TAG_CHECK, f"if (!tag) {{ const old = new XMLHttpRequest(); old.open('POST', {RAW});"
        " old.send(); return; }")),
    bad("an address", (TAG_CHECK, f"if (!tag) {{ location.href = {RAW}; return; }}")),
    bad("a socket", (TAG_CHECK, "if (!tag) { const line = new WebSocket('/live'); const id = openId;"
        " line.onopen = () => line.send(JSON.stringify({action: 'reject', id})); return; }")),
    bad("a deletion", (TAG_CHECK, "if (!tag) { call('DELETE', `/api/emails/${openId}`); return; }")),
    bad("a status", (TAG_CHECK, "if (!tag) { call('PATCH', `/api/emails/${openId}`,"
        " {status: 'rejected'}); return; }")),
    bad("a batch", ('<ul id="queueList"></ul>', '<button id="all">Clear the list</button><ul id="queueList"></ul>'),
        after(WIRED, 'byId("all").onclick = () => call("POST", "/api/operator/reject-batch/today");')),
    bad("choosing sends", after(WIRED, 'byId("rejectionTagInput").onchange = (event) => {'
        ' if (event.target.value) sendReject("", event.target.value); };')),
    bad("the reason is left over", ('byId("feedbackInput").value = "";', "")),
    bad("typing sends", after(WIRED, 'byId("feedbackInput").addEventListener("keydown", () => {'
        ' if (byId("rejectionTagInput").value && byId("feedbackInput").value) reject(); });')),
    bad("leaving the field sends", after(WIRED, 'byId("feedbackInput").onblur = (event) => {'
        ' if (event.target.value && openId) sendReject(event.target.value, ""); };')),
    bad("only the first time", (TAG_CHECK, "if (!tag && !window.once) { window.once = 1; alert('A tag!'); return; }")),
    bad("a warning, then none", (TAG_CHECK, "if (!tag && window.once !== openId) { window.once = openId; alert('A tag!'); return; }")),
    bad("not for training cards", (TAG_CHECK, TAG_CHECK.replace("(!tag)", "(!tag && !cards.find((c) => c.email_id === openId).canary)"))),
    bad("for the first tier alone", (TAG_CHECK, TAG_CHECK.replace("(!tag)", "(!tag && cards.find((c) => c.email_id === openId).tier === 'tier_1')"))),
    bad("shift skips it", (TAG_CHECK, TAG_CHECK.replace("(!tag)", "(!tag && !window.event.shiftKey)"))),
    bad("a second step that skips", (TAG_CHECK, "if (!tag) { const go = document.createElement('button');"
        " go.textContent = 'Reject anyway'; go.onclick = () => sendReject('x', ''); modal.append(go); return; }")),
    bad("changes are lost", (CHANGED, "")),
    bad("the text as it was", (CHANGED, "body: cards.find((one) => one.email_id === openId).body,")),
    bad("offered after approving", after(WIRED, 'byId("approveButton").addEventListener("click", () => { const id = openId;'
        " const no = document.body.appendChild(document.createElement('button')); no.textContent = 'Undo: reject it';"
        " no.onclick = () => call('POST', `/api/emails/${id}/reject?reason=undone`); setTimeout(() => no.remove(), 20000); });")),
    bad("what stands there later", (SEND, "const id = openId; modal.close(); setTimeout(() => { openId = id;"
        ' sendReject(byId("feedbackInput").value, byId("rejectionTagInput").value); }, 10000);')),
    bad("copying sends", ('if (event.key === "Enter" && event.ctrlKey) reject();', "if (event.ctrlKey) reject();")),
    bad("the position and not the card", (REQUEST, REQUEST.replace("openId", "cards[at].email_id")),
         ("openId = openerId = id;", "openId = openerId = id; window.at = cards.indexOf(card);")),
    bad("each opens the next", (OPENED, OPENED.replace("card.email_id", "cards[(cards.indexOf(card) + 1) % cards.length].email_id"))),
    bad("yes and no are swapped", (WIRED, 'byId("approveButton").addEventListener("click", reject);'),
         ('byId("approveButton").addEventListener("click", approve);', 'byId("rejectButton").addEventListener("click", approve);')),
    bad("nothing gets through", ('<div class="actions">\n    <button id="approve', '<div class="actions" style="pointer-events: none">\n    <button id="approve')),
    bad("an empty layer", ('<button id="rejectButton" class="reject">Reject</button>', '<span style="position: relative">'
         '<button id="rejectButton" class="reject">Reject</button><i style="position: absolute; inset: 0"></i></span>')),
    bad("tags that can't be chosen", (SELECT, SELECT.replace("<select", "<select disabled"))),
    bad("nothing signs in", ('headers: headers(), cache: "no-store", body', 'headers: headers(), cache: "no-store", body, credentials: "omit"')),
    bad("a reason for the first tier alone", (REASON_CHECK, REASON_CHECK.replace("!reason", "!reason && cards.find((one) =>"
         ' one.email_id === openId).tier === "tier_1"'))),
    bad("a key on the card in focus", after(WIRED, 'document.addEventListener("keydown", (event) => { const at = document.activeElement;'
         ' if (event.key === "Delete" && at && at.dataset.emailId) call("POST", `/api/emails/${at.dataset.emailId}/reject?reason=gone`); });')),
    bad("the card that is open a second later", (REQUEST, f"return new Promise((done) => setTimeout(done, 1200)).then(() => {{ {REQUEST} }});")),
    bad("the last first", (OPENED, OPENED.replace("card.email_id", "cards[cards.length - 1 - cards.indexOf(card)].email_id"))),
    bad("the card that was opened first", (REQUEST, REQUEST.replace("openId", "window.firstId")),
        ("openId = openerId = id;", "openId = openerId = id; window.firstId ??= id;")),
    bad("the card that was opened first is approved", (APPROVAL, APPROVAL.replace("openId", "window.firstId")),
        ("openId = openerId = id;", "openId = openerId = id; window.firstId ??= id;")),
    bad("another position is approved", (APPROVAL, APPROVAL.replace("openId", "cards[at].email_id")),
        ("openId = openerId = id;", "openId = openerId = id; window.at = cards.indexOf(card);")),
    bad("an id without its signs is approved", (APPROVAL, APPROVAL.replace("openId", 'openId.replace(/_/g, "-")'))),
    bad("a quick yes to the first card", on_card("const yes = document.createElement('button'); yes.textContent = 'Send now';"
        " yes.onclick = () => call('POST', `/api/emails/${cards[0].email_id}/approve`); item.append(yes);")),
    bad("to somebody else", ('byId("modalRecipient").textContent = `To ${card.to', 'byId("modalRecipient").textContent = `To ${cards[0].to')),
    bad("not all of the list", ("cards = answer.pending_emails || [];", "cards = (answer.pending_emails || []).slice(0, 3);")),
    bad("enter in the reason approves", after(WIRED, 'byId("feedbackInput").addEventListener("keydown", (event) => {'
        ' if (event.key === "Enter" && !event.ctrlKey) approve(); });')),
    bad("a letter in the mail approves", after(WIRED, 'byId("bodyInput").addEventListener("keydown", (event) => {'
        ' if (event.key === "a" && !event.ctrlKey) approve(); });')),
    bad("the card that is open a second later is approved", ("function approve() {",
        "async function approve() { await new Promise((done) => setTimeout(done, 1200));")),
    bad("reading the queue wipes the form", after(POLL, "setInterval(() => { if (openId) openCard(openId); }, 30000);")),
    bad("line breaks are lost", (CHANGED, 'body: byId("bodyInput").value.replace(/\\s+/g, " "),')),
    bad("the note is sent as the mail", (CHANGED, 'body: byId("feedbackInput").value.trim(),')),
    bad("an arrow that draws nothing", ("if (next) openCard(next);", "if (next) openId = next;")),
    bad("a draft for all cards", ('byId("bodyInput").value = card.body || "";', 'byId("bodyInput").value = localStorage.draft'
        ' || card.body || ""; byId("bodyInput").oninput = () => { localStorage.draft = byId("bodyInput").value; };')),
    bad("approve does nothing", ('byId("approveButton").addEventListener("click", approve);',
        'byId("approveButton").addEventListener("click", () => { modal.close(); toast("Approved."); });')),
    bad("an id without its signs", (REQUEST, REQUEST.replace("openId", 'openId.replace(/_/g, "-")'))),
    bad("the mail of the first card", ('byId("bodyInput").value = card.body || "";',
        'byId("bodyInput").value = window.kept ??= card.body || "";')),
    bad("enter counts twice", after(WIRED, 'byId("rejectButton").onkeydown = (event) => { if (event.key === "Enter") reject(); };'),
        ("buttons.forEach((button) => { button.disabled = true; });", "")),
    bad("a line break is a reason", ('byId("feedbackInput").value.trim();\n', 'byId("feedbackInput").value.replace(/ /g, "");\n')),
    bad("a dead button", (WIRED, "")),
    bad("a button that is always off", after(WIRED, 'const off = byId("rejectButton"); off.disabled = true;'
        ' Object.defineProperty(off, "disabled", { get: () => true, set() {} });')),
    bad("a slip in the script", ("function reject() {", "function reject( {"), red="page-blocks page-tags"),
    bad("scripts are blocked", ("<head>", "<head><meta http-equiv='Content-Security-Policy' content=\"script-src 'self'\">"),
        red="page-blocks page-tags"),
    bad("requests are blocked", ("<head>", "<head><meta http-equiv='Content-Security-Policy' content=\"connect-src 'none'\">"),
        red="page-blocks"),
    bad("no tag field", (SELECT, "<p></p>"), (TAG_VALUE, "const tag = 'x';"), (RESET, ""),
        (QUERY, ""), ("offerTags(answer.tags || []);", ""), red="page-blocks page-tags"),
    bad("one tag short", ("offerTags(answer.tags || []);", "offerTags(answer.tags.slice(1));"), red="page-tags"),
    bad("one tag more", (OFFERED, f"{OFFERED} select.append(new Option('Duplicate', 'duplicate'));"), red="page-tags"),
    bad("labels out of step", (OFFERED, "tags.forEach((tag, at) => select.append(new Option("
        "tags[(at + 1) % tags.length].label, tag.id)));"), red="page-tags"),
    bad("a list of its own", ("offerTags(answer.tags || []);", "offerTags([...answer.tags.slice(0, 5),"
        " { id: 'not_a_fit', label: 'Not a fit' }]);"), red="page-tags"),
    bad("all are chosen past a search", *_SEARCH),
    bad("it never refreshes", (POLL, ""), red="", polls=False),
    bad("it reads and does not draw", (POLL, f"{POLL} setTimeout(() => {{ drawQueue = () => {{}}; }}, 60000);"), red="", draws=False),
    bad("it refreshes for a while", (POLL, f"const poll = {POLL} setTimeout(() => clearInterval(poll), 120000);"),
        red="", polls=False),
)  # fmt: skip

_GROUP = '<div id="rejectionTagInput"></div>'
_GROUP_VALUE = "const tag = (document.querySelector('[name=why]:checked') || {}).value || '';"
_RADIOS = (
    (SELECT, _GROUP),
    ("select.replaceChildren(select.options[0]);", "select.replaceChildren();"),
    (OFFERED, "for (const tag of tags) select.insertAdjacentHTML('beforeend', "
     "`<label><input type=radio name=why value=${tag.id}> ${tag.label}</label>`);"),
    (TAG_VALUE, _GROUP_VALUE),
    (RESET, "document.querySelectorAll('[name=why]').forEach((one) => { one.checked = false; });"),
)  # fmt: skip
_BUTTONS = (
    (SELECT, _GROUP),
    ("select.replaceChildren(select.options[0]);", "select.replaceChildren();"),
    (OFFERED, "for (const tag of tags) { const one = document.createElement('button'); one.type = 'button';"
     " one.textContent = tag.label; one.setAttribute('aria-pressed', 'false'); one.onclick = () => { window.picked = tag.id;"
     " [...select.children].forEach((each) => each.setAttribute('aria-pressed', String(each === one))); };"
     " select.append(one); }"),
    (TAG_VALUE, "const tag = window.picked || '';"),
    (RESET, "window.picked = ''; [...byId('rejectionTagInput').children]"
     ".forEach((one) => one.setAttribute('aria-pressed', 'false'));"),
)  # fmt: skip
_FOLDED = (
    (SELECT, '<button type="button" id="fold">Pick why…</button><ul role="listbox" id="rejectionTagInput" hidden></ul>'),
    ("select.replaceChildren(select.options[0]);", "select.replaceChildren();"
     " byId('fold').onclick = () => { select.hidden = !select.hidden; };"),
    (OFFERED, "for (const tag of tags) { const one = document.createElement('li'); one.setAttribute('role', 'option');"
     " one.textContent = tag.label; one.addEventListener('mousedown', () => { window.picked = tag.id;"
     " byId('fold').textContent = tag.label; select.hidden = true; }); select.append(one); }"),
    (TAG_VALUE, "const tag = window.picked || '';"),
    (RESET, "window.picked = ''; byId('fold').textContent = 'Pick why…'; byId('rejectionTagInput').hidden = true;"),
)  # fmt: skip
_LIST = (
    (SELECT, '<input id="rejectionTagInput" list="tags" placeholder="Tag"><datalist id="tags"></datalist>'),
    ("select.replaceChildren(select.options[0]);", ""),
    (OFFERED, "for (const tag of tags) byId('tags').append(new Option(tag.label, tag.id));"),
)  # fmt: skip
_OVERLAY = (
    ('<dialog id="emailModal" aria-labelledby="modalTitle">', '<div id="emailModal" class="over" hidden>'),
    ("</dialog>", "</div>"),
    ("</style>", ".over { position: fixed; inset: 0; background: #fff; z-index: 9 } .over[hidden] { display: none }\n</style>"),
    ('const modal = byId("emailModal");', 'const modal = byId("emailModal"); modal.showModal = () => { modal.hidden = false; };'
     ' modal.close = () => { modal.hidden = true; modal.dispatchEvent(new Event("close")); };'),
)  # fmt: skip
_BANNER = (
    '<div style="position:fixed;inset:0;background:#0008;z-index:99" id="cookies"><p>Cookies?</p>'
    '<button onclick="this.parentNode.remove()">Accept</button></div>'
)
_WARN = (
    (TAG_CHECK, 'if (!tag) { byId("modalMessage").textContent = "Choose a tag."; return; }'),
    (REASON_CHECK, 'if (!reason) { byId("modalMessage").textContent = "Say why."; return; }'),
)

HARMLESS = (
    fine("as it is"),
    fine("reworded button", ('class="reject">Reject</button>', 'class="reject">Turn this mail down</button>')),
    fine("reworded tab", (">Email Queue</button>", ">To decide</button>")),
    fine("reworded card button", ('"Edit & Preview"', '"Have a look"')),
    fine("everything reworded", ('"Edit & Preview"', '"Have a look"'), (">Email Queue</button>", ">Mails</button>"),
         (">Feedback</label>", ">What is wrong?</label>"), ('class="reject">Reject</button>', 'class="reject">✕</button>')),
    fine("other ids", ("rejectionTagInput", "pick"), ("feedbackInput", "text2"), ("emailModal", "sheet"),
         ("rejectButton", "b7"), ("closeButton", "b8")),
    fine("radios", *_RADIOS),
    fine("buttons", *_BUTTONS),
    fine("a folded list", *_FOLDED),
    fine("a list of suggestions", *_LIST),
    fine("a group of options", (OFFERED, "const group = document.createElement('optgroup'); group.label = 'Why';"
         " for (const tag of tags) group.append(new Option(tag.label, tag.id)); select.append(group);")),
    fine("no modal", ("modal.showModal();", "modal.show();")),
    fine("an overlay", *_OVERLAY),
    fine("off until both are given", after(WIRED, 'const both = () => { byId("rejectButton").disabled = '
         '!byId("rejectionTagInput").value || !byId("feedbackInput").value.trim(); };'
         ' modal.addEventListener("input", both); both();')),
    fine("hidden until both are given", after(WIRED, 'const shown = () => { byId("rejectButton").hidden = '
         '!byId("rejectionTagInput").value || !byId("feedbackInput").value.trim(); };'
         ' modal.addEventListener("input", shown); shown();')),
    fine("on to the next card", ("return decide(`/api/emails/${encodeURIComponent(openId)}/reject?${query}`, \"Email rejected.\");",
         "return decide(`/api/emails/${encodeURIComponent(openId)}/reject?${query}`, \"Email rejected.\")"
         ".then(() => openCard(cards[0].email_id));")),
    fine("warnings in the page", *_WARN),
    fine("a passing message", (TAG_CHECK, 'if (!tag) { toast("Choose a tag first."); return; }')),
    fine("a further step", (SEND, "const go = document.createElement('button'); go.textContent = 'Yes, do it';"
         f" go.onclick = () => {{ go.remove(); {SEND} }}; modal.append(go);")),
    fine("a quick yes on the card", on_card("const yes = document.createElement('button'); yes.textContent = 'Send now';"
         " yes.onclick = () => call('POST', `/api/emails/${card.email_id}/approve`); item.append(yes);")),
    fine("the next one is named", ('byId("modalRecipient").textContent = `To ${card.to || "nobody"}`;', 'byId("modalRecipient").textContent ='
         ' `To ${card.to}. Next: ${(cards[cards.indexOf(card) + 1] || card).subject}`;')),
    fine("enter is a press of its own", after(WIRED, 'byId("rejectButton").onkeydown = (event) => {'
         ' if (event.key === "Enter") { event.preventDefault(); reject(); } };')),
    fine("one more question", (SEND, f"if (!confirm('Sure?')) return; {SEND}")),
    fine("time to undo", (SEND, f"const id = openId; toast('Rejecting… Undo?'); modal.close();"
         f" setTimeout(() => {{ openId = id; {SEND} }}, 10000);")),
    fine("time to undo, by a promise", (SEND, "const id = openId; modal.close(); new Promise((done) => setTimeout(done, 10000))"
         f".then(() => {{ openId = id; {SEND} }});")),
    fine("a pause after each press", (SEND, f"clearTimeout(window.due); const id = openId;"
         f" window.due = setTimeout(() => {{ openId = id; {SEND} }}, 300);")),
    fine("tags after a reason", (SELECT, SELECT.replace("<select", "<select disabled")), after(WIRED, 'byId("feedbackInput")'
         '.addEventListener("input", () => { byId("rejectionTagInput").disabled = !byId("feedbackInput").value.trim(); });')),
    fine("saved while typing", (CHANGED, ""), after(WIRED, 'byId("bodyInput").addEventListener("input", () =>'
         ' call("PUT", `/api/emails/${openId}`, { body: byId("bodyInput").value }));')),
    fine("a text that stays", ('<textarea id="bodyInput" rows="6">', '<textarea id="bodyInput" rows="6" readonly>'), (CHANGED, "")),
    fine("refreshing by a chain", (POLL, "const again = () => { fetchPendingEmails().finally(() => setTimeout(again, 20000)); };"
         " setTimeout(again, 20000);")),
    fine("searching", *_SEARCH, ("if (!isTraining(card)) selected.add(card.email_id);",
         "if (!isTraining(card) && card.subject.includes(byId('find').value)) selected.add(card.email_id);")),
    fine("sorting", ('<ul id="queueList"></ul>', '<button id="sort">Newest first</button><ul id="queueList"></ul>'),
         after(WIRED, 'byId("sort").onclick = () => byId("queueList").append(...[...byId("queueList").children].reverse());')),
    fine("in a shadow", ("const byId = (id) => document.getElementById(id);",
         "const host = document.body.appendChild(document.createElement('div'));"
         " host.attachShadow({ mode: 'open' }).append(document.getElementById('emailModal'));"
         " const byId = (id) => document.getElementById(id) || host.shadowRoot.getElementById(id);")),
    fine("a banner over the page", ("<header>", f"{_BANNER}<header>")),
    fine("old requests", ("const response = await fetch(path, { method, headers: headers(), cache: \"no-store\", body });",
         "const old = new XMLHttpRequest(); old.open(method, path); const response = await new Promise((done) => {"
         " old.onload = () => done({ status: old.status, ok: old.status < 400,"
         " json: async () => JSON.parse(old.responseText) }); old.send(body); });")),
    fine("under other names", (REQUEST, "return decide(`/api/emails/${openId}/decision`, 'Done.',"
         " { action: 'reject', tag, feedback: reason });")),
    fine("tags when they are needed", ("modal.showModal();", "modal.showModal(); loadTags();"),
         ("others.push(loadTags());", "")),
    fine("cards after a while", ("    drawQueue();\n  } catch", "    setTimeout(drawQueue, 1500);\n  } catch")),
    fine("an address for each card", (OPENED, "button.onclick = () => { location.hash = card.email_id; };"),
         after(WIRED, 'addEventListener("hashchange", () => { if (location.hash.length > 1) openCard(location.hash.slice(1)); });'
         ' modal.addEventListener("close", () => { location.hash = ""; });')),
    fine("telling of a press", (TAG_CHECK, "if (!tag) { navigator.sendBeacon('/api/events', JSON.stringify("
         "{ event: 'reject', blocked: true })); alert('Select a tag.'); return; }")),
    fine("the other way round", (OFFERED, OFFERED.replace("of tags", "of [...tags].reverse()"))),
    fine("a reject link", ('<button id="rejectButton" class="reject">Reject</button>',
         '<a id="rejectButton" href="#" class="reject">Reject</a>')),
    fine("in a form", ('<div class="actions">', '<form class="actions" id="acts">'),
         ('class="close">Close</button>\n  </div>', 'class="close" type="button">Close</button>\n  </form>'),
         ('<button id="approveButton" class="approve">', '<button id="approveButton" type="button" class="approve">'),
         (WIRED, 'byId("acts").onsubmit = (event) => { event.preventDefault(); reject(); };')),
    fine("one line for the reason", ('<textarea id="feedbackInput" rows="2"></textarea>', '<input id="feedbackInput">')),
    fine("a shortcut that asks", after(WIRED, 'modal.addEventListener("keydown", (event) => {'
         ' if (event.key === "Enter" && event.shiftKey) reject(); });')),
    fine("emptied on closing", (RESET, ""), ('modal.addEventListener("close", () => { openId = null;',
         'modal.addEventListener("close", () => { openId = null; byId("rejectionTagInput").value = "";'),
         ("  if (next) openCard(next);", '  if (next) { byId("rejectionTagInput").value = ""; openCard(next); }')),
    fine("a way out", ("</header>", '<a href="/logout">Log out</a><a href="/leads" target="_blank">Leads</a></header>')),
    fine("a part that fails", after(WIRED, "setTimeout(() => { throw new Error('no banner today'); }, 10);")),
    fine("a welcome of four seconds", (START, "\nsetTimeout(start, 4000);\n")),
    fine("a filter by tag", ('<ul id="queueList"></ul>', '<select id="by"><option value="">All</option></select><ul id="queueList"></ul>'),
         after(OFFERED, "  for (const tag of tags) byId('by').append(new Option(tag.label, tag.id));")),
    fine("marks on the tags", (OFFERED, OFFERED.replace("tag.label || tag.id", "`• ${tag.label}`"))),
)  # fmt: skip
