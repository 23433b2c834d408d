// Keys of every page but those of recording (shell.js); off while typing, but for Ctrl and Cmd, and where Settings says so.
const places = { t: "/", n: "/notes", o: "/outbox", p: "/pipeline" };
let went = 0;

const isTyping = (at) =>
  at.closest?.("input:not([type=range], [type=radio], [type=checkbox]), textarea, select, [contenteditable], dialog");
const click = (at) => { const found = document.querySelector(at); found?.click(); return Boolean(found); };

function act(key) {
  const goes = Date.now() - went < 1500 && places[key];
  if (goes) { location.href = goes; return true; }
  went = key === "g" ? Date.now() : 0;
  if (/^[1-9]$/.test(key)) return click(`[data-cue="${key}"]`);
  if (key === "/") {
    const field = document.querySelector("input[type=search]");
    if (field) field.focus(); else location.href = "/notes#find";
  } else if (key === "a") return click('a[href="/ask"]');
  else if (key === "?") document.getElementById("key-list")?.showModal();
  else return key === "g";
  return true;
}

addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "Enter" && click("[data-send]")) event.preventDefault();
  } else if (localStorage.keys !== "off" && !isTyping(event.target) && act(event.key.toLowerCase())) event.preventDefault();
});
