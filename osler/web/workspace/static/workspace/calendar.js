/* A visit is carried to another time, clinician or length: with a mouse, with a finger or pen after a long press, or
   by keys. A ghost goes before it and says how the place looks; nothing is changed until it is dropped. */
const ROWS = 288;
const START_AFTER = 6;
const LONG_PRESS = 450;
const EDGE = 48;
const ASK_AFTER = 150;
const bar = document.getElementById("carry");
const spoken = document.getElementById("carry-live");
let carried, pressed, timer, asking;

const numberIn = (name, element) => Number(new RegExp(`(?:^| )${name}-(\\d+)`).exec(element.className)?.[1] ?? 0);
const put = (element, row, span) => {
  element.className = element.className.replace(/(^| )from-\d+/, `$1from-${row}`).replace(/(^| )span-\d+/, `$1span-${span}`);
};
const clockOf = (row) => `${String(Math.floor(row / 12)).padStart(2, "0")}:${String((row % 12) * 5).padStart(2, "0")}`;
const columnsOf = (calendar) => [...calendar.querySelectorAll("[data-column]")];
const clamp = (number, least, most) => Math.max(least, Math.min(most, number));

/* What the page itself knows: hours that are closed, and visits that hold their time. */
const meets = (other) => {
  const row = numberIn("from", other);
  return row < carried.row + carried.span && carried.row < row + numberIn("span", other);
};
const lookOnPage = () => {
  const { column, visit } = carried;
  if ([...column.querySelectorAll(".calendar-off")].some(meets)) return "outside";
  return [...column.querySelectorAll("[data-visit]:not(.is-quiet)")].some((other) => other !== visit && meets(other)) ? "taken" : "free";
};
const place = () => ({
  slot: "other", other_practitioner: carried.column.dataset.column, other_day: carried.column.dataset.day,
  other_time: clockOf(carried.row), location: carried.column.dataset.location ?? "",
  ...(carried.span === carried.was.span ? {} : { minutes: String(carried.span * 5) }),
});
const isMoved = () => carried.column !== carried.was.column || carried.row !== carried.was.row;
const isResized = () => carried.span !== carried.was.span;

const show = (look, words) => {
  const { ghost, row, span, visit } = carried;
  const said = `${clockOf(row)}–${clockOf(row + span)} · ${words}`;
  for (const element of [ghost, bar]) {
    for (const one of ["free", "outside", "taken"]) element.classList.toggle(`is-${one}`, one === look);
    element.querySelector("use").setAttribute("href", `#carry-${look}`);
  }
  ghost.querySelector("[data-carry-say]").textContent = said;
  bar.querySelector("[data-carry-say]").textContent = said;
  if (carried.by !== "keys") return;
  const whose = document.getElementById(carried.column.getAttribute("aria-labelledby"))?.textContent ?? "";
  spoken.textContent = `${visit.querySelector(".visit-who").textContent.trim()}, ${whose}, ${said}`;
};
const LOOKS = { free: "free", outside: "outside", over: "outside" };
const ask = () => {
  const mine = carried;
  const { row, span, column } = carried;
  clearTimeout(timer);
  asking?.abort();
  timer = setTimeout(async () => {
    asking = new AbortController();
    try {
      const address = `/appointments/${mine.visit.dataset.visit}/look/?${new URLSearchParams(place())}`;
      const answer = await osler.send(address, { method: "GET", signal: asking.signal });
      if (!answer.ok) return;
      const { look, words } = await answer.json();
      if (carried === mine && row === mine.row && span === mine.span && column === mine.column) show(LOOKS[look] ?? "taken", words);
    } catch { /* the page's own answer stands */ }
  }, ASK_AFTER);
};

