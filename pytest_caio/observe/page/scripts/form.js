// The tags that the page offers, whatever it offers them with, and the field beside them.
const folded = (text) => tidy(text).toLowerCase();
const tagNames = new Map(config.tags.flatMap(({ id, label }) => [[folded(id), id], [folded(label), id]]));
function tagOf(...texts) {
  for (const text of texts) {
    const found = tagNames.get(folded(text));
    if (found) return found;
  }
  // With a mark or a count beside it: "✓ Weak CTA", "Weak CTA (3)".
  for (const text of texts) {
    const bare = folded(text).replace(/\([^)]*\)/g, "").replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, "");
    if (bare && tagNames.has(bare)) return tagNames.get(bare);
  }
  return "";
}
const noTag = (value, label) => !tidy(value) || /^(?:none|null|undefined|0|-+|placeholder)$/i.test(value)
  || (/^\W*(?:select|choose|pick|please)\b/i.test(tidy(label)) && !tagOf(value));

function ofSelect(el) {
  const options = [...el.options].filter((one) => !noTag(one.value, one.label) && !one.disabled)
    .map((one) => ({ value: one.value, label: tidy(one.label || one.textContent), el: one }));
  return { kind: "select", el, options };
}
function ofList(el) {
  const options = el.list ? [...el.list.options].map((one) => (
    { value: one.value, label: tidy(one.label || one.textContent || one.value), el: one })) : [];
  return { kind: "datalist", el, options };
}
const boxText = (el) => tidy(el.getAttribute("aria-label") || (el.labels && el.labels[0] || el.closest("label") || {}).textContent
  || el.nextSibling && el.nextSibling.textContent);
function ofAny(el) {
  if (is(el, "input[type=radio], input[type=checkbox]")) return { value: el.value, label: boxText(el), el };
  const values = [...Object.values(el.dataset || {}), el.getAttribute("value") || "", (el.id || "")];
  const value = values.find((one) => tagNames.has(folded(one))) || "";
  return { value, label: tidy(el.textContent), el };
}
const matched = (options) => new Set(options.map((one) => tagOf(one.value, one.label)).filter(Boolean)).size;

function groups(elements) {
  const members = elements.map(ofAny).filter(({ el, value, label }) => tagOf(value, label)
    && (pressable(el) || is(el, "li, [role=option]") || underHandler(el)));
  // The innermost of nested matches: a label around a radio is not another option.
  const inner = members.filter((one) => !members.some((two) => two !== one && one.el.contains(two.el)
    && tagOf(two.value, two.label) === tagOf(one.value, one.label)));
  const found = [];
  let left = inner;
  while (left.length) {
    let at = left[0].el;
    let mine = [left[0]];
    while (matched(mine) < 3 && (at = parent(at))) mine = left.filter((one) => within(one.el, at));
    const taken = mine;
    if (matched(taken) >= 3) {
      let most = taken;
      // All of one list, not only its first three.
      for (let up = parent(at); up && up !== document.body; up = parent(up)) {
        const more = left.filter((one) => within(one.el, up));
        if (matched(more) === more.length && more.length > most.length) { most = more; at = up; }
      }
      found.push({ kind: is(most[0].el, "input") ? most[0].el.type : "buttons", el: at, options: most });
      left = left.filter((one) => !most.includes(one));
    } else left = left.slice(1);
  }
  return found;
}

let forms = [];
function tagControls() {
  begin();
  const seen = [...all(document)].filter((el) => (el.childElementCount < 5 || is(el, "select")) && visible(el) && !blocked(el));
  const found = [
    ...seen.filter((el) => el.tagName === "SELECT").map(ofSelect),
    ...seen.filter((el) => el.tagName === "INPUT" && el.list).map(ofList),
    ...groups(seen.filter((el) => !is(el, "select, option, html, body, script, style") && el.textContent.length < 120)),
  ];
  forms = found.filter((one) => matched(one.options) >= Math.min(3, tagNames.size || 3) || hintedTag(one))
    .map((one) => ({ ...one, reason: reasonOf(one) }));
  // A form that names several cards, as "next: …" does, is of the one whose mail it shows.
  const begun = begunMails();
  const mailed = begun.length === 1 ? begun[0] : "";
  return forms.map((one, at) => ({ at, kind: one.kind, matched: matched(one.options), card: cardOf(one.el) || mailed, chosen: chosen(one),
    options: one.options.map(({ value, label }) => ({ value, label, tag: tagOf(label) || tagOf(value) })),
    words: wordsOf(one.el).slice(0, 80), hasReason: Boolean(one.reason), written: one.reason ? tidy(valueOf(one.reason)) : "", reasonKey: one.reason ? keyOf(one.reason) : "" }));
}
const hintedTag = (one) => hinted.has(one.el) || one.kind === "select" && /reject|tag/.test(wordsOf(one.el)) && /reject/.test(wordsOf(one.el));

