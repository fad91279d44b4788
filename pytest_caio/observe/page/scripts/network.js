// Reads are answered from what the gate has read already; whatever isn't a read is noted and
// answered with a success of its kind. Neither leaves the browser.
const READS = new Set(["GET", "HEAD", "OPTIONS"]);
const ACTION = new RegExp(config.action, "i");
// The clock is set to where it was before only after this script, so its time is read when asked.
let opened = null;
const since = () => Date.now() - (opened ??= Date.now());
const stamp = (moment) => new Date(moment).toISOString().replace("Z", "000+00:00");
const cards = config.cards;
const json = (value, status = 200) => (
  { status, type: "application/json", body: JSON.stringify(value) });

const parsed = (text) => { try { return JSON.parse(text); } catch { return null; } };

function plain(url) {
  const pairs = [...url.searchParams].filter(([name, value]) => (
    !name.startsWith("_") && !/^\d{10,}$/.test(value) && !config.tokenKeys.includes(name.toLowerCase())));
  return url.pathname + (pairs.length ? "?" + pairs.map(([n, v]) => `${n}=${v}`).join("&") : "");
}

function dated({ age, ...card }) {
  const born = age === null ? "Unknown" : stamp(Date.now() - since() - age * 1000);
  const to = state.shared ? "desk@gate-check.example.com" : card.to;
  return { ...card, to, timestamp: born, created_at: born };
}

// Who takes the place of the first card: as many as before, and not the same.
function newcomer() {
  const [first] = cards;
  return { ...first, email_id: `${first.email_id}_new`.replace("_0001", ""), to: "ysolde@gate-check.example.com", subject: "A mill that hums",
    body: first.body.replace(/^Hi \w+/, "Hi Ysolde"), recipient_data: { ...first.recipient_data, name: "Ysolde Marchbanks", company: "Marchbanks Mills" } };
}

// As many as one page of a list may not hold, each with texts of its own and its number in them. They
// are minutes old to days, as old as they get; one doesn't say when it was made, one has no address, of two
// it isn't known what they do, of one not for whom.
// Some go by another platform, some have failed a check or more, and some say more than others.
const WORTH = ["You run Mills.", "It means more revenue.", "Is a quick call on Monday any good?", "Reply STOP to unsubscribe.", "Best regards, support@gate-check.example.com"];
function crowd() {
  return Array.from({ length: config.crowd }, (_, at) => ({ ...cards[state.crowded === "cool" ? 0 : 1], email_id: `caio-gate-many_${100 + at}`, age: at === 7 ? null : 300 * 1.4 ** at,
    to: at === 9 ? null : `reader${100 + at}@gate-check.example.com`, subject: `Letter ${100 + at} for a mill`, body: `Hi Reader,\n\n${config.letter}: ${100 + at}. ${WORTH.slice(0, at % 6).join(" ")}`,
    compliance_checks: Object.fromEntries(Object.keys(cards[1].compliance_checks).map((name, place) => [name, place >= at % 4])),
    classifier: { ...cards[1].classifier, target_platform: ["ghl", "instantly", "heyreach"][at % 3] },
    recipient_data: { ...cards[1].recipient_data, name: `Reader ${100 + at}`, company: at === 5 ? "" : `Mill ${100 + at} Works`, ...(at === 11 ? { title: "" } : {}), ...(at === 13 ? { title: null, employees: null, location: "" } : {}) } }));
}

// Where the look is at that, what was decided is gone from the queue, as on a server; once the page
// is loaded again too, where it was told so, with whatever else was said of the next load.
const KEPT = "caio-gate-next-load";
try {
  const { forget, ...next } = JSON.parse(sessionStorage.getItem(KEPT)) || {};
  Object.assign(state, next);
  sessionStorage.removeItem(KEPT);
  if (forget) for (const one of [localStorage, sessionStorage]) one.clear();
} catch { /* a page without storage of its own */ }
function decide(url, body) {
  const text = textOf(body);
  const said = `${url.pathname}${url.search} ${typeof text === "string" ? text : ""}`;
  if (/reject|approve|declin|discard|dismiss/i.test(said)) state.decided.push(...cards.map((one) => one.email_id).filter((id) => said.includes(id)));
}

