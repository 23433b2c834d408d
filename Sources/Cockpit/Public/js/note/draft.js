// The draft saves itself: on this phone with each key, on the server 600 ms after the last. Nothing typed waits for the network.
import { get, post } from "/js/api.js";
import { listen } from "/js/live.js";
import { announce } from "/js/toast.js";

const form = document.querySelector("[data-draft]");
const field = form?.querySelector("[data-text]");
const id = document.querySelector("[data-note]")?.dataset.note;
const owner = document.querySelector('meta[name="user"]')?.content ?? "";
const prefix = `draft:${owner}:`;
const editor = (() => {
  try { return sessionStorage.editor ??= crypto.randomUUID?.() ?? String(Math.random()).slice(2); } catch { return "page"; }
})();
let version = Number(form?.elements.basedOn.value ?? 0);
let known = field?.value ?? ""; // what the server has
let origin = "typed";
let timer;
let saving = null;
let isApart = false; // others' words are not taken over while both are kept

const hours = (date = new Date()) => `${date.getHours()}:${String(date.getMinutes()).padStart(2, "0")}`;

function say(words) {
  const line = document.querySelector("[data-saved]");
  if (line.textContent !== words) line.textContent = words;
}

function showVersion(answer) {
  version = answer.version;
  form.elements.basedOn.value = version;
  const line = document.querySelector('[data-part="saved"]');
  let link = line.querySelector("a");
  if (!link) {
    link = Object.assign(document.createElement("a"), { href: `/notes/${id}/versions` });
    line.append(" · ", link);
  }
  link.textContent = `version ${version}`;
  say(`Saved ${answer.at}`);
}

/** What is typed stands in this browser until the server has it. */
function keep() {
  try {
    if (field.value === known) localStorage.removeItem(prefix + id);
    else localStorage.setItem(prefix + id, JSON.stringify({ text: field.value, basedOn: version, at: Date.now() }));
    return true;
  } catch { return false; }
}

function changed(now = false) {
  const kept = keep();
  say(kept ? "Saving" : "Not saved on this phone: it is full. Saving");
  clearTimeout(timer);
  timer = setTimeout(save, now ? 0 : 600);
}

/** Puts words that the server added behind what is typed, and leaves the caret alone. */
function take(text) {
  const [from, to] = [field.selectionStart, field.selectionEnd];
  field.value = text;
  if (document.activeElement === field) field.setSelectionRange(from, to);
  field.dispatchEvent(new Event("draft:text", { bubbles: true }));
}

function save() {
  saving ??= send().finally(() => { saving = null; });
  return saving;
}

async function send() {
  while (field.value !== known) {
    const text = field.value;
    const body = { text, basedOn: version, editor, origin };
    try {
      const answer = await post(`/notes/${id}/draft`, body);
      origin = "typed";
      known = answer.text;
      if (field.value === text) { if (answer.text !== text) take(answer.text); }
      else if (answer.text.startsWith(text)) take(field.value + answer.text.slice(text.length));
      showVersion(answer);
      keep();
      if (field.value !== known) { say("Saving"); continue; }
    } catch (error) {
      refused(error, text);
      return false;
    }
  }
  return true;
}

function refused(error, text) {
  const before = document.querySelector("[data-saved]").textContent;
  if (error.status === 409 && error.body?.compare) {
    const notice = form.querySelector("[data-conflict]");
    notice.hidden = false;
    notice.querySelector("[data-conflict-line]").textContent = error.message;
    notice.querySelector("[data-compare]").href = error.body.compare;
    known = text; // the server keeps these words, too
    isApart = true;
    keep();
    say(`Kept ${hours()}`);
  } else if (error.status === 401) say("You were signed out. Your draft is kept on this phone.");
  else if (error.status && error.status < 500 && error.status !== 429) say(`${error.message} Kept on this phone.`);
  else {
    say(`Saved on this phone ${hours()}`);
    clearTimeout(timer);
    timer = setTimeout(save, 15000);
  }
  const words = document.querySelector("[data-saved]").textContent;
  if (words !== before) announce(words);
}

/** The words as they stand. */
export const current = () => field?.value ?? "";
/** The version that the server has, as a base for what comes next. */
export const draftVersion = () => version;
/** Saves what is not saved yet; true once the server has all of it. */
export const flush = () => { clearTimeout(timer); return save(); };

/** Puts words at the end, on a line of their own; empty ones change nothing. */
export function insert(text) {
  const words = String(text ?? "").trim();
  if (!field || !words) return;
  const before = field.value;
  replace(before.trim() ? before + (before.endsWith("\n") ? "" : "\n") + words : words, "inserted");
  field.scrollTop = field.scrollHeight;
}

/** Puts other words in the place of all; `from` says how they came: typed, inserted, polish. */
export function replace(text, from = "typed") {
  if (!field) return;
  origin = from;
  field.value = text;
  field.dispatchEvent(new Event("draft:text", { bubbles: true }));
  changed(true);
}

/** What the server has changed, where nothing waits here. */
async function follow() {
  if (saving) await saving;
  if (isApart || field.value !== known) return;
  try {
    const answer = await get(`/notes/${id}/draft`);
    if (field.value !== known || answer.version < version) return;
    known = answer.text;
    if (field.value !== known) take(known);
    if (answer.version) showVersion(answer);
  } catch { /* the next event tries again */ }
}

/** What was typed into other notes while there was no network. */
async function sendOthers() {
  const keys = Object.keys(localStorage).filter((key) => key.startsWith(prefix) && key !== prefix + id);
  for (const key of keys) {
    const kept = localStorage.getItem(key);
    try {
      const { text, basedOn } = JSON.parse(kept);
      await post(`/notes/${key.slice(prefix.length)}/draft`, { text, basedOn, editor: "phone" });
    } catch (error) {
      if (error.status !== 409 && error.status !== 404) continue;
    }
    if (localStorage.getItem(key) === kept) localStorage.removeItem(key);
  }
}

if (field) {
  try {
    const kept = JSON.parse(localStorage.getItem(prefix + id) ?? "null");
    if (kept && kept.text !== known) {
      version = kept.basedOn;
      field.value = kept.text;
      say(`Saved on this phone ${hours(new Date(kept.at))}`);
      timer = setTimeout(save, 0);
    } else if (kept) localStorage.removeItem(prefix + id);
  } catch { /* what can't be read is not ours */ }
  field.addEventListener("input", () => changed());
  form.addEventListener("submit", (event) => { event.preventDefault(); flush(); });
  for (const kind of ["draft.saved", "draft.transcribed"]) listen(kind, (now) => { if (now.subject === id && now.version > version) follow(); });
  listen("live.open", () => { save(); follow(); sendOthers(); });
  addEventListener("online", save);
  addEventListener("pagehide", () => { if (field.value !== known) save(); });
}
