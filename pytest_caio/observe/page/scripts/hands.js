// Pressing, sliding and dragging, told in every way in which a hurried hand does.
// Whether something listens to a kind of event, here or above.
function heard(el, type) {
  if (state.everywhere.has(type) || window[`on${type}`] || document[`on${type}`]) return true;
  for (let at = el; at; at = parent(at)) {
    if ((listeners.get(at) || new Set()).has(type) || at[`on${type}`]) return true;
  }
  return false;
}

// What a pointer presses of a control: a label or a picture that lies in it, which no other control
// does.
function innermost(el, x, y) {
  const root = el.getRootNode();
  const top = root.elementFromPoint ? root.elementFromPoint(x, y) : null;
  if (!top || !el.contains(top) || is(el, "label, input, select, textarea, option")) return el;
  for (let up = top; up !== el; up = up.parentElement) if (!up || pressable(up) || is(up, "input, select, textarea, label")) return el;
  return top;
}

function touch(el, held = false) {
  const box = el.getBoundingClientRect();
  const where = { bubbles: true, cancelable: true, composed: true, view: el.ownerDocument.defaultView, button: 0, detail: 1,
    clientX: box.x + box.width / 2, clientY: box.y + box.height / 2, pointerId: 1, isPrimary: true, pointerType: "mouse",
    shiftKey: held, ctrlKey: held, altKey: held };
  const target = innermost(el, where.clientX, where.clientY);
  const give = (type, more = {}) => (type.endsWith("enter") ? el : target).dispatchEvent(
    new (type.startsWith("pointer") ? PointerEvent : MouseEvent)(type, { ...where, ...more }));
  for (const type of ["pointerover", "pointerenter", "mouseover", "mouseenter", "mousemove"]) give(type, type.endsWith("enter") ? { bubbles: false } : {});
  give("pointerdown", { buttons: 1 });
  if (give("mousedown", { buttons: 1 }) && el.focus && el.tabIndex >= 0) el.focus({ preventScroll: true });
  give("pointerup");
  give("mouseup");
  if (target.click && !held) target.click(); else give("click");
  const own = listeners.get(el) || new Set();
  if (heard(el, "dblclick")) give("dblclick", { detail: 2 });
  if (heard(el, "contextmenu")) give("contextmenu", { button: 2 });
  if (!own.has("click") && !el.onclick) {
    for (const type of ["touchstart", "touchend"]) {
      if (own.has(type) || el[`on${type}`]) el.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
    }
  }
}

function holdDown(el) {
  const where = { bubbles: true, cancelable: true, composed: true, view: el.ownerDocument.defaultView, pointerId: 1, isPrimary: true };
  for (const button of [0, 2]) {
    el.dispatchEvent(new PointerEvent("pointerdown", { ...where, button, buttons: button ? 2 : 1, pointerType: button ? "mouse" : "touch" }));
    el.dispatchEvent(new MouseEvent("mousedown", { ...where, button, buttons: button ? 2 : 1 }));
    if (!button && heard(el, "touchstart")) el.dispatchEvent(new Event("touchstart", { bubbles: true, cancelable: true }));
    el.dispatchEvent(new PointerEvent(button ? "pointerleave" : "pointercancel", { ...where, bubbles: false, button }));
    document.body.dispatchEvent(new MouseEvent("mouseup", { ...where, button }));
  }
}

// A finger that goes down on something, moves sideways and lifts, told in every way there is.
function slide(el, by) {
  const box = el.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const tell = (name, shift, down) => {
    const where = { bubbles: true, cancelable: true, composed: true, clientX: x + shift, clientY: y, buttons: down ? 1 : 0 };
    const finger = new Touch({ identifier: 1, target: el, clientX: x + shift, clientY: y, pageX: x + shift, pageY: y });
    const [pointer, touched, mouse] = { down: ["down", "start", "down"], move: ["move", "move", "move"], up: ["up", "end", "up"] }[name];
    el.dispatchEvent(new PointerEvent(`pointer${pointer}`, { ...where, pointerId: 1, isPrimary: true, pointerType: "touch" }));
    el.dispatchEvent(new TouchEvent(`touch${touched}`, { ...where, touches: down ? [finger] : [], targetTouches: down ? [finger] : [], changedTouches: [finger] }));
    el.dispatchEvent(new MouseEvent(`mouse${mouse}`, where));
  };
  tell("down", 0, true);
  for (const part of [0.3, 0.7, 1]) tell("move", by * part, true);
  tell("up", by, false);
}

// What something can be dropped on: what listens itself, or what lies in the part that does.
function dropsOn() {
  const listens = (el) => el.ondrop || el.hasAttribute("ondrop") || (listeners.get(el) || new Set()).has("drop");
  const own = [...all(document)].filter((el) => listens(el) && visible(el));
  if (!own.length && !state.everywhere.has("drop") && !window.ondrop && !document.ondrop) return [];
  const parts = own.length ? own.flatMap((el) => [...el.children]) : [...all(document)].filter((el) => Object.keys(el.dataset || {}).length);
  return [...new Set([...own, ...parts.filter((el) => visible(el) && !cardOf(el))])].slice(0, 8);
}
function drag(el, target) {
  let from = el;
  while (from && !from.draggable) from = parent(from);
  if (!from || is(from, "a, img")) return false;
  const dataTransfer = new DataTransfer();
  const give = (at, type) => at.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, composed: true, dataTransfer }));
  give(from, "dragstart");
  for (const type of ["dragenter", "dragover", "drop"]) give(target, type);
  give(from, "dragend");
  return true;
}
