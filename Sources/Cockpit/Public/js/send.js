// Save and send: what is in the field goes along, a tap twice is one, and without a network the wish is kept here.
import { post } from "/js/api.js";
import { listen } from "/js/live.js";
import { current, draftVersion, flush } from "/js/note/draft.js";
import { refresh } from "/js/parts.js";
import { toast } from "/js/toast.js";

const { note } = document.querySelector("[data-note]").dataset;
const wish = `send:${document.querySelector('meta[name="user"]')?.content ?? ""}:${note}`;
let busy = false;

const line = () => document.querySelector("[data-send-line]");
const say = (words) => { line().textContent = words; };

async function send() {
  if (busy) return;
  busy = true;
  say("Saving");
  try {
    if (!(await flush())) throw new TypeError("no network");
    const answer = await post(`/notes/${note}/send`, { text: current(), basedOn: draftVersion() });
    localStorage.removeItem(wish);
    toast(answer.toast);
    await refresh(["send", "send-line", "crm", "trail"]);
    if (line().textContent === "Saving") say(answer.toast);
  } catch (error) {
    if (error.status) say(error.message);
    else {
      // The words are in this browser already, see draft.js.
      try { localStorage.setItem(wish, "1"); } catch { /* the words are safe all the same */ }
      say("Saved on this phone. It is sent when you are back online.");
    }
  }
  busy = false;
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-send]")) return;
  event.preventDefault();
  send();
});
const again = () => { if (localStorage.getItem(wish)) send(); };
addEventListener("online", again);
listen("live.open", again);
