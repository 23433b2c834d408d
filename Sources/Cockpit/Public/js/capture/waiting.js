// What is still on this phone, in `[data-waiting]`, and what was not finished, in `[data-found]`; each brings a
// template of one entry.
import { all, choose, clock, close, fill, hear } from "./store.js";

const sent = new Map();

/** `1 min 12 s` */
function length(frames) {
  const whole = Math.max(1, Math.round(frames / 16000)), minutes = Math.floor(whole / 60);
  return `${minutes ? `${minutes} min ` : ""}${whole % 60 || !minutes ? `${whole % 60} s` : ""}`.trim();
}

function entry(box, one) {
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const { id, as = id, note, contact, whom, started, closed, begun, chunks, frames, problem } = one;
  const time = new Date(started + frames / 16).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" });
  const facts = {
    name: contact ? whom : `Recording, ${length(frames)}`, length: length(frames), time, problem,
    parts: `${sent.get(id) ?? 0} of ${chunks}`,
  };
  for (const name in facts) fill(item, name, facts[name]);
  choose(item, [problem ? "stuck" : closed ? "closed" : "open"]);
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
  const rows = (await all()).filter(({ id, chunks }) => chunks && id !== live);
  for (const box of document.querySelectorAll("[data-waiting], [data-found]")) {
    const shown = rows.filter(({ closed }) => box.matches("[data-waiting]") || !closed);
    for (const old of box.querySelectorAll("[data-mine]")) old.remove();
    for (const item of shown.map((one) => entry(box, one))) {
      // The server's own card of it knows less than this phone.
      box.querySelector(`[data-recording="${item.dataset.recording}"]`)?.remove();
      item.dataset.mine = "";
      box.append(item);
    }
    choose(box, shown.length ? [] : ["none"]);
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
