/* Theme, row height and rail, remembered in cookies so that the next page is right from its first paint. */
const root = document.documentElement;
const settings = { theme: "themeChoice", density: "densityChoice" };

const show = () => {
  for (const [name, key] of Object.entries(settings)) {
    for (const button of document.querySelectorAll(`[data-${name}-choice]`)) {
      button.setAttribute("aria-pressed", String(button.dataset[key] === (root.dataset[name] ?? "")));
    }
  }
};

const set = (name, value) => {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  osler.remember(`osler_${name}`, value);
  const form = document.querySelector("form[data-preferences]");
  if (form && name !== "rail") osler.send(form.action, { body: new URLSearchParams({ [name]: value }) }).catch(() => {});
  show();
};

for (const [name, key] of Object.entries(settings)) {
  osler.on("click", `[data-${name}-choice]`, (button) => set(name, button.dataset[key]));
}
/* How high the patient's banner is: what sticks below it begins there. */
osler.bind(".patient-banner", (banner) => {
  const measure = () => { if (banner.isConnected) banner.parentElement.style.setProperty("--banner", `${banner.offsetHeight}px`); };
  new ResizeObserver(measure).observe(banner);
});

/* A strip of places that is wider than the screen begins where one stands. */
osler.bind(":is(.frame-nav, .tabs) [aria-current]", (here) => {
  const strip = here.closest(".frame-nav, .tabs");
  strip.scrollLeft = here.offsetLeft - (strip.clientWidth - here.offsetWidth) / 2;
});
osler.on("click", "[data-rail-fold]", () => set("rail", root.dataset.rail === "narrow" ? "" : "narrow"));
show();
