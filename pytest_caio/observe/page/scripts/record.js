// What the page does, noted: listeners, dialogs, errors, and which press a timer belongs to.
// Everything in scripts/ is put into one function that runs before the page's own scripts.
const outer = (() => {
  try { return window !== top && top.__caio ? top.__caio : null; } catch { return null; }
})();
const log = outer ? outer.log
  : { attempts: [], said: [], errors: [], blocked: [], refused: [], reads: [], left: [], wiped: [] };
// `press` is the press that is under way: that of a timer that it started, else the newest one.
const state = outer ? outer.state : { newest: 0, carried: 0, get press() { return this.carried || this.newest; },
  set press(number) { this.newest = number; this.carried = 0; this.pressedAt = since(); }, pressedAt: 0, anew: 0, pending: 0, everywhere: new Set(), keys: false, slides: false, frame: false, barred: new Set(), entered: new Set(), refuse: 0, decidedAfter: 60, readAfter: 0, turned: false, gone: false, crowded: false, signs: false,
  removes: false, decided: [], failing: "", slow: "", arrived: false, shared: false, declines: false };
const listeners = outer ? outer.listeners : new WeakMap();

// The browser library's own clock, as it put it into the page; the gate runs it from outside where there is none.
const clock = window.__pwClock && window.__pwClock.controller;
// Real time, whatever the page's clock does.
const inReality = (window.__pwClock && window.__pwClock.builtins && window.__pwClock.builtins.setTimeout || window.setTimeout).bind(window);

const addListener = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, ...rest) {
  if (this && this.nodeType === 1) {
    if (!listeners.has(this)) listeners.set(this, new Set());
    listeners.get(this).add(String(type));
  } else if (!this || this === window || this.nodeType) state.everywhere.add(String(type));
  if (/^key/.test(type)) state.keys = true;
  if (/^(?:pointer|touch|mouse)(?:down|start|move|up|end)$/.test(type)) state.slides = true;
  return addListener.call(this, type, ...rest);
};

// A timer that a press started still belongs to it when another press has come meanwhile.
function carried(work) {
  if (typeof work !== "function" || !state.press) return work;
  const press = state.press;
  return function (...given) {
    state.carried = press;
    ended.push(press);
    afterwards.port2.postMessage(null);
    return work.apply(this, given);
  };
}
// What a timer goes on with after a promise is still its own: it ends with the next message.
const ended = [];
const afterwards = new MessageChannel();
afterwards.port1.onmessage = () => { if (state.carried === ended.shift()) state.carried = 0; };
for (const name of ["setTimeout", "setInterval", "requestAnimationFrame", "requestIdleCallback"]) {
  const own = window[name];
  if (own) window[name] = function (work, ...rest) { return own.call(window, carried(work), ...rest); };
}

const said = (kind, text) => { log.said.push({ press: state.press, kind, text: String(text ?? "") }); };
window.alert = (text) => { said("alert", text); };
// With "then" only what is asked once something was sent is answered with no.
const sentThen = () => log.attempts.some((one) => one.press === state.press || one.press === state.newest);
window.confirm = (text) => { said("confirm", text); return !(state.declines === "then" ? sentThen() : state.declines); };
window.prompt = (text) => { said("prompt", text); return null; };
window.print = () => {};
window.open = (url) => { if (url) leave(url, "a new window"); return null; };

// A dialog tells of its closing with the next picture, which no clock of ours makes: until that was
// drawn the page doesn't know. Reopening it before would be quicker than any hand.
for (const [Own, names] of [[HTMLDialogElement, ["close", "requestClose"]], [HTMLElement, ["hidePopover"]]]) {
  for (const name of names) {
    const own = Own.prototype[name];
    if (own) Own.prototype[name] = function (...given) { state.frame = true; return own.apply(this, given); };
  }
}
const drawn = () => new Promise((done) => {
  const probe = document.createElement("i");
  new ResizeObserver((_, watch) => { watch.disconnect(); probe.remove(); done(); }).observe(probe);
  (document.body || document.documentElement).append(probe);
  inReality(() => { probe.remove(); done(); }, 300);
});

// What moves comes to its end in the time that the page's clock tells; a page may wait for it.
function animated(ms) {
  const ending = document.getAnimations().filter((one) => {
    const { endTime } = one.effect ? one.effect.getComputedTiming() : {};
    return one.playState === "running" && one.playbackRate !== 0 && Number(endTime) - Number(one.currentTime) <= ms;
  });
  for (const one of ending) one.finish();
  return ending.length > 0;
}

const keep = (list, text) => { if (list.length < 20 && !list.includes(text)) list.push(text); };
addListener.call(window, "error", (event) => {
  const source = event.target && event.target !== window && event.target.src;
  if (source && event.target.tagName !== "SCRIPT") return;
  keep(log.errors, source ? `a script does not load: ${source}` : String(event.message || event.error));
}, true);
addListener.call(window, "unhandledrejection", (event) => {
  keep(log.errors, `unhandled: ${event.reason && event.reason.message || event.reason}`);
});
addListener.call(document, "securitypolicyviolation", (event) => {
  if (event.disposition === "report") return;
  // Its own server, which a page can't do without: the other looks answer in the server's place.
  const own = URL.parse(event.blockedURI);
  if (event.effectiveDirective === "connect-src" && own && own.origin === location.origin) keep(log.refused, own.pathname);
  keep(log.blocked, `${event.effectiveDirective} blocks ${event.blockedURI || "inline"}`);
});
