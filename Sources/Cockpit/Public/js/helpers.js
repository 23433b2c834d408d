// Helpers beside a note: cues and quote go into the draft, the quote sums up, polish.
import { post } from "/js/api.js";
import { listen } from "/js/live.js";
import { current, draftVersion, flush, insert, replace } from "/js/note/draft.js";
import { playAt } from "/js/note/words.js";
import { refresh } from "/js/parts.js";
import { quietly } from "/js/quiet.js";
import { toast } from "/js/toast.js";

const { note } = document.querySelector("[data-note]").dataset;
const parts = ["steps", "cues", "quote", "intel", "crm", "send", "send-line"];

// Words go into the draft at once; the server is told that they are there.
quietly((form, body) => {
  const words = form.dataset.words ?? (body.do === "insert" ? quoteWords(form) : "");
  if (!words) return null;
  insert(words);
  body.inserted = "1";
  return {
    action: "Undo",
    onAction: async () => {
      const now = current();
      if (now.endsWith(words)) replace(now.slice(0, -words.length).trimEnd());
      await post(form.action, form.dataset.words ? { title: body.title, do: "return" } : { do: "remove" });
      refresh(parts);
    },
  };
}, ["send", "crm", "send-line"]);

// The server's own rule: whole cents, a part of the sum rounded half up.
const dollars = (cents) => {
  const rest = Math.abs(cents) % 100;
  const whole = ((Math.abs(cents) - rest) / 100).toLocaleString("en-US");
  return `${cents < 0 ? "−" : ""}$${whole}${rest ? `.${String(rest).padStart(2, "0")}` : ""}`;
};

function sumUp(form) {
  const lines = [...form.querySelectorAll("[data-cents]")].map((line) => {
    const [name, taken, count] = line.querySelectorAll("input");
    const times = Math.min(999, Math.max(1, Math.round(Number(count.value)) || 1));
    return { line, taken: taken.checked, name: times === 1 ? name.value : `${name.value} × ${times}`, cents: line.dataset.cents * times };
  });
  const taken = lines.filter((line) => line.taken);
  const sum = taken.reduce((sum, { cents }) => sum + cents, Number(form.dataset.base));
  const offer = form.querySelector("[data-points]");
  const { points, off } = offer?.dataset ?? {};
  const part = points > 0 ? Math.floor((sum * points + 5000) / 10000) : Math.min(sum, off);
  const discount = offer?.querySelector("input").checked ? part : 0;
  return { lines, taken, offer, discount, total: sum - discount };
}

function quoteWords(form) {
  const { taken, total } = sumUp(form);
  const names = taken.map(({ name }) => name).join(", ");
  return `Quote: ${form.dataset.service} — ${dollars(total)}${names && ` (Upsells: ${names})`}`;
}

let keeping;
function chosen(form) {
  const { lines, offer, discount, total } = sumUp(form);
  for (const { line, cents } of lines) line.querySelector("[data-price]").textContent = dollars(cents);
  if (offer) offer.querySelector("[data-price]").textContent = dollars(-discount);
  form.querySelector("[data-total]").textContent = dollars(total);
  clearTimeout(keeping);
  const body = { ...Object.fromEntries(new FormData(form)), do: "keep" };
  keeping = setTimeout(() => post(form.action, body).catch(() => {}), 500);
}

document.addEventListener("input", ({ target }) => { const form = target.closest("[data-quote]"); if (form) chosen(form); });
document.addEventListener("click", ({ target }) => {
  const heard = target.closest("[data-seek]");
  if (heard) playAt(Number(heard.dataset.seek));
  const by = target.closest("[data-by]");
  if (!by) return;
  const [, taken, count] = by.closest(".line").querySelectorAll("input");
  taken.checked = true;
  count.value = Math.min(999, Math.max(1, Number(count.value) + Number(by.dataset.by)));
  chosen(by.form);
});

// Polish: what was typed meanwhile is never replaced.
let stop;
async function polish() {
  const [word, line] = ["word", "line"].map((name) => document.querySelector(`[data-polish-${name}]`));
  const [label, before] = [word.textContent, current()];
  word.textContent = "Stop";
  line.textContent = "Polishing, about 3 s";
  try {
    if (!(await flush())) throw new Error("Your note is not on the server yet. Polish it when it is.");
    const stopped = new Promise((_, no) => { stop = () => no(new Error("Stopped. Your note is unchanged.")); });
    const ask = post(`/notes/${note}/polish`, { text: before, basedOn: draftVersion() });
    const answer = await Promise.race([ask, stopped]);
    if (current() !== before) throw new Error("You wrote on meanwhile, so your note is unchanged.");
    replace(answer.text, "polish");
    line.textContent = "Your own words are kept as a version.";
    toast(answer.toast, { action: "Undo", onAction: () => replace(before) });
  } catch (error) {
    line.textContent = error instanceof TypeError ? "The FieldOS server does not answer. Your note is unchanged." : error.message;
  }
  word.textContent = label;
  stop = null;
}
document.querySelector("[data-polish]")?.addEventListener("click", (event) => {
  event.preventDefault();
  if (stop) stop(); else polish();
});

let timer;
listen("*", ({ subject }, kind) => {
  const ours = subject === note && /^(cue|quote|step|draft\.(tr|as))/.test(kind);
  if (!ours && !/^(crm|transcript)\./.test(kind)) return;
  clearTimeout(timer);
  timer = setTimeout(() => refresh(parts), 80);
});
