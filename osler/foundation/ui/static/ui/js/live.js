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
/* What finds a focused element again in what has been fetched anew. */
const sameAs = (element) => {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const address = element.getAttribute("href");
  return address ? `a[href="${CSS.escape(address)}"]` : "";
};

const refresh = async (given) => {
  const element = given.isConnected ? given : document.getElementById(given.id);
  waiting.delete(given);
  if (!element) return;
  if (isBusy(element) || document.hidden) return waiting.add(element);
  const path = element.dataset.liveUrl || element.getAttribute("hx-get") || location.pathname + location.search;
  const focused = element.contains(document.activeElement) ? sameAs(document.activeElement) : "";
  const scrolled = [element.scrollTop, element.scrollLeft];
  const options = { target: element, swap: "outerHTML", headers: { "X-Live": "true" } };
  if (element.id) options.select = `#${element.id}`;
  try {
    await htmx.ajax("GET", path, options);
  } catch {
    return setState("offline");
  }
  const fresh = document.getElementById(element.id);
  fresh?.scrollTo(scrolled[1], scrolled[0]);
  if (focused) fresh?.querySelector(focused)?.focus({ preventScroll: true });
};

/* What became busy while the news was on its way is not taken from under anybody: it is fetched again later. */
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (!detail.requestConfig?.headers["X-Live"] || !isBusy(detail.target)) return;
  detail.shouldSwap = false;
  waiting.add(detail.target);
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