function queue() {
  if (state.crowded) return { ...config.queue, count: config.crowd, refreshed_at: stamp(Date.now()), pending_emails: crowd().map(dated) };
  // A rejected card stays: the look goes on, and what a page then does with it is no rule.
  if (state.gone) return { ...config.queue, count: cards.length, refreshed_at: stamp(Date.now()), pending_emails: [newcomer(), ...cards.slice(1)].map(dated) };
  const order = state.turned ? [...cards.slice(-1), ...cards.slice(0, -1)] : cards;
  const listed = order.map((card, at) => dated({ ...card, age: cards[at].age })).filter((card) => !state.decided.includes(card.email_id));
  if (state.arrived) listed.push(dated(newcomer()));
  return { ...config.queue, count: listed.length, refreshed_at: stamp(Date.now()), pending_emails: listed };
}

function textOf(body) {
  if (body === null || body === undefined) return "";
  if (typeof body === "string") return body;
  if (body instanceof URLSearchParams) return body.toString();
  if (body instanceof FormData) return new URLSearchParams([...body].map(([n, v]) => [n, String(v)])).toString();
  if (body instanceof Blob) return body.text();
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return new TextDecoder().decode(body);
  return String(body);
}

// `more` is what else goes along: headers, and whether the session does.
function attempt(method, url, body, via, more = {}) {
  const noted = { press: state.press, method, url: String(url), body: "", via, at: since(), signed: signed(url, more) };
  log.attempts.push(noted);
  const text = textOf(body);
  const fill = (found) => { noted.body = String(found).slice(0, 20000); noted.signed ||= Boolean(config.token) && noted.body.includes(config.token); };
  if (typeof text === "string") fill(text); else text.then(fill, () => {});
  return noted;
}

// A page that signs its reads of the queue with the token has to sign its rejections too.
function signed(url, more = {}) {
  if (!config.token) return more.credentials !== "omit";
  const said = `${decodeURIComponent(String(url).replace(/%(?![0-9a-f]{2})/gi, "%25"))} ${more.headers || ""}`;
  const here = said.includes(config.token);
  if (here && /\/api\/pending-emails/.test(said)) state.signs = true;
  return here || !state.signs;
}

