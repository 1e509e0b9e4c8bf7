/* The desk: filters that act at once, and the now-line. */
osler.on("change", "[data-submit-on-change]", (form) => form.requestSubmit());
osler.on("input", ".other-time", (part, { target }) => {
  if (target.name !== "slot") part.querySelector("[value=other]").checked = true;
});

/* The line moves on with the clock: as many rows as five minutes have passed since the page was made. */
let line, lineRow, lineSince;
setInterval(() => {
  const shown = document.querySelector("[data-now]");
  if (!shown) return;
  if (shown !== line) [line, lineRow, lineSince] = [shown, Number(/from-(\d+)/.exec(shown.className)[1]), Date.now()];
  const row = Math.min(287, lineRow + Math.floor((Date.now() - lineSince) / 300_000));
  shown.className = shown.className.replace(/from-\d+/, `from-${row}`);
}, 30_000);
