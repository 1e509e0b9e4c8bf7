/* Live parts: an event named X fetches every element with data-live="X" anew; without a stream, every 20 s. */
const PERIOD = 20_000;
const url = osler.meta("live");
const shown = document.querySelector("[data-live-state]");
const known = new Set();
let stream, poll;

const setState = (state) => {
  if (!shown) return;
  shown.dataset.state = state;
  shown.firstElementChild.textContent = { live: osler.words.live, polling: osler.words.polling, offline: osler.words.disconnected }[state];
};
/* While a button's answer is on its way its part stays: else the answer would find no place for its toast. */
const isBusy = (element) => element.ariaBusy === "true" || element.querySelector(":popover-open, dialog[open], [data-busy]") || (element.contains(document.activeElement) && osler.isTyping(document.activeElement));
const waiting = new Set();
/* Finds an element again in what has been fetched anew: by its id, its address, or its place in the row of a link. */
const linkTo = (part, address) => part.querySelector(`a[href="${CSS.escape(address)}"]`);
const stops = (row) => [...row.querySelectorAll("a[href], button, input, select, textarea, [tabindex='0']")];
const finderOf = (element) => {
  if (element.id) return (part) => part.querySelector(`#${CSS.escape(element.id)}`);
  if (element.matches("a[href]")) return (part) => linkTo(part, element.getAttribute("href"));
  const row = element.closest("tr, li");
  const address = row?.querySelector("a[href]")?.getAttribute("href");
  if (!address) return () => null;
  const place = stops(row).indexOf(element);
  return (part) => {
    const link = linkTo(part, address);
    return (link && stops(link.closest("tr, li") ?? part)[place]) ?? link;
  };
};

/* Where somebody was in a part when it was taken away; not when it was asked for, for he may have gone on. */
const left = new Map();

const refresh = async (given) => {
  const element = given.isConnected ? given : document.getElementById(given.id);
  waiting.delete(given);
  if (!element) return;
  if (isBusy(element) || document.hidden) return waiting.add(element);
  const path = element.dataset.liveUrl || element.getAttribute("hx-get") || location.pathname + location.search;
  const options = { target: element, swap: "outerHTML", headers: { "X-Live": "true" } };
  if (element.id) options.select = `#${element.id}`;
  try {
    await htmx.ajax("GET", path, options);
  } catch {
    return setState("offline");
  }
  const fresh = document.getElementById(element.id);
  const place = left.get(element.id);
  left.delete(element.id);
  if (!fresh || !place) return;
  fresh.scrollTo(...place.scrolled);
  if (place.find) place.find(fresh)?.focus({ preventScroll: true });
};

/* What became busy while the news was on its way is not taken from under anybody: it is fetched again later. */
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const { target } = detail;
  if (!detail.requestConfig?.headers["X-Live"]) return;
  if (isBusy(target)) {
    detail.shouldSwap = false;
    waiting.add(target);
  } else {
    const { activeElement } = document;
    left.set(target.id, { find: target.contains(activeElement) && finderOf(activeElement), scrolled: [target.scrollLeft, target.scrollTop] });
  }
});

/* Those that are still busy wait again: the list is taken first, for a set is walked through its new entries too. */
const refreshWaiting = () => [...waiting].forEach(refresh);

const refreshAll = (name) => {
  for (const element of document.querySelectorAll("[data-live]")) {
    if (!name || element.dataset.live.split(" ").includes(name)) refresh(element);
  }
};
const startPolling = () => {
  setState("polling");
  poll ??= setInterval(() => { if (!document.hidden) refreshAll(); }, PERIOD);
};
const stopPolling = () => { clearInterval(poll); poll = undefined; };

const listen = () => {
  for (const element of document.querySelectorAll("[data-live]")) {
    for (const name of element.dataset.live.split(" ")) {
      if (known.has(name)) continue;
      known.add(name);
      stream.addEventListener(name, () => refreshAll(name));
    }
  }
};
const connect = () => {
  stream = new EventSource(url);
  known.clear();
  listen();
  stream.onopen = () => { stopPolling(); setState("live"); };
  stream.onerror = () => {
    startPolling();
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, PERIOD);
  };
};

if (shown) shown.hidden = !document.querySelector("[data-live]");
if (document.querySelector("[data-live]")) {
  if (url) connect();
  else startPolling();
  document.addEventListener("htmx:load", () => stream && listen());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshWaiting(); });
  document.addEventListener("htmx:afterRequest", () => setTimeout(() => refreshWaiting(), 100));
  for (const type of ["focusout", "osler:idle"]) document.addEventListener(type, () => setTimeout(() => refreshWaiting(), 200));
  addEventListener("offline", () => setState("offline"));
  addEventListener("online", () => { refreshAll(); setState(stream?.readyState === 1 ? "live" : "polling"); });
}

/* A calendar opens at the present hour. */
osler.bind(".calendar", (calendar) => {
  const now = calendar.querySelector(".calendar-now");
  if (!now || calendar.scrollTop || now.offsetTop < calendar.clientHeight * 0.6) return;
  calendar.scrollTop = now.getBoundingClientRect().top - calendar.getBoundingClientRect().top - calendar.clientHeight / 3;
});

/* Minutes that somebody has been waiting. */
const tick = () => {
  for (const element of document.querySelectorAll("[data-waiting-since]")) {
    const minutes = Math.max(0, Math.floor((Date.now() - Date.parse(element.dataset.waitingSince)) / 60_000));
    element.textContent = `${minutes} ${osler.words.minutes}`;
    element.classList.toggle("warn-text", minutes >= Number(element.dataset.long ?? 15));
  }
};
tick();
setInterval(tick, 15_000);
document.addEventListener("htmx:load", tick);
