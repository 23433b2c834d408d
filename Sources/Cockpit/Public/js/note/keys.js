// Keys of the note page; off while typing, and where Settings switched them off.
import { jump, toggle } from "/js/note/player.js";
import { nextDoubt } from "/js/note/words.js";

const click = (name) => document.getElementById(name)?.click();
function edit() {
  const field = document.querySelector("[data-text]");
  field?.focus();
  field?.setSelectionRange(field.value.length, field.value.length);
}

const keys = {
  " ": toggle,
  j: () => jump(-5),
  l: () => jump(5),
  n: nextDoubt,
  d: () => click("t-diff"),
  e: edit,
};

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (document.body.dataset.keys === "off" || localStorage.keys === "off") return;
  if (event.target.closest?.("input:not([type=range]):not([type=radio]), textarea, select, [contenteditable], dialog")) return;
  if (event.key === " " && event.target.closest?.("button, a, summary, label, input")) return;
  const act = keys[event.key.toLowerCase()];
  if (!act) return;
  event.preventDefault();
  act();
});
