/* Keys of the page: / finds, ? lists, Ctrl+S saves, and one letter presses what carries it as data-key; what a
   script of its own listens to stands in the list by data-keys. */
const shortcuts = document.getElementById("shortcuts");

const press = (key) => {
  const modal = document.querySelector("dialog[open]");
  const found = [...(modal ?? document).querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find((element) => element.offsetParent && !element.disabled);
  if (!found) return false;
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(found.tagName)) found.focus();
  else found.click();
  return true;
};

const listPageKeys = () => {
  const list = shortcuts?.querySelector("[data-page-shortcuts]");
  if (!list) return;
  list.replaceChildren();
  for (const element of document.querySelectorAll("[data-key], [data-keys]")) {
    const name = element.dataset.keyName || element.getAttribute("aria-label") || element.textContent.trim();
    const term = Object.assign(document.createElement("dt"), { textContent: name });
    const detail = document.createElement("dd");
    detail.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.keys ?? element.dataset.key.toUpperCase() }));
    list.append(term, detail);
  }
  list.hidden = !list.children.length;
};
const showShortcuts = () => {
  listPageKeys();
  shortcuts?.showModal();
};
osler.on("click", "[data-shortcuts]", showShortcuts);

/* A scanner types a whole code faster than fingers do, then Enter: the code is looked up from any page.
   A letter by itself is a shortcut once nothing follows it at that speed. */
const AT_ONCE = 50;
const SHORTEST_CODE = 5;
let burst = "";
let typedAt = 0;
let shortcut = 0;

const scanned = (event) => {
  clearTimeout(shortcut);
  const isFast = event.timeStamp - typedAt < AT_ONCE;
  typedAt = event.timeStamp;
  if (event.key === "Enter" && isFast && burst.length >= SHORTEST_CODE) {
    const place = document.querySelector("[data-scan]")?.dataset.scan;
    if (place) location.assign(`${place}?code=${encodeURIComponent(burst)}`);
    burst = "";
    return Boolean(place);
  }
  burst = event.key.length === 1 ? (isFast ? burst : "") + event.key : "";
  return false;
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "s") {
    const form = document.activeElement?.closest?.("form[data-autosave], form[method=post]") ?? document.querySelector("form[data-autosave]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.autosave) form.dispatchEvent(new CustomEvent("osler:save"));
    else form.requestSubmit();
    return;
  }
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || osler.isTyping(event.target)) return;
  if (scanned(event)) {
    event.preventDefault();
    return;
  }
  if (event.key === "/" && !document.querySelector("dialog[open]")) {
    const search = document.getElementById("search-q");
    if (search) event.preventDefault();
    search?.focus();
    search?.select();
  } else if (event.key === "?" && !shortcuts?.open) {
    event.preventDefault();
    showShortcuts();
  } else if (event.key.length === 1 && burst.length === 1) {
    shortcut = setTimeout(() => press(event.key.toLowerCase()), AT_ONCE);
  }
});
