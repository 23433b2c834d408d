// What is still on this phone, in `[data-waiting]`, and what was not finished, in `[data-found]`. Both bring a
// template of one entry.
import { all, change, clock, hear, isLive, tell } from "./store.js";

const length = (frames) => {
  const seconds = Math.max(1, Math.round(frames / 16000));
  return [seconds >= 60 && `${Math.floor(seconds / 60)} min`, seconds % 60 && `${seconds % 60} s`].filter(Boolean).join(" ");
};
const sent = new Map();

function entry(box, one) {
  const item = box.querySelector("template").content.firstElementChild.cloneNode(true);
  const fill = (name, text) => { for (const at of item.querySelectorAll(`[data-${name}]`)) at.textContent = text; };
  fill("name", one.contact ? one.whom : `Recording, ${length(one.frames)}`);
  fill("length", length(one.frames));
  fill("time", new Date(one.started + one.frames / 16).toLocaleTimeString([], { hour: "numeric", minute: "2-digit" }));
  fill("parts", `${sent.get(one.id) ?? 0} of ${one.chunks}`);
  fill("problem", one.problem ?? "");
  const state = one.problem ? "stuck" : one.closed ? "closed" : "open";
  for (const at of item.querySelectorAll("[data-for]")) at.hidden = !at.dataset.for.split(" ").includes(state);
  const bar = item.querySelector("progress");
  if (bar) [bar.max, bar.value] = [one.chunks, sent.get(one.id) ?? 0];
  item.dataset.recording = one.as ?? one.id;
  for (const link of item.querySelectorAll("a[data-resume]")) link.href = `/record?resume=${one.id}`;
  for (const button of item.querySelectorAll("[data-finish]")) button.onclick = async () => {
    await change(one.id, { closed: true });
    tell({ what: "closed", id: one.id });
    location.href = one.begun && navigator.onLine ? `/notes/${one.note}` : "/waiting";
  };
  return item;
}

let drawing = Promise.resolve();
const draw = () => (drawing = drawing.then(async () => {
  const rows = [];
  for (const one of await all()) if (one.chunks && !(await isLive(one.id))) rows.push(one);
  for (const box of document.querySelectorAll("[data-waiting], [data-found]")) {
    const shown = box.dataset.found === undefined ? rows : rows.filter((one) => !one.closed);
    for (const old of box.querySelectorAll("[data-mine]")) old.remove();
    for (const one of shown) {
      const item = entry(box, one);
      item.dataset.mine = "";
      // The server's own card of it knows less than this phone.
      box.querySelector(`[data-recording="${item.dataset.recording}"]`)?.remove();
      box.append(item);
    }
    for (const none of box.querySelectorAll("[data-none]")) none.hidden = shown.length > 0;
  }
}));

const here = location.hash.slice(1);
hear(({ what, id, sent: count, note }) => {
  if (what === "sent") sent.set(id, count);
  if (what === "done" && here === id) location.href = `/notes/${note}`;
  draw();
});
draw();
