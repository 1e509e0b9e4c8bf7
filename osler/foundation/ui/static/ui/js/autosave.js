/* Drafts: kept in the browser at once, sent every few seconds, forgotten here once the server has them. */
const EVERY = 4_000;
const KEPT_FOR = 7 * 86_400_000;
const user = osler.metaData("session").user ?? "";
const keyOf = (url) => `osler:draft:${user}:${url}`;

const textOf = (form) => JSON.stringify([...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "idempotency_key", "version"].includes(name)));
const isText = (field) => field.type !== "hidden" && field.type !== "checkbox" && field.type !== "radio";

const putBack = (form, pairs) => {
  for (const [name, value] of pairs) {
    const field = form.elements[name];
    if (field instanceof RadioNodeList) field.value = value;
    else if (field?.type === "checkbox") field.checked = true;
    else if (field && isText(field)) field.value = value;
  }
};

const read = (key) => {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return kept && Date.now() - kept.at < KEPT_FOR ? kept : null;
  } catch {
    return null;
  }
};
const keep = (key, text) => { try { localStorage.setItem(key, JSON.stringify({ at: Date.now(), text })); } catch { /* full or forbidden */ } };
const forget = (key) => { try { localStorage.removeItem(key); } catch { /* forbidden */ } };

osler.bind("form[data-autosave]", (form) => {
  const url = form.dataset.autosave;
  const key = keyOf(url);
  const state = form.querySelector("[data-save-state]") ?? document.querySelector(`[data-save-state="${form.id}"]`);
  let sent = textOf(form), isSending = false, isStopped = false, timer;

  const say = (text, name = "") => {
    if (!state) return;
    state.textContent = text;
    state.dataset.state = name;
  };
  const isDirty = () => textOf(form) !== sent;
  const mark = () => {
    const dirty = isDirty();
    form.toggleAttribute("data-dirty", dirty);
    if (dirty) say(osler.words.unsaved, "dirty");
    document.dispatchEvent(new CustomEvent("osler:dirty"));
  };

  const acknowledge = async (answer, text) => {
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    const version = form.elements.version;
    if (said.version !== undefined && version) version.value = said.version;
    sent = text;
    if (!isDirty()) {
      forget(key);
      say(`${osler.words.saved} ${said.saved ?? osler.clock()}`, "saved"); // the hour of the clinic, if it is told
    }
    mark();
  };
  const send = async ({ isLast = false } = {}) => {
    const text = textOf(form);
    if (isStopped || text === sent || (isSending && !isLast)) return;
    keep(key, text);
    isSending = true;
    if (!isLast) say(osler.words.saving, "saving");
    try {
      const answer = await osler.send(url, { body: new FormData(form), keepalive: isLast, headers: { "X-Autosave": "true", Accept: "application/json" } });
      if (answer.ok && !answer.redirected) await acknowledge(answer, text);
      else {
        isStopped = [403, 404, 409, 412].includes(answer.status);
        say(osler.words.kept, "failed");
        if (isStopped) form.dispatchEvent(new CustomEvent("osler:conflict", { bubbles: true, detail: { status: answer.status } }));
      }
    } catch {
      say(osler.words.kept, "failed");
    } finally {
      isSending = false;
    }
  };

  const kept = read(key);
  if (kept && kept.text !== sent) {
    putBack(form, JSON.parse(kept.text));
    osler.toast?.(osler.words.restored);
    mark();
  } else if (kept) forget(key);

  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => keep(key, textOf(form)), 250); mark(); });
  form.addEventListener("change", mark);
  form.addEventListener("osler:save", () => send());
  form.addEventListener("submit", () => { clearTimeout(timer); isStopped = true; keep(key, textOf(form)); sessionStorage.setItem("osler:sent", key); });
  const beat = setInterval(() => (form.isConnected ? send() : clearInterval(beat)), EVERY);
  addEventListener("pagehide", () => { if (form.isConnected) send({ isLast: true }); });
  document.addEventListener("osler:flush", () => send({ isLast: true }));
});

/* A form that was sent and is not shown again was accepted: its draft has done its duty. */
const sentKey = sessionStorage.getItem("osler:sent");
if (sentKey) {
  const isShownAgain = [...document.querySelectorAll("form[data-autosave]")].some((form) => keyOf(form.dataset.autosave) === sentKey);
  if (!isShownAgain) forget(sentKey);
  sessionStorage.removeItem("osler:sent");
}

/* Text left on a form with data-guard: a badge, and a word before it is lost. */
const guarded = () => [...document.querySelectorAll("form[data-guard][data-dirty]")];
osler.bind("form[data-guard]:not([data-autosave])", (form) => {
  const first = textOf(form);
  form.addEventListener("input", () => {
    form.toggleAttribute("data-dirty", textOf(form) !== first);
    document.dispatchEvent(new CustomEvent("osler:dirty"));
  });
  form.addEventListener("submit", () => form.removeAttribute("data-dirty"));
});
addEventListener("beforeunload", (event) => { if (guarded().some((form) => !form.dataset.autosave)) event.preventDefault(); });
document.addEventListener("osler:dirty", () => {
  const count = document.querySelectorAll("form[data-dirty]").length;
  for (const badge of document.querySelectorAll("[data-unsaved]")) badge.hidden = count === 0;
});
