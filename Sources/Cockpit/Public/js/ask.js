// The copilot's panel: sources first, then sentence by sentence. What it shows is text, whatever is in it.
import { announce } from "/js/toast.js";

const panel = document.querySelector("[data-ask-panel]");
const talk = panel?.querySelector("[data-ask-talk]");
const form = panel?.querySelector("[data-ask-form]");
const field = form?.elements.question;
const owner = document.querySelector('meta[name="user"]')?.content ?? "";
const store = `ask:${owner}`;
const most = 12; // messages that are kept, in this tab alone
let opener = null;
let running = null;

const element = (name, properties = {}, ...children) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
};

function history() {
  try { return JSON.parse(sessionStorage.getItem(store) ?? "[]"); } catch { return []; }
}

function remember(question, narrowed, view) {
  const turns = [...history(), { role: "user", content: question, narrowed }, { role: "assistant", content: view.summary || view.refusal || "", view }];
  try { sessionStorage.setItem(store, JSON.stringify(turns.slice(-most))); } catch { /* a full tab forgets */ }
}

/** One question with its answer. */
class Turn {
  constructor(question, narrowed) {
    this.mode = element("p", { className: "fine quiet", hidden: true });
    this.sources = element("ul", { className: "rows sources" });
    this.say = element("div", { className: "say" });
    this.notices = element("div");
    this.actions = element("div", { className: "row wrap", hidden: true });
    this.node = element("section", { className: "turn" }, element("p", { className: "q", textContent: question }), ...(narrowed ? [element("p", { className: "fine quiet", textContent: `Only ${narrowed}` })] : []), this.mode, this.notices, this.sources, this.say, this.actions);
    this.prefix = `ask-${crypto.randomUUID?.() ?? Math.random()}`;
  }

  showMode(words) { this.mode.textContent = words; this.mode.hidden = !words; }

  showSources(sources) {
    this.sources.replaceChildren(...sources.map((source) => {
      const text = element("details", {}, element("summary", { className: "small" }, element("b", { textContent: source.kind }), ` · ${source.title}`), element("p", { className: "small", textContent: source.text }));
      if (source.fresh) text.append(element("p", { className: "small quiet", textContent: source.fresh }));
      if (source.link) text.append(element("p", { className: "small" }, element("a", { href: source.link, textContent: "Open" })));
      return element("li", { id: `${this.prefix}-${source.number}` }, element("span", { className: "cite", textContent: source.number }), text);
    }));
  }

  addSentence(sentence) {
    const line = element("p", {}, sentence.text);
    for (const number of sentence.sources) {
      const link = element("a", { className: "cite", href: `#${this.prefix}-${number}`, textContent: number });
      link.setAttribute("aria-label", `Source ${number}`);
      link.addEventListener("click", (event) => { event.preventDefault(); this.open(number); });
      line.append(" ", link);
    }
    if (sentence.isBare) line.append(" ", element("span", { className: "bare-source", textContent: "No source" }));
    this.say.append(line);
  }

  open(number) {
    const row = document.getElementById(`${this.prefix}-${number}`);
    const text = row?.querySelector("details");
    if (!text) return;
    text.open = true;
    row.scrollIntoView({ block: "nearest" });
    text.querySelector("summary").focus();
  }

  finish(view) {
    this.showMode(view.mode);
    this.showSources(view.sources);
    this.say.replaceChildren();
    for (const sentence of view.sentences) this.addSentence(sentence);
    if (view.refusal) this.say.append(element("p", { textContent: view.refusal }));
    this.notices.replaceChildren(...view.notices.map((words) => element("div", { className: "tell retry" }, element("p", { textContent: words }))));
    if (!view.summary) return;
    const copy = element("button", { className: "btn bare", type: "button", textContent: "Copy" });
    copy.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(view.summary); announce("Copied."); } catch { announce("The browser does not let us copy."); }
    });
    this.actions.replaceChildren(copy);
    if (document.querySelector("[data-draft]")) {
      const insert = element("button", { className: "btn", type: "button", textContent: "Insert into note" });
      insert.addEventListener("click", async () => {
        (await import("/js/note/draft.js")).insert(view.summary);
        insert.disabled = true;
        insert.textContent = "Inserted ✓";
      });
      this.actions.prepend(insert);
    }
    this.actions.hidden = false;
  }

  stop(words) {
    this.say.append(element("p", { className: "quiet", textContent: words }));
  }
}

function show(turn) {
  talk.querySelector("[data-ask-hint]").hidden = true;
  talk.append(turn.node);
  panel.querySelector("[data-ask-clear]").hidden = false;
  turn.node.scrollIntoView({ block: "start" });
}

