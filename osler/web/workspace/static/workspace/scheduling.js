/* The desk: filters that act at once, the now-line, and visits that are dragged to another time. */
osler.on("change", "[data-submit-on-change]", (form) => form.requestSubmit());
osler.on("input", ".other-time", (part, { target }) => {
  if (target.name !== "slot") part.querySelector("[value=other]").checked = true;
});

const minuteRow = (text) => Number(/(?:^| )from-(\d+)/.exec(text)?.[1] ?? 0);
const spanOf = (text) => Number(/(?:^| )span-(\d+)/.exec(text)?.[1] ?? 1);
const placeAt = (element, row) => {
  element.className = element.className.replace(/(^| )from-\d+/, `$1from-${row}`);
};
const clockOf = (row) => `${String(Math.floor(row / 12)).padStart(2, "0")}:${String((row % 12) * 5).padStart(2, "0")}`;

/* The line moves on with the clock: as many rows as five minutes have passed since the page was made. */
let line, lineRow, lineSince;
setInterval(() => {
  const shown = document.querySelector("[data-now]");
  if (!shown) return;
  if (shown !== line) [line, lineRow, lineSince] = [shown, minuteRow(shown.className), Date.now()];
  placeAt(shown, Math.min(287, lineRow + Math.floor((Date.now() - lineSince) / 300_000)));
}, 30_000);

/* Scroll to the present once. */
osler.bind("[data-calendar]", (calendar) => {
  const now = calendar.querySelector("[data-now]");
  if (!now || calendar.scrollTop) return;
  const ahead = now.getBoundingClientRect().top - calendar.getBoundingClientRect().top;
  calendar.scrollTop = Math.max(0, ahead - calendar.clientHeight / 3);
});

const START_AFTER = 6;
let drag;

const columnAt = (calendar, x) => [...calendar.querySelectorAll("[data-column]")].find((column) => {
  const box = column.getBoundingClientRect();
  return x >= box.left && x < box.right;
});
const clashes = (column, row, span) => [...column.querySelectorAll("[data-visit]")].some((other) => {
  if (other === drag.visit || other === drag.ghost) return false;
  const start = minuteRow(other.className);
  return start < row + span && row < start + spanOf(other.className);
});

const lift = () => {
  const ghost = drag.visit.cloneNode(true);
  ghost.removeAttribute("data-visit");
  ghost.setAttribute("aria-hidden", "true");
  ghost.className = ghost.className.replace(/ lane-\d-of-\d/, "");
  ghost.classList.add("is-ghost", "is-held");
  drag.ghost = ghost;
  drag.visit.classList.add("is-lifted");
  drag.calendar.classList.add("is-dragging");
};
const carry = (event) => {
  const column = columnAt(drag.calendar, event.clientX) ?? drag.column;
  const box = column.getBoundingClientRect();
  const rows = Math.round(((event.clientY - drag.grip - box.top) / box.height) * 288 / 2) * 2;
  drag.column = column;
  drag.row = Math.max(0, Math.min(288 - drag.span, rows));
  placeAt(drag.ghost, drag.row);
  drag.ghost.querySelector(".visit-what").textContent = clockOf(drag.row);
  drag.ghost.classList.toggle("is-clash", clashes(column, drag.row, drag.span));
  if (drag.ghost.parentElement !== column) column.append(drag.ghost);
};
const drop = () => {
  drag?.ghost?.remove();
  drag?.visit.classList.remove("is-lifted");
  drag?.calendar.classList.remove("is-dragging");
  drag = undefined;
};

document.addEventListener("pointerdown", (event) => {
  const visit = event.target.closest?.("[data-visit]");
  if (!visit || event.button !== 0 || event.pointerType === "touch") return;
  const column = visit.closest("[data-column]");
  drag = {
    visit, column, from: column, calendar: visit.closest("[data-calendar]"), x: event.clientX, y: event.clientY,
    grip: event.clientY - visit.getBoundingClientRect().top, row: minuteRow(visit.className), first: minuteRow(visit.className),
    span: spanOf(visit.className),
  };
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  if (!drag.ghost && Math.hypot(event.clientX - drag.x, event.clientY - drag.y) < START_AFTER) return;
  if (!drag.ghost) lift();
  event.preventDefault();
  carry(event);
});
document.addEventListener("pointerup", async () => {
  if (!drag) return;
  const { visit, column, from, row, first, ghost, calendar } = drag;
  if (!ghost) return drop();
  calendar.addEventListener("click", (event) => { event.preventDefault(); event.stopPropagation(); }, { capture: true, once: true });
  setTimeout(drop, 0);
  if (column === from && row === first) return;
  const values = {
    slot: "other", other_practitioner: column.dataset.column, other_day: column.dataset.day, other_time: clockOf(row),
    location: column.dataset.location ?? "", patient: visit.dataset.patient, version: visit.dataset.version, next: calendar.dataset.next,
  };
  await htmx.ajax("POST", `/appointments/${visit.dataset.visit}/move/`, { target: "#calendar", swap: "outerHTML", values });
});
document.addEventListener("keydown", (event) => { if (event.key === "Escape") drop(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-calendar]")) event.preventDefault(); });

/* By keyboard: M on a visit opens the page of other times. */
document.addEventListener("keydown", (event) => {
  const visit = event.target.closest?.("[data-visit]");
  if (visit && event.key.toLowerCase() === "m" && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    location.assign(`/appointments/${visit.dataset.visit}/move/?next=${encodeURIComponent(visit.closest("[data-calendar]").dataset.next)}`);
  }
});
