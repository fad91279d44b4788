"""Small changes to the rehearsal's sales page whose harm, or harmlessness, shows in the next decision.

What was pressed before, refused before, or decided before, in a card or beside the list.
"""

# ruff: noqa: E501

from __future__ import annotations

from page_edits import CHANGED, TAG_CHECK, WIRED, after, bad, fine
from page_sequels import CALLED, CLOSED, SHOWN

_MESSAGE = '<p id="modalMessage"'
_TAG = '<label for="rejectionTagInput">Rejection tag</label>'


def waiting(begin: str, rejected: str = "") -> tuple[str, str]:
    """Send approvals five seconds later; ``begin`` is done before, ``rejected`` at a rejection."""
    return (CALLED, "    const id = openId; window.due ??= {}; if (path.includes('/approve')) { " + begin
            + " window.due[id] = window.now = setTimeout(() => call('POST', path, payload)"
            + ".catch((error) => toast(`Not sent: ${error.message}`)), 5000); }"
            f" else {{ {rejected} await call('POST', path, payload); }}\n")  # fmt: skip


def beside(name: str, words: str, script: str) -> tuple[tuple[str, str], ...]:
    """Put a button into the card."""
    return (
        (_MESSAGE, f'<button id="{name}">{words}</button>{_MESSAGE}'),
        after(WIRED, f"byId('{name}').onclick = () => {{ {script} }};"),
    )


def edited(script: str) -> tuple[tuple[str, str], ...]:
    """Send what was heard of the mail's text; ``script`` puts the original back."""
    return (
        *beside("original", "As it was", f"const card = cards.find((one) => one.email_id === openId); {script}"),
        (SHOWN, f"  window.text = card.body;\n{SHOWN}"),
        (CHANGED, "body: window.text,"),
        after(WIRED, 'byId("bodyInput").oninput = () => { window.text = byId("bodyInput").value; };'),
    )  # fmt: skip


def folding(check: str) -> tuple[tuple[str, str], ...]:
    """Let the tags be folded away; ``check`` is what a rejection asks for."""
    return (
        (_TAG, f'<button id="less">Less</button>{_TAG}'),
        after(WIRED, 'byId("less").onclick = () => { byId("rejectionTagInput").hidden = !byId("rejectionTagInput").hidden; };'),
        (TAG_CHECK, check),
    )  # fmt: skip


_CALLED_OFF = "for (const one of Object.values(window.due)) clearTimeout(one);"
_LATER_FREED = "modal.addEventListener('close', () => {{ {} setTimeout(() => {{ if ({}) openId = null; focusCard(openerId); }}, 400); }});"
_ONLINE = (
    "addEventListener('online', () => { if (window.unsent) call('POST', ...window.unsent); });"
)

HARMFUL = (
    bad("a refusal ends the chain", (CALLED, "    window.chain = (window.chain || Promise.resolve()).then(() => call('POST', path, payload)); window.chain.catch(() => {});\n")),
    bad("the next approval drops the one before", waiting("clearTimeout(window.now);", "clearTimeout(window.due[id]);")),
    bad("an approval that waits outlives a rejection", waiting("")),
    bad("too soon for another card", (CALLED, "    if (Date.now() - (window.last || 0) < 4000) { modal.close(); return; }\n    window.last = Date.now();\n" + CALLED)),
    bad("a card that closes late takes the next one along", (CLOSED, _LATER_FREED.format("", "true"))),
    bad("the original comes back unheard", *edited("byId('bodyInput').value = card.body;")),
    bad("the preview is what goes", *beside("preview", "Preview", "window.final = byId('bodyInput').value;"), (CHANGED, 'body: window.final || byId("bodyInput").value,')),
    bad("once more with the connection", (CALLED, CALLED + "    window.unsent = [path, payload];\n"), after(WIRED, _ONLINE)),
    bad("what is folded away is not asked for", *folding('if (!tag && !byId("rejectionTagInput").hidden) { alert("Select a rejection tag."); return; }')),
    bad("a mark that stays where it was put", *beside("flag", "Keep in mind", "window.kept ??= openId;"), ("  openId = openerId = id;", "  openId = openerId = window.kept || id;")),
)  # fmt: skip

HARMLESS = (
    fine("a chain that goes on", (CALLED, "    window.chain = (window.chain || Promise.resolve()).catch(() => {}).then(() => call('POST', path, payload)); await window.chain;\n")),
    fine("each approval waits for itself", waiting("", "clearTimeout(window.due[id]);")),
    fine("a rejection calls off what waits", waiting("clearTimeout(window.due[id]);", "clearTimeout(window.due[id]);")),
    fine("too soon for the same card", (CALLED, "    if (window.last === path && Date.now() - window.at < 800) return;\n    window.last = path; window.at = Date.now();\n" + CALLED)),
    fine("a card that closes late", (CLOSED, _LATER_FREED.format("const id = openId;", "openId === id && !modal.open"))),
    fine("the original comes back", *edited("byId('bodyInput').value = window.text = card.body;")),
    fine("a preview", *beside("preview", "Preview", "byId('modalMessage').textContent = byId('bodyInput').value;")),
    fine("what did not go goes with the connection", (CALLED, "    await call('POST', path, payload).catch((error) => { if (error instanceof TypeError) window.unsent = [path, payload]; throw error; });\n"), after(WIRED, _ONLINE)),
    fine("the tags can be folded away", *folding(TAG_CHECK)),
    fine("a shorter text by a button", *beside("shorten", "Shorten", "byId('bodyInput').value = byId('bodyInput').value.split('\\n').slice(0, 3).join('\\n');")),
    fine("a lock that says so", *beside("lock", "Lock", "window.locked = !window.locked;"),
         ("async function decide(path, done, payload) {", "async function decide(path, done, payload) {\n  if (window.locked) { byId('modalMessage').textContent = 'Locked: unlock it first.'; return; }")),
)  # fmt: skip
