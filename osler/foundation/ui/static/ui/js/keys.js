/* Keys of the page: / finds, ? lists, Ctrl+S saves, and one letter presses what carries it as data-key. */
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
  for (const element of document.querySelectorAll("[data-key]")) {
    const name = element.dataset.keyName || element.getAttribute("aria-label") || element.textContent.trim();
    const term = Object.assign(document.createElement("dt"), { textContent: name });
    const detail = document.createElement("dd");
    detail.append(Object.assign(document.createElement("kbd"), { textContent: element.dataset.key.toUpperCase() }));
    list.append(term, detail);
  }
  list.hidden = !list.children.length;
};
const showShortcuts = () => {
  listPageKeys();
  shortcuts?.showModal();
};
osler.on("click", "[data-shortcuts]", showShortcuts);

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
  if (event.key === "/" && !document.querySelector("dialog[open]")) {
    const search = document.getElementById("search-q");
    if (search) event.preventDefault();
    search?.focus();
    search?.select();
  } else if (event.key === "?" && !shortcuts?.open) {
    event.preventDefault();
    showShortcuts();
  } else if (event.key.length === 1 && press(event.key.toLowerCase())) {
    event.preventDefault();
  }
});
