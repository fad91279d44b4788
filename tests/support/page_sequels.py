"""Small changes to the rehearsal's sales page whose harm, or harmlessness, takes a second action.

What comes up after a decision, a second card, a second window, an answer that comes late.
"""

# ruff: noqa: E501

from __future__ import annotations

from page_edits import OPENED, POLL, SELECT, SEND, WIRED, after, bad, fine, on_card

DONE = "    toast(done);\n"
FAILED = '    byId("modalMessage").textContent = error.message;\n'
CALLED = '    await call("POST", path, payload);\n'
SHOWN = "  if (!modal.open) modal.showModal();\n"
FILLED = 'byId("bodyInput").value = card.body || "";'
LIST = '<ul id="queueList"></ul>'
DRAWN = '  byId("queueList").replaceChildren(...shown.map(drawCard));\n'
CLOSED = 'modal.addEventListener("close", () => { openId = null; focusCard(openerId); });'
APPROVE = 'byId("approveButton").addEventListener("click", approve);'
ALL = "const shown = cards.filter(isWanted);"


def offer(words: str, script: str, when: str = 'path.includes("/reject")') -> tuple[str, str]:
    """Have a button come up with an answer; ``id`` is the card that was decided."""
    return (CALLED, "    const id = openId;\n" + CALLED + f"    if ({when}) {{ const one = document.createElement('button');"
            f" one.textContent = {words!r}; document.body.append(one); setTimeout(() => one.remove(), 8000);"
            f" one.onclick = () => {{ one.remove(); {script} }}; }}\n")  # fmt: skip


def paged(opening: str) -> tuple[tuple[str, str], ...]:
    """Show two cards at once, and buttons for the others; ``opening`` is what a button opens."""
    return (
        (DRAWN, "  window.at ??= 0; const part = shown.slice(2 * window.at, 2 * window.at + 2);\n"
         '  byId("queueList").replaceChildren(...part.map(drawCard));\n'),
        (LIST, f'{LIST}<button id="back">Previous</button><button id="on">Next</button>'),
        (OPENED, f'button.addEventListener("click", () => {{ const at = [...byId("queueList").children].indexOf(item); {opening} }});'),
        after(WIRED, 'byId("on").onclick = () => { window.at = (window.at + 1) % Math.max(1, Math.ceil(cards.length / 2)); redraw(); };'
              ' byId("back").onclick = () => { window.at = Math.max(0, window.at - 1); redraw(); };'),
    )  # fmt: skip


def dropping(script: str) -> tuple[tuple[str, str], ...]:
    """Let cards be dragged to a place of its own; ``id`` is the card that is dropped there."""
    return (
        (LIST, f'<div id="lane" class="card">Drop a card here</div>{LIST}'),
        on_card("item.draggable = true; item.ondragstart = (event) => event.dataTransfer.setData('text/plain', card.email_id);"),
        after(WIRED, 'byId("lane").ondragover = (event) => event.preventDefault(); byId("lane").ondrop = (event) => {'
              f" event.preventDefault(); const id = event.dataTransfer.getData('text/plain'); {script} }};"),
    )  # fmt: skip


def asking(pressed: str) -> tuple[tuple[str, str], ...]:
    """Ask once more in a popover before approving; ``pressed`` is what its button is told."""
    return (
        ('<p id="modalMessage"', '<div id="sure" popover>Send it now? <button id="yes">Yes, send it</button></div><p id="modalMessage"'),
        ("function approve() {", f"function ask() {{ const id = openId; {pressed} byId('sure').showPopover(); }}\nfunction approve(openId) {{"),
        (APPROVE, 'byId("approveButton").addEventListener("click", ask);'),
    )  # fmt: skip


def unfolding(script: str) -> tuple[str, str]:
    """Let a card be read in the list and approved there; ``script`` is what Approve does."""
    return on_card("const more = document.createElement('button'); more.textContent = 'Read'; more.onclick = () => {"
                   " window.read = card.email_id; if (item.querySelector('p.whole')) return; const whole = document.createElement('p');"
                   " whole.className = 'whole'; whole.textContent = card.body; const yes = document.createElement('button');"
                   f" yes.textContent = 'Send this one'; yes.onclick = () => {{ {script} }}; whole.append(yes); item.append(whole); }}; item.append(more);")  # fmt: skip


def panel(check: str) -> tuple[str, str]:
    """Let a card be rejected below itself, with fields of its own."""
    return on_card("const quick = document.createElement('button'); quick.textContent = 'Quick'; quick.onclick = () => {"
                   " if (item.querySelector('textarea')) return; const why = document.createElement('textarea'); why.placeholder = 'Why';"
                   " const tags = byId('rejectionTagInput').cloneNode(true); tags.id = ''; tags.value = '';"
                   " const no = document.createElement('button'); no.textContent = 'Reject it'; no.onclick = () => {"
                   f" {check} call('POST', `/api/emails/${{card.email_id}}/reject?` + new URLSearchParams({{ reason: why.value, rejection_tag: tags.value }})); }};"
                   " item.append(why, tags, no); }; item.append(quick);")  # fmt: skip


