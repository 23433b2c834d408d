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
  const raw = body instanceof Blob || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
  const reply = await fetch(path, {
    method, credentials: "same-origin", redirect: "error",
    headers: {
      "X-CSRF-Token": token(), Accept: "application/json",
      ...(body === undefined || raw ? {} : { "Content-Type": "application/json" }), ...headers,
    },
    body: body === undefined || raw ? body : JSON.stringify(body),
  });
  const text = await reply.text();
  let answer = null;
  try { answer = text ? JSON.parse(text) : null; } catch { /* not ours to read */ }
  if (!reply.ok) throw new Refused(reply.status, answer?.error?.message ?? `The server answered ${reply.status}.`, answer);
  return answer;
}

export const get = (path) => send("GET", path);
export const post = (path, body, headers) => send("POST", path, body, headers);
