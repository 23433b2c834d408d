// The app without a network: its own files from this phone, pages from the server and else as they were last seen.
// VERSION and ASSETS stand above this line; another version is another worker.
const SHELL = `fieldos-${VERSION}`, PAGES = "fieldos-pages", CORE = ["/", "/record", "/waiting", "/outbox"];

self.addEventListener("install", (event) => event.waitUntil(
  caches.open(SHELL).then((cache) => cache.addAll(ASSETS)).then(() => self.skipWaiting())));

self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("fieldos-") && name !== SHELL) await caches.delete(name);
  await self.clients.claim();
  await warm();
})()));

async function warm() {
  for (const path of CORE) await fetch(path).then((reply) => keep(path, reply), () => {});
}

/** Keeps a page with its owner: true where it is a new one. Another's pages go first; all go with the sign-out. */
async function keep(path, reply) {
  if (!reply.ok || reply.redirected || !reply.headers.get("Content-Type")?.startsWith("text/html")) return false;
  const owner = reply.headers.get("X-FieldOS-Owner") ?? "";
  const before = await (await caches.match("/owner", { cacheName: PAGES }))?.text();
  if (before !== owner) await caches.delete(PAGES);
  if (!owner) return false;
  const pages = await caches.open(PAGES);
  await pages.put(path, reply);
  await pages.put("/owner", new Response(owner));
  return before !== owner;
}

async function page(event, { pathname, search }) {
  const path = pathname === "/record" ? pathname : pathname + search;
  try {
    const reply = await fetch(event.request);
    if (path !== "/record" || !search) event.waitUntil(keep(path, reply.clone()).then((isNew) => isNew && warm()));
    return reply;
  } catch {
    const pages = await caches.open(PAGES);
    return await pages.match(path) ?? await pages.match("/waiting") ?? Response.error();
  }
}

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request, to = new URL(url);
  if (method !== "GET" || to.origin !== location.origin) return;
  if (mode === "navigate") event.respondWith(page(event, to));
  else if (ASSETS.includes(to.pathname)) {
    event.respondWith(caches.match(to.pathname, { cacheName: SHELL }).then((hit) => hit ?? fetch(event.request)));
  }
});
