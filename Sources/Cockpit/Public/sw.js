// The app without a network: its own files from this phone, pages from the server and else as they were last seen.
// VERSION and ASSETS stand above this line; another version is another worker.
const SHELL = `fieldos-${VERSION}`;
const PAGES = "fieldos-pages";
const CORE = ["/", "/record", "/waiting", "/outbox"];

self.addEventListener("install", (event) => event.waitUntil(
  caches.open(SHELL).then((cache) => cache.addAll(ASSETS)).then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("fieldos-") && name !== SHELL) await caches.delete(name);
  await self.clients.claim();
  await Promise.allSettled(CORE.map(fetchPage));
})()));

async function fetchPage(path) {
  const reply = await fetch(path, { headers: { Accept: "text/html" } });
  await keep(path, reply);
}

/** Keeps a page under its owner; whatever another person's pages were goes first, and all goes with the sign-out. */
async function keep(path, reply) {
  if (!reply.ok || reply.redirected || !reply.headers.get("Content-Type")?.startsWith("text/html")) return;
  const owner = reply.headers.get("X-FieldOS-Owner");
  let pages = await caches.open(PAGES);
  const before = await (await pages.match("/owner"))?.text();
  if (before !== undefined && before !== owner) {
    await caches.delete(PAGES);
    pages = await caches.open(PAGES);
  }
  if (!owner) return;
  await pages.put(path, reply);
  if (before === owner) return;
  await pages.put("/owner", new Response(owner));
  await Promise.allSettled(CORE.filter((one) => one !== path).map(fetchPage));
}

async function page(event, url) {
  const path = url.pathname === "/record" ? "/record" : url.pathname + url.search;
  try {
    const reply = await fetch(event.request);
    if (reply.status === 502 || reply.status === 504) throw reply;
    if (path !== "/record" || !url.search) event.waitUntil(keep(path, reply.clone()));
    return reply;
  } catch {
    const pages = await caches.open(PAGES);
    return await pages.match(path) ?? await pages.match("/waiting") ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(page(event, url));
  else if (ASSETS.includes(url.pathname)) {
    event.respondWith(caches.match(url.pathname, { cacheName: SHELL }).then((hit) => hit ?? fetch(event.request)));
  }
});
