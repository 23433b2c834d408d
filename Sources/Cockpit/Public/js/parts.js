// Parts of a page that the server draws again: one place that words things, and no HTML made here.
let asked = null;
/** The parts as the server drew them: what scripts do to them since is no change. */
const drawn = new Map([...document.querySelectorAll("[data-part]")].map((at) => [at.dataset.part, at.outerHTML]));

/** The page as the server has it now. Calls that come together are one. */
function page() {
  asked ??= fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } })
    .then((reply) => (reply.ok && !reply.redirected ? reply.text() : Promise.reject(new Error(String(reply.status)))))
    .then((html) => new DOMParser().parseFromString(html, "text/html"))
    .finally(() => { asked = null; });
  return asked;
}

/**
 * Draws `[data-part]`s again where they changed. What is under the thumb stays where it is.
 * Gives the names of those that changed; none where the server does not answer.
 */
export async function refresh(names) {
  let fresh;
  try { fresh = await page(); } catch { return []; }
  const find = (at, name) => at.querySelector(`[data-part="${name}"]`);
  const changed = names.filter((name) =>
    find(document, name) && find(fresh, name) && find(fresh, name).outerHTML !== drawn.get(name));
  const anchor = document.activeElement?.closest("form, section, li");
  const before = anchor?.getBoundingClientRect().top;
  for (const name of changed) {
    const now = document.adoptNode(find(fresh, name));
    drawn.set(name, now.outerHTML);
    find(document, name).replaceWith(now);
  }
  if (anchor?.isConnected && changed.length) scrollBy(0, anchor.getBoundingClientRect().top - before);
  return changed;
}
