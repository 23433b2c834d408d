// The list follows what happens.
import { listen } from "/js/live.js";
import { refresh } from "/js/parts.js";

let timer;
listen("*", (_, kind) => {
  if (!/^(draft|crm|job|note|offline)\./.test(kind)) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!document.querySelector('[data-part="list"]').contains(document.activeElement)) refresh(["list"]);
  }, 500);
});
