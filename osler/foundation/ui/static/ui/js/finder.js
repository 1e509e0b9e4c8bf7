/* Finding patients, pages and actions: the palette (Ctrl+K), and the list under the search box. */
const choose = (list, input, step) => {
  const options = [...list.querySelectorAll("[role=option]:not([hidden])")];
  const now = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  const first = options.findIndex((option) => !("lastResort" in option.dataset));
  const next = options[step === "first" ? Math.max(first, 0) : (now + step + options.length) % options.length];
  for (const option of list.querySelectorAll("[aria-selected=true]")) option.setAttribute("aria-selected", "false");
  next?.setAttribute("aria-selected", "true");
  next?.scrollIntoView({ block: "nearest" });
  if (next) input.setAttribute("aria-activedescendant", next.id ||= `found-${crypto.randomUUID()}`);
  else input.removeAttribute("aria-activedescendant");
};
const chosen = (list) => list.querySelector("[role=option][aria-selected=true]:not([hidden])");

const finder = ({ input, list, found, url, onFound = () => {}, selectsFirst }) => {
  let pending, timer;
  const ask = async () => {
    pending?.abort();
    const text = input.value.trim();
    if (text.length < 2) {
      found.replaceChildren();
      return onFound(text);
    }
    pending = new AbortController();
    try {
      const headers = { "HX-Request": "true", "HX-Target": "palette-found" };
      const answer = await osler.send(`${url}?q=${encodeURIComponent(text)}`, { method: "GET", headers, signal: pending.signal });
      if (answer.ok) found.innerHTML = await answer.text();
    } catch (error) {
      if (error.name === "AbortError") return;
    }
    onFound(text);
    if (selectsFirst) choose(list, input, "first");
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, 90);
    onFound(input.value.trim(), true);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(list, input, event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && chosen(list)) {
      event.preventDefault();
      const link = chosen(list);
      if (event.ctrlKey || event.metaKey) open(link.href, "_blank");
      else link.click();
    }
  });
  return { clear: () => { pending?.abort(); found.replaceChildren(); input.removeAttribute("aria-activedescendant"); } };
};

const palette = document.getElementById("palette");
if (palette) {
  const input = palette.querySelector("[data-palette-input]");
  const list = document.getElementById("palette-list");
  const places = document.getElementById("palette-places");
  const narrow = (text) => {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const place of places.querySelectorAll("[role=option]")) {
      place.hidden = !words.every((word) => place.textContent.toLowerCase().includes(word));
      shown += place.hidden ? 0 : 1;
    }
    places.hidden = !shown;
    choose(list, input, "first");
  };
  const { clear } = finder({ input, list, found: document.getElementById("palette-found"), url: input.dataset.url, onFound: narrow, selectsFirst: true });
  const openPalette = () => {
    input.value = "";
    clear();
    palette.showModal();
    narrow("");
  };
  document.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (palette.open) palette.close();
    else openPalette();
  });
  osler.on("click", "[data-palette]", openPalette);
}

osler.bind("form[data-search]", (form) => {
  const input = form.querySelector("input[type=search]");
  const list = Object.assign(document.createElement("div"), { className: "combobox-list search-list", id: "search-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
  form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  const setOpen = (isOpen) => { list.hidden = !isOpen; input.setAttribute("aria-expanded", String(isOpen)); };
  finder({ input, list, found: list, url: form.action, onFound: (text, isEarly) => isEarly || setOpen(text.length > 1 && list.childElementCount > 0) });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    if (list.hidden) input.blur();
    setOpen(false);
  });
  form.addEventListener("focusout", (event) => { if (!form.contains(event.relatedTarget)) setTimeout(setOpen, 120, false); });
  input.addEventListener("focus", () => setOpen(list.childElementCount > 0 && input.value.length > 1));
});
