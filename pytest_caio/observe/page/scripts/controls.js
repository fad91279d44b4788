// What can be pressed: it looks, and presses nothing.
const PRESSED = ["click", "mousedown", "mouseup", "pointerdown", "pointerup", "dblclick",
  "contextmenu", "touchstart", "touchend"];
const NATIVE = "button, a[href], area[href], summary, input[type=submit], input[type=button], "
  + "input[type=image], input[type=reset], input[type=checkbox], input[type=radio]";
const ROLES = "[role=button], [role=link], [role=menuitem], [role=menuitemradio], [role=menuitemcheckbox], "
  + "[role=tab], [role=option], [role=switch], [role=checkbox], [role=radio], [role=treeitem]";
const ACTIONS = "[data-action], [data-act], [data-cmd], [data-command]";
const FIELDS = "textarea, input:not([type]), input[type=text], input[type=search], "
  + "[contenteditable]:not([contenteditable=false]), [role=textbox]";

function* all(root) {
  for (const el of root.querySelectorAll("*")) {
    yield el;
    if (el.shadowRoot) yield* all(el.shadowRoot);
    if (el.tagName === "IFRAME") {
      let inside = null;
      try { inside = el.contentDocument; } catch { inside = null; }
      if (inside) yield* all(inside);
    }
  }
}
const parent = (el) => el.parentElement || (el.getRootNode() instanceof ShadowRoot ? el.getRootNode().host : null)
  || (el.ownerDocument !== document && el.ownerDocument.defaultView ? el.ownerDocument.defaultView.frameElement : null);
// What has the focus, also inside of an element with a part of its own.
function focused() {
  let el = document.activeElement;
  while (el && el.shadowRoot && el.shadowRoot.activeElement) el = el.shadowRoot.activeElement;
  return el;
}
const tidy = (text) => String(text || "").replace(/\s+/g, " ").trim();
const is = (el, selector) => el.matches(selector);

// What is shown while the pointer is over something can be reached as well.
function hovered() {
  const found = [];
  for (const sheet of document.styleSheets) {
    let rules = [];
    try { rules = sheet.cssRules; } catch { rules = []; }
    for (const rule of rules) {
      if (!rule.selectorText || !/:(?:hover|focus-within)/.test(rule.selectorText)) continue;
      const { display, visibility } = rule.style;
      if ((display && display !== "none") || visibility === "visible") {
        found.push(rule.selectorText.replace(/:(?:hover|focus-within)/g, ""));
      }
    }
  }
  return found.filter((one) => { try { document.querySelector(one); return true; } catch { return false; } });
}
let shownByHover = null;
function visible(el) {
  if (el.checkVisibility({ visibilityProperty: true })) {
    const box = el.getBoundingClientRect();
    if (box.width * box.height > 0) return true;
    // A box of no size shows what is in it all the same.
    return [...el.children].some((one) => one.getBoundingClientRect().height > 0);
  }
  if (is(el, "input[type=radio], input[type=checkbox]")) {
    return [...(el.labels || [])].some((label) => label.checkVisibility({ visibilityProperty: true }));
  }
  if (!shownByHover.length) return false;
  for (let at = el; at && at !== document.body; at = parent(at)) {
    if (shownByHover.some((one) => is(at, one))) {
      const above = parent(at);
      return !above || visible(above);
    }
  }
  return false;
}
let modal = null;
// What a listing goes by all the way through.
function begin() {
  shownByHover = hovered();
  modal = [...document.querySelectorAll("dialog:modal")].pop() || null;
}
function blocked(el) {
  if (modal && !modal.contains(el) && !within(el, modal)) return true;
  return Boolean(el.closest("[inert]"));
}
const within = (el, outer) => { for (let at = el; at; at = parent(at)) if (at === outer) return true; return false; };

