/* The session: sixty seconds before its end one is asked; afterwards nothing of a patient stays on the screen. */
const minutes = Number(osler.meta("session"));
const { signIn = "/", keepAlive = "" } = osler.metaData("session");
const dialog = document.getElementById("session-end");
const WARNING = 60_000;
const SHARED = "osler:seen";

if (minutes && dialog) {
  const length = minutes * 60_000;
  let lastHere = Date.now(), touched = false, isEnding = false;
  const seen = () => {
    lastHere = Date.now();
    try { localStorage.setItem(SHARED, String(lastHere)); } catch { /* forbidden */ }
  };
  const lastSeen = () => {
    try { return Math.max(lastHere, Number(localStorage.getItem(SHARED)) || 0); } catch { return lastHere; }
  };
  const stay = async () => {
    touched = false;
    try {
      const answer = await osler.send(keepAlive || location.href, { method: "HEAD", redirect: "manual" });
      if (answer.ok) seen();
    } catch { /* offline: the clock goes on */ }
  };
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    document.dispatchEvent(new CustomEvent("osler:flush"));
    document.title = "Osler";
    document.body.hidden = true;
    const next = encodeURIComponent(location.pathname + location.search);
    setTimeout(() => location.replace(`${signIn}?ended=1&next=${next}`), 400);
  };

  seen();
  document.addEventListener("htmx:afterRequest", ({ detail }) => { if (!detail.requestConfig.headers["X-Live"] && detail.successful) seen(); });
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => { touched = true; }, { passive: true });
  dialog.querySelector("[data-session-stay]").addEventListener("click", async () => { await stay(); dialog.close(); });
  dialog.addEventListener("cancel", stay);

  setInterval(() => {
    const left = length - (Date.now() - lastSeen());
    if (left <= 0) return end();
    if (left > WARNING) {
      if (dialog.open) dialog.close();
      if (touched && Date.now() - lastSeen() > Math.min(120_000, length / 4)) stay();
      return;
    }
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[data-session-left]").textContent = String(Math.ceil(left / 1000));
  }, 1_000);
  osler.on("submit", "form[action$='/logout/']", () => {
    osler.drafts.forgetMine();
    for (const key of Object.keys(localStorage)) if (key.startsWith("osler:") && !key.startsWith("osler:draft:")) localStorage.removeItem(key);
  });
}
