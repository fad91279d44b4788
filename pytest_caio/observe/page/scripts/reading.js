// What a person reads on the page, and where.
const reading = {
  // The numbers of those of the crowd that can be read now.
  crowdSeen() {
    const roots = [document.body, ...[...all(document)].filter((el) => el.shadowRoot).flatMap((el) => [...el.shadowRoot.children])];
    const numbers = (text) => [...text.matchAll(/\b(?:reader|letter|mill) ?(1\d\d)\b/gi)].map((found) => Number(found[1]));
    const [shown, cut] = [new Set(), new Set()];
    for (const root of roots) {
      const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const found = numbers(texts.currentNode.data);
        if (found.length) for (const one of found) (cutOff(texts.currentNode.parentElement) ? cut : shown).add(one);
      }
    }
    const read = numbers(roots.map((el) => el.innerText || "").join(" "));
    return [...new Set(read)].filter((one) => shown.has(one) || !cut.has(one));
  },
  // The number of one of the crowd around whom another one's company stands, where there is one.
  crowdMixed() {
    const told = (text, what) => new Set([...text.matchAll(what)].map((found) => found[1]));
    for (const el of all(document)) {
      const text = el.innerText || "";
      const [who, firms] = [told(text, /\b(?:reader|letter) ?(1\d\d)\b/gi), told(text, /\bmill (1\d\d) works\b/gi)];
      if (who.size === 1 && [...firms].some((one) => !who.has(one))) return [...who][0];
    }
    return "";
  },
  lines() { return [...new Set(caio.linesAsRead().map((line) => line.replace(/\d+/g, "0")))]; },
  linesAsRead() { return [...new Set(String(document.body && document.body.innerText || "").split("\n").map(tidy))]; },
  // The text of the mail in its field, as it stands there; "" where it can't be seen.
  mailShown() {
    const texts = [...fields(), ...readOnly()].map(readable);
    const greets = (text) => Object.values(config.greetings).some((one) => text.includes(one));
    return texts.find(greets) || texts.find((text) => text.includes(config.last)) || "";
  },
  // What stands in the mail's field, all that the page has to say, folded away or not, and what can
  // be pressed in the field.
  mailSeen() {
    const shown = caio.mailShown();
    const field = fields().find((el) => !("value" in el) && readable(el) === shown);
    const inside = field ? [...field.querySelectorAll("button, a, [role=button]")].map((el) => tidy(el.textContent)) : [];
    return { shown, told: shown ? caio.allTold() : "", inside };
  },
  allTold() {
    const copy = document.body.cloneNode(true);
    for (const one of copy.querySelectorAll("script, style, template, noscript")) one.remove();
    return [copy.textContent, ...fields().filter((el) => "value" in el).map(valueOf)].join("\n");
  },
  words() { return tidy(document.body && document.body.innerText).replace(/\d+/g, "0"); },
  // The card that stands around a control as a person reads it, whatever number is behind it.
  readsAs(key, nth, card) {
    for (let up = 0, el = controlOf(key, nth, card); el && el !== document.body && up < 14; up += 1, el = parent(el)) {
      const here = namedIn(el.innerText || "");
      if (here.length) return here.length === 1 ? here[0] : "";
    }
    return "";
  },
  // How a control looks: what says that it is in force is told by its classes, its state or its colours.
  looks(key, nth, card) {
    const el = controlOf(key, nth, card);
    if (!el) return "";
    const style = getComputedStyle(el);
    const said = ["class", "aria-pressed", "aria-selected", "aria-current", "aria-checked", "data-active"].map((name) => el.getAttribute(name));
    return JSON.stringify([...said, el.checked, tidy(el.innerText || ""), style.color, style.backgroundColor, style.fontWeight, style.borderBottomColor]);
  },
  // The lines of the row of a card: of all that is around a control and names no other card.
  rowLines(key, nth, card) {
    let row = null;
    for (let up = 0, el = controlOf(key, nth, card); el && el !== document.body && up < 14; up += 1, el = parent(el)) {
      const here = namedIn(el.innerText || "");
      if (here.length > 1) break;
      if (here.length) row = el;
    }
    return row ? row.innerText.split("\n").map(tidy) : [];
  },
  // Where a control is in the window; null where it can't be seen.
  placeOf(key, nth, card) {
    const el = controlOf(key, nth, card);
    return el ? middle(el) : null;
  },
  // Where the pointer comes over other cards than the one that is open.
  otherPlaces(card) {
    const found = controls().filter((one) => one.card && one.card !== card && !one.inert && one.clear);
    const places = found.map((one) => [registry[one.at], middle(registry[one.at])]);
    return places.filter(([el, at]) => at && clear(el)).map(([, at]) => at);
  },
  dropPlaces() { return dropsOn().length; },
  // Whether some words can be read on the page, or stand in one of its fields.
  told(words) { return (document.body.innerText || "").includes(words) || fields().some((el) => valueOf(el).includes(words)); },
  mailOfAnother,
  mailInFront,
  tellsOf,
  // Where a control lies below something that a pointer presses in its place; null where it doesn't.
  coveredAt(key, nth, card) {
    const el = controlOf(key, nth, card);
    const at = el && el.getRootNode() === document ? middle(el) : null;
    if (!at) return null;
    const box = el.getBoundingClientRect();
    const tops = [0.1, 0.5, 0.9].map((part) => document.elementFromPoint(box.x + box.width * part, box.y + box.height / 2));
    return tops.every((top) => top && !el.contains(top) && !top.contains(el) && !top.shadowRoot) ? at : null;
  },
  // Whether a pointer presses a control itself, and not what lies above it.
  inReach(key, nth, card) { const el = controlOf(key, nth, card); return Boolean(el && middle(el)) && !caio.coveredAt(key, nth, card); },
  reached(key, nth, card) { const el = controlOf(key, nth, card); return Boolean(el) && reachable(el); },
  now() { return since(); },
  reads() { return log.reads; },
};