function handled(el) {
  const own = listeners.get(el);
  if (own && PRESSED.some((type) => own.has(type))) return true;
  return PRESSED.some((type) => typeof el[`on${type}`] === "function" || el.hasAttribute(`on${type}`));
}
function pressable(el) {
  if (is(el, "html, body, label, select, option, textarea, form, dialog")) return is(el, "label") && handled(el);
  if (is(el, NATIVE) || is(el, ROLES) || is(el, ACTIONS) || handled(el)) return true;
  if (el.tabIndex >= 0 && el.hasAttribute("tabindex") && !is(el, FIELDS)) return true;
  if (getComputedStyle(el).cursor !== "pointer") {
    return Object.keys(el.dataset || {}).length > 0 && underHandler(el);
  }
  const above = parent(el);
  return !above || getComputedStyle(above).cursor !== "pointer";
}
function underHandler(el) {
  let at = parent(el);
  for (let up = 0; at && up < 5; up += 1, at = parent(at)) if (handled(at)) return true;
  return false;
}
const labelOf = (el) => tidy(el.getAttribute("aria-label") || el.textContent || el.value
  || el.title || el.alt || el.placeholder || el.id || el.name || el.tagName.toLowerCase());
function wordsOf(el) {
  const label = el.labels && el.labels[0] || el.closest("label") || el.previousElementSibling;
  return tidy([el.id, el.name, el.placeholder, el.title, el.getAttribute("aria-label"),
    label && label.textContent].join(" ")).toLowerCase();
}
function keyOf(el) {
  const way = (el.getAttribute("onclick") || "").replace(/(['"`]).*?\1/g, "''").replace(/\d+/g, "0");
  return `${el.tagName}|${labelOf(el).replace(/\d+/g, "0").slice(0, 60)}|${way.slice(0, 60)}`;
}

// Whether a press can do anything: what has no handler, also none above it, does nothing.
function inert(el) {
  if (PRESSED.some((type) => state.everywhere.has(type))) return false;
  for (const target of [window, document]) {
    if (PRESSED.some((type) => typeof target[`on${type}`] === "function")) return false;
  }
  for (let at = el; at; at = parent(at)) if (handled(at)) return false;
  if (is(el, "a[href], area[href]")) {
    const url = new URL(el.href, document.baseURI);
    return /^(?:https?|mailto|tel):$/.test(url.protocol) && !ACTION.test(url.pathname + url.search)
      && !(url.hash && url.pathname === location.pathname);
  }
  return is(el, "button") && !(el.form && el.type !== "button")
    && !["popovertarget", "commandfor", "command"].some((name) => el.hasAttribute(name));
}
function keysMatter() {
  if (state.keys) return true;
  const named = ["onkeydown", "onkeyup", "onkeypress"];
  if ([window, document, document.body].some((one) => one && named.some((name) => one[name]))) return true;
  for (const el of all(document)) if (named.some((name) => el.hasAttribute(name) || el[name])) return true;
  return false;
}

// The cards that a text names as a person reads it, whatever number is behind it.
const namedIn = (text) => cards.map((one) => one.email_id).filter((id) => config.marks[id].slice(1).some((mark) => text.includes(mark)));
// The card that something belongs to: the only one whose texts stand in the nearest part around it.
let marked = new Map();
function cardOf(el) {
  let at = el;
  for (let up = 0; at && at !== document.body && up < 14; up += 1, at = parent(at)) {
    if (!marked.has(at)) marked.set(at, marksIn(at));
    const here = marked.get(at);
    if (here.length === 1) return here[0];
    if (here.length > 1) return "";
  }
  return "";
}
function marksIn(el) {
  const parts = [...el.attributes].map((one) => one.value);
  parts.push(el.textContent.slice(0, 20000));
  for (const one of el.querySelectorAll("input, textarea")) parts.push(one.value);
  for (const one of [...el.querySelectorAll("*")].slice(0, 60)) {
    for (const { name, value } of one.attributes) if (/^(?:data-|on|id$|href$|value$)/.test(name)) parts.push(value);
  }
  const text = parts.join(" ");
  return cards.map((card) => card.email_id).filter((id) => config.marks[id].some((mark) => text.includes(mark)));
}

// What the gate file names: looked at first, and never taken for more than a hint.
const hinted = new WeakSet();
let registry = [];
function controls() {
  begin();
  marked = new Map();
  registry = [];
  const seen = new Map();
  const listed = [];
  for (const el of all(document)) {
    if (!visible(el) || !pressable(el) || blocked(el)) continue;
    const key = keyOf(el);
    const nth = seen.get(key) || 0;
    seen.set(key, nth + 1);
    registry.push(el);
    if (nth > 3) continue;
    listed.push({ at: registry.length - 1, key, nth, label: labelOf(el).slice(0, 60), card: cardOf(el),
      off: is(el, ":disabled"), hint: hinted.has(el), inert: inert(el), clear: clear(el), box: is(el, "input[type=checkbox], input[type=radio]"), on: Boolean(el.checked),
      native: is(el, NATIVE) || is(el, ROLES), tag: el.tagName, words: wordsOf(el).slice(0, 80) });
  }
  return listed;
}
// The one that a listing called so, on that card where it is on one; null where it is gone.
function controlOf(key, nth, card) {
  begin();
  marked = new Map();
  const tag = key.slice(0, key.indexOf("|"));
  const same = [...all(document)].filter((el) => el.tagName === tag && keyOf(el) === key && pressable(el) && visible(el) && !blocked(el)).slice(0, 4);
  const own = card && same.find((el) => cardOf(el) === card);
  if (own) return own;
  const alike = same[nth] || same[same.length - 1];
  // What stands on another card is not that one: its own is gone.
  return alike && !(card && cardOf(alike)) ? alike : null;
}
function clear(el) {
  const box = el.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return true;
  const top = document.elementFromPoint(x, y);
  return !top || top === el || el.contains(top) || top.contains(el) && top !== document.body || Boolean(top.shadowRoot);
}

// What lies outside of a part that hides its rest can't be scrolled to by hand, only by a script;
// what lies in a part that scrolls is where that part is.
function cutOff(el) {
  let { top, bottom } = el.getBoundingClientRect();
  for (let at = parent(el); at && at !== document.body; at = parent(at)) {
    const hides = getComputedStyle(at).overflowY;
    if (/auto|scroll/.test(hides) && at.scrollHeight > at.clientHeight) ({ top, bottom } = at.getBoundingClientRect());
    if (!/hidden|clip/.test(hides)) continue;
    const around = at.getBoundingClientRect();
    const above = around.top - at.scrollTop;
    if (around.height > 0 && (top - above >= around.height || bottom <= above)) return true;
  }
  return false;
}

// Whether what lies above covers the window and has nothing in it that takes it away.
function forGood(top, el) {
  let cover = top;
  while (parent(cover) && !parent(cover).contains(el)) cover = parent(cover);
  const { width, height } = cover.getBoundingClientRect();
  return width * height > 0.8 * innerWidth * innerHeight && ![cover, ...all(cover)].some((one) => pressable(one) || is(one, "input, select, textarea, iframe"));
}

// Whether a pointer gets at it: not where it is told to pass, nor below something empty that nobody
// sees and can take away.
function reachable(el) {
  if (!el.checkVisibility({ visibilityProperty: true })) return true;
  if (getComputedStyle(el).pointerEvents === "none") return false;
  if (cutOff(el)) return false;
  const inView = (box) => box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  if (!inView(el.getBoundingClientRect())) el.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = el.getBoundingClientRect();
  if (el.ownerDocument !== document || el.getRootNode() !== document || !inView(box)) return true;
  return [0.5, 0.2, 0.8].some((part) => {
    const top = document.elementFromPoint(box.x + box.width * part, box.y + box.height * part);
    if (!top || el.contains(top) || top.contains(el)) return true;
    if (forGood(top, el)) return false;
    return Boolean(tidy(top.innerText) || is(top, "img, svg, canvas, video, button") || top.shadowRoot || pressable(top));
  });
}

// Whether a press on a box gets into it: not where what stands around it gets all of them, as what
// is painted over it does; null where something else lies there just now, which tells nothing.
function getsInto(el) {
  if (!visible(el) || getComputedStyle(el).display === "inline" || el.getRootNode() !== document || el.ownerDocument !== document) return true;
  el.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = el.getBoundingClientRect();
  const tops = [0.5, 0.2, 0.8].map((part) => document.elementFromPoint(box.x + box.width * part, box.y + box.height * part));
  if (tops.some((top) => el.contains(top))) return true;
  return tops.every(Boolean) && tops.some((top) => top.contains(el) && !is(top, "html, body, label")) ? false : null;
}

// What is written beside a button and presses it too, as its label.
function captionOf(el) {
  if (!is(el, "button, input[type=button], input[type=submit]")) return "";
  const beside = [...(el.labels || [])].find((label) => !label.contains(el) && visible(label));
  return beside ? tidy(beside.innerText) : "";
}

function middle(el) {
  if (!el.checkVisibility({ visibilityProperty: true })) return null;
  el.scrollIntoView({ block: "nearest", behavior: "instant" });
  const box = el.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  return x < 0 || y < 0 || x > innerWidth || y > innerHeight ? null : [x, y];
}
