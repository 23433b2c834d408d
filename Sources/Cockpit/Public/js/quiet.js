// Forms that say what came of them without a page load: `data-quiet` names the parts that change.
import { post } from "/js/api.js";
import { refresh } from "/js/parts.js";
import { toast } from "/js/toast.js";

function fail(form, message) {
  const line = form.querySelector("[role=alert]") ?? form.appendChild(document.createElement("p"));
  line.className = "small refused";
  line.setAttribute("role", "alert");
  line.textContent = message;
}

/** `before(form, body)` may act at once and add to the body; what it gives goes to the toast. `more`: further parts. */
export function quietly(before, more = []) {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-quiet]");
    if (!form) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const body = Object.fromEntries(new FormData(form, event.submitter));
    const undo = before?.(form, body);
    try {
      const answer = await post(form.action, body);
      const said = answer?.toast ?? (undo && "Put into the note.");
      if (said) toast(said, undo ?? {});
      await refresh([...form.dataset.quiet.split(" "), ...more]);
    } catch (error) {
      fail(form, error.status ? error.message : "The FieldOS server does not answer. Nothing was changed.");
    }
    delete form.dataset.busy;
  });
}