def _said(what: str) -> str:
    return f"call('POST', `/api/emails/${{{what}}}/approve`, {{}});"


_REJECTED = "call('POST', `/api/emails/${ID}/reject?reason=as%20before&rejection_tag=other`);"
_SIDE = (SHOWN, "  if (!modal.open) modal.show();\n")
_LATER = ("call('GET', '/api/pending-emails').then((answer) => { const one = answer.pending_emails.find((each) => each.email_id === id);"
          " if (CONDITION) byId('bodyInput').value = one.body; });")  # fmt: skip

HARMFUL = (
    bad("an undo that approves", offer("Undo", _said("id"))),
    bad("the next one alike", offer("Same for the next", _REJECTED.replace("ID", "(cards.find((one) => one.email_id !== id) || {}).email_id"))),
    bad("an undo that rejects", offer("Undo", _REJECTED.replace("ID", "id"), 'path.includes("/approve")')),
    bad("a key takes the approval back", (CALLED, f"{CALLED}    if (path.includes('/approve')) window.last = openId;\n"),
        after(WIRED, f"addEventListener('keydown', (event) => {{ if (event.ctrlKey && event.key === 'z' && window.last) {_REJECTED.replace('ID', 'window.last')} }});")),
    bad("again at the next visit", (CALLED, f"    if (path.includes('/approve')) sessionStorage.due = path;\n{CALLED}"),
        after(POLL, "if (sessionStorage.due) { call('POST', sessionStorage.due, {}); sessionStorage.removeItem('due'); }")),
    bad("dropped is rejected", *dropping(_REJECTED.replace("ID", "id"))),
    bad("ticked cards go along", (DONE, f"{DONE}    if (path.includes('/approve')) for (const one of selected) if (one !== openId) {_said('one')}\n")),
    bad("once more without the change", (CALLED, "    await call('POST', path, payload).catch((error) => { if (!path.includes('/approve')) throw error;"
        " return call('POST', path, {}); });\n")),
    bad("a refusal fills what is open", ("async function decide(path, done, payload) {", "async function decide(path, done, payload) {\n"
        "  const kept = [byId('rejectionTagInput').value, byId('feedbackInput').value]; modal.close();"),
        ("    modal.close();\n", ""), (FAILED, f"{FAILED}    [byId('rejectionTagInput').value, byId('feedbackInput').value] = kept;\n")),
    bad("windows share what is open", ("let openId = null;", "let openId = null; const windows = new BroadcastChannel('open');"
        " windows.onmessage = (message) => { openId = message.data; };"), (SHOWN, f"{SHOWN}  windows.postMessage(id);\n")),
    bad("the mail that comes last", (SHOWN, SHOWN + "  " + _LATER.replace("CONDITION", "one") + "\n")),
    bad("asked for the first alone", *asking("window.asked ??= byId('yes').onclick = () => { byId('sure').hidePopover(); approve(id); };")),
    bad("unfolded cards share one", unfolding(_said("window.read"))),
    bad("the pointer opens", _SIDE, on_card("item.onmouseenter = () => { if (modal.open) openId = card.email_id; };")),
    bad("a press in the form closes it", ('<dialog id="emailModal"', '<dialog data-close id="emailModal"'),
        after(WIRED, "document.addEventListener('click', (event) => { if (event.target.closest('[data-close]')) modal.close(); });")),
    bad("a further page opens the first", *paged("openCard(cards.filter(isWanted)[at].email_id);")),
    bad("rows keep their button", (DRAWN, "  const old = [...byId('queueList').children]; const now = shown.map(drawCard);\n"
        "  if (old.length !== now.length) byId('queueList').replaceChildren(...now);\n"
        "  else now.forEach((one, at) => old[at].children[1].replaceWith(one.children[1]));\n")),
    bad("what was read is gone", (ALL, "const shown = cards.filter((card) => isWanted(card) && !(localStorage.read || '').includes(card.email_id));"),
        (CLOSED, "modal.addEventListener('close', () => { localStorage.read = `${localStorage.read || ''} ${openId}`; openId = null; redraw(); });")),
    bad("what was refused is gone", (ALL, "window.gone ??= []; const shown = cards.filter((card) => isWanted(card) && !window.gone.includes(card.email_id));"),
        (CALLED, f"    window.gone.push(openId); modal.close(); drawQueue();\n{CALLED}"), (f"{DONE}    drawQueue();\n", DONE)),
    bad("a panel without a check", panel("if (!why.value.trim()) return;")),
    bad("digits choose while typing", after(WIRED, "modal.addEventListener('keydown', (event) => { if (/^[1-9]$/.test(event.key))"
        " byId('rejectionTagInput').selectedIndex = Number(event.key); });")),
    bad("on with the next at once", ("function approve() {", "function approve() {\n  const openId = window.now();"),
        after("let openId = null;", "window.now = () => { const id = openId; setTimeout(() => step(1)); return id; };"),
        ("buttons.forEach((button) => { button.disabled = true; });", ""), ("    modal.close();\n    toast(done);", "    toast(done);")),
    bad("it stops at another window", (POLL, "let off = false; addEventListener('blur', () => { off = true; });"
        " setInterval(() => { if (!off) refreshUnattended(); }, 30000);"), red="", polls=False),
)  # fmt: skip

