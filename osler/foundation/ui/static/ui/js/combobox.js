/* A text input whose answers come from the server (ARIA 1.2 combobox); plain text without scripts. */
let count = 0;

osler.bind("input[data-combobox]", (input) => {
  const list = document.createElement("ul");
  list.className = "combobox-list";
  list.id = `${input.id || "combobox"}-list-${++count}`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent.trim() ?? input.name);
  const holder = Object.assign(document.createElement("div"), { className: "combobox" });
  const isInUse = document.activeElement === input;
  input.replaceWith(holder);
  holder.append(input, list);
  if (isInUse) input.focus({ preventScroll: true }); // it was moved
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);

  const code = input.dataset.comboboxCode && input.form?.elements[input.dataset.comboboxCode];
  const other = input.dataset.comboboxFills && input.form?.elements[input.dataset.comboboxFills];
  const options = () => [...list.querySelectorAll("[role=option]")];
  const selected = () => list.querySelector("[aria-selected=true]");
  let timer, pending, filled, settled = input.value;

  const setOpen = (isOpen) => {
    list.hidden = !isOpen;
    input.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) list.scrollIntoView({ block: "nearest" });
    else input.removeAttribute("aria-activedescendant");
  };
  const point = (option) => {
    selected()?.setAttribute("aria-selected", "false");
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const take = (option) => {
    input.value = settled = option.dataset.text ?? option.textContent.trim();
    if (code) code.value = option.dataset.code ?? "";
    if (other && (!other.value || other.value === filled)) other.value = filled = option.dataset.detail ?? "";
    setOpen(false);
    const detail = { ...option.dataset };
    input.dispatchEvent(new Event("change", { bubbles: true }));
    input.dispatchEvent(new CustomEvent("osler:chosen", { bubbles: true, detail }));
  };
  const ask = async () => {
    pending?.abort();
    if (!input.value.trim()) return setOpen(false);
    pending = new AbortController();
    const url = new URL(input.dataset.combobox, location.href);
    url.searchParams.set("q", input.value);
    try {
      const answer = await osler.send(url, { method: "GET", headers: { "HX-Request": "true" }, signal: pending.signal });
      if (!answer.ok) return;
      list.innerHTML = await answer.text();
    } catch (error) {
      return;
    }
    if (!options().length) list.replaceChildren(Object.assign(document.createElement("li"), { className: "none", textContent: osler.words.nothing }));
    options().forEach((option, place) => { option.id ||= `${list.id}-${place}`; });
    setOpen(document.activeElement === input);
    point(options()[0]);
  };

  input.addEventListener("input", () => {
    if (code && input.value !== settled) code.value = "";
    clearTimeout(timer);
    timer = setTimeout(ask, 80);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const now = all.indexOf(selected());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      clearTimeout(timer); // whoever walks the list chooses from what is shown: no later answer moves it
      if (list.hidden) return ask();
      pending?.abort();
      point(all[(now + (event.key === "ArrowDown" ? 1 : -1) + all.length) % all.length]);
    } else if (event.key === "Enter" && !list.hidden && selected()) {
      event.preventDefault();
      take(selected());
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === "Tab") setOpen(false);
  });
  list.addEventListener("pointermove", (event) => {
    const option = event.target.closest("[role=option]");
    if (option && option !== selected()) point(option);
  });
  list.addEventListener("pointerdown", (event) => {
    const option = event.target.closest("[role=option]");
    event.preventDefault();
    if (option) take(option);
  });
  input.addEventListener("blur", () => setTimeout(() => document.activeElement === input || setOpen(false), 100));
});
