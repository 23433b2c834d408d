// The recorder's page: one button, and where what was spoken is. The words of each state stand in the page.
import { announce } from "/js/toast.js";
import { Recorder } from "./recorder.js";
import { begin, choose, clock, close, fill, find, hear, newID, owner, tell } from "./store.js";
import "./upload.js";
import { follow } from "./words.js";

const root = document.querySelector("[data-capture]");
const part = (name) => root.querySelector(`[data-${name}]`);
const query = new URLSearchParams(location.search), resumed = query.get("resume"), contact = query.get("contact");
const bars = part("bars")?.children;
let state = "ready", net = "ok", kept = 0, sent = 0, recorder, recording, release, ending, lamp;

/** Shows what is for `state`, or for `state-net`; says it once. */
function show(next = state) {
  const isNew = next !== state;
  root.dataset.state = state = next;
  choose(root, "when", [state, `${state}-${kept ? net : "new"}`]);
  part("main").disabled = !["ready", "live", "paused", "lost", "denied"].includes(state);
  fill(root, "at", clock(recorder?.seconds ?? (recording?.frames ?? 0) / 16000));
  document.title = `${state === "live" ? "● Recording" : "Record"} · FieldOS`;
  if (isNew) announce(part("safe").innerText);
}

// Level: 32 bars from −60 dBFS up, and a verdict that stays until another is true.
const last = { speech: 0, sound: 0, peak: 0, loud: -9 };
let top = 0;
function level(peak, power) {
  const now = recorder.seconds;
  const on = Math.max(0, Math.min(32, Math.round((20 * Math.log10(peak || 1e-9) + 60) * 32 / 60)));
  if (on >= top || now - last.peak > 1) [top, last.peak] = [on, now];
  for (let i = 0; i < 32; i++) bars[i].setAttribute("class", i < on ? "on" : i === top - 1 ? "peak" : "");
  if (peak > 0) last.sound = now;
  if (power > 1e-4) last.speech = now;
  if (peak > 0.999) last.loud = now;
  choose(part("level"), "verdict", [now - last.sound >= 3 ? "none" : now - last.loud < 1.5 ? "loud"
    : now - last.speech >= 3 ? "quiet" : "good"]);
}

function heard(peak, power) {
  if (state === "asking") show("live");
  level(peak, power);
  const left = root.dataset.limit - recorder.seconds;
  fill(root, "time", clock(recorder.seconds));
  fill(root, "left", `${clock(Math.max(0, left))} left`);
  part("left").classList.toggle("soon", left <= 30);
  if (left <= 0 && state === "live") finish("limit");
}

/** How long this phone can go on. */
async function room() {
  const { quota = Infinity, usage = 0 } = await navigator.storage?.estimate?.() ?? {};
  const minutes = Math.floor((quota - usage) / 2.4e6);
  fill(root, "minutes", minutes);
  part("full").hidden = minutes >= 10;
}

async function lit() { lamp = await navigator.wakeLock?.request("screen").catch(() => null); }

/** One recording a browser: true where this tab may make it. */
const hold = () => new Promise((answer) => navigator.locks.request("fieldos-recording", { ifAvailable: true },
  (lock) => lock ? new Promise((done) => { release = done; answer(true); }) : answer(false)));

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
  if (!release && !(await hold())) return show("other");
  try {
    await ending;
    const known = recording && await find(recording.id);
    const one = known ?? {
      id: newID(), note: newID(), contact, whom: part("whom").innerText, started: Date.now(), chunks: 0, frames: 0,
    };
    recorder = new Recorder(one, {
      heard,
      kept(count) {
        fill(root, "kept", kept = count);
        recorder.pace(root.dataset.step, kept - sent);
        show(state === "full" ? "lost" : state);
      },
      lost() { ending = recorder.release(); show("lost"); },
      full() { ending = recorder.release(); show("full"); },
    });
    [sent, kept] = [one.chunks, one.chunks];
    recorder.pace(root.dataset.step, 0);
    await recorder.start();
    if (!known) await begin(one);
    recording = one;
    [kept, localStorage.live] = [one.chunks, one.id];
    follow(one.as ?? one.id, one.begun);
    navigator.storage?.persist?.();
    room();
    lit();
  } catch {
    release = release?.();
    show("denied");
  }
}

async function finish(next) {
  show(next);
  const { id } = recording;
  if (recorder && !(await recorder.release())) return show("full");
  await close(id);
  release?.();
  lamp?.release();
  await new Promise((done) => setTimeout(done, 1500));
  const row = await find(id);
  location.href = !row || (row.begun && net === "ok") ? `/notes/${(row ?? recording).note}` : `/waiting#${id}`;
}

async function press() {
  if (state === "live") return finish("kept");
  if (state !== "paused" || !recorder) return record();
  recorder.resume();
  show("live");
}

async function pressSide() {
  if (state !== "live") return finish("kept");
  await recorder.pause();
  show("paused");
}

hear(({ what, id, sent: count, state: now }) => {
  if (what === "focus" && state === "live") focus();
  if (what === "sent" && id === recording?.id) fill(root, "sent", sent = count);
  if (what === "net") { net = now; show(); }
});
document.addEventListener("visibilitychange", () => { if (!document.hidden && state === "live") lit(); });
addEventListener("beforeunload", (event) => { if (["live", "full"].includes(state)) event.preventDefault(); });

if (bars) {
  part("main").onclick = press;
  part("side").onclick = pressSide;
  part("go").onclick = () => tell({ what: "focus" });
  fill(root, "left", `${clock(root.dataset.limit)} left`);
  const { record: whom } = sessionStorage;
  delete sessionStorage.record;
  if (contact && contact !== root.dataset.contact) fill(root, "whom", whom || "The contact that you chose");
  recording = resumed && await find(resumed);
  if (recording) fill(root, "time", clock(recording.frames / 16000));
  show(recording ? "paused" : "ready");
  if (whom !== undefined && !recording) record();
}
