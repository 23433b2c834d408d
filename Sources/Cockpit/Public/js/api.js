// Requests to our own server. Every change carries the token of the session.
const token = () => document.querySelector('meta[name="csrf-token"]')?.content ?? "";

/** What the server said when it refused: `status`, and `message`, a line for people. */
export class Refused extends Error {
  constructor(status, message, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

/**
 * Sends JSON (or a Blob as it is) and gives the reply's JSON, null where it has none.
 * Throws `Refused` on an answer that is not 2xx, and the browser's own TypeError where there was no answer.
 */
export async function send(method, path, body, headers = {}) {
  const reply = await ask(method, path, body, headers);
  // A page that is older than its sign-in: once more with the token of now.
  if (reply.status === 403 && reply.headers.get("X-CSRF-Token") === "stale" && await renewToken()) {
    return answerOf(await ask(method, path, body, headers));
  }
  return answerOf(reply);
}

function ask(method, path, body, headers) {
  const raw = body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
  return fetch(path, {
    method, credentials: "same-origin", redirect: "error",
    headers: {
      "X-CSRF-Token": token(), Accept: "application/json",
      ...(body === undefined || raw ? {} : { "Content-Type": "application/json" }), ...headers,
    },
    body: body === undefined || raw ? body : JSON.stringify(body),
  });
}

/** The page takes the token of the session of now, unless that is somebody else's. */
async function renewToken() {
  const reply = await fetch("/api/session", { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!reply.ok) return false;
  const { csrf, owner } = await reply.json();
  if (owner !== document.querySelector('meta[name="user"]')?.content) return false;
  document.querySelector('meta[name="csrf-token"]').content = csrf;
  return true;
}

async function answerOf(reply) {
  const text = await reply.text();
  let answer = null;
  try { answer = text ? JSON.parse(text) : null; } catch { /* not ours to read */ }
  if (!reply.ok) throw new Refused(reply.status, answer?.error?.message ?? `The server answered ${reply.status}.`, answer);
  return answer;
}

export const get = (path) => send("GET", path);
export const post = (path, body, headers) => send("POST", path, body, headers);
