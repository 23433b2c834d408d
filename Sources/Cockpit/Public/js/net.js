// The connection in words, all of which stand in the page: the bar's, the strip's, and a toast when it is back.
import { all, choose, fill, hear, owner } from "/js/capture/store.js";
import { listen } from "/js/live.js";
import { toast } from "/js/toast.js";

const strip = document.querySelector("[data-strip]"), bar = document.querySelector("[data-net]");
let chosen = strip?.hidden ? "" : "offline"; // the rep works offline by choice
let away = "", timer;

async function show(next) {
  clearTimeout(timer);
  if (next === away || !strip) return;
  const before = away, count = (await all().catch(() => [])).length, some = count === 1 ? "one" : count && "many";
  away = next;
  bar.classList.toggle("away", away);
  choose(bar, "word", [away]);
  choose(strip, "word", [away || chosen, `${away}-${some}`]);
  strip.hidden = !away && !chosen;
  fill(strip, "count", count);
  if (before && !away) {
    toast(`Back online.${count ? ` ${count} recording${some === "one" ? " is" : "s are"} being sent.` : ""}`);
  }
}

function work(kind, { subject }) {
  if (!strip || ![owner, "*"].includes(subject)) return;
  chosen = kind;
  if (away) return;
  choose(strip, "word", [chosen]);
  strip.hidden = !chosen;
}

const lost = () => show(navigator.onLine ? "server" : "none");
/** A server that starts again is away for a moment: nobody needs to hear of it. */
function soon() {
  clearTimeout(timer);
  timer = setTimeout(lost, 2000);
}
addEventListener("offline", lost);
listen("live.lost", soon);
listen("offline.on", (event) => work("offline", event));
listen("offline.off", (event) => work("", event));
listen("live.open", () => show(""));
hear(({ what, state }) => {
  if (what === "net") ["none", "server"].includes(state) ? soon() : show("");
});
if (!navigator.onLine) lost();
