// Words while they are spoken. They may stop at any time; the recording does not wait for them.
import { get } from "/js/api.js";
import { listen } from "/js/live.js";
import { announce } from "/js/toast.js";
import { choose } from "./store.js";

const root = document.querySelector("[data-capture]");
const box = root.querySelector("[data-live-words]"), maybe = root.querySelector("[data-tentative]");
const next = maybe?.parentElement; // where the next phrase begins
let recording, lines = [], said = 0, timer;

/** Shows what is heard of a recording, with what was heard of it where the server knows it already. */
export function follow(id, isKnown) {
  if (recording !== id) {
    next?.append(maybe);
    for (const line of lines) line.remove();
    [lines, said] = [[], 0];
  }
  recording = id;
  if (isKnown) catchUp();
}

/** The answer may be older than what came meanwhile: of two texts of a phrase the longer is the newer. */
const catchUp = () => get(`/api/recordings/${recording}/words`).then((all) => show(all, true), () => {});

const textOf = (line) => (line.firstChild?.nodeType === Node.TEXT_NODE ? line.firstChild.data : "");

function put({ n, text, gap }, isAll) {
  const line = lines[n] ??= box.insertBefore(document.createElement("p"), next);
  const words = gap ? `[${gap} s not heard live]` : text;
  if (isAll && !line.className && textOf(line).startsWith(words)) return;
  if (textOf(line)) line.firstChild.data = words;
  else line.prepend(words);
  line.className = gap ? "gap" : "";
}

function show({ subject, phrases, tentative, notice }, isAll) {
  if (subject !== recording || !box) return;
  // What came before this page listened, or while it could not, is asked for.
  if (!isAll && phrases.some(({ n }) => n > lines.length)) return catchUp();
  for (const phrase of phrases) put(phrase, isAll);
  const last = lines.at(-1);
  if (!isAll) maybe.textContent = tentative && ` ${tentative.trim()}`;
  (last && last.className !== "gap" ? last : next).append(maybe);
  box.hidden = !lines.length && !maybe.textContent;
  choose(root, "words", [notice || (box.hidden ? "wait" : "")]);
  maybe.scrollIntoView({ block: "nearest" });
  timer ??= setTimeout(say, 3000);
}

/** Says committed words, whole phrases of them, now and then. */
function say() {
  timer = null;
  const text = lines.filter(({ className }) => !className).map(textOf).join(" ");
  if (text.length > said) announce(text.slice(said).trim());
  said = Math.max(said, text.length);
}

listen("live.words", (event) => show(event));
let isOpen = false;
// A stream that comes back may have missed words.
listen("live.open", () => { if (recording && isOpen) catchUp(); isOpen = true; });