const opens = () => Number(carried.calendar.dataset.opens) * 12;
const closes = () => Number(carried.calendar.dataset.closes) * 12;
/* The ghost stands at a place; where it has stood already nobody is asked again. */
const carryTo = (column, row, span = carried.span) => {
  span = clamp(span, 1, closes() - carried.row);
  row = clamp(row, Math.min(opens(), carried.was.row), Math.max(closes(), carried.was.row + span) - span);
  if (column === carried.column && row === carried.row && span === carried.span && carried.ghost.isConnected) return;
  Object.assign(carried, { column, row, span });
  put(carried.ghost, row, span);
  carried.ghost.classList.toggle("is-low", row + span > closes() - 10);
  if (carried.ghost.parentElement !== column) column.append(carried.ghost);
  const look = lookOnPage();
  show(look, bar.dataset[look]);
  if (isMoved() || isResized()) ask();
};

const makeGhost = (visit) => {
  const ghost = document.createElement("li");
  ghost.className = `visit is-ghost from-${numberIn("from", visit)} span-${numberIn("span", visit)}`;
  ghost.setAttribute("aria-hidden", "true");
  const say = bar.querySelector(".carry-look").cloneNode(true);
  const name = Object.assign(document.createElement("span"), { className: "ghost-who truncate", textContent: nameOf(visit) });
  ghost.append(name, say);
  return ghost;
};
const nameOf = (visit) => visit.querySelector(".visit-who > .truncate").textContent;

const pickUp = (visit, { by, isLength = false, grip = 0 }) => {
  giveUp();
  const column = visit.closest("[data-column]");
  const [row, span] = [numberIn("from", visit), numberIn("span", visit)];
  carried = { visit, by, isLength, grip, column, row, span, was: { column, row, span }, ghost: makeGhost(visit), calendar: visit.closest("[data-calendar]") };
  visit.classList.add("is-lifted");
  carried.calendar.dataset.busy = "";
  bar.hidden = by !== "keys";
  carried.calendar.classList.toggle("has-bar", by === "keys");
  bar.querySelector("[data-carry-name]").textContent = nameOf(visit);
  carryTo(column, row);
  if (by === "keys") spoken.textContent = `${nameOf(visit)}. ${bar.dataset.picked}`;
};
const putDown = () => {
  clearTimeout(timer);
  asking?.abort();
  bar.hidden = true;
  carried.ghost.remove();
  carried.visit.classList.remove("is-lifted");
  carried.calendar.classList.remove("has-bar");
  carried = undefined;
};
const release = (calendar) => {
  delete calendar.dataset.busy;
  document.dispatchEvent(new Event("osler:idle"));
};
const giveUp = () => {
  if (!carried) return;
  const { calendar, by, visit } = carried;
  putDown();
  release(calendar);
  if (by !== "keys") return;
  spoken.textContent = bar.dataset.left;
  visit.querySelector("a").focus({ preventScroll: true });
};

/* Dropped, it stands at its new place at once; if that is refused it goes back, and a dialog says why. */
const drop = async () => {
  if (!isMoved() && !isResized()) return giveUp();
  const { visit, calendar, column, row, span, was, by } = carried;
  const deed = isMoved() ? "move" : "length";
  const values = { ...place(), patient: visit.dataset.patient, version: visit.dataset.version, next: calendar.dataset.next };
  const lanes = / lane-\d-of-\d/.exec(visit.className)?.[0] ?? "";
  putDown();
  if (by === "keys") spoken.textContent = bar.dataset.sent;
  visit.className = visit.className.replace(lanes, "");
  put(visit, row, span);
  column.append(visit);
  visit.classList.add("is-sending");
  if (by === "keys") visit.querySelector("a").focus({ preventScroll: true });
  try {
    await htmx.ajax("POST", `/appointments/${visit.dataset.visit}/${deed}/`, { target: "#calendar", swap: "outerHTML", values });
  } catch { /* said by a toast */ }
  if (!visit.isConnected) return;
  put(visit, was.row, was.span);
  visit.className += lanes;
  was.column.append(visit);
  visit.classList.remove("is-sending");
  release(calendar);
};

