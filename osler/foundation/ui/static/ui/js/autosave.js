/* Notes that save themselves: kept in the browser at once, sent every few seconds, forgotten here once the server has them. */
const EVERY = 4_000;
const { keep, read, forget } = osler.drafts;

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

osler.bind("form[data-autosave]", (form) => {
  const url = form.dataset.autosave;
  const state = form.querySelector("[data-save-state]") ?? document.querySelector(`[data-save-state="${form.id}"]`);
  let sent = textOf(form), isSending = false, isStopped = false;

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
      forget(url);
      say(`${osler.words.saved} ${said.saved ?? osler.clock()}`, "saved"); // the hour of the clinic, if it is told
    }
    mark();
  };
  const send = async ({ isLast = false } = {}) => {
    const text = textOf(form);
    if (isStopped || text === sent || (isSending && !isLast)) return;
    keep(url, text);
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

  read(url).then((kept) => {
    if (!kept || !form.isConnected) return;
    if (kept.content === sent) return forget(url);
    if (textOf(form) !== sent) return;
    putBack(form, JSON.parse(kept.content));
    osler.toast?.(osler.words.restored);
    mark();
  });

  form.addEventListener("input", () => { keep(url, textOf(form)); mark(); });
  form.addEventListener("change", mark);
  form.addEventListener("osler:save", () => send());
  form.addEventListener("submit", () => { isStopped = true; keep(url, textOf(form)); sessionStorage.setItem("osler:sent", url); });
  const beat = setInterval(() => (form.isConnected ? send() : clearInterval(beat)), EVERY);
  addEventListener("pagehide", () => { if (form.isConnected) send({ isLast: true }); });
  document.addEventListener("osler:flush", () => send({ isLast: true }));
});

/* A note that was sent and is not shown again was accepted: unless one was signed out, or the page is an error. */
const sentUrl = sessionStorage.getItem("osler:sent");
if (sentUrl && osler.meta("session") && !document.querySelector(".error-page")) {
  const isShownAgain = [...document.querySelectorAll("form[data-autosave]")].some((form) => form.dataset.autosave === sentUrl);
  if (!isShownAgain) forget(sentUrl);
  sessionStorage.removeItem("osler:sent");
}
