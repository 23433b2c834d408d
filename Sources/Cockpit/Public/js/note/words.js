// The transcript: the word being heard is lit, a tap on a word plays it. One tab stop, a roving word.
import { canPlay, onPlace, playFrom } from "/js/note/player.js";

let say = null;
let words = []; // { node, start, end }
let lit = null;
let at = -1; // the roving word
let following = true;
let checked = -1;

/** Reads the words of the page; again after they were drawn anew. */
export function readWords() {
  say = document.querySelector("[data-say]");
  words = say ? [...say.querySelectorAll("[data-s]")].map((node) =>
    ({ node, start: Number(node.dataset.s), end: Number(node.dataset.e) })) : [];
  [lit, at, checked] = [null, -1, -1];
  if (!say || say.dataset.ready) return;
  say.dataset.ready = "1";
  say.addEventListener("click", ({ target }) => {
    const index = words.findIndex(({ node }) => node === target);
    if (index >= 0 && String(getSelection()) === "") { rove(index, false); play(index); }
  });
  say.addEventListener("keydown", keyed);
  say.addEventListener("focus", () => { if (at < 0 && words.length) rove(0); });
}

function keyed(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (step) rove(Math.max(0, Math.min(words.length - 1, at + step)));
  else if (event.key === "Home") rove(0);
  else if (event.key === "End") rove(words.length - 1);
  else if (event.key === "Enter" && at >= 0) play(at);
  else return;
  event.preventDefault();
}

function rove(index, focus = true) {
  if (words[at]) words[at].node.removeAttribute("tabindex");
  at = index;
  const node = words[at]?.node;
  if (!node) return;
  say.removeAttribute("tabindex");
  node.tabIndex = 0;
  if (focus) node.focus();
}

const doubt = (index) => words[index].node.closest(".doubt");

/** A doubtful word is heard from a second before, so that the ear comes into it. */
function play(index) {
  if (!canPlay()) return;
  following = true;
  playFrom(words[index].start - (doubt(index) ? 1 : 0));
}

/** The next run of words to check: goes there and plays it. */
export function nextDoubt() {
  const firsts = words.flatMap((_, index) =>
    doubt(index) && (index === 0 || doubt(index - 1) !== doubt(index)) ? [index] : []);
  if (!firsts.length) return;
  document.getElementById("t-final").checked = true;
  checked = (checked + 1) % firsts.length;
  rove(firsts[checked]);
  words[at].node.scrollIntoView({ block: "center" });
  play(firsts[checked]);
}

/** Plays what was heard from a second on: for what quotes the recording. */
export function playAt(seconds) {
  const index = words.findIndex(({ end }) => end > seconds);
  if (index >= 0) rove(index, false);
  playFrom(seconds);
}

function find(now) {
  let [low, high] = [0, words.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (words[middle].start <= now) low = middle; else high = middle - 1;
  }
  return words[low]?.start <= now && now < words[low].end + 0.3 ? words[low] : null;
}

onPlace((now) => {
  const word = now > 0 ? find(now) : null;
  if (word === lit) return;
  lit?.node.classList.remove("here");
  word?.node.classList.add("here");
  lit = word;
  if (word && following) keepInView(word.node);
});

function keepInView(node) {
  const { top, bottom } = node.getBoundingClientRect();
  if (top < 120 || bottom > innerHeight - 180) node.scrollIntoView({ block: "center" });
}

// Scroll follows only while the rep has not scrolled.
for (const kind of ["wheel", "touchmove"]) addEventListener(kind, () => { following = false; }, { passive: true });
readWords();
