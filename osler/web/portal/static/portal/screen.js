/* Fetches the calls every three seconds, says so when they may be old, and sounds for a new one if it was asked to.
   Written for the browsers of old televisions: no module, no arrow, no promise. */
(function () {
  var PERIOD = 3000;
  var OLD = 15000;
  var calls = document.getElementById("calls");
  var lost = document.getElementById("lost");
  var sound = document.getElementById("sound");
  var said = document.getElementById("said");
  var Audio = window.AudioContext || window.webkitAudioContext;
  var player = null;
  var seenAt = new Date().getTime();
  var known = keys();

  function keys() {
    var found = {};
    var rows = calls.querySelectorAll("[data-call]");
    for (var place = 0; place < rows.length; place += 1) found[rows[place].getAttribute("data-call")] = rows[place].cells[0].textContent + " " + rows[place].cells[1].textContent;
    return found;
  }

  function chime() {
    [660, 880].forEach(function (pitch, place) {
      var tone = player.createOscillator();
      var volume = player.createGain();
      var begins = player.currentTime + place * 0.35;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.25, begins);
      volume.gain.exponentialRampToValueAtTime(0.001, begins + 0.6);
      tone.connect(volume);
      volume.connect(player.destination);
      tone.start(begins);
      tone.stop(begins + 0.6);
    });
  }

  function show(text) {
    var before = known;
    calls.innerHTML = text;
    known = keys();
    seenAt = new Date().getTime();
    lost.hidden = true;
    var fresh = Object.keys(known).filter(function (key) { return !before[key]; });
    if (fresh.length) said.textContent = fresh.map(function (key) { return known[key]; }).join(", ");
    if (fresh.length && player && sound.getAttribute("aria-pressed") === "true") chime();
  }

  function ask() {
    var request = new XMLHttpRequest();
    request.open("GET", calls.getAttribute("data-url"));
    request.timeout = 5000;
    request.onload = function () {
      if (request.status === 200) show(request.responseText);
      else if (request.status === 404) location.reload();
    };
    request.onloadend = function () { setTimeout(ask, PERIOD); };
    request.send();
  }

  if (Audio) {
    sound.hidden = false;
    sound.addEventListener("click", function () {
      var isOn = sound.getAttribute("aria-pressed") !== "true";
      player = player || new Audio();
      sound.setAttribute("aria-pressed", String(isOn));
      sound.textContent = sound.getAttribute(isOn ? "data-on" : "data-off");
      if (isOn) chime();
    });
  }
  setTimeout(ask, PERIOD);
  setInterval(function () { if (new Date().getTime() - seenAt > OLD) lost.hidden = false; }, 1000);
}());
