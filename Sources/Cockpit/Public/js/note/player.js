// The player: plays, jumps, and tells where it is.
const speeds = [1, 1.25, 1.5, 2, 0.75];
let box = null;
let audio = null;
const part = (name) => box.querySelector(`[data-${name}]`);
const watchers = [];
let end = 0;
let bars = [];
let past = 0;

/** Whether there is anything to play. */
export const canPlay = () => Boolean(box);
/** Calls `watcher(seconds)` as the place changes. */
export const onPlace = (watcher) => watchers.push(watcher);
export const place = () => audio?.currentTime ?? 0;

/** `1:05` */
export const clock = (seconds) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/** Plays from a place; up to another where one is given. */
export function playFrom(seconds) {
  if (!audio) return;
  audio.currentTime = Math.max(0, Math.min(end, seconds));
  audio.play().catch(failed);
  show();
}

export function jump(seconds) {
  if (!audio) return;
  audio.currentTime = Math.max(0, Math.min(end, audio.currentTime + seconds));
  show();
}

export function toggle() {
  if (!audio) return;
  if (audio.paused) audio.play().catch(failed);
  else audio.pause();
}

function failed(error) {
  if (error.name === "AbortError") return;
  part("now").textContent = "This recording can't be played now. It is kept.";
}

function show() {
  const now = audio.currentTime;
  const seek = part("seek");
  if (document.activeElement !== seek || !audio.paused) seek.value = now;
  seek.setAttribute("aria-valuetext", `${Math.round(now)} seconds of ${Math.round(end)}`);
  part("now").textContent = clock(now);
  const share = end ? now / end : 0;
  box.querySelector(".head-line").setAttribute("x", (share * 717).toFixed(1));
  const reached = Math.round(share * bars.length);
  for (let i = Math.min(past, reached); i < Math.max(past, reached); i++) {
    bars[i].setAttribute("class", i < reached ? "past" : "next");
  }
  past = reached;
  for (const watcher of watchers) watcher(now);
}

function follow() {
  show();
  if (!audio.paused) requestAnimationFrame(follow);
}

function look() {
  const button = part("play");
  button.querySelector("use").setAttribute("href", audio.paused ? "#i-play" : "#i-pause");
  button.querySelector(".hide").textContent = audio.paused ? "Play" : "Pause";
  if (!audio.paused) requestAnimationFrame(follow);
}

function setSpeed(speed) {
  audio.playbackRate = speed;
  part("speed").firstElementChild.textContent = `${speed}×`;
  try { localStorage.setItem("fieldos-speed", speed); } catch { /* not remembered */ }
}

async function draw() {
  const reply = await fetch(box.dataset.wave, { headers: { Accept: "application/json" } });
  if (!reply.ok) return;
  const wave = await reply.json();
  wave.bars.forEach((loud, i) => {
    const height = Math.max(3, (loud / 255) * 42);
    bars[i]?.setAttribute("y", (35 - height / 2).toFixed(1));
    bars[i]?.setAttribute("height", height.toFixed(1));
  });
}

/** Takes up the player of the page; again once there is one. */
export function readPlayer() {
  if (box) return;
  box = document.querySelector("[data-player]");
  if (!box) return;
  audio = new Audio();
  end = Number(box.dataset.seconds);
  bars = [...box.querySelectorAll(".next")];
  audio.preload = box.dataset.preload;
  audio.src = box.dataset.src;
  audio.addEventListener("loadedmetadata", () => {
    if (!Number.isFinite(audio.duration)) return;
    end = audio.duration;
    part("seek").max = end;
  });
  for (const kind of ["play", "pause", "ended"]) audio.addEventListener(kind, look);
  audio.addEventListener("seeked", show);
  audio.addEventListener("error", () => failed(audio.error ?? {}));
  part("play").addEventListener("click", toggle);
  part("seek").addEventListener("input", ({ target }) => { audio.currentTime = Number(target.value); show(); });
  for (const button of box.querySelectorAll("[data-jump]")) {
    button.addEventListener("click", () => jump(Number(button.dataset.jump)));
  }
  part("speed").addEventListener("click", () => {
    setSpeed(speeds[(speeds.indexOf(audio.playbackRate) + 1) % speeds.length]);
  });
  const kept = Number(localStorage.getItem("fieldos-speed"));
  if (speeds.includes(kept)) { audio.defaultPlaybackRate = kept; setSpeed(kept); }
  if (box.dataset.wave) draw().catch(() => {});
}

readPlayer();
