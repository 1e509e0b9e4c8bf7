/* Dialogs and sheets are native <dialog>s. `data-dialog` opens, `data-close` closes, a click beside closes. */
osler.on("click", "[data-dialog]", (button) => {
  const dialog = document.getElementById(button.dataset.dialog);
  if (dialog && !dialog.open) dialog.showModal();
});
osler.on("click", "[data-close]", (button, event) => {
  const dialog = button.closest("dialog");
  if (!dialog) return;
  event.preventDefault();
  dialog.close();
});
document.addEventListener("pointerdown", (event) => {
  if (event.target.tagName !== "DIALOG" || event.target.id === "session-end") return;
  const box = event.target.getBoundingClientRect();
  const isOutside = event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
  if (isOutside && !event.target.querySelector("[data-dirty]")) event.target.close();
});
osler.bind("dialog[data-open]", (dialog) => {
  if (dialog.open) dialog.close();
  dialog.showModal();
});
/* Where the bench lies over the page (narrow screens), it begins lowered. */
osler.bind("[data-bench-low]", (button) => {
  if (!matchMedia("(max-width: 67.99rem)").matches || button.closest(".bench").contains(document.activeElement)) return;
  button.closest(".bench").classList.add("is-low");
  button.setAttribute("aria-expanded", "false");
});
osler.on("click", "[data-bench-low]", (button) => {
  const isLow = button.closest(".bench").classList.toggle("is-low");
  button.setAttribute("aria-expanded", String(!isLow));
});

/* Menus: arrows move, a choice closes; where the browser cannot anchor, the place is computed. */
const items = (menu) => [...menu.querySelectorAll(".menu-item:not([disabled])")];
const canAnchor = CSS.supports("position-area", "block-end span-inline-start");

document.addEventListener("toggle", (event) => {
  const menu = event.target;
  if (!menu.matches?.(".menu[popover]") || event.newState !== "open") return;
  const opener = document.querySelector(`[popovertarget="${menu.id}"]`);
  if (!canAnchor && opener) {
    const at = opener.getBoundingClientRect();
    const below = at.bottom + 4 + menu.offsetHeight < innerHeight;
    menu.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - menu.offsetHeight - 4)}px`;
    menu.style.left = `${Math.max(8, Math.min(innerWidth - menu.offsetWidth - 8, menu.classList.contains("is-start") ? at.left : at.right - menu.offsetWidth))}px`;
  }
}, true);

document.addEventListener("keydown", (event) => {
  const opener = event.target.closest?.("[popovertarget]");
  if (opener && event.key === "ArrowDown") {
    const menu = document.getElementById(opener.getAttribute("popovertarget"));
    event.preventDefault();
    menu?.showPopover();
    items(menu)[0]?.focus();
    return;
  }
  const menu = event.target.closest?.(".menu[popover]");
  if (!menu || !["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  event.preventDefault();
  const all = items(menu);
  const now = all.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: all.length - 1 }[event.key];
  all[(next + all.length) % all.length]?.focus();
});
osler.on("click", ".menu[popover] .menu-item", (item) => {
  if (item.hasAttribute("popovertarget")) return;
  const menu = item.closest(".menu");
  // A form in a menu is sent first: who loses the focus is not the button that has sent it.
  if (item.type === "submit" && menu.contains(item.form)) setTimeout(() => menu.isConnected && menu.hidePopover());
  else menu.hidePopover();
});
