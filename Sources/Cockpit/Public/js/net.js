// The connection in words: the bar's, the strip's, and a toast when it is back.
import { all, hear } from "/js/capture/store.js";
import { listen } from "/js/live.js";
import { toast } from "/js/toast.js";

const at = (name) => document.querySelector(`[data-${name}]`);
const chosen = at("strip")?.hidden ? "" : at("strip-text")?.textContent; // the rep works offline by choice
let away = "", timer;

async function show(next) {
  clearTimeout(timer);
  if (next === away || !at("net")) return;
  const [before, count] = [away, (await all().catch(() => [])).length];
  const s = count === 1 ? "" : "s";
  away = next;
  at("net").classList.toggle("away", away);
  at("net-word").textContent = { none: "No signal", server: "No server" }[away] ?? "Online";
  at("strip").hidden = !away && !chosen;
  at("strip-text").textContent = {
    none: "No signal. Recording and notes work."
      + (count ? ` ${count} recording${s} wait${s ? "" : "s"} here and go${s ? "" : "es"} by ${s ? "themselves" : "itself"}.` : ""),
    server: "The FieldOS server does not answer. What you record is kept on this phone.",
  }[away] ?? chosen;
  if (before && !away) toast(`Back online.${count ? ` ${count} recording${s} ${s ? "are" : "is"} being sent.` : ""}`);
}

const lost = () => show(navigator.onLine ? "server" : "none");
/** A server that starts again is away for a moment: nobody needs to hear of it. */
function soon() {
  clearTimeout(timer);
  timer = setTimeout(lost, 2000);
}
addEventListener("offline", lost);
listen("live.lost", soon);
listen("live.open", () => show(""));
hear(({ what, state }) => {
  if (what === "net") ["none", "server"].includes(state) ? soon() : show("");
});
if (!navigator.onLine) lost();
