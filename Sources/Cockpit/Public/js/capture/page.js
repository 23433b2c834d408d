// The recorder's page: one button, and where what was spoken is. The words of each state are in the page.
import { announce } from "/js/toast.js";
import { Recorder } from "./recorder.js";
import { begin, change, clock, find, hear, newID, owner, tell } from "./store.js";
import "./upload.js";
import "./waiting.js";

const root = document.querySelector("[data-capture]");
const part = (name) => root.querySelector(`[data-${name}]`);
const fill = (name, text) => { for (const at of root.querySelectorAll(`[data-${name}]`)) at.textContent = text; };
const query = new URLSearchParams(location.search);
const bars = part("bars")?.children;
let state = "ready", net = "ok", kept = 0, recorder, recording, release, lamp;

/** Shows what is for `state`, or for `state-net`; says it once. */
function show(next = state) {
  const isNew = next !== state;
  root.dataset.state = state = next;
  const names = [state, `${state}-${kept ? net : "new"}`];
  for (const one of root.querySelectorAll("[data-when]")) {
    one.hidden = !one.dataset.when.split(" ").some((name) => names.includes(name));
  }
  part("main").disabled = !["ready", "live", "paused", "lost", "denied"].includes(state);
  fill("at", clock(recorder?.seconds ?? recording?.frames / 16000));
  document.title = `${state === "live" ? "● Recording" : "Record"} · FieldOS`;
  if (isNew) announce(part("safe").innerText);
}

// Level: 32 bars from −60 dBFS up, and a verdict that stays until another is true.
const last = { quiet: 0, sound: 0, peak: 0, loud: -9 };
let top = 0;
function level(peak, power) {
  const now = recorder.seconds;
  const on = Math.max(0, Math.min(32, Math.round((20 * Math.log10(peak || 1e-9) + 60) * 32 / 60)));
  if (on >= top || now - last.peak > 1) [top, last.peak] = [on, now];
  for (let i = 0; i < 32; i++) {
    const look = i < on ? "on" : i === top - 1 ? "peak" : "";
    if (bars[i].getAttribute("class") !== look) bars[i].setAttribute("class", look);
  }
  if (peak > 0) last.sound = now;
  if (power > 1e-4) last.quiet = now;
  if (peak > 0.999) last.loud = now;
  const verdict = now - last.sound >= 3 ? "none" : now - last.loud < 1.5 ? "loud" : now - last.quiet >= 3 ? "quiet" : "good";
  for (const one of part("level").children) one.hidden = one.dataset.verdict !== verdict;
}

function heard(peak, power) {
  if (state === "asking") show("live");
  level(peak, power);
  const left = root.dataset.limit - recorder.seconds;
  fill("time", clock(recorder.seconds));
  fill("left", `${clock(Math.max(0, left))} left`);
  part("left").classList.toggle("soon", left <= 30);
  if (left <= 0 && state === "live") close("limit");
}

async function room() {
  const { quota = Infinity, usage = 0 } = await navigator.storage?.estimate?.() ?? {};
  const minutes = Math.floor((quota - usage) / 2.4e6);
  fill("minutes", minutes);
  part("full").hidden = minutes >= 10;
}

/** One recording a browser: true where this tab may. */
const hold = (id) => new Promise((answer) => navigator.locks.request("fieldos-recording", { ifAvailable: true }, (lock) => {
  if (!lock) return answer(false);
  return navigator.locks.request(`fieldos-live-${id}`, () => new Promise((done) => { release = done; answer(true); }));
}));

async function agreed() {
  const key = `consent-${owner}`, sheet = part("consent");
  if (localStorage[key]) return true;
  sheet.showModal();
  await new Promise((done) => sheet.addEventListener("close", done, { once: true }));
  if (sheet.returnValue === "yes") localStorage[key] = Date.now();
  return sheet.returnValue === "yes";
}

async function record() {
  if (!(await agreed())) return;
  show("asking");
  recording ??= {
    id: newID(), note: newID(), contact: query.get("contact"), whom: part("whom").innerText, started: Date.now(),
    chunks: 0, frames: 0,
  };
  if (!release && !(await hold(recording.id))) return show("other");
  try {
    recording = await find(recording.id) ?? (await begin(recording), recording);
    kept = recording.chunks;
    recorder = new Recorder(recording, {
      heard,
      kept(count) { fill("kept", kept = count); show(); },
      lost() { recorder.release(); show("lost"); },
      full() { recorder.release(); show("full"); },
    });
    await recorder.start();
  } catch {
    release?.();
    release = null;
    return show("denied");
  }
  navigator.storage?.persist?.();
  room();
  lit();
}

async function lit() { lamp = await navigator.wakeLock?.request("screen").catch(() => null); }

async function close(next) {
  show(next);
  const { id } = recording;
  if (recorder && !(await recorder.release())) return show("full");
  await change(id, { closed: true });
  tell({ what: "closed", id });
  release?.();
  lamp?.release();
  await new Promise((done) => setTimeout(done, 1500));
  const row = await find(id);
  location.href = !row || (row.begun && net === "ok") ? `/notes/${(row ?? recording).note}` : `/waiting#${id}`;
}

async function press() {
  if (state === "live") return close("kept");
  if (state !== "paused" || !recorder) return record();
  recorder.resume();
  show("live");
}

async function pressSide() {
  if (state !== "live") return close("kept");
  await recorder.pause();
  show("paused");
}

hear((told) => {
  if (told.what === "focus" && state === "live") focus();
  if (told.what === "net") show((net = told.state, state));
  if (told.what === "sent" && told.id === recording?.id) fill("sent", told.sent);
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && state === "live") lit(); });
addEventListener("beforeunload", (event) => { if (["live", "full"].includes(state)) event.preventDefault(); });

if (bars) {
  part("main").onclick = press;
  part("side").onclick = pressSide;
  part("go").onclick = () => tell({ what: "focus" });
  fill("left", `${clock(root.dataset.limit)} left`);
  const whom = sessionStorage.record;
  delete sessionStorage.record;
  const contact = query.get("contact");
  if (contact && contact !== root.dataset.contact) fill("whom", whom || "The contact that you chose");
  recording = query.get("resume") ? await find(query.get("resume")) : null;
  if (recording) fill("time", clock(recording.frames / 16000));
  show(recording ? "paused" : "ready");
  if (whom !== undefined && !recording) record();
}
