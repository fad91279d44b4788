"""Slips in the rehearsal's sales page that nobody notices by one card alone; and twins.

They need another card of the same company, the card or the visit before, the pointer where it rests,
some of a tag's name, a change that is hardly one, or a second decision before the first is answered.
"""

# ruff: noqa: E501

from __future__ import annotations

from page_edits import CHANGED, WIRED, after, bad, fine

_DRAWN = "  const wanted = JSON.stringify(shown);"
_OFF = "  buttons.forEach((button) => { button.disabled = true; });\n"
_POSTED = '    await call("POST", path, payload);'
_CLEARED = "    cards = cards.filter((card) => card.email_id !== openId);"
_FLIGHT = (
    "const flights = new Map(); function once(key, start) {{ if (!flights.has(key)) "
    "flights.set(key, start().finally(() => flights.delete(key))); return flights.get(key); }}"
)
_SUBJECT = 'subject: byId("subjectInput").value,'
_TYPED = (
    'byId("subjectInput").addEventListener("input", (event) => { typed = event.target.value; });'
)
_OPENED = "  openId = openerId = id;"
_FUNCTION = "function openCard(id) {"
_TWINS = "cards.filter((one) => one.email_id !== openId && one.recipient_data.company === firm)"
_FIRM = "const firm = (cards.find((one) => one.email_id === openId) || { recipient_data: {} }).recipient_data.company;"
_REJECTED = (
    'return decide(`/api/emails/${encodeURIComponent(openId)}/reject?${query}`, "Email rejected.");'
)
_BOX = (
    'const some = document.createElement("input"); some.type = "search"; some.placeholder = "Narrow the tags"; '
    'byId("rejectionTagInput").before(some); modal.addEventListener("close", () => { if (!some.every) return; some.value = ""; '
    "byId('rejectionTagInput').replaceChildren(new Option('Select a tag…', ''), ...some.every.map((one) => new Option(...one))); }); "
    'some.addEventListener("input", () => { '
    "const select = byId('rejectionTagInput'), words = some.value.trim().toLowerCase(); "
    "some.every ??= [...select.options].filter((one) => one.value).map((one) => [one.text, one.value]); "
    "const fit = some.every.filter(([text]) => text.toLowerCase().includes(words)); "
)
_OPTIONS = "fit.map((one) => new Option(...one))"
_ALIKE = "const alike = (one, other) => one.replace(/\\s+/g, ' ').trim().toLowerCase() === other.replace(/\\s+/g, ' ').trim().toLowerCase();"
_OWN = "(cards.find((one) => one.email_id === openId) || { body: '' }).body"
_READ = "    cards = answer.pending_emails || [];"
_SHORT = 'document.addEventListener("keydown", (event) => { if (modal.open && event.ctrlKey && event.key === "Enter" && !event.target.closest("#feedbackInput")) approve(); });'
_WANTED = '  const words = byId("searchInput").value.trim().toLowerCase();'
_QUICK = (
    'let quick = localStorage.getItem("quick") || "all";\n',
    "for (const one of ['All', 'Newest']) {{ const button = document.createElement('button'); button.type = 'button'; button.textContent = one; "
    "button.style.fontWeight = one.toLowerCase() === {first} ? '700' : '400'; button.addEventListener('click', () => {{ quick = one.toLowerCase(); "
    "localStorage.setItem('quick', quick); for (const other of button.parentNode.querySelectorAll('.quick')) other.style.fontWeight = other === button ? '700' : '400'; "
    "drawQueue(); }}); button.className = 'quick'; byId('searchInput').after(button); }}",
)
_FAILED = '    byId("modalMessage").textContent = error.message;'
_SOMEBODY = "/already|not found/.test(error.message)"
_DIGITS = "document.addEventListener('keydown', (event) => {{ const select = byId('rejectionTagInput'); if (modal.open && {free} && /^[1-9]$/.test(event.key) && select.options[event.key]) select.selectedIndex = Number(event.key); }});"

