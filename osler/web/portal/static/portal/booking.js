/* Times on the visitor's own clock where it differs, and how long a chosen time is still held. */
const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
const language = document.documentElement.lang;

const reading = (instant, timeZone) =>
  new Intl.DateTimeFormat(language, { weekday: "short", hour: "numeric", minute: "2-digit", timeZone }).format(instant);

osler.bind("[data-instant]", (button) => {
  const instant = new Date(button.dataset.instant);
  const mine = reading(instant, own);
  if (mine === reading(instant, button.dataset.zone)) return;
  const note = document.createElement("span");
  note.className = "cell-sub";
  note.textContent = `${mine} ${button.dataset.ownWords}`;
  button.append(note);
});

osler.bind("[data-held-until]", (line) => {
  const end = new Date(line.dataset.heldUntil);
  const words = line.querySelector("span");
  const show = () => {
    const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    const minutes = Math.floor(left / 60);
    const seconds = String(left % 60).padStart(2, "0");
    words.textContent = left ? `${line.dataset.leftWords} ${minutes}:${seconds}` : line.dataset.overWords;
    if (!left) {
      line.setAttribute("role", "alert");
      clearInterval(timer);
    }
  };
  const timer = setInterval(show, 1000);
  show();
});
