/* A form with data-photo: the camera, a picture dropped or chosen, and the square that is kept of it.
   What is sent is the file itself and the place of the square; without this script the middle is taken. */
const LARGEST_SENT = 3_000_000;
const LONGEST_SENT = 2000;

osler.bind("form[data-photo]", (form) => {
  const part = (name) => form.querySelector(`[data-photo-${name}]`);
  const [stage, video, canvas, range] = ["stage", "video", "canvas", "range"].map(part);
  const input = form.elements.photo;
  const pen = canvas.getContext("2d");
  let picture = null, stream = null;
  const square = { x: 0, y: 0, zoom: 1 };

  const show = (names) => {
    for (const name of ["stage", "video", "canvas", "zoom", "shoot", "start", "again", "save", "hint", "field"]) part(name).hidden = !names.includes(name);
  };
  const canFilm = Boolean(navigator.mediaDevices?.getUserMedia);
  const rest = () => show(["hint", "field", ...(canFilm ? ["start"] : [])]);
  const stop = () => {
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = video.srcObject = null;
  };
  const warn = (name, is) => { part(name).hidden = !is; };

  const edge = () => Math.min(picture.width, picture.height) / square.zoom;
  const draw = () => {
    const side = edge();
    square.x = Math.min(Math.max(square.x, 0), picture.width - side);
    square.y = Math.min(Math.max(square.y, 0), picture.height - side);
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, square.x, square.y, side, side, 0, 0, canvas.width, canvas.height);
    form.elements.left.value = (square.x / picture.width).toFixed(5);
    form.elements.top.value = (square.y / picture.height).toFixed(5);
    form.elements.side.value = (1 / square.zoom).toFixed(5);
  };
  const move = (x, y) => { square.x += x; square.y += y; draw(); };
  const scale = (zoom) => {
    const before = edge();
    square.zoom = Math.min(Math.max(zoom, 1), 4);
    range.value = Math.round(square.zoom * 100);
    const change = (before - edge()) / 2;
    move(change, change);
  };

  const given = (file) => {
    const list = new DataTransfer();
    list.items.add(file);
    input.files = list.files;
  };
  const smaller = async (file) => {
    if (file.size <= LARGEST_SENT) return;
    const share = Math.min(1, LONGEST_SENT / Math.max(picture.width, picture.height));
    const sheet = new OffscreenCanvas(Math.round(picture.width * share), Math.round(picture.height * share));
    sheet.getContext("2d").drawImage(picture, 0, 0, sheet.width, sheet.height);
    given(new File([await sheet.convertToBlob({ type: "image/jpeg", quality: 0.9 })], "photo.jpeg", { type: "image/jpeg" }));
  };
  const read = async (file) => {
    stop();
    warn("refused", false);
    try {
      picture = await createImageBitmap(file);
    } catch {
      warn("unread", true);
      input.value = "";
      return rest();
    }
    warn("unread", false);
    await smaller(file);
    Object.assign(square, { zoom: 1, x: (picture.width - Math.min(picture.width, picture.height)) / 2, y: (picture.height - Math.min(picture.width, picture.height)) / 3 });
    range.value = 100;
    show(["stage", "canvas", "zoom", "save", "again"]);
    draw();
    form.toggleAttribute("data-dirty", true);
  };

  const film = async () => {
    warn("refused", false);
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 960 } } });
    } catch {
      warn("refused", true);
      return rest();
    }
    if (!form.isConnected) return stop();
    video.srcObject = stream;
    show(["stage", "video", "again"]);
    try {
      await video.play();
    } catch {
      return; // stopped before its first picture
    }
    show(["stage", "video", "shoot", "again"]); // there is a picture to take
    part("shoot").focus();
  };
  const shoot = async () => {
    const sheet = new OffscreenCanvas(video.videoWidth, video.videoHeight);
    sheet.getContext("2d").drawImage(video, 0, 0);
    const file = new File([await sheet.convertToBlob({ type: "image/jpeg", quality: 0.92 })], "photo.jpeg", { type: "image/jpeg" });
    given(file);
    await read(file);
    part("save").focus();
  };

  part("start").addEventListener("click", film);
  part("shoot").addEventListener("click", shoot);
  part("again").addEventListener("click", () => {
    const wasFilmed = stream || input.files[0]?.name === "photo.jpeg";
    stop();
    input.value = "";
    form.toggleAttribute("data-dirty", false);
    for (const name of ["left", "top", "side"]) form.elements[name].value = "";
    if (wasFilmed && picture && canFilm) { picture = null; return film(); }
    picture = null;
    rest();
  });
  input.addEventListener("change", () => { if (input.files[0]) read(input.files[0]); });
  range.addEventListener("input", () => scale(range.value / 100));
  canvas.addEventListener("keydown", (event) => {
    const step = edge() / 25;
    const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
    if (moves[event.key]) move(...moves[event.key]);
    else if (event.key === "+" || event.key === "=") scale(square.zoom + 0.1);
    else if (event.key === "-") scale(square.zoom - 0.1);
    else return;
    event.preventDefault();
  });
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    const share = edge() / canvas.clientWidth;
    move(-event.movementX * share, -event.movementY * share);
  });

  const drop = part("drop");
  for (const type of ["dragenter", "dragover"]) drop.addEventListener(type, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("is-over");
    const file = event.dataTransfer.files[0];
    if (!file) return;
    given(file);
    read(file);
  });
  form.addEventListener("submit", () => { stop(); form.toggleAttribute("data-dirty", false); });
  addEventListener("pagehide", stop);
  input.removeAttribute("capture");
  rest();
});
