// The note page: player, words, draft, keys, and what happens meanwhile.
import { listen } from "/js/live.js";
import { refresh } from "/js/parts.js";
import { toast } from "/js/toast.js";
import "/js/note/draft.js";
import "/js/note/keys.js";
import { canPlay, readPlayer } from "/js/note/player.js";
import { nextDoubt, playAt, readWords } from "/js/note/words.js";

const head = document.querySelector("[data-note]");
const { note } = head.dataset;

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-check]")) nextDoubt();
  const quote = event.target.closest("[data-play-at]"); // what a helper heard, in seconds
  if (!quote || !canPlay()) return;
  event.preventDefault();
  playAt(Number(quote.dataset.playAt));
});

async function again() {
  const chosen = document.querySelector('input[name="t"]:checked')?.id;
  // The player stays: it may be playing.
  const parts = ["trail", "check", "downloads", "text", ...(canPlay() ? [] : ["player"])];
  const changed = await refresh(parts);
  if (changed.includes("player")) readPlayer();
  if (!changed.includes("text")) return;
  const kept = chosen && document.getElementById(chosen);
  if (kept) kept.checked = true;
  readWords();
}

let timer;
const soon = () => { clearTimeout(timer); timer = setTimeout(again, 60); };

listen("*", ({ subject }, kind) => {
  const ours = subject === note || (kind.startsWith("job.") && subject === head.dataset.job)
    || (kind === "transcript.corrected" && subject === head.dataset.transcript) || kind.startsWith("crm.");
  if (ours && kind !== "draft.saved") soon();
});
listen("draft.transcribed", ({ subject }) => { if (subject === note) toast("High-accuracy transcript is ready."); });
listen("live.open", soon);
// Whatever the stream may have missed: a page that waits for words asks now and then.
setInterval(() => { if (!document.hidden && !document.querySelector("[data-say]")) soon(); }, 10000);

// The part of the page that is on screen, in the row of parts.
const links = [...document.querySelectorAll(".jump a")];
const seen = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    for (const link of links) {
      if (link.hash === `#${target.id}`) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
    }
  }
}, { rootMargin: "-30% 0px -60%" });
for (const link of links) {
  const section = document.querySelector(link.hash);
  if (section) seen.observe(section);
  else link.hidden = true;
}
