// Parts of a page that the server draws again: one place that words things, and no HTML made here.
let asked = null;
let pages = 0;
const shown = new Map(); // the number of the page that a part was last compared with
/** The parts as the server drew them: what scripts do to them since is no change. */
const drawn = new Map([...document.querySelectorAll("[data-part]")].map((at) => [at.dataset.part, at.outerHTML]));

/** The page as the server has it now. Calls that come together are one; who comes later may know more, and asks again. */
function page() {
  asked ??= new Promise((go) => { setTimeout(go, 20); }).then(async () => {
    asked = null;
    const number = ++pages;
    for (let pause = 500; ; pause *= 2) {
      const text = await fetch(location.href, { credentials: "same-origin", headers: { Accept: "text/html" } })
        .then((reply) => reply.ok && !reply.redirected && reply.text()).catch(() => "");
      if (text) return { number, fresh: new DOMParser().parseFromString(text, "text/html") };
      if (pause > 8000) throw new Error("no answer");
      await new Promise((go) => { setTimeout(go, pause); });
    }
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
  const find = (at, name) => at.querySelector(`[data-part="${name}"]`);
  const newer = names.filter((name) => number >= (shown.get(name) ?? 0));
  for (const name of newer) shown.set(name, number);
  const changed = newer.filter((name) =>
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