/* With a pointer. */
const columnAt = (x) => columnsOf(carried.calendar).find((column) => {
  const box = column.getBoundingClientRect();
  return x >= box.left && x < box.right;
});
const follow = () => {
  const { x, y, grip, isLength, was } = carried;
  const column = isLength ? was.column : columnAt(x) ?? carried.column;
  const box = column.getBoundingClientRect();
  const rowAt = (at) => Math.round(((at - box.top) / box.height) * ROWS);
  if (isLength) carryTo(column, was.row, Math.max(1, rowAt(y) - was.row));
  else carryTo(column, rowAt(y - grip));
};
/* Near an edge the calendar scrolls on under the pointer. */
const scrollOn = () => {
  if (!carried || carried.by === "keys") return;
  const box = carried.calendar.getBoundingClientRect();
  const top = box.top + (carried.calendar.querySelector(".calendar-heads")?.offsetHeight ?? 0);
  const bottom = Math.min(box.bottom, innerHeight);
  const { x, y } = carried;
  const down = y > bottom - EDGE ? 1 : y < top + EDGE ? -1 : 0;
  const across = carried.isLength ? 0 : x > box.right - EDGE ? 1 : x < box.left + EDGE ? -1 : 0;
  if (down || across) {
    carried.calendar.scrollBy(across * 12, down * 12);
    follow();
  }
  requestAnimationFrame(scrollOn);
};
const isLowerEdge = (box, y, most) => box.bottom - y <= Math.min(most, box.height / 3);
const swallow = (event) => { event.preventDefault(); event.stopPropagation(); };
const lift = () => {
  if (!pressed.visit.isConnected) return letGo();
  const { visit, isLength, y, pointer } = pressed;
  const grip = y - visit.getBoundingClientRect().top;
  if (visit.classList.contains("is-fixed") || (visit.classList.contains("is-here") && !isLength)) return;
  pressed.isLifted = true;
  document.addEventListener("click", swallow, true);
  pickUp(visit, { by: pointer, isLength, grip });
  Object.assign(carried, { x: pressed.x, y });
  requestAnimationFrame(scrollOn);
};
const letGo = () => {
  clearTimeout(pressed?.timer);
  if (pressed?.isLifted) setTimeout(() => document.removeEventListener("click", swallow, true), 0);
  pressed = undefined;
};

document.addEventListener("pointerdown", (event) => {
  const visit = event.target.closest?.("[data-column] > [data-visit]");
  if (!visit || event.button !== 0 || !event.isPrimary || carried?.by === "keys") return;
  const isMouse = event.pointerType === "mouse";
  pressed = {
    visit, x: event.clientX, y: event.clientY, pointer: event.pointerType,
    isLength: isLowerEdge(visit.getBoundingClientRect(), event.clientY, isMouse ? 7 : 14),
    timer: isMouse ? 0 : setTimeout(lift, LONG_PRESS),
  };
});
document.addEventListener("pointermove", (event) => {
  if (!pressed || !event.isPrimary) return;
  if (!pressed.isLifted) {
    if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < START_AFTER) return;
    if (pressed.pointer !== "mouse") return letGo();
    lift();
    if (!carried) return letGo();
  }
  if (!carried) return;
  event.preventDefault();
  Object.assign(carried, { x: event.clientX, y: event.clientY });
  follow();
});
document.addEventListener("pointerup", () => {
  const wasLifted = pressed?.isLifted;
  const wasTouch = pressed && pressed.pointer !== "mouse";
  letGo();
  if (!wasLifted || !carried) return;
  if (wasTouch && !isMoved() && !isResized()) pickUp(carried.visit, { by: "keys" }); // pressed and let go: the bar takes over
  else drop();
});
document.addEventListener("pointercancel", () => { letGo(); if (carried && carried.by !== "keys") giveUp(); });
/* A finger that carries does not scroll the page, nor open the menu of a link. */
document.addEventListener("touchmove", (event) => { if (carried && carried.by !== "keys") event.preventDefault(); }, { passive: false });
document.addEventListener("contextmenu", (event) => { if (pressed && pressed.pointer !== "mouse") event.preventDefault(); });
/* Nothing is selected on the way; a style that forbids it would be computed for every visit of a full day. */
document.addEventListener("selectstart", (event) => { if (pressed) event.preventDefault(); });
document.addEventListener("dragstart", (event) => { if (event.target.closest?.("[data-calendar]")) event.preventDefault(); });