HARMFUL = (
    bad("a flight for each action", (_OFF, ""), (_POSTED, '    await once(path.split("?")[0].split("/").pop(), () => call("POST", path, payload));'), after(WIRED, _FLIGHT.format())),
    bad("a subject from another card", (_FUNCTION, f'let typed = "";\n{_FUNCTION}'), (_SUBJECT, 'subject: typed || byId("subjectInput").value,'), after(WIRED, _TYPED)),
    bad("no drawing under the pointer", (_DRAWN, f'  if (drawn && byId("queueList").matches(":hover")) return;\n{_DRAWN}')),
    bad("a change of letters is none", after(WIRED, _ALIKE), (CHANGED, f'body: alike(byId("bodyInput").value, {_OWN}) ? {_OWN} : byId("bodyInput").value,')),
    bad("the company goes along", (_REJECTED, f'{_FIRM} for (const one of {_TWINS}) call("POST", `/api/emails/${{encodeURIComponent(one.email_id)}}/reject?${{query}}`);\n  {_REJECTED}')),
    bad("the first that fits", after(WIRED, f"{_BOX} select.replaceChildren(...{_OPTIONS}); }});")),
    bad("a shortcut for each opening", (_OFF, ""), (_OPENED, f"{_OPENED}\n  {_SHORT}")),
    bad("a filter of another day", ("function isWanted(card) {", f"{_QUICK[0]}function isWanted(card) {{"), (_WANTED, f'  if (quick === "newest" && card !== cards[0]) return false;\n{_WANTED}'), after(WIRED, _QUICK[1].format(first="'all'"))),
    bad("already decided is done", (_FAILED, f"    if ({_SOMEBODY}) {{ modal.close(); toast(done); return; }}\n{_FAILED}")),
    bad("the company of the card before", (_READ, f"{_READ}\n    let firm = ''; for (const card of cards) {{ firm = card.recipient_data.company || firm; card.recipient_data.company = firm; }}")),
    bad("digits choose a tag in a mail", after(WIRED, _DIGITS.format(free='event.target.id !== "feedbackInput"'))),
    bad("nobody without a title", (_READ, "    cards = (answer.pending_emails || []).filter((card) => card.recipient_data && card.recipient_data.title);")),
)  # fmt: skip

HARMLESS = (
    fine("a flight for each card", (_OFF, ""), (_POSTED, '    await once(path.split("?")[0], () => call("POST", path, payload));'), (_CLEARED, '    const sent = decodeURIComponent(path.split("/")[3]);\n    cards = cards.filter((card) => card.email_id !== sent);\n    if (openId !== sent) { toast(done); drawQueue(); return; }'), after(WIRED, _FLIGHT.format())),
    fine("a subject of its own card", (_FUNCTION, f'let typed = "";\n{_FUNCTION}'), (_OPENED, f'{_OPENED}\n  typed = "";'), (_SUBJECT, 'subject: typed || byId("subjectInput").value,'), after(WIRED, _TYPED)),
    fine("a hint under the pointer", (_DRAWN, f'  byId("queueList").title = byId("queueList").matches(":hover") ? "Press a card to open it" : "";\n{_DRAWN}')),
    fine("the same text is its own", (CHANGED, f'body: byId("bodyInput").value === {_OWN} ? {_OWN} : byId("bodyInput").value,')),
    fine("the company is told", (_OPENED, f'{_OPENED}\n  {{ {_FIRM} byId("modalTitle").title = `${{{_TWINS}.length}} more of ${{firm}}`; }}')),
    fine("those that fit or none", after(WIRED, f"{_BOX} select.replaceChildren(new Option('Select a tag…', ''), ...{_OPTIONS}); select.value = ''; }});")),
    fine("a shortcut once", after(WIRED, _SHORT)),
    fine("a filter that is told", ("function isWanted(card) {", f"{_QUICK[0]}function isWanted(card) {{"), (_WANTED, f'  if (quick === "newest" && card !== cards[0]) return false;\n{_WANTED}'), after(WIRED, _QUICK[1].format(first="quick"))),
    fine("already decided is told", (_FAILED, f"    if ({_SOMEBODY}) {{ modal.close(); toast('Somebody else has handled this card: ' + error.message); return; }}\n{_FAILED}")),
    fine("a word for no company", (_READ, f"{_READ}\n    for (const card of cards) card.recipient_data.company ||= 'Unknown company';")),
    fine("digits choose a tag, not where one types", after(WIRED, _DIGITS.format(free="!isTyping(event.target)"))),
    fine("a dash for no title", (_READ, f'{_READ}\n    for (const card of cards) if (card.recipient_data && !card.recipient_data.title) card.recipient_data.title = "—";')),
)  # fmt: skip
