// Sends recordings, part by part and in order. One tab of a browser does it; nothing is forgotten before the server
// says that the whole is a clip.
import { Refused, get, post, send } from "/js/api.js";
import { all, change, chunk, digest, find, hear, newID, owner, remove, tell } from "./store.js";

const known = new Map(); // recording → numbers of its parts that are on the server's disk
const stuck = new Set(); // refused for good; tried again when a page is next opened
let isChecked = false;
let wake = () => {};

/** A page kept on this phone may be older than the session: its owner must be the same, its token may not be. */
async function check() {
  const session = await get("/api/session");
  if (session.owner !== owner) throw new Refused(401, "Somebody else is signed in.");
  document.querySelector('meta[name="csrf-token"]').content = session.csrf;
  isChecked = true;
}

const body = async (one) => {
  let hashes = "";
  for (let n = 0; n < one.chunks; n++) {
    const part = await chunk(one.id, n);
    hashes += part.sha256 ?? await digest(part.pcm);
  }
  const bytes = Uint8Array.from(hashes.match(/../g), (pair) => parseInt(pair, 16));
  return { chunks: one.chunks, frames: one.frames, sha256: await digest(bytes) };
};

async function begin(one) {
  const { id, as = id, note, contact, started } = one;
  const answer = await post("/api/recordings", { id: as, note, contact, started, client: navigator.userAgent });
  if (answer.state === "assembled") {
    const mine = await body(one);
    if (one.closed && mine.sha256 === answer.sha256) return done(one);
    // It was finished with what the server had. All of it comes again, as a note of its own.
    await change(id, { as: newID(), note: newID() });
    return begin(await find(id));
  }
  known.set(id, new Set(answer.have.flatMap(([a, b]) => Array.from({ length: b - a + 1 }, (_, i) => a + i))));
  await change(id, { begun: true });
}

async function done({ id, note }) {
  await remove(id);
  known.delete(id);
  tell({ what: "done", id, note });
}

async function deliver(id) {
  let one = await find(id);
  if (!one?.chunks) return one?.closed && remove(id);
  if (!known.has(id)) await begin(one);
  const have = known.get(id);
  if (!have) return;
  one = await find(id);
  const path = `/api/recordings/${one.as ?? id}`;
  for (let n = 0; n < one.chunks; n++) {
    if (!have.has(n)) {
      const { pcm, sha256 } = await chunk(id, n);
      await send("PUT", `${path}/chunks/${n}`, pcm, { "X-SHA-256": sha256 ?? await digest(pcm) });
      have.add(n);
      one = await find(id);
      tell({ what: "sent", id, sent: have.size, total: one.chunks });
      net("ok");
    }
  }
  if (!one.closed) return;
  await post(`${path}/finish`, await body(one));
  await done(one);
}

/** What one recording's refusal means: nothing for the others, unless the server or the session is away. */
function judge(error, id) {
  if (!(error instanceof Refused) || [401, 403, 429].includes(error.status) || error.status >= 500) throw error;
  if ([404, 409].includes(error.status) && known.delete(id) && !stuck.has(`${id} once`)) {
    stuck.add(`${id} once`); // asked again, once, what the server has
    return wake();
  }
  stuck.add(id);
  tell({ what: "stuck", id, message: error.message });
  return change(id, { problem: error.message });
}

let state;
function net(next) {
  if (next !== state) tell({ what: "net", state: (state = next) });
}

async function run() {
  for (let wait = 1; ;) {
    const woken = new Promise((resolve) => { wake = resolve; });
    let pause = 60;
    try {
      for (const { id } of await all()) {
        if (!isChecked) await check();
        if (!stuck.has(id)) await deliver(id).catch((error) => judge(error, id));
      }
      wait = 1;
      if (state) net("ok");
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
  if (what === "closed" || what === "wake" || (what === "kept" && (state ?? "ok") === "ok")) wake();
});
addEventListener("online", () => wake());
if (owner) navigator.locks.request(`fieldos-send-${owner}`, run);