/* By keys: M picks the focused visit up; the bar has a button for each key. */
const beside = (by) => {
  const all = columnsOf(carried.calendar);
  return all[clamp(all.indexOf(carried.column) + by, 0, all.length - 1)];
};
const slotRows = () => Math.max(1, Math.round(Number(carried.column.dataset.slot ?? 20) / 5));
const STEPS = {
  up: () => carryTo(carried.column, carried.row - slotRows()),
  down: () => carryTo(carried.column, carried.row + slotRows()),
  sooner: () => carryTo(carried.column, carried.row - 1),
  later: () => carryTo(carried.column, carried.row + 1),
  before: () => carryTo(beside(-1), carried.row),
  after: () => carryTo(beside(1), carried.row),
  shorter: () => carryTo(carried.column, carried.row, carried.span - 1),
  longer: () => carryTo(carried.column, carried.row, carried.span + 1),
  drop,
  leave: giveUp,
};
const KEYS = {
  ArrowUp: "up", ArrowDown: "down", ArrowLeft: "before", ArrowRight: "after", "Shift+ArrowUp": "shorter", "Shift+ArrowDown": "longer",
  "Ctrl+ArrowUp": "sooner", "Ctrl+ArrowDown": "later", Enter: "drop", Escape: "leave",
};
const step = (name) => {
  const isHere = carried.visit.classList.contains("is-here");
  if (isHere && !["shorter", "longer", "drop", "leave"].includes(name)) return;
  STEPS[name]();
  carried?.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
};
document.addEventListener("keydown", (event) => {
  if (carried && carried.by !== "keys" && event.key === "Escape") {
    swallow(event);
    return giveUp();
  }
  if (carried?.by === "keys") {
    const isButton = bar.contains(event.target);
    if (event.key === "Tab" || (isButton && ["Enter", " "].includes(event.key))) return;
    const isRightToLeft = document.documentElement.dir === "rtl" && /^Arrow(Left|Right)$/.test(event.key);
    const name = KEYS[`${event.shiftKey ? "Shift+" : ""}${event.ctrlKey || event.metaKey ? "Ctrl+" : ""}${event.key}`];
    if (name || event.key.length === 1) swallow(event);
    if (name) step(isRightToLeft ? { before: "after", after: "before" }[name] : name);
    return;
  }
  const visit = event.target.closest?.("[data-column] > [data-visit]");
  if (!visit || event.key.toLowerCase() !== "m" || event.ctrlKey || event.metaKey || event.altKey) return;
  swallow(event);
  if (!visit.classList.contains("is-fixed")) pickUp(visit, { by: "keys" });
}, true);
osler.on("click", "[data-carry]", (button) => { if (carried) step(button.dataset.carry); });

/* From a visit's own page: the calendar opens with it picked up. */
const wanted = new URLSearchParams(location.search).get("carry");
const found = wanted && document.querySelector(`[data-column] > [data-visit="${CSS.escape(wanted)}"]:not(.is-fixed)`);
if (found) {
  found.querySelector("a").focus();
  found.scrollIntoView({ block: "center", inline: "nearest" });
  pickUp(found, { by: "keys" });
}

/* A calendar that is drawn anew stays where it was scrolled to, and the focus on the visit that had it. */
let kept;
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const calendar = detail.target.id === "calendar" ? detail.target.querySelector("[data-calendar]") : null;
  if (!calendar) return;
  if (detail.shouldSwap) giveUp();
  const focused = document.activeElement.closest?.("[data-visit]")?.dataset.visit;
  kept = { top: calendar.scrollTop, left: calendar.scrollLeft, focused };
});
document.addEventListener("htmx:afterSettle", () => {
  const calendar = document.querySelector("[data-calendar]");
  if (!kept || !calendar) return;
  calendar.scrollTo(kept.left, kept.top);
  if (kept.focused) calendar.querySelector(`[data-visit="${kept.focused}"] > a`)?.focus({ preventScroll: true });
  kept = undefined;
});
