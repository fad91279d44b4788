// The list that was filtered by last, and what it stood on.
let narrowed = null;
// Until what the page asked the network for is there, which may never come; returns the turns left:
// all of them where it came.
async function answered(turns) {
  for (let left = turns; left > 0; left -= 1) {
    if (!state.pending) return turns;
    await new Promise((done) => { inReality(done, 10); });
  }
  return 0;
}
// After how many seconds the page's own head loads it anew, whatever is done there; null for never.
function loadsAnew() {
  const meta = document.querySelector("meta[http-equiv=refresh i]");
  const seconds = meta ? parseFloat(meta.content) : NaN;
  return Number.isNaN(seconds) ? null : seconds;
}
// What the page has put into its storage.
function keeps() {
  try { return [localStorage, sessionStorage].map((all) => JSON.stringify(Object.entries(all).filter(([name]) => name !== KEPT))).join(); } catch { return ""; }
}
// What the gate calls from outside.
const caio = {
  ...around,
  ...reading,
  log, state, listeners,
  look() {
    const listed = controls();
    const offered = tagControls();
    const options = forms.flatMap((form) => form.options.map((one) => one.el));
    for (const one of listed) one.option = options.some((el) => el === registry[one.at] || el.contains(registry[one.at]) || registry[one.at].contains(el) && registry[one.at].tagName === "LABEL");
    return { controls: listed, forms: offered, fields: fields().map(keyOf), keys: keysMatter(), slides: state.slides, drops: dropsOn().length > 0, changed: state.turned || state.gone || state.crowded, errors: log.errors, blocked: log.blocked, anew: loadsAnew(), barred: [...state.barred], entered: [...state.entered], keeps: keeps() };
  },
  hint(all) { for (const el of all) hinted.add(el); },
  press(number, key, nth, card, held) {
    const el = controlOf(key, nth, card);
    if (!el) return { found: false };
    if (is(el, ":disabled")) return { found: true, off: true, reached: true };
    state.press = number;
    const reached = reachable(el);
    const caption = captionOf(el);
    touch(el, held);
    return { found: true, off: false, reached, caption };
  },
  // What acts on the cards that are picked needs some that are.
  tick(number, but = "") {
    state.press = number;
    marked = new Map();
    const boxes = [...all(document)].filter((el) => is(el, "input[type=checkbox]:not(:disabled)") && visible(el) && ![but, ""].includes(cardOf(el)));
    if (!boxes.some((el) => el.checked)) for (const el of boxes.slice(0, 2)) el.click();
    return boxes.some((el) => el.checked);
  },
  // A second press in the same place, whatever is there by now.
  pressThere(number, [x, y]) {
    state.press = number;
    for (let el = document.elementFromPoint(x, y); el; el = parent(el)) {
      if (!pressable(el)) continue;
      if (!is(el, ":disabled")) touch(el);
      return;
    }
  },
  drag(number, key, nth, card, at) {
    const el = controlOf(key, nth, card);
    const target = dropsOn()[at];
    if (!el || !target) return false;
    state.press = number;
    return drag(el, target);
  },
  slide(number, key, nth, card, by) {
    const el = controlOf(key, nth, card);
    if (!el) return false;
    state.press = number;
    slide(el, by);
    return true;
  },
  // Empties the form, then fills it in; `left` is what stood there before.
  fill(number, at, tag, reason, emptied) {
    state.press = number;
    tagControls();
    const form = forms[at] || forms[0];
    if (!form) return { form: false };
    const left = chosen(form);
    const cleared = emptied || choose(form, "") || (!left && form.kind !== "buttons");
    if (form.reason) type(form.reason, "");
    const still = chosen(form);
    if (form.reason && reason) type(form.reason, reason);
    const tagged = !tag || choose(form, tag);
    // Whoever chooses first types then.
    if (tag && form.reason && reason) typeOn(form.reason);
    return { form: true, left, cleared: cleared && !still, tagged, reasoned: Boolean(form.reason), view: caio.look() };
  },
  // Chooses the second option of one of the lists that stand in no form; returns whether there is one.
  filter(number, at) {
    state.press = number;
    tagControls();
    const el = [...all(document)].filter((one) => is(one, "select:not(:disabled)") && one.options.length > 1 && visible(one) && !forms.some((form) => form.el === one))[at];
    if (!el) return false;
    click(el);
    narrowed = { el, index: el.selectedIndex };
    el.selectedIndex = el.selectedIndex === 1 ? 0 : 1;
    tell(el, "input", "change");
    return true;
  },
  // Takes that back; a list that stands there already can't be chosen once more.
  unfilter(number) {
    state.press = number;
    const { el, index } = narrowed;
    if (!el.isConnected || el.selectedIndex === index) return;
    click(el);
    el.selectedIndex = index;
    tell(el, "input", "change");
  },
  // Types into what narrows the tags; returns whether there is such a field.
  narrow(number, at, text) {
    state.press = number;
    tagControls();
    const form = forms[at] || forms[0];
    const el = form && fields().find((one) => narrows(one) && one !== form.reason && cardOf(one) === cardOf(form.el));
    if (el) type(el, text);
    return Boolean(el);
  },
  // Gives whatever else the form of a card takes, besides tag, reason and mail; returns how much that is.
  rest(number, at, text) {
    state.press = number;
    tagControls();
    const form = forms[at] || forms[0];
    let inside = form && form.reason;
    while (inside && !(within(form.el, inside) && inside.querySelector("button, [role=button], input[type=submit]"))) inside = parent(inside);
    if (!inside || inside === document.body) return 0;
    const lists = [...all(inside)].filter((el) => is(el, "select:not(:disabled)") && el !== form.el && visible(el) && el.options.length > 1);
    for (const el of lists) {
      click(el);
      el.selectedIndex = el.options.length - 1;
      tell(el, "input", "change");
    }
    const lines = fields().filter((el) => within(el, inside) && el !== form.reason && !narrows(el) && !tidy(valueOf(el)));
    for (const el of lines) type(el, text);
    return lists.length + lines.length;
  },
  write(number, text) {
    state.press = number;
    const empty = fields().filter((el) => !tidy(valueOf(el)));
    if (empty.length) type(empty[empty.length - 1], text);
    return empty.length > 0;
  },
  edit(number, mark, more, gone) { state.press = number; return edit(mark, more, gone); },
  pasteBehind(number, mark, more) { state.press = number; return pasteBehind(mark, more); },
  rewrite(number, mark, text) { state.press = number; return rewrite(mark, text); },
  editSubject(number, card, more) {
    state.press = number;
    const el = card && fields().find((one) => "value" in one && one.value === config.marks[card][2]);
    if (el) paste(el, el.value + more);
    return Boolean(el);
  },
  focusReason(at) {
    tagControls();
    const form = forms[at] || forms[0];
    if (form && form.reason) form.reason.focus({ preventScroll: true });
    return Boolean(form && form.reason);
  },
  focusOn(where) {
    caio.blur();
    for (let at = where && controlOf(...where); at && at !== document.body; at = parent(at)) {
      if (at.focus && at.tabIndex >= 0) { at.focus({ preventScroll: true }); break; }
    }
  },
  // Puts the focus where the tag is chosen; returns whether that is possible.
  focusTag(at) {
    tagControls();
    const form = forms[at] || forms[0];
    if (!form || !form.el.focus || form.el.tabIndex < 0) return false;
    form.el.focus({ preventScroll: true });
    return true;
  },
  // Puts the focus into one of the fields of one line, but no reason; returns whether there is one.
  focusLine(at) {
    tagControls();
    const own = forms.map((form) => form.reason);
    const el = fields().filter((one) => one.tagName === "INPUT" && !own.includes(one))[at];
    if (el) el.focus({ preventScroll: true });
    return Boolean(el);
  },
  // Goes down on a control and lets go elsewhere, with a finger or the right button: no press.
  holdDown(number, key, nth, card) {
    const el = controlOf(key, nth, card);
    if (!el) return false;
    state.press = number;
    holdDown(el);
    return true;
  },
  // Puts the focus where the mail's text can be changed; returns whether it can.
  // Whether a pointer gets at what offers the tags of a form.
  choosable(at) { const form = forms[at] || forms[0]; return Boolean(form && middle(form.el)) && clear(form.el); },
  focusMail(mark) {
    const el = fields().find((one) => valueOf(one).includes(mark));
    if (el) el.focus({ preventScroll: true });
    return Boolean(el);
  },
  blur() { const el = focused(); if (el && el !== document.body) el.blur(); },
  keys(number, all) {
    state.press = number;
    const el = focused() || document.body;
    for (const one of all) {
      const code = one.key.length === 1 ? one.key.toUpperCase().charCodeAt(0) : one.code;
      const init = { bubbles: true, cancelable: true, composed: true, keyCode: code, which: code,
        code: one.key.length === 1 ? `${/\d/.test(one.key) ? "Digit" : "Key"}${one.key.toUpperCase()}` : one.key, ...one };
      for (const kind of ["keydown", "keypress", "keyup"]) el.dispatchEvent(new KeyboardEvent(kind, { ...init, code: init.code }));
    }
  },
  // Presses, runs the page's clock and takes, in one go: each question from outside has its price.
  async go(press, slices) {
    const found = press && caio.press(...press);
    // What the page goes on with by itself comes before any timer.
    if (found) await new Promise((done) => { inReality(done, 0); });
    const threw = [];
    let turns = 200;
    const told = Boolean(clock && clock.runFor && slices.length && !(found && (found.off || !found.found)));
    if (told) state.frame = animated(slices.reduce((sum, ms) => sum + ms, 0)) || state.frame;
    for (const [at, ms] of told ? slices.entries() : []) {
      if (at) turns = await answered(turns);
      await clock.runFor(ms).catch((error) => { threw.push(String(error)); });
    }
    return { found, told, threw, taken: told ? await caio.take(false) : null };
  },
  async take(view) {
    if (state.frame) { state.frame = false; await drawn(); }
    return { attempts: log.attempts.splice(0), said: log.said.splice(0), wiped: log.wiped.splice(0), left: log.left.splice(0), pending: state.pending,
      view: view ? caio.look() : null };
  },
};
if (!outer) Object.defineProperty(window, "__caio", { value: caio });
else Object.defineProperty(window, "__caio", { value: outer });
