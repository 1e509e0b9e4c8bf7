/* What every module shares: words, the form token, and a way to start on elements that come later. */
const meta = (name) => document.querySelector(`meta[name="${name}"]`);
const started = new WeakMap();

globalThis.osler = {
  meta: (name) => meta(name)?.content ?? "",
  metaData: (name) => meta(name)?.dataset ?? {},
  words: JSON.parse(meta("words")?.content || "{}"),
  csrf: () => meta("csrf")?.content ?? document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "",
  clock: (moment = new Date()) => moment.toTimeString().slice(0, 5),

  /* Calls start(element) once for each element that matches, now and after each swap. */
  bind(selector, start) {
    const scan = (root) => {
      const found = root.matches?.(selector) ? [root] : [];
      for (const element of [...found, ...root.querySelectorAll(selector)]) {
        const names = started.get(element) ?? new Set();
        if (names.has(start)) continue;
        started.set(element, names.add(start));
        start(element);
      }
    };
    scan(document);
    document.addEventListener("htmx:load", (event) => scan(event.target));
  },

  on(type, selector, act) {
    document.addEventListener(type, (event) => {
      const element = event.target.closest?.(selector);
      if (element) act(element, event);
    });
  },

  send(url, { method = "POST", body, headers = {}, ...rest } = {}) {
    const token = method === "GET" || method === "HEAD" ? {} : { "X-CSRFToken": osler.csrf() };
    return fetch(url, { method, body, credentials: "same-origin", headers: { ...token, ...headers }, ...rest });
  },

  remember(name, value) {
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  },

  isTyping(target) {
    return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && !/^(checkbox|radio|button|submit)$/.test(target.type);
  },
};
