/* htmx: the form token on each request, refusals beside the form that was sent, failures as a toast. */
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = osler.csrf();
});

const refusalPlace = (source) => {
  if (source.closest(".menu[popover]")) return null; // it is closed by now: a toast says it
  const form = source.closest("form, dialog, .bench, .section");
  return form?.querySelector(".dialog-body, .bench-body") ?? form;
};

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.xhr.status < 400 || !detail.serverResponse.includes("data-refusal")) return;
  detail.shouldSwap = false;
  detail.isError = false;
  const holder = document.createElement("template");
  holder.innerHTML = detail.serverResponse;
  const notice = holder.content.querySelector("[data-refusal]");
  const place = refusalPlace(detail.requestConfig.elt);
  if (!place) return osler.toast(notice.textContent.trim(), { tone: "danger" });
  place.querySelector("[data-refusal]")?.remove();
  notice.tabIndex = -1;
  place.prepend(notice);
  notice.focus({ preventScroll: false });
});

document.addEventListener("htmx:responseError", ({ detail }) => {
  const reference = detail.xhr.getResponseHeader("X-Request-Id");
  const words = detail.xhr.status === 503 ? osler.words.away : osler.words.failed;
  osler.toast(words + (reference ? ` ${osler.words.reference} ${reference}` : ""), { tone: "danger" });
});
document.addEventListener("htmx:sendError", () => osler.toast(osler.words.offline, { tone: "danger" }));
document.addEventListener("htmx:timeout", () => osler.toast(osler.words.offline, { tone: "danger" }));

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.requestConfig.headers["X-Live"]) return;
  detail.target?.classList.add("is-waiting");
  detail.target?.setAttribute("aria-busy", "true");
});
document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.requestConfig?.headers["X-Live"]) return;
  for (const element of [detail.target, detail.requestConfig?.target]) { // an answer may go elsewhere than was asked
    element?.classList.remove("is-waiting");
    element?.removeAttribute("aria-busy");
  }
});
document.addEventListener("htmx:afterSettle", ({ target }) => {
  target.querySelector?.("[data-error-summary]")?.focus();
});
osler.bind("[data-error-summary]", (summary) => summary.focus());
