// What every page brings beside app.js: the connection's words, the sender, the app without a network.
import "/js/net.js";
import { owner, tell } from "/js/capture/store.js";
import "/js/capture/uploader.js";

if (owner) navigator.serviceWorker?.register("/sw.js", { updateViaCache: "none" });

const isTyping = (at) => at.closest?.("input, textarea, select, [contenteditable], dialog");

// One tap starts: a page that is opened by the record button begins at once, one that is loaded again does not.
document.addEventListener("click", (event) => {
  const link = event.target.closest?.('a[href^="/record"]');
  if (!link || link.dataset.resume !== undefined) return;
  if (document.body.dataset.page === "record" && link.dataset.record !== undefined) event.preventDefault();
  sessionStorage.setItem("record", link.dataset.whom ?? "");
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || localStorage.keys === "off") return;
  if (event.key === "r") document.querySelector("[data-main]:enabled, .dock [data-record]")?.click();
  if (event.key === "p") document.querySelector("[data-side]:not([hidden])")?.click();
});
addEventListener("online", () => tell({ what: "wake" }));
