// The connection in words: the bar's, the strip's, and a toast when it is back.
import { all, hear } from "/js/capture/store.js";
import { listen } from "/js/live.js";
import { toast } from "/js/toast.js";

const word = document.querySelector("[data-net-word]"), net = document.querySelector("[data-net]");
const strip = document.querySelector("[data-strip]"), text = document.querySelector("[data-strip-text]");
const chosen = strip?.hidden ? "" : text?.textContent; // the rep works offline by choice
let away = "", timer;

async function show(next) {
  clearTimeout(timer);
  if (next === away || !net) return;
  const before = away;
  away = next;
  const count = (await all().catch(() => [])).length;
  const [are, wait] = count === 1 ? ["recording is", "recording waits here and goes by itself"]
    : ["recordings are", "recordings wait here and go by themselves"];
  net.classList.toggle("away", Boolean(away));
  word.textContent = { none: "No signal", server: "No server" }[away] ?? "Online";
  strip.hidden = !away && !chosen;
  text.textContent = {
    none: `No signal. Recording and notes work.${count ? ` ${count} ${wait}.` : ""}`,
    server: "The FieldOS server does not answer. What you record is kept on this phone.",
  }[away] ?? chosen;
  if (before && !away) toast(count ? `Back online. ${count} ${are} being sent.` : "Back online.");
}

const lost = () => show(navigator.onLine ? "server" : "none");
/** A server that starts again is away for a second: nobody needs to hear of it. */
function soon() { clearTimeout(timer); timer = setTimeout(lost, 2000); }
addEventListener("offline", lost);
listen("live.lost", soon);
listen("live.open", () => show(""));
hear(({ what, state }) => {
  if (what !== "net") return;
  if (state === "none" || state === "server") soon();
  else show("");
});
if (!navigator.onLine) lost();