function success(method, url, body) {
  const refused = state.refuse && !/seed/i.test(url.pathname);
  // What stands in front of a server says nothing that a page could show.
  if (refused && state.refuse === 502) return { status: 502, type: "text/html", body: "<html><body><h1>502 Bad Gateway</h1></body></html>" };
  // Somebody else decided it: then it is gone.
  const late = refused && { 400: "Email already rejected", 404: "Email not found in queue" }[state.refuse];
  if (late) {
    decide(url, body);
    return json({ detail: late }, state.refuse);
  }
  if (refused) return json({ detail: "Refused, for a look at what comes then." }, state.refuse);
  // A server that takes its time still has the card in its queue meanwhile.
  if (state.removes && state.decidedAfter > 100) setTimeout(() => decide(url, body), state.decidedAfter);
  else if (state.removes) decide(url, body);
  const id = (/\/emails\/([^/]+)\//.exec(url.pathname) || [])[1];
  if (/reject/i.test(url.pathname)) return json({ status: "rejected", email_id: id, ok: true, success: true });
  if (/approve/i.test(url.pathname)) return json({ status: "approved", email_id: id, message: "approved" });
  if (/seed/i.test(url.pathname)) return json({ status: "ok", seeded: 1, email_ids: ["seed_1"] });
  return json({ status: "ok", ok: true, success: true });
}

const acts = (method, url) => !READS.has(method) || (url.origin === location.origin && ACTION.test(url.pathname + url.search));
// No server answers at once: until then the page is as it was, and can be pressed again. Reads come
// at once, unless the look is at what a page does with those that come late.
// Longer than anybody takes to choose.
const SLOW = 10_000;
const waiting = (method, url) => {
  if (acts(method, url)) return state.decidedAfter;
  return url.pathname === state.slow ? SLOW : state.readAfter;
};
const answering = (wait) => new Promise((done) => { setTimeout(done, wait); });

// What the page gets without a request; null sends it on, to the route behind.
function answerFor(method, url, body, via, more) {
  if (acts(method, url)) {
    attempt(method, url, body, via, more);
    return url.origin === location.origin ? success(method, url, body) : null;
  }
  if (url.origin !== location.origin) return null;
  const path = url.pathname.replace(/\/$/, "");
  log.reads.push({ path, at: since() });
  signed(url, more);
  // The session goes along with all but these.
  if (!config.token && more && more.credentials === "omit" && path.startsWith("/api/")) {
    keep(log.errors, `${path} is read without the session`);
    return json({ detail: "Unauthorized" }, 401);
  }
  if (path === state.failing) return json({ detail: "Internal Server Error" }, 500);
  if (path === "/api/pending-emails") return json(queue());
  const one = (state.crowded ? crowd() : cards).find((card) => path === `/api/emails/${encodeURIComponent(card.email_id)}`);
  if (one) return json(dated(one));
  return config.reads[plain(url)] || null;
}

const { prototype: answers } = Response;
const ownText = answers.text;
// An answer is read without waiting for anything outside of the page, for which its clock would
// not stop: what is asked for anew as soon as the last answer is there would be asked for once.
function atHand(response, url, text) {
  const read = async (as) => {
    const again = response.bodyUsed, real = ownText.call(response);
    if (again) return real;
    real.catch(() => {});
    return as(text);
  };
  const values = { url, text: () => read(String), json: () => read(JSON.parse), clone: () => atHand(answers.clone.call(response), url, text) };
  for (const [name, value] of Object.entries(values)) Object.defineProperty(response, name, { value });
  return response;
}

if (!config.recordOnly) {
  // What came from outside of the page is read from there too: until then the page waits for it.
  for (const name of ["text", "json", "blob", "arrayBuffer", "formData"]) {
    const own = answers[name];
    answers[name] = async function () {
      state.pending += 1;
      try { return await own.call(this); } finally { state.pending -= 1; }
    };
  }

  const ownFetch = window.fetch;
  window.fetch = async function (input, init = {}) {
    const request = input instanceof Request ? input : null;
    const url = new URL(request ? request.url : String(input), document.baseURI);
    const method = String(init.method || (request ? request.method : "GET")).toUpperCase();
    const body = init.body !== undefined ? init.body
      : request && !READS.has(method) ? await request.clone().text() : null;
    const given = [...new Headers(init.headers || (request ? request.headers : undefined)).values()];
    const more = { headers: given.join(" "), credentials: init.credentials || (request ? request.credentials : "") };
    const signal = init.signal || (request ? request.signal : null);
    if (signal) signal.throwIfAborted();
    const found = answerFor(method, url, body, "fetch", more);
    if (!found) {
      state.pending += 1;
      try { return await ownFetch.call(window, input, init); } finally { state.pending -= 1; }
    }
    const wait = waiting(method, url);
    if (wait) await answering(wait);
    if (signal) signal.throwIfAborted();
    if (found.status === -1) throw new TypeError("Failed to fetch");
    const response = new Response(found.status === 204 ? null : found.body,
      { status: found.status, headers: { "content-type": found.type } });
    return atHand(response, url.href, found.body);
  };

  const Xhr = XMLHttpRequest.prototype;
  const [open, send, set] = [Xhr.open, Xhr.send, Xhr.setRequestHeader];
  const asked = new WeakMap();
  Xhr.open = function (method, url, ...rest) {
    asked.set(this, { method: String(method).toUpperCase(), url: new URL(url, document.baseURI), now: rest[0] === false, headers: "" });
    return open.call(this, method, url, ...rest);
  };
  Xhr.setRequestHeader = function (name, value) {
    const one = asked.get(this);
    if (one) one.headers += ` ${value}`;
    return set.call(this, name, value);
  };
  Xhr.send = function (body) {
    const { method, url, now, headers } = asked.get(this) || {};
    const found = url && answerFor(method, url, body, "XMLHttpRequest", { headers });
    if (!found) return send.call(this, body);
    const shown = this.responseType === "json" ? parsed(found.body) : found.body;
    if (found.status === -1) { Promise.resolve().then(carried(() => this.dispatchEvent(new ProgressEvent("error")))); return undefined; }
    const give = () => {
      const values = { readyState: 4, status: found.status, statusText: "OK", responseURL: url.href,
        response: shown, responseText: found.body };
      for (const [name, value] of Object.entries(values)) {
        Object.defineProperty(this, name, { value, configurable: true });
      }
      this.getResponseHeader = (name) => (/^content-type$/i.test(name) ? found.type : null);
      this.getAllResponseHeaders = () => `content-type: ${found.type}\r\n`;
      for (const type of ["readystatechange", "load", "loadend"]) this.dispatchEvent(new ProgressEvent(type));
    };
    const wait = waiting(method, url);
    const soon = wait ? answering(wait) : Promise.resolve();
    if (now) give(); else soon.then(carried(give));
    return undefined;
  };

  navigator.sendBeacon = (url, body) => {
    attempt("POST", new URL(url, document.baseURI), body, "sendBeacon");
    return true;
  };

  const pretend = (Own) => class extends EventTarget {
    constructor(url) {
      super();
      Object.assign(this, { url: String(new URL(url, document.baseURI)), readyState: 1, bufferedAmount: 0 });
      Promise.resolve().then(() => {
        const event = new Event("open");
        if (this.onopen) this.onopen(event);
        this.dispatchEvent(event);
      });
    }
    send(body) { attempt("SEND", this.url, body, "WebSocket"); }
    close() { this.readyState = 3; }
  };
  for (const name of ["WebSocket", "EventSource"]) {
    if (window[name]) window[name] = Object.assign(pretend(window[name]), { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 });
  }

  HTMLFormElement.prototype.submit = function () { submitted(this, null); };
  addListener.call(window, "submit", (event) => {
    const way = event.submitter && event.submitter.getAttribute("formmethod") || event.target.method;
    if (way === "dialog") state.frame = true;
    if (event.defaultPrevented || way === "dialog") return;
    event.preventDefault();
    submitted(event.target, event.submitter);
  });
  addListener.call(window, "click", (event) => {
    const link = event.composedPath().find((one) => one.nodeType === 1 && one.matches("a[href], area[href]"));
    if (!link || event.defaultPrevented) return;
    const url = new URL(link.href, document.baseURI);
    if (!/^https?:$/.test(url.protocol)) { if (!/^javascript:/i.test(link.href)) event.preventDefault(); return; }
    const [here, there] = [location.href.split("#")[0], url.href.split("#")[0]];
    if (here === there && url.hash) return;
    event.preventDefault();
    leave(url.href, "a link");
  });
}

// A page that loads itself anew, and not at a press, would end the look. It reads its queue then, and
// what was chosen and typed is gone.
const AT_A_PRESS = 5000;
if (!outer && !config.recordOnly && window.navigation) addListener.call(navigation, "navigate", (event) => {
  const anew = event.navigationType === "reload" || (event.destination.url === location.href && !event.hashChange);
  // Who is not signed out, and is led elsewhere by a refusal, has lost what was typed.
  if (!anew && !event.destination.sameDocument && state.refuse && ![401, 403].includes(state.refuse)) log.left.push(state.newest);
  if (!anew || !event.cancelable || since() - state.pressedAt < AT_A_PRESS) return;
  event.preventDefault();
  state.anew += 1;
  log.reads.push({ path: "/api/pending-emails", at: since() });
  const given = forms.some((form) => visible(form.el) && (chosen(form) || (form.reason && tidy(valueOf(form.reason)))));
  if (given) log.wiped.push(state.newest);
});

function submitted(form, submitter) {
  const way = submitter && submitter.getAttribute("formmethod") || form.getAttribute("method") || "GET";
  const target = submitter && submitter.getAttribute("formaction") || form.getAttribute("action") || location.href;
  const url = new URL(target, document.baseURI);
  const data = new FormData(form);
  if (submitter && submitter.name) data.append(submitter.name, submitter.value);
  if (way.toUpperCase() !== "GET") { attempt("POST", url, data, "a form"); return; }
  url.search = textOf(data);
  leave(url.href, "a form");
}

// A page that is left ends the look at it, so none is; what would act there is noted.
function leave(target, via) {
  const url = new URL(target, document.baseURI);
  if (url.origin === location.origin && ACTION.test(url.pathname + url.search)) attempt("GET", url, "", via);
  else if (via === "a form") log.left.push(state.press);
}