function fields() {
  begin();
  return [...all(document)].filter((el) => is(el, FIELDS) && visible(el) && !blocked(el) && !el.disabled && !el.readOnly
    && !(el.tagName === "INPUT" && el.list));
}
const valueOf = (el) => ("value" in el ? el.value : el.textContent);
// Beside tags there may be a field that only narrows what is offered.
const narrows = (el) => !/reason|feedback|comment|note|why|explain/.test(wordsOf(el))
  && (is(el, "input[type=search], [role=searchbox], [role=combobox], [aria-autocomplete=list]") || /search|filter|narrow|\bfind\b/.test(wordsOf(el)));
// Once found it stays that field: it is no longer empty when something has been typed.
const reasons = new WeakMap();
function reasonOf(form) {
  const found = fields();
  if (found.includes(reasons.get(form.el))) return reasons.get(form.el);
  const order = [...all(document)];
  const here = order.indexOf(form.el);
  for (let at = parent(form.el); at; at = parent(at)) {
    const near = found.filter((el) => within(el, at));
    // A page may keep what was typed for its card.
    const empty = near.filter((el) => ["", config.reason].includes(tidy(valueOf(el))) && !narrows(el));
    const pool = empty.map((el) => ({ el,
      hint: /reason|feedback|comment|note|why|explain/.test(wordsOf(el)) ? 0 : 1,
      far: Math.abs(order.indexOf(el) - here) }));
    if (!pool.length) continue;
    reasons.set(form.el, pool.sort((a, b) => a.hint - b.hint || a.far - b.far)[0].el);
    return reasons.get(form.el);
  }
  return null;
}
function chosen(form) {
  if (form.kind === "select") {
    const one = form.el.selectedOptions[0];
    return one && !noTag(one.value, one.label) ? tagOf(one.value, one.label) || one.value : "";
  }
  if (form.kind === "datalist") return tagOf(form.el.value) || tidy(form.el.value);
  const on = form.options.find(({ el }) => el.checked || ["aria-checked", "aria-selected", "aria-pressed"]
    .some((name) => el.getAttribute(name) === "true"));
  return on ? tagOf(on.value, on.label) : "";
}

