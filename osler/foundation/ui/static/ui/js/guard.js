/* Forms with data-guard: what is typed is kept in the browser until it was sent, and given back; a badge and a word before it is left. */
const NEVER = ["hidden", "password", "file", "submit", "button", "image", "reset"];
const placeOf = (form) => ["form", form.getAttribute("action") || location.pathname + location.search, form.getAttribute("hx-target") ?? "", form.id].join(" ");

const isTick = (field) => field.type === "checkbox" || field.type === "radio";

/* The fields that people fill, and the codes that comboboxes fill for them; each by its name and its
   place among its namesakes, a choice by its value: another time or charge that stands in its place now is another choice. */
const fieldsOf = (form) => {
  const codes = new Set([...form.querySelectorAll("input[data-combobox-code]")].map((input) => input.dataset.comboboxCode));
  const counts = new Map();
  return [...form.elements].filter((field) => field.name && (codes.has(field.name) || (field.type && !NEVER.includes(field.type)))).map((field) => {
    const count = counts.get(field.name) ?? 0;
    counts.set(field.name, count + 1);
    return { field, id: `${field.name} ${isTick(field) ? field.value : count}` };
  });
};
const valueOf = (field) => isTick(field) ? String(field.checked) : field.type === "select-multiple" ? [...field.selectedOptions].map((option) => option.value).join("\n") : field.value;
const setValue = (field, value) => {
  if (isTick(field)) field.checked = value === "true";
  else if (field.type === "select-multiple") for (const option of field.options) option.selected = value.split("\n").includes(option.value);
  else field.value = value;
};

osler.bind("form[data-guard]:not([data-autosave])", (form) => {
  const place = placeOf(form);
  const key = form.elements.idempotency_key;
  const freshKey = key?.value;
  const shown = new Map(fieldsOf(form).map(({ field, id }) => [id, valueOf(field)]));
  let first = shown, isSent = false;

  const changed = () => fieldsOf(form).map(({ field, id }) => [id, valueOf(field), first.get(id) ?? ""]).filter(([, value, before]) => value !== before);
  const keep = () => {
    const pairs = changed();
    if (pairs.length) osler.drafts.keep(place, { pairs, version: form.elements.version?.value }, { sent: isSent ? key?.value : "" });
    else osler.drafts.forget(place);
    form.toggleAttribute("data-dirty", pairs.length > 0 && !isSent);
    document.dispatchEvent(new CustomEvent("osler:dirty"));
  };
  const touched = () => {
    if (key && !isSent) key.value = freshKey;
    keep();
  };

  /* Only what was changed by hand is put back, over what the page says now; a form that was sent keeps its key, so that it is done once. */
  const giveBack = ({ content, sent }) => {
    if (!form.isConnected) return;
    const before = new Map(content.pairs.map(([id, , was]) => [id, was]));
    const kept = new Map(content.pairs.map(([id, value]) => [id, value]));
    first = new Map([...shown].map(([id, value]) => [id, before.get(id) ?? value]));
    let count = 0;
    for (const { field, id } of fieldsOf(form)) {
      if (!kept.has(id) || valueOf(field) === kept.get(id) || valueOf(field) !== shown.get(id)) continue;
      setValue(field, kept.get(id));
      count += 1;
      if (field.type !== "hidden" && !field.dataset.combobox) field.dispatchEvent(new Event(isTick(field) || field.matches("select") ? "change" : "input", { bubbles: true }));
    }
    keep();
    if (key && sent) key.value = sent;
    const isOlder = content.version !== undefined && content.version !== form.elements.version?.value;
    if (count) osler.toast?.(isOlder ? osler.words.restoredOlder : osler.words.restored);
  };

  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  form.addEventListener("osler:chosen", touched);
  form.addEventListener("submit", () => { isSent = true; keep(); });
  const isOurs = ({ requestConfig, elt }) => requestConfig.verb !== "get" && elt === form;
  // Before the swap: the form that comes with it looks for a draft at once.
  form.addEventListener("htmx:beforeOnLoad", ({ detail }) => {
    if (isOurs(detail) && detail.xhr.status < 400) osler.drafts.forget(place);
  });
  form.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!isOurs(detail)) return;
    isSent = false;
    if (!detail.successful && form.isConnected) keep();
  });
  addEventListener("pageshow", ({ persisted }) => { if (persisted) isSent = false; });
  osler.drafts.read(place).then((kept) => { if (kept) giveBack(kept); });
});

const guarded = () => [...document.querySelectorAll("form[data-guard][data-dirty]")];
addEventListener("beforeunload", (event) => { if (guarded().some((form) => !form.dataset.autosave)) event.preventDefault(); });
document.addEventListener("osler:dirty", () => {
  const count = document.querySelectorAll("form[data-dirty]").length;
  for (const badge of document.querySelectorAll("[data-unsaved]")) badge.hidden = count === 0;
});
