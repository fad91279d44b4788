// What happens around the page while somebody works with it: other people, the server, the window.
const around = {
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
  // The cards go to one address from now on, as those of one office do.
  share() {
    state.shared = true;
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("focus"));
  },
  // `kind` is "cool" where all of them are of the least urgent kind.
  crowd(kind = true) {
    state.crowded = kind;
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("focus"));
  },
  thin() {
    state.crowded = false;
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("focus"));
  },
  // One window's height further down in whatever can be scrolled; returns whether anything could be.
  scrollOn() {
    let went = false;
    for (const el of [document.scrollingElement, ...all(document)]) {
      if (!el || el.scrollHeight <= el.clientHeight + 4 || !visible(el)) continue;
      const before = el.scrollTop;
      el.scrollTop += 0.8 * (el === document.scrollingElement ? innerHeight : el.clientHeight);
      // The next picture tells of it, which no clock of ours makes.
      if (el.scrollTop !== before) (el === document.scrollingElement ? document : el).dispatchEvent(new Event("scroll", { bubbles: el === document.scrollingElement }));
      went ||= el.scrollTop !== before;
    }
    return went;
  },
  // A window that was away, without a connection too, is there again.
  comeBack(number) {
    state.press = number;
    for (const type of ["blur", "offline", "online", "focus", "pageshow"]) window.dispatchEvent(new Event(type));
    document.dispatchEvent(new Event("visibilitychange"));
  },
  refuse(status) { state.refuse = status; },
  // How late answers come from now on, in milliseconds: those to decisions, and those to reads.
  late(decided, read = 0) { state.decidedAfter = decided; state.readAfter = read; },
  // Somebody looks into another window or tab, and back again.
  lookAway() {
    Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("blur"));
  },
  lookBack() {
    delete document.visibilityState;
    delete document.hidden;
    document.dispatchEvent(new Event("visibilitychange"));
    window.dispatchEvent(new Event("focus"));
  },
  // Whether the page listens to the browser's own way back, and that leads to the page itself.
  goesBack() {
    const before = navigation.entries()[navigation.currentEntry.index - 1];
    const heard = ["popstate", "hashchange"].some((type) => state.everywhere.has(type) || Boolean(window[`on${type}`]));
    return heard && Boolean(before && before.sameDocument);
  },
  back() {
    if (!caio.goesBack()) return false;
    return new Promise((done) => {
      addListener.call(window, "popstate", done, { once: true });
      inReality(done, 300);
      history.back();
    }).then(() => true);
  },
  // Another card has come, which the page hasn't read yet.
  arrive() { state.arrived = true; },
  // Which path can't be read from now on, "" for none.
  fails(path) { state.failing = path; },
  removes(on) { state.removes = on; },
  // Somebody else decides these cards.
  takeOut(ids) { state.removes = true; state.decided.push(...ids); },
  // Have the page that is loaded next be answered so; as a rule it finds in its queue what is in it now.
  keepOver(all = { removes: true, decided: state.decided }) {
    try { sessionStorage.setItem(KEPT, JSON.stringify(all)); return true; } catch { return false; }
  },
};
