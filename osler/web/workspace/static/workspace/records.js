/* The chart: dot phrases, note conflicts, forms sent by choosing, printing. */
const { forget } = osler.drafts;

/* Typing .ros and a blank writes the phrase out; Ctrl+Z takes it back. */
const words = () => new Map([...document.querySelectorAll("[data-phrase]")].map((button) => [button.dataset.phrase, button.dataset.words]));
const insert = (area, text) => {
  area.focus();
  // execCommand alone keeps the browser's own undo
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
};
document.addEventListener("input", ({ target, data }) => {
  if (!target.matches?.("textarea[data-phrases]") || (data !== " " && data !== null)) return;
  const before = target.value.slice(0, target.selectionStart);
  const found = before.match(/(?:^|\s)(\.[a-z]+)\s$/);
  const text = found && words().get(found[1]);
  if (!text) return;
  target.setSelectionRange(target.selectionStart - found[1].length - 1, target.selectionStart);
  insert(target, `${text} `);
});
let lastArea;
document.addEventListener("focusin", ({ target }) => { if (target.matches?.("textarea[data-phrases]")) lastArea = target; });
osler.on("click", "[data-phrase]", (button) => {
  const area = lastArea?.isConnected ? lastArea : document.querySelector("textarea[data-phrases]");
  button.closest("[popover]")?.hidePopover();
  if (area) insert(area, button.dataset.words);
});

/* Somebody else has saved this note: both texts side by side, in place of the bench. */
document.addEventListener("osler:conflict", ({ target, detail }) => {
  if (detail.status !== 412 || !target.dataset.compare) return;
  htmx.ajax("POST", target.dataset.compare, { source: target, target: "#bench", swap: "outerHTML" });
});
osler.on("click", "[data-take]", (button) => {
  const area = document.querySelector(button.dataset.take);
  area.value = button.closest(".compare-stored").querySelector(".note-text").textContent;
});
osler.on("submit", "form[data-forgets]", (form) => forget(form.dataset.forgets));
/* A template comes back from the server with what was typed: the copy kept in the browser is older. */
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const form = detail.target?.id === "bench-note" && detail.target.querySelector("form[data-autosave]");
  if (form) forget(form.dataset.autosave);
});

/* The answers of a combobox need room below it. */
document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.(".bench-body input[role=combobox]")) target.scrollIntoView({ block: "center" });
});

osler.on("osler:chosen", "form[data-submit-chosen]", (form) => form.requestSubmit());
osler.on("click", "[data-print]", () => print());

/* After a part of the bench was swapped, the cursor goes back to where one was. */
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  const part = detail.target?.id && document.getElementById(detail.target.id);
  const form = detail.requestConfig?.elt?.closest?.("form");
  if (!part?.classList.contains("bench-part") || !form) return;
  part.querySelector(`form[action="${form.getAttribute("action")}"] :is(input:not([type=hidden]), textarea)`)?.focus({ preventScroll: true });
});
