/* Lists by keyboard, rows chosen together, tabs within a page, text to copy. */
const rowsOf = (list) => [...list.querySelectorAll(".row-link, [data-row]")].filter((row) => row.offsetParent);

document.addEventListener("keydown", (event) => {
  const list = event.target.closest?.("[data-list]");
  if (!list || osler.isTyping(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...document.querySelectorAll("[data-list]")].flatMap(rowsOf); // arrows go on into the next list
  const line = event.target.closest("tr, li");
  const now = rows.findIndex((row) => row === event.target || line?.contains(row));
  const own = rowsOf(list);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: rows.indexOf(own[0]), End: rows.indexOf(own.at(-1)) }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    rows[Math.max(0, Math.min(rows.length - 1, next))]?.focus();
  } else if (event.key === " " && line?.querySelector(".row-select") && event.target.matches(".row-link")) {
    event.preventDefault();
    line.querySelector(".row-select").click();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "ArrowDown" || event.target !== document.body || document.querySelector("dialog[open]")) return;
  const first = document.querySelector("[data-list] .row-link, [data-list] [data-row]");
  if (first) event.preventDefault();
  first?.focus();
});

const showBulk = (list) => {
  const bar = (list.closest("form") ?? list.parentElement).querySelector("[data-bulk-bar]");
  const chosen = list.querySelectorAll(".row-select:checked").length;
  const all = list.querySelector("[data-select-all]");
  if (all) {
    const total = list.querySelectorAll(".row-select:not([data-select-all])").length;
    all.checked = chosen > 0 && chosen >= total;
    all.indeterminate = chosen > 0 && chosen < total;
  }
  if (!bar) return;
  bar.hidden = chosen === 0;
  const count = bar.querySelector("[data-bulk-count]");
  if (count) count.textContent = String(chosen);
};
document.addEventListener("change", ({ target }) => {
  if (!target.matches(".row-select, [data-select-all]")) return;
  const list = target.closest("[data-list], table, form");
  if (target.matches("[data-select-all]")) {
    for (const box of list.querySelectorAll(".row-select")) box.checked = target.checked;
  }
  showBulk(list);
});
osler.on("click", "[data-bulk-clear]", (button) => {
  const form = button.closest("form") ?? document;
  for (const box of form.querySelectorAll(".row-select:checked")) box.click();
});

/* Tabs over panels of the same page. */
const pick = (tab) => {
  for (const other of tab.closest("[role=tablist]").querySelectorAll("[role=tab]")) {
    const isThis = other === tab;
    other.setAttribute("aria-selected", String(isThis));
    other.tabIndex = isThis ? 0 : -1;
    const panel = document.getElementById(other.getAttribute("aria-controls"));
    if (panel) panel.hidden = !isThis;
  }
};
osler.on("click", "[role=tab]", pick);
document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[role=tab]");
  if (!tab || !["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  const all = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  const ahead = (event.key === "ArrowRight") === (document.dir !== "rtl") ? 1 : -1;
  const next = { Home: 0, End: all.length - 1 }[event.key] ?? (all.indexOf(tab) + ahead + all.length) % all.length;
  all[next].focus();
  pick(all[next]);
});

osler.on("click", "[data-copy]", async (button) => {
  await navigator.clipboard.writeText(button.dataset.copy);
  osler.toast(osler.words.copied);
});