async function* events(reply) {
  const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    rest += value;
    for (let end = rest.indexOf("\n\n"); end >= 0; end = rest.indexOf("\n\n")) {
      const lines = rest.slice(0, end).split("\n");
      rest = rest.slice(end + 2);
      const part = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
      yield { name: part("event"), value: JSON.parse(part("data") ?? "null") };
    }
  }
}

const narrowFields = ["account", "rep", "region"];

/** What the next question is narrowed to. */
function narrowing() {
  return Object.fromEntries(narrowFields.map((name) => [name, form.elements[name].value.trim()]).filter(([, value]) => value));
}

/** Fills what can be chosen, once: not every page needs it. */
async function fillNarrow() {
  try {
    const reply = await fetch("/ask/places", { credentials: "same-origin", redirect: "error", headers: { Accept: "application/json" } });
    if (!reply.ok) return false;
    const places = await reply.json();
    const option = (name) => element("option", { value: name, textContent: name });
    document.getElementById("narrow-accounts").append(...places.accounts.map(option));
    form.elements.rep.append(...places.reps.map(option));
    form.elements.region.append(...places.regions.map(option));
    return true;
  } catch { return false; }
}

async function ask(question) {
  const narrow = narrowing();
  const narrowed = Object.values(narrow).join(", ");
  const turn = new Turn(question, narrowed);
  show(turn);
  running = new AbortController();
  busy(true);
  const turns = history().map(({ role, content }) => ({ role, content }));
  try {
    const reply = await fetch("/ask/stream", {
      method: "POST", credentials: "same-origin", redirect: "error", signal: running.signal,
      headers: { "Content-Type": "application/json", Accept: "text/event-stream", "X-CSRF-Token": document.querySelector('meta[name="csrf-token"]')?.content ?? "" },
      body: JSON.stringify({ question, history: turns, ...narrow, note: document.querySelector("[data-note]")?.dataset.note }),
    });
    if (!reply.ok) return turn.stop(reply.status === 401 ? "You were signed out. Sign in and ask again." : `The server answered ${reply.status}. Ask again.`);
    let isWhole = false;
    for await (const { name, value } of events(reply)) {
      if (name === "sources") turn.showSources(value);
      else if (name === "sentence") turn.addSentence(value);
      else if (name === "again") { turn.say.replaceChildren(); turn.showMode(value.mode); }
      else if (name === "done") { isWhole = true; turn.finish(value); remember(question, narrowed, value); }
      else if (name === "failed") { isWhole = true; turn.stop(value.message); }
    }
    if (!isWhole) turn.stop("The answer broke off. Ask again.");
  } catch (error) {
    turn.stop(error.name === "AbortError" ? "Stopped here." : "No connection to the server. Ask again when it is back.");
  } finally {
    running = null;
    busy(false);
  }
}

function busy(is) {
  form.querySelector("[data-ask-send]").hidden = is;
  const stop = form.querySelector("[data-ask-stop]");
  const hadFocus = document.activeElement === stop;
  stop.hidden = !is;
  if (hadFocus) field.focus();
}

function open(from) {
  opener = from;
  if (!panel.open) panel.show();
  if (!talk.querySelector(".turn")) {
    const turns = history();
    for (let place = 0; place + 1 < turns.length; place += 2) {
      if (!turns[place + 1].view) continue;
      const turn = new Turn(turns[place].content, turns[place].narrowed);
      show(turn);
      turn.finish(turns[place + 1].view);
    }
  }
  field.focus();
}

function close() {
  panel.close();
  opener?.focus();
}

/** Opens the panel, or closes it, for the link that was tapped. */
export function toggle(link) {
  if (panel.open) close(); else open(link);
}

if (panel) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = field.value.trim();
    if (!question || running) return question || announce("Enter a question for the copilot.");
    field.value = "";
    ask(question);
  });
  const narrow = form.querySelector("[data-ask-narrow]");
  let isFilled = null;
  narrow.addEventListener("toggle", async () => { if (narrow.open && !isFilled) { isFilled = fillNarrow(); if (!(await isFilled)) isFilled = null; } });
  narrow.addEventListener("input", () => { narrow.querySelector("[data-ask-narrowed]").textContent = Object.values(narrowing()).join(", "); });
  panel.querySelector("[data-ask-stop]").addEventListener("click", () => running?.abort());
  panel.querySelector("[data-ask-close]").addEventListener("click", close);
  panel.querySelector("[data-ask-clear]").addEventListener("click", (event) => {
    running?.abort();
    sessionStorage.removeItem(store);
    for (const turn of talk.querySelectorAll(".turn")) turn.remove();
    talk.querySelector("[data-ask-hint]").hidden = false;
    event.target.hidden = true;
    field.focus();
  });
  panel.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); close(); } });
}
