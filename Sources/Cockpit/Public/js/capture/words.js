// Words while they are spoken. They may stop at any time; the recording does not wait for them.
import { get } from "/js/api.js";
import { listen } from "/js/live.js";
import { announce } from "/js/toast.js";
import { choose } from "./store.js";

const root = document.querySelector("[data-capture]");
const box = root.querySelector("[data-live-words]"), maybe = root.querySelector("[data-tentative]");
let recording, lines = [], said = 0, timer;

/** Shows what is heard of a recording, with what was heard of it where the server knows it already. */
export function follow(id, isKnown) {
  if (recording !== id) [lines, said] = [[], 0];
  recording = id;
  if (isKnown) catchUp();
}

const catchUp = () => get(`/api/recordings/${recording}/words`).then((all) => show(all, true), () => {});

function show({ subject, phrases, tentative, notice }, isAll) {
  if (subject !== recording || !box) return;
  // What came before this page listened, or while it could not, is asked for.
  if (!isAll && phrases.some(({ n }) => n > lines.length)) return catchUp();
  for (const { n, text, gap } of phrases) {
    const line = lines[n] ??= box.insertBefore(document.createElement("p"), box.querySelector(".next"));
    line.firstChild?.nodeType === Node.TEXT_NODE ? line.firstChild.data = text : line.prepend(text);
    line.className = gap ? "gap" : "";
    if (gap) line.textContent = `[${gap} s not heard live]`;
  }
  const last = lines.at(-1);
  maybe.textContent = tentative && ` ${tentative.trim()}`;
  (last && last.className !== "gap" ? last : box.querySelector(".next")).append(maybe);
  box.hidden = !lines.length && !tentative;
  choose(root, "words", [notice || (box.hidden ? "wait" : "")]);
  maybe.scrollIntoView({ block: "nearest" });
  timer ??= setTimeout(say, 3000);
}

/** Says committed words, whole phrases of them, now and then. */
function say() {
  timer = null;
  const text = lines.filter(({ className }) => !className).map((line) => line.firstChild?.data ?? "").join(" ");
  if (text.length > said) announce(text.slice(said).trim());
  said = text.length;
}

listen("live.words", (event) => show(event));
listen("live.open", () => { if (lines.length) catchUp(); });
