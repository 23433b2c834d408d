// The outbox: its switch and buttons without a page load, and each delivery as it goes.
import { listen } from "/js/live.js";
import { refresh } from "/js/parts.js";
import { quietly } from "/js/quiet.js";

const parts = ["head", "needs", "way", "synced", "more"];
quietly();
document.addEventListener("change", ({ target }) => target.closest("[data-offline]")?.requestSubmit());

let timer;
listen("*", (_, kind) => {
  if (!/^(crm|outbox|offline|note|live\.open)/.test(kind)) return;
  clearTimeout(timer);
  timer = setTimeout(() => refresh(parts), 100);
});
