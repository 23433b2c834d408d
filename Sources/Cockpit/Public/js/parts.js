// Parts of a page that the server draws again: one place that words things, and no HTML made here.
let asked = null;
let pages = 0;
let shown = 0;
/** The parts as the server drew them: what scripts do to them since is no change. */
const drawn = new Map([...document.querySelectorAll("[data-part]")].map((at) => [at.dataset.part, at.outerHTML]));

/** The page as the server has it now. Calls that come together are one; who comes later may know more, and asks again. */
function page() {
  asked ??= new Promise((go) => { setTimeout(go, 20); }).then(async () => {
    asked = null;
    const number = ++pages;
    const reply = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } });
    if (!reply.ok || reply.redirected) throw new Error(String(reply.status));
    return { number, fresh: new DOMParser().parseFromString(await reply.text(), "text/html") };
  });
  return asked;
}

/**
 * Draws `[data-part]`s again where they changed. What is under the thumb stays where it is.
 * Gives the names of those that changed; none where the server does not answer.
 */
export async function refresh(names) {
  let number, fresh;
  try { ({ number, fresh } = await page()); } catch { return []; }
  if (number < shown) return [];
  shown = number;
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
