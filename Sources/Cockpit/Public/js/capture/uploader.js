// Sends recordings, part by part, in order. One tab of a browser does it; nothing is forgotten before the server says
// that the whole is a clip.
import { Refused, get, post, send } from "/js/api.js";
import { all, change, chunk, digest, find, hear, newID, owner, remove, tell } from "./store.js";

const known = new Map(); // recording → its parts that are on the server's disk
const stuck = new Map(); // recording → how often it was refused; twice rests until a page is opened
let isChecked = false, wake, state = "ok";

/** A page kept on this phone may be older than the session: its owner must be the same, its token may not be. */
async function check() {
  const session = await get("/api/session");
  if (session.owner !== owner) throw new Refused(401);
  document.querySelector('meta[name="csrf-token"]').content = session.csrf;
  isChecked = true;
  net("ok");
}

/** Number, length, and a hash over the hashes of its parts. */
async function summary({ id, chunks, frames }) {
  let hashes = "";
  for (let n = 0; n < chunks; n++) hashes += (await chunk(id, n)).sha256;
  return { chunks, frames, sha256: await digest(Uint8Array.from(hashes.match(/../g), (pair) => parseInt(pair, 16))) };
}

async function begin(one) {
  const { id, as = id, note, contact, started } = one;
  const answer = await post("/api/recordings", { id: as, note, contact, started, client: navigator.userAgent });
  if (answer.state === "assembled") {
    if (one.closed && (await summary(one)).sha256 === answer.sha256) return true;
    // It was finished with what the server had. All of it comes again, as a note of its own.
    await change(id, { as: newID(), note: newID() });
    return begin(await find(id));
  }
  known.set(id, new Set(answer.have.flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i))));
  await change(id, { begun: true, problem: "" });
}

async function deliver(id) {
  let one = await find(id);
  if (!one?.chunks) return one?.closed && remove(id);
  let isDone = !known.has(id) && await begin(one);
  const have = known.get(id);
  one = await find(id);
  for (let n = 0; n < one.chunks && !isDone; n++) {
    if (have.has(n)) continue;
    const { pcm, sha256 } = await chunk(id, n);
    await send("PUT", `/api/recordings/${one.as ?? id}/chunks/${n}?of=${one.chunks}`, pcm, { "X-SHA-256": sha256 });
    one = await find(id);
    tell({ what: "sent", id, sent: have.add(n).size });
    net("ok");
  }
  if (!isDone && !one.closed) return;
  if (!isDone) await post(`/api/recordings/${one.as ?? id}/finish`, await summary(one));
  await remove(id);
  tell({ what: "done", id, note: one.note });
}

/** What a refusal means for one recording; whether server or session are away is everybody's matter. */
function judge(error, id) {
  const { status } = error, count = (stuck.get(id) ?? 0) + 1;
  if (!(error instanceof Refused) || [401, 403, 429].includes(status) || status >= 500) throw error;
  stuck.set(id, count);
  known.delete(id);
  if (count === 1) return wake();
  tell({ what: "stuck", id });
  return change(id, { problem: error.message });
}

function net(next) {
  if (next !== state) tell({ what: "net", state: (state = next) });
}

async function run() {
  for (let wait = 1; ;) {
    let pause = 60;
    const woken = new Promise((resolve) => { wake = resolve; });
    try {
      for (const { id } of await all()) {
        if (!isChecked) await check();
        if (!(stuck.get(id) > 1)) await deliver(id).catch((error) => judge(error, id));
      }
      wait = 1;
    } catch (error) {
      isChecked = false;
      known.clear();
      net([401, 403].includes(error.status) ? "signin" : navigator.onLine ? "server" : "none");
      pause = wait * (0.75 + Math.random() / 2);
      wait = Math.min(30, wait * 2);
    }
    await Promise.race([woken, new Promise((resolve) => setTimeout(resolve, pause * 1000))]);
  }
}

hear(({ what }) => {
  if (["closed", "wake"].includes(what) || (what === "kept" && state === "ok")) wake?.();
});
if (owner) navigator.locks.request(`fieldos-send-${owner}`, run);
