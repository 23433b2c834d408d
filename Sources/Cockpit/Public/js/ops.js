// Operations: parts drawn again as things happen, at most every 5 s, and every 15 s, for ages grow by themselves.
import { listen } from "/js/live.js";
import { refresh } from "/js/parts.js";
import { quietly } from "/js/quiet.js";

const parts = ["ops-head", "ops-vitals", "ops-charts", "ops-events"];
quietly();

/** A part in which somebody reads details or is asked something stays as it is. */
const isFree = (name) => !document.querySelector(`[data-part="${name}"] details[open]`);

function draw() {
  if (!document.hidden) refresh(parts.filter(isFree));
}

let timer;
let drawn = 0;
listen("*", (_, kind) => {
  if (!/^(crm|outbox|job|queue|breaker|clip|stream|copilot|live\.open)/.test(kind)) return;
  timer ??= setTimeout(() => {
    timer = undefined;
    drawn = Date.now();
    draw();
  }, Math.max(500, drawn + 5_000 - Date.now()));
});
listen("live.lost", () => {
  const line = document.querySelector("[data-live]");
  if (line) line.textContent = line.textContent.replace("Live, ", "Paused, last ");
});
setInterval(draw, 15_000);
