// Forms that are one tap: sent without leaving the page, told in a toast, taken back from there. Without this file the
// same forms post and come back.
import { post, Refused } from "/js/api.js";
import { listen } from "/js/live.js";
import { toast } from "/js/toast.js";

/** Takes main from a fresh copy of this page: the server decides what is shown. */
async function refresh() {
  const reply = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
  if (!reply.ok || reply.redirected) return;
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  const fresh = page.querySelector("main");
  fresh.querySelector(".did")?.remove();
  document.querySelector("main").replaceWith(document.adoptNode(fresh));
}

/** Focus goes to the row that took the place of the one that left, or to the list's heading. */
function settle(place) {
  const rows = document.querySelectorAll("[data-follow-up]");
  const next = rows[Math.min(place, rows.length - 1)]?.querySelector("summary");
  (next ?? document.getElementById("fu") ?? document.getElementById("late"))?.focus({ preventScroll: true });
}

function say(message) {
  const dialog = document.createElement("p");
  dialog.className = "tell failed refused";
  dialog.setAttribute("role", "alert");
  dialog.textContent = message;
  document.querySelector(".refused")?.remove();
  document.querySelector("main .head").append(dialog);
}

async function change(path, body, place) {
  try {
    const { message, undo } = await post(path, body);
    await refresh();
    if (place >= 0) settle(place);
    toast(message, undo && { action: "Undo", onAction: () => change(undo.path, { version: String(undo.version) }, 0) });
  } catch (error) {
    if (error instanceof Refused) await refresh();
    say(error instanceof Refused ? error.message : "The FieldOS server does not answer. Nothing was changed.");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-quick]")) return;
  event.preventDefault();
  const row = form.closest("[data-follow-up]");
  const place = row ? [...document.querySelectorAll("[data-follow-up]")].indexOf(row) : -1;
  change(new URL(form.action).pathname, Object.fromEntries(new FormData(form, event.submitter)), place);
});

// A desk has no map to hand an address to: it is copied instead.
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-address]");
  if (!link || !link.href.startsWith("geo:") || !matchMedia("(hover: hover) and (pointer: fine)").matches) return;
  event.preventDefault();
  const address = link.dataset.address;
  try {
    await navigator.clipboard.writeText(address);
    toast(`Address copied: ${address}`);
  } catch {
    toast(address);
  }
});

// What happens elsewhere shows here, unless somebody is about to choose something.
let timer;
listen("*", (data, kind) => {
  if (!/^(crm|note|clip|job|followup|lead|draft)\./.test(kind)) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (!document.querySelector("main details[open], main :focus-within")) refresh().catch(() => {});
  }, 400);
});
