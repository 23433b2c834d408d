// One event stream a browser: the tab that holds the lock reads it and tells the others over a channel.
const handlers = new Map();
const channel = "BroadcastChannel" in self ? new BroadcastChannel("fieldos-live") : null;
let lastID = 0;

/** Calls `handler(data)` on each event of this kind, such as `job.completed`; "*" is every event. */
export function listen(kind, handler) {
  handlers.set(kind, [...(handlers.get(kind) ?? []), handler]);
}

function dispatch({ kind, data, id }) {
  if (id) lastID = Math.max(lastID, id);
  for (const handler of [...(handlers.get(kind) ?? []), ...(handlers.get("*") ?? [])]) handler(data, kind);
}

function tell(message) {
  channel?.postMessage(message);
  dispatch(message);
}

function read() {
  return new Promise(() => {
    const source = new EventSource(`/live?after=${lastID}`);
    source.onmessage = ({ data, lastEventId }) => {
      const { kind, ...rest } = JSON.parse(data);
      tell({ kind, data: rest, id: Number(lastEventId) });
    };
    source.onopen = () => tell({ kind: "live.open", data: {} });
    source.onerror = () => tell({ kind: "live.lost", data: {} });
  });
}

channel?.addEventListener("message", ({ data }) => dispatch(data));
if (!document.querySelector('meta[name="user"]')?.content) { /* signed out: nothing to hear */ }
else if (navigator.locks) navigator.locks.request("fieldos-live", read);
else read();
