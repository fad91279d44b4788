// What the gate calls from outside.
const caio = {
  log, state, listeners,
  look() {
    const listed = controls();
    const offered = tagControls();
    const options = forms.flatMap((form) => form.options.map((one) => one.el));
    for (const one of listed) one.option = options.some((el) => el === registry[one.at] || el.contains(registry[one.at]) || registry[one.at].contains(el) && registry[one.at].tagName === "LABEL");
    return { controls: listed, forms: offered, fields: fields().map(keyOf), keys: keysMatter(), slides: state.slides, changed: state.turned || state.gone, errors: log.errors, blocked: log.blocked };
  },
  hint(all) { for (const el of all) hinted.add(el); },
  find(key, nth, card) {
    const same = controls().filter((one) => one.key === key);
    const mine = card ? same.filter((one) => one.card === card) : [];
    const one = mine[0] || same.find((each) => each.nth === nth) || same[same.length - 1];
    return one || null;
  },
  press(number, key, nth, card, held) {
    const found = caio.find(key, nth, card);
    if (!found) return { found: false };
    if (found.off) return { found: true, off: true, reached: true };
    state.press = number;
    const reached = reachable(registry[found.at]);
    touch(registry[found.at], held);
    return { found: true, off: false, reached };
  },
  // What acts on the cards that are picked needs some that are.
  tick(number) {
    state.press = number;
    marked = new Map();
    const boxes = [...all(document)].filter((el) => is(el, "input[type=checkbox]:not(:disabled)") && visible(el) && cardOf(el));
    if (boxes.some((el) => el.checked)) return;
    for (const el of boxes.slice(0, 2)) el.click();
  },
  leave(number) {
    state.press = number;
    for (const type of ["beforeunload", "pagehide", "unload"]) window.dispatchEvent(new Event(type, { cancelable: true }));
  },
  // The same cards, in another order: the newest is another one, and the oldest too.
  turn() {
    state.turned = true;
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("focus"));
  },
  // The first card is gone from now on, as somebody else decided it, and another one has come.
  gone() { state.gone = true; },
  words() { return tidy(document.body && document.body.innerText).replace(/\d+/g, "0"); },
  refuse(status) { state.refuse = status; },
  slide(number, key, nth, card, by) {
    const found = caio.find(key, nth, card);
    if (!found) return false;
    state.press = number;
    slide(registry[found.at], by);
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
  write(number, text) {
    state.press = number;
    const empty = fields().filter((el) => !tidy(valueOf(el)));
    if (empty.length) type(empty[empty.length - 1], text);
    return empty.length > 0;
  },
  edit(number, mark, more) { state.press = number; return edit(mark, more); },
  focusReason(at) {
    tagControls();
    const form = forms[at] || forms[0];
    if (form && form.reason) form.reason.focus({ preventScroll: true });
    return Boolean(form && form.reason);
  },
  mailOfAnother,
  focusOn(where) {
    caio.blur();
    const found = where && caio.find(...where);
    for (let at = found && registry[found.at]; at && at !== document.body; at = parent(at)) {
      if (at.focus && at.tabIndex >= 0) { at.focus({ preventScroll: true }); break; }
    }
  },
  // Puts the focus where the mail's text can be changed; returns whether it can.
  focusMail(mark) {
    const el = fields().find((one) => valueOf(one).includes(mark));
    if (el) el.focus({ preventScroll: true });
    return Boolean(el);
  },
  blur() { if (document.activeElement && document.activeElement !== document.body) document.activeElement.blur(); },
  keys(number, all) {
    state.press = number;
    const el = document.activeElement || document.body;
    for (const one of all) {
      const code = one.key.length === 1 ? one.key.toUpperCase().charCodeAt(0) : one.code;
      const init = { bubbles: true, cancelable: true, composed: true, keyCode: code, which: code,
        code: one.key.length === 1 ? `Key${one.key.toUpperCase()}` : one.key, ...one };
      for (const kind of ["keydown", "keypress", "keyup"]) el.dispatchEvent(new KeyboardEvent(kind, { ...init, code: init.code }));
    }
  },
  async take(view) {
    if (state.frame) { state.frame = false; await drawn(); }
    return { attempts: log.attempts.splice(0), said: log.said.splice(0), pending: state.pending,
      view: view ? caio.look() : null };
  },
  now() { return since(); },
  reads() { return log.reads; },
};
if (!outer) Object.defineProperty(window, "__caio", { value: caio });
else Object.defineProperty(window, "__caio", { value: outer });
