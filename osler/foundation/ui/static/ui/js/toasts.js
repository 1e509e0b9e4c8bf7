/* Toasts: six seconds, ten when something can be undone; they wait while the pointer or focus is on them. */
const region = document.getElementById("toasts");

const leave = (toast) => toast.remove();

osler.bind("[data-toast]", (toast) => {
  const length = toast.querySelector("[data-undo]") ? 10_000 : 6_000;
  let timer = setTimeout(leave, length, toast);
  const wait = () => clearTimeout(timer);
  const goOn = () => { clearTimeout(timer); timer = setTimeout(leave, length / 2, toast); };
  toast.addEventListener("pointerenter", wait);
  toast.addEventListener("focusin", wait);
  toast.addEventListener("pointerleave", goOn);
  toast.addEventListener("focusout", goOn);
});
osler.on("click", "[data-toast-close]", (button) => leave(button.closest("[data-toast]")));

const hidden = (form, name, value) => {
  if (form.elements[name]) return;
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name, value });
  form.append(input);
};
osler.on("submit", "[data-undo]", (form) => {
  hidden(form, "csrfmiddlewaretoken", osler.csrf());
  hidden(form, "next", location.pathname + location.search);
});

osler.toast = (text, { tone = "" } = {}) => {
  const toast = document.createElement("div");
  toast.className = `toast${tone ? ` is-${tone}` : ""}`;
  toast.dataset.toast = "";
  toast.append(Object.assign(document.createElement("span"), { textContent: text }));
  const close = Object.assign(document.createElement("button"), { type: "button", textContent: osler.words.close });
  close.className = "button button-quiet button-small";
  close.dataset.toastClose = "";
  toast.append(close);
  region?.append(toast);
  toast.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true }));
};
