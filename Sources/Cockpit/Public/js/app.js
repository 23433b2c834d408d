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

// The copilot's panel comes when it is asked for; without it there is its page.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.('a[href="/ask"]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || !document.querySelector("[data-ask-panel]")) return;
  event.preventDefault();
  try { (await import("/js/ask.js")).toggle(link); } catch { location.href = link.href; }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const open of document.querySelectorAll("details.more[open], details.menu[open]")) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

listen("crm.synced", ({ account }) => announce(account ? `${account} is in the CRM.` : "A note is in the CRM."));
