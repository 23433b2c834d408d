// What is still on this phone, in `[data-waiting]`, and what was not finished, in `[data-found]`. The page brings a
// template of an entry of each.
import { all, choose, clock, close, fill, hear } from "./store.js";

const sent = new Map();
let watched;

/** `1 min 12 s` */
function length(frames) {
  const whole = Math.max(1, Math.round(frames / 16000)), minutes = Math.floor(whole / 60);
  return `${minutes ? `${minutes} min ` : ""}${whole % 60 || !minutes ? `${whole % 60} s` : ""}`.trim();
}

function entry(kind, one) {
  const item = document.querySelector(`template[data-of="${kind}"]`).content.firstElementChild.cloneNode(true);
  const { id, as = id, note, contact, whom, started, closed, begun, chunks, frames, problem } = one;
  const end = new Date(started + frames / 16);
  const facts = {
    name: contact ? whom : `Recording, ${length(frames)}`, length: length(frames), time: clock(end.getHours() * 60 + end.getMinutes()), problem,
    parts: `${sent.get(id) ?? 0} of ${chunks}`,
  };
  for (const name in facts) fill(item, name, facts[name]);
  choose(item, "for", [problem ? "stuck" : closed ? "closed" : "open"]);
  for (const bar of item.querySelectorAll("progress")) [bar.max, bar.value] = [chunks, sent.get(id) ?? 0];
  item.querySelector("[data-resume]").href = `/record?resume=${id}`;
  item.querySelector("[data-finish]").onclick = async () => {
    await close(id);
    location.href = begun && navigator.onLine ? `/notes/${note}` : "/waiting";
  };
  item.dataset.recording = as;
  return item;
}

async function drawAll() {
  const { held } = await navigator.locks.query();
  const live = held.some(({ name }) => name === "fieldos-recording") && localStorage.live;
  if (live) watched ??= navigator.locks.request("fieldos-recording", { mode: "shared" }, () => { watched = null; draw(); });
  const rows = (await all()).filter(({ id, chunks }) => chunks && id !== live);
  for (const box of document.querySelectorAll("[data-waiting], [data-found]")) {
    const kind = box.matches("[data-found]") ? "found" : "waiting";
    const shown = rows.filter(({ closed }) => kind === "waiting" || !closed);
    for (const old of box.querySelectorAll("[data-mine]")) old.remove();
    for (const item of shown.map((one) => entry(kind, one))) {
      // The server's own card of it knows less than this phone.
      box.querySelector(`[data-recording="${item.dataset.recording}"]`)?.remove();
      item.dataset.mine = "";
      (box.querySelector("[data-waiting-list]") ?? box).append(item);
    }
    choose(box, "none", shown.length ? [] : [""]);
    fill(box, "waiting-count", shown.length);
    if (box.matches("section")) box.hidden = !shown.length;
  }
}

let drawing = Promise.resolve();
const draw = () => { drawing = drawing.then(drawAll); };
hear(({ what, id, sent: count, note }) => {
  if (what === "sent") sent.set(id, count);
  if (what === "done" && location.hash === `#${id}`) location.href = `/notes/${note}`;
  draw();
});
draw();