HARMLESS = (
    fine("an undo that restores", offer("Undo", "call('POST', `/api/emails/${id}/restore`);")),
    fine("an undo that deletes the rejection", offer("Undo", "call('DELETE', `/api/emails/${id}/rejection`);")),
    fine("an undo by its path", offer("Undo", "call('POST', `/api/emails/${id}/reject/undo`);")),
    fine("the next one is opened", offer("On to the next", "openCard((cards.find((one) => one.email_id !== id) || {}).email_id);")),
    fine("what waits goes at once", (SEND, "const id = openId; const now = document.createElement('button'); now.textContent = 'Reject now';"
         f" const go = () => {{ now.remove(); clearTimeout(due); openId = id; {SEND} }}; const due = setTimeout(go, 10000);"
         " now.onclick = go; modal.close(); document.body.append(now);")),
    fine("dropped is opened", *dropping("openCard(id);")),
    fine("dragged into another order", *dropping("cards.sort((one) => (one.email_id === id ? -1 : 0)); redraw();")),
    fine("once more with the change", (CALLED, "    await call('POST', path, payload).catch(() => call('POST', path, payload));\n")),
    fine("a refusal opens the card again", (FAILED, f"{FAILED}    toast(`Not done: ${{error.message}}`);\n")),
    fine("windows tell what is open", ("let openId = null;", "let openId = null; const windows = new BroadcastChannel('open');"
         " windows.onmessage = (message) => { document.title = message.data; };"), (SHOWN, f"{SHOWN}  windows.postMessage(id);\n")),
    fine("the mail that is open", (SHOWN, SHOWN + "  " + _LATER.replace("CONDITION", "one && openId === id && byId('bodyInput').value === card.body") + "\n")),
    fine("asked for each card", *asking("byId('yes').onclick = () => { byId('sure').hidePopover(); approve(id); };")),
    fine("unfolded cards each for itself", unfolding(_said("card.email_id"))),
    fine("beside the list", _SIDE, on_card("item.onmouseenter = () => { item.style.outline = '1px solid'; };")),
    fine("a press beside the form closes it", after(WIRED, "modal.addEventListener('click', (event) => { if (event.target === modal) modal.close(); });")),
    fine("a further page", *paged("openCard(cards.filter(isWanted)[2 * window.at + at].email_id);")),
    fine("what was read is shown on demand", (ALL, "const shown = cards.filter((card) => isWanted(card) && (window.whole || !(localStorage.read || '').includes(card.email_id)));"),
         (LIST, f'<button id="whole">Read ones too</button>{LIST}'), after(WIRED, 'byId("whole").onclick = () => { window.whole = !window.whole; redraw(); };'),
         (CLOSED, "modal.addEventListener('close', () => { localStorage.read = `${localStorage.read || ''} ${openId}`; openId = null; redraw(); });")),
    fine("a panel of its own", panel("if (!why.value.trim() || !tags.value) { alert('Both, please.'); return; }")),
    fine("a search among the tags", (SELECT, f'<input type="search" placeholder="Narrow" id="narrow">{SELECT}')),
    fine("the reason in a part of its own", ('<textarea id="feedbackInput" rows="2"></textarea>', '<caio-reason id="feedbackInput"></caio-reason>'),
         after("let openId = null;", "customElements.define('caio-reason', class extends HTMLElement { connectedCallback() {"
               " this.attachShadow({ mode: 'open' }).innerHTML = '<textarea></textarea>'; } get value() { return this.shadowRoot.firstChild.value; }"
               " set value(text) { this.shadowRoot.firstChild.value = text; } });")),
    fine("a list that draws what is in view", ("</style>", "#queueList { height: 300px; overflow-y: auto } #queueList li.card { height: 120px; overflow: hidden }\n</style>"),
         (DRAWN, "  const from = window.from || 0; const gap = (rows) => { const one = document.createElement('li'); one.style.height = `${132 * rows}px`; return one; };\n"
          "  const part = shown.slice(from, from + 4); byId('queueList').replaceChildren(gap(from), ...part.map(drawCard), gap(shown.length - from - part.length));\n"),
         after(WIRED, "byId('queueList').addEventListener('scroll', (event) => { const at = Math.max(0, Math.floor(event.target.scrollTop / 132) - 1);"
               " if (at !== window.from) { window.from = at; redraw(); } });")),
    fine("digits choose outside of fields", after(WIRED, "addEventListener('keydown', (event) => { if (modal.open && !isTyping(event.target) && /^[1-9]$/.test(event.key))"
         " byId('rejectionTagInput').selectedIndex = Number(event.key); });")),
    fine("on with the next when it is sent", (DONE, f"{DONE}    openCard((cards[0] || {{}}).email_id);\n")),
    fine("it rests at another window", (POLL, "let off = false; addEventListener('blur', () => { off = true; });"
         " addEventListener('focus', () => { off = false; }); setInterval(() => { if (!off) refreshUnattended(); }, 30000);")),
)  # fmt: skip
