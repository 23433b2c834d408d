// What was spoken on this phone, in IndexedDB: one database a person, so that nobody else's pages see or send it.
export const owner = document.querySelector('meta[name="user"]')?.content ?? "";
const channel = new BroadcastChannel(`fieldos-capture-${owner}`);
const handlers = [];
let opened;

/** Hears what any tab of this person tells: `{what, id, …}`. */
export const hear = (handler) => { handlers.push(handler); };
export function tell(message) {
  channel.postMessage(message);
  for (const handler of handlers) handler(message);
}
channel.onmessage = ({ data }) => { for (const handler of handlers) handler(data); };

function open() {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(`fieldos-${owner}`, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("recordings", { keyPath: "id" });
      request.result.createObjectStore("chunks", { keyPath: ["id", "n"] });
    };
    request.onsuccess = () => {
      request.result.onclose = () => { opened = null; };
      resolve(request.result);
    };
    request.onerror = () => { opened = null; reject(request.error); };
  }));
}

/** One transaction, done when it is on the disk. */
async function transact(mode, work) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const change = base.transaction(["recordings", "chunks"], mode, { durability: "strict" });
    const request = work(change.objectStore("recordings"), change.objectStore("chunks"));
    change.oncomplete = () => resolve(request.result);
    change.onabort = () => reject(change.error);
  });
}

function update(recordings, id, facts) {
  const request = recordings.get(id);
  request.onsuccess = () => { if (request.result) recordings.put({ ...request.result, ...facts }); };
  return request;
}

/** Recordings that the server does not have whole, in the order of speaking. */
export const all = async () => (await transact("readonly", (r) => r.getAll())).sort((a, b) => a.started - b.started);
export const find = (id) => transact("readonly", (r) => r.get(id));
export const chunk = (id, n) => transact("readonly", (_, c) => c.get([id, n]));
export const begin = (recording) => transact("readwrite", (r) => r.add(recording));
export const change = (id, facts) => transact("readwrite", (r) => update(r, id, facts));
/** Keeps parts `{n, pcm, sha256}`; `frames` is the length of the recording with them. */
export const keep = (id, parts, frames) => transact("readwrite", (r, c) => {
  for (const { n, pcm, sha256 } of parts) c.put({ id, n, pcm, sha256 });
  return update(r, id, { chunks: parts.at(-1).n + 1, frames });
});
export const remove = (id) => transact("readwrite", (r, c) => {
  c.delete(IDBKeyRange.bound([id], [id, Infinity]));
  return r.delete(id);
});

export const hex = (bytes) => Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
export const digest = async (bytes) => hex(await crypto.subtle.digest("SHA-256", bytes));
export const newID = () => crypto.randomUUID().replaceAll("-", "");
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
/** Whether some tab is recording now: any, or this one recording. */
export async function isLive(id) {
  const { held } = await navigator.locks.query();
  return held.some(({ name }) => name === (id ? `fieldos-live-${id}` : "fieldos-recording"));
}
