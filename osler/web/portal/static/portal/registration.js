/* Questions that count only after another answer are shown only then; a signature is drawn with finger, pen or mouse. */
osler.bind("[data-asked-if]", (part) => {
  const [name, wanted] = part.dataset.askedIf.split("=");
  const form = part.closest("form");
  const look = () => {
    const said = new FormData(form).get(name);
    part.hidden = said !== wanted;
  };
  form.addEventListener("change", look);
  look();
});

osler.bind("[data-signature]", (part) => {
  const pad = part.querySelector("svg");
  const path = pad.querySelector("path");
  const kept = part.querySelector("input");
  const MOST = 11_000;
  let stroke = "";
  part.hidden = false;
  kept.value ||= path.getAttribute("d");

  const place = ({ clientX, clientY }) => {
    const box = pad.getBoundingClientRect();
    const within = (share, most) => Math.round(Math.min(Math.max(share, 0), 1) * most);
    return `${within((clientX - box.left) / box.width, 600)} ${within((clientY - box.top) / box.height, 200)}`;
  };
  pad.addEventListener("pointerdown", (event) => {
    if (kept.value.length > MOST) return;
    pad.setPointerCapture(event.pointerId);
    stroke = `M${place(event)}`;
    event.preventDefault();
  });
  pad.addEventListener("pointermove", (event) => {
    if (!stroke || kept.value.length + stroke.length > MOST) return;
    const next = `L${place(event)}`;
    if (!stroke.endsWith(next)) stroke += next;
    path.setAttribute("d", kept.value + stroke);
  });
  const lift = () => {
    if (stroke.includes("L")) kept.value += stroke;
    stroke = "";
    path.setAttribute("d", kept.value);
  };
  pad.addEventListener("pointerup", lift);
  pad.addEventListener("pointercancel", lift);
  part.querySelector("[data-signature-clear]").addEventListener("click", () => {
    kept.value = stroke = "";
    path.setAttribute("d", "");
  });
});

/* Once is enough: a second press of the last button does nothing. */
osler.bind("form[data-once]", (form) => {
  let isSent = false;
  form.addEventListener("submit", (event) => {
    if (isSent) event.preventDefault();
    isSent = true;
  });
  addEventListener("pageshow", () => { isSent = false; });
});