const setValue = (el, name, value) => {
  const proto = Object.getPrototypeOf(el);
  const own = Object.getOwnPropertyDescriptor(proto, name);
  if (own && own.set) own.set.call(el, value); else el[name] = value;
};
const tell = (el, ...types) => { for (const type of types) el.dispatchEvent(new Event(type, { bubbles: true, composed: true })); };
// A hand clicks into a field first.
function click(el) {
  const told = { bubbles: true, cancelable: true, composed: true, view: el.ownerDocument.defaultView, button: 0, detail: 1 };
  el.dispatchEvent(new PointerEvent("pointerdown", told));
  const held = !el.dispatchEvent(new MouseEvent("mousedown", told)) && el.getRootNode().activeElement !== el;
  const entered = held ? false : getsInto(el);
  if (entered !== null && visible(el) && is(el, "select, textarea, input, [contenteditable]")) (entered ? state.entered : state.barred).add(wordsOf(el));
  if (el.focus) el.focus({ preventScroll: true });
  for (const type of ["pointerup", "mouseup", "click"]) el.dispatchEvent(new (type.startsWith("p") ? PointerEvent : MouseEvent)(type, told));
}
function type(el, text) {
  click(el);
  const key = { bubbles: true, composed: true, key: text.slice(-1) || "Backspace" };
  el.dispatchEvent(new KeyboardEvent("keydown", key));
  if ("value" in el) setValue(el, "value", text); else el.textContent = text;
  el.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, inputType: "insertText", data: text }));
  el.dispatchEvent(new KeyboardEvent("keyup", key));
  tell(el, "change");
}
// What is pasted, dropped, dictated or corrected by a menu comes without a key.
function paste(el, text) {
  click(el);
  setValue(el, "value", text);
  el.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, inputType: "insertFromPaste", data: text }));
  // A field tells of a change when it is left.
  addListener.call(el, "blur", () => tell(el, "change"), { once: true });
}
// Fields that can't be changed just now.
const readOnly = () => [...all(document)].filter((el) => is(el, "textarea:read-only, [contenteditable=false]") && visible(el) && !blocked(el));
// The text that stands in a field, without what is struck out in it, and what only a machine reads.
function readable(el) {
  if ("value" in el) return valueOf(el);
  const parts = [...el.querySelectorAll("*")];
  const left = parts.map((one, at) => (is(one, "del, s, strike, [style*=line-through]") || clipped(one) ? at : -1)).filter((at) => at >= 0);
  if (!left.length) return valueOf(el);
  const copy = el.cloneNode(true), all = [...copy.querySelectorAll("*")];
  for (const at of left) all[at].remove();
  return copy.textContent;
}
// Whether an element is drawn as a point: it is there for whoever has the page read out.
function clipped(el) {
  if (!el.textContent.trim() || el.offsetWidth > 1 || el.offsetHeight > 1) return false;
  const how = getComputedStyle(el);
  return how.position === "absolute" && how.overflow === "hidden";
}
// One more letter, with everything else given already.
function typeOn(el) {
  const text = valueOf(el);
  const key = { bubbles: true, composed: true, key: text.slice(-1) };
  el.dispatchEvent(new KeyboardEvent("keydown", key));
  el.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, inputType: "insertText", data: key.key }));
  el.dispatchEvent(new KeyboardEvent("keyup", key));
  // What marks, copies and pastes a text sends nothing either.
  for (const one of "acv") {
    for (const kind of ["keydown", "keyup"]) el.dispatchEvent(new KeyboardEvent(kind, { ...key, key: one, code: `Key${one.toUpperCase()}`, ctrlKey: true, cancelable: true }));
  }
}
// The cards whose mail stands in a field.
function begunMails() {
  const texts = fields().map(valueOf);
  return cards.map((one) => one.email_id).filter((id) => texts.some((text) => text.includes(config.greetings[id])));
}
// The other card whose mail is shown with the card that is open; "" where none is: its text in a
// field, or its recipient or subject around the form, where that of the open card is not.
function mailOfAnother(card, at) {
  const ids = cards.map((one) => one.email_id);
  const begun = begunMails();
  if (begun.length && !begun.includes(card)) return begun[0];
  tagControls();
  const form = forms[at] || forms[0];
  for (let up = 0, el = form && form.el; el && el !== document.body && up < 14; up += 1, el = parent(el)) {
    const values = fields().filter((one) => within(one, el)).map(valueOf);
    const text = [el.innerText || "", ...values].join(" ");
    for (const kind of [1, 2]) {
      const here = ids.filter((id) => text.includes(config.marks[id][kind]));
      if (here.length > 2) return "";  // That is the list.
      if (here.length && !here.includes(card)) return here[0];
    }
  }
  return "";
}
// Whether something of a card stands around the form, and not only in a list of cards.
function tellsOf(card, at) {
  tagControls();
  const form = forms[at] || forms[0];
  for (let up = 0, el = form && form.el; el && el !== document.body && up < 14; up += 1, el = parent(el)) {
    const text = [el.innerText || "", ...fields().filter((one) => within(one, el)).map(valueOf)].join(" ");
    const here = namedIn(text);
    if (here.length > 2) return false;
    if (here.includes(card)) return true;
  }
  return false;
}
// The card whose mail is read around the form, in a field or not; "" where none is, or several are.
function mailInFront(at) {
  tagControls();
  const form = forms[at] || forms[0];
  for (let up = 0, el = form && form.el; el && el !== document.body && up < 14; up += 1, el = parent(el)) {
    const text = [el.innerText || "", ...fields().filter((one) => within(one, el)).map(valueOf)].join(" ");
    const here = cards.map((one) => one.email_id).filter((id) => text.includes(config.greetings[id]));
    if (here.length) return here.length === 1 ? here[0] : "";
  }
  return "";
}
// Adds to a sentence of the mail's text where that can be changed, and takes `gone` out of it; returns
// whether it can.
function edit(mark, more, gone = "") {
  const el = fields().find((one) => valueOf(one).includes(mark));
  if (!el) return false;
  const grows = more.length > gone.length + 1;
  const changed = (text) => {
    if (!text.includes(mark)) return text;
    return text.includes(mark + gone) ? text.replace(mark + gone, mark + more) : text.replace(mark, mark + more).replace(gone, "");
  };
  if ("value" in el) { paste(el, changed(el.value)); return true; }
  el.focus({ preventScroll: true });
  const texts = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (!grows || !node.data.includes(mark)) { node.data = changed(node.data); continue; }
    // What comes from elsewhere, or is joined to another line, stands in a part of its own.
    const rest = node.splitText(node.data.indexOf(mark) + mark.length);
    rest.data = rest.data.replace(gone, "");
    const part = document.createElement("span");
    part.textContent = more;
    rest.before(part);
    break;
  }
  el.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, inputType: "insertText", data: more }));
  if (grows && !el.textContent.includes(config.below)) typeBelow(el);
  return true;
}
// Pastes behind a sentence of the mail's text, and types nothing; returns whether it stands there then.
function pasteBehind(mark, more) {
  const el = fields().find((one) => valueOf(one).includes(mark));
  if (!el) return false;
  click(el);
  if ("value" in el) el.setSelectionRange(el.value.indexOf(mark) + mark.length, el.value.indexOf(mark) + mark.length);
  else {
    const texts = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) if (texts.currentNode.data.includes(mark)) getSelection().collapse(texts.currentNode, texts.currentNode.data.indexOf(mark) + mark.length);
  }
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", more);
  // A page may insert it by itself, without what fonts and colours it has.
  if (el.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, composed: true, clipboardData }))) document.execCommand("insertText", false, more);
  return valueOf(el).includes(mark + more);
}
// Puts a text in place of the mail's; returns whether that can be done.
function rewrite(mark, text) {
  const el = fields().find((one) => valueOf(one).includes(mark));
  if (!el) return false;
  if ("value" in el) { paste(el, text); return true; }
  el.focus({ preventScroll: true });
  el.textContent = text;
  el.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, inputType: "insertText", data: text }));
  return true;
}
// Types a line of its own below the mail's last words, as the key Enter makes one.
function typeBelow(el) {
  const texts = document.createTreeWalker(el, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    if (!texts.currentNode.data.includes(config.last)) continue;
    getSelection().collapse(texts.currentNode, texts.currentNode.data.trimEnd().length);
    document.execCommand("insertParagraph");
    document.execCommand("insertText", false, config.below);
    return;
  }
}
// Returns whether the tag is chosen now; "" takes the choice back, where that can be done.
function choose(form, tag) {
  const option = form.options.find((one) => tag && tagOf(one.label) === tag)
    || form.options.find((one) => tag && tagOf(one.value) === tag);
  if (tag && (!option || is(form.el, ":disabled") || is(option.el, ":disabled"))) return false;
  if (form.kind === "select") {
    const empty = [...form.el.options].find((one) => noTag(one.value, one.label));
    const wanted = tag ? option.el : empty;
    if (!wanted) return false;
    click(form.el);
    if (!visible(form.el)) return false;
    if (form.el.multiple) for (const one of form.el.options) one.selected = one === wanted;
    else form.el.selectedIndex = wanted.index;
    tell(form.el, "input", "change");
    return true;
  }
  if (form.kind === "datalist") { type(form.el, tag ? option.value : ""); return true; }
  if (!tag) {
    if (form.kind === "checkbox") form.options.filter((one) => one.el.checked).forEach((one) => one.el.click());
    else if (form.kind === "radio") {
      for (const one of form.options) if (one.el.checked) { one.el.checked = false; tell(one.el, "input", "change"); }
    } else return false;
    return true;
  }
  if (form.kind === "checkbox") form.options.filter((one) => one !== option && one.el.checked).forEach((one) => one.el.click());
  if (form.kind === "checkbox" && option.el.checked) return true;
  touch(option.el);
  return true;
}
