// What every page brings beside app.js: the connection's words, the sender, the app without a network.
import "/js/net.js";
import { owner, tell } from "/js/capture/store.js";
import "/js/capture/uploader.js";

if (document.querySelector("[data-waiting], [data-found]")) import("/js/capture/waiting.js");
if (owner) navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" });
addEventListener("online", () => tell({ what: "wake" }));

// One tap starts: a page that a record button opens begins at once, one that is loaded again does not.
document.addEventListener("click", ({ target }) => {
  const link = target.closest?.('a[href^="/record"]:not([data-resume])');
  if (link) sessionStorage.record = link.dataset.whom ?? "";
});
document.addEventListener("keydown", (event) => {
  const { target, key, ctrlKey, metaKey, altKey } = event;
  if (ctrlKey || metaKey || altKey || document.body.dataset.keys === "off") return;
  if (target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  if (key === "r") document.querySelector("[data-main]:enabled, body:not(:has([data-main])) [data-record]")?.click();
  if (key === "p") document.querySelector("[data-side]:not([hidden])")?.click();
});
