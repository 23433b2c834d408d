// What was spoken on this phone, in IndexedDB: one database a person, so that nobody else's pages see or send it.
export const owner = document.querySelector('meta[name="user"]')?.content ?? "";
const channel = new BroadcastChannel(`fieldos-capture-${owner}`), handlers = [];
let opened;

const dispatch = (message) => { for (const handler of handlers) handler(message); };
channel.onmessage = ({ data }) => dispatch(data);
/** Hears what any tab of this person tells: `{what, id, …}`. */
export const hear = (handler) => { handlers.push(handler); };
export const tell = (message) => { channel.postMessage(message); dispatch(message); };

function open() {
  return (opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(`fieldos-${owner}`, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("recordings", { keyPath: "id" });
      request.result.createObjectStore("chunks", { keyPath: ["id", "n"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
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

const write = (work) => transact("readwrite", work);
function update(rows, id, facts) {
  const request = rows.get(id);
  request.onsuccess = () => { if (request.result) rows.put({ ...request.result, ...facts }); };
  return request;
}

/** Recordings that the server does not have whole, in the order of speaking. */
export const all = async () => (await transact("readonly", (r) => r.getAll())).sort((a, b) => a.started - b.started);
export const find = (id) => transact("readonly", (r) => r.get(id));
export const chunk = (id, n) => transact("readonly", (_, c) => c.get([id, n]));
export const begin = (recording) => write((r) => r.add(recording));
export const change = (id, facts) => write((r) => update(r, id, facts));
/** Keeps a part; `frames` is the length of the recording with it. */
export const keep = (id, { n, pcm, sha256, frames }) => write((r, c) => {
  c.put({ id, n, pcm, sha256 });
  return update(r, id, { chunks: n + 1, frames });
});
export const remove = (id) => write((r, c) => {
  c.delete(IDBKeyRange.bound([id], [id, Infinity]));
  return r.delete(id);
});
/** The recording is whole: it may be finished on the server. */
export async function close(id) {
  await change(id, { closed: true });
  tell({ what: "closed", id });
}

export async function digest(bytes) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
export const newID = () => crypto.randomUUID().replaceAll("-", "");
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}`;
export const fill = (root, name, text) => {
  for (const at of root.querySelectorAll(`[data-${name}]`)) at.textContent = text;
};
/** Of what is for some states, as an attribute names them, shows what is for one of these. */
export const choose = (root, name, states) => {
  for (const at of root.querySelectorAll(`[data-${name}]`)) {
    at.toggleAttribute("hidden", !at.dataset[name].split(" ").some((one) => states.includes(one)));
  }
};
