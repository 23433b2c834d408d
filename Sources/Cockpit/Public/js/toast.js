// One toast at a time, 6 s, longer while it is hovered or focused. Never for errors.
const box = () => document.getElementById("toast");
let timer;

/** Shows a line, with a button where there is something to undo or to open. */
export function toast(text, { action, onAction } = {}) {
  const at = box();
  clearTimeout(timer);
  const line = document.createElement("p");
  line.textContent = text;
  at.replaceChildren(line);
  if (action) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn push";
    button.textContent = action;
    button.addEventListener("click", () => { hide(); onAction(); });
    at.append(button);
  }
  at.classList.add("show");
  timer = setTimeout(fade, 6000);
}

function fade() {
  const at = box();
  if (at.matches(":hover, :focus-within")) timer = setTimeout(fade, 1000);
  else hide();
}

function hide() { box().classList.remove("show"); }

/** Says a line once to screen readers, without showing it. */
export function announce(text) { document.getElementById("announce").textContent = text; }
