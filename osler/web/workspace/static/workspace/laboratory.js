/* The grid of values: Enter and arrows go from line to line, limits are judged while one types. */
osler.on("click", "[data-print]", () => print());

const inputs = (grid) => [...grid.querySelectorAll("input[data-grid]")];
document.addEventListener("keydown", (event) => {
  const grid = event.target.matches?.("input[data-grid]") && event.target.closest("[data-result-grid]");
  if (!grid || !["Enter", "ArrowDown", "ArrowUp"].includes(event.key) || event.ctrlKey) return;
  const all = inputs(grid);
  const next = all[all.indexOf(event.target) + (event.key === "ArrowUp" ? -1 : 1)];
  event.preventDefault();
  if (next) { next.focus(); next.select(); }
  else if (event.key === "Enter") grid.closest("form").querySelector("textarea, button")?.focus();
});

const bound = (row, name) => (row.dataset[name] === "" || row.dataset[name] === undefined ? undefined : Number(row.dataset[name]));
const judge = (row, value) => {
  const [low, high, criticalLow, criticalHigh] = ["low", "high", "criticalLow", "criticalHigh"].map((name) => bound(row, name));
  if (criticalLow !== undefined && value < criticalLow) return "LL";
  if (criticalHigh !== undefined && value > criticalHigh) return "HH";
  if (low !== undefined && value < low) return "L";
  if (high !== undefined && value > high) return "H";
  return "";
};
document.addEventListener("input", ({ target }) => {
  if (!target.matches("input[data-grid]")) return;
  const row = target.closest("tr");
  const value = Number(target.value.replace(",", "."));
  const mark = target.value.trim() === "" || Number.isNaN(value) ? "" : judge(row, value);
  const flags = document.getElementById("result-flags");
  const drawn = mark && flags?.content.querySelector(`[data-flag="${mark}"]`);
  row.querySelector(".grid-flag").replaceChildren(...(drawn ? [drawn.cloneNode(true)] : []));
});
