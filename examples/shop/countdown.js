// Shows how long the session still lasts, once that is worth a warning, and a button to stay. The
// server says how long; the clock of this computer may be wrong, so only spans are used.
"use strict";

const box = document.getElementById("ending");
const left = document.getElementById("ending-left");
const said = document.getElementById("ending-said");
let timer;

async function ask() {
  clearInterval(timer);
  const answer = await fetch("/session", { headers: { accept: "application/json" } });
  if (!answer.ok) {
    timer = setTimeout(ask, 30_000);
    return;
  }
  const { standing, idle, absolute, warn } = await answer.json();
  if (standing !== "user") {
    end(box.hidden ? "" : "Your session has ended.");
    return;
  }
  if (warn > 0) {
    box.hidden = true;
    // Another tab may stay in use meanwhile: ask again then. Timers go no further than 24 days.
    timer = setTimeout(ask, Math.min(warn, 86_400) * 1000 + 200);
    return;
  }
  const end_at = performance.now() + Math.min(idle, absolute) * 1000;
  // Once: a screen reader must not hear every second.
  const words = idle < absolute ? "Your session ends soon." : "You must log in again soon.";
  if (said.textContent !== words) said.textContent = words;
  document.getElementById("ending-stay").hidden = absolute <= idle;
  box.hidden = false;
  show(end_at);
  timer = setInterval(() => {
    // Now and then: another tab may have stayed.
    if (show(end_at) % 5 === 0) ask();
  }, 1000);
}

function show(end_at) {
  const seconds = Math.max(0, Math.round((end_at - performance.now()) / 1000));
  left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return seconds;
}

function end(words) {
  said.textContent = words;
  left.textContent = "";
  document.getElementById("ending-stay").hidden = true;
  box.hidden = words === "";
}

if (box) {
  ask();
  // A computer that slept runs no timers.
  document.addEventListener("visibilitychange", () => document.hidden || ask());
}
