// What every page needs: one live stream, the connection's word, toasts, the keys.
import { listen } from "/js/live.js";
import { announce } from "/js/toast.js";
import "/js/keys.js";

listen("outbox", ({ waiting }) => {
  const count = document.querySelector("[data-outbox-count]");
  if (!count) return;
  count.hidden = waiting === 0;
  count.querySelector("[data-outbox-number]").textContent = waiting;
});

document.addEventListener("click", (event) => {
  for (const open of document.querySelectorAll("details.more[open], details.menu[open]")) {
    if (!open.contains(event.target)) open.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.more[open], details.menu[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

listen("crm.synced", ({ account }) => announce(account ? `${account} is in the CRM.` : "A note is in the CRM."));
