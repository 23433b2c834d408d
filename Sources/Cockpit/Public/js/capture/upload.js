// A file from elsewhere: its way in words and a bar, without leaving the page. Without scripts the form does it.
import { fill } from "./store.js";

const form = document.querySelector("[data-upload]"), bar = form?.querySelector("progress");
const same = document.querySelector("[data-same]"), MB = 1048576;
const say = (words, isBad = false) => {
  fill(form, "upload-words", words);
  form.classList.toggle("bad", isBad);
};

function came({ status, response }) {
  const { note, duplicate, error } = response ?? {}, page = note ? `/notes/${note}` : "/notes";
  form.inert = false;
  bar.hidden = true;
  if (!status) return say("The server does not answer. The file is where it was; send it again later.", true);
  if (status >= 300) return say(error?.message ?? "The server did not take it.", true);
  form.reset();
  if (!duplicate) return void (location.href = page);
  say("");
  same.hidden = false;
  fill(same, "same-line", duplicate.line);
  same.querySelector("a").href = page;
}

function upload(file) {
  if (file.size > form.dataset.max) return say(`Larger than ${form.dataset.size}.`, true);
  const request = new XMLHttpRequest();
  request.open("POST", `/api/uploads?contact=${encodeURIComponent(form.elements.contact.value)}`);
  request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]').content);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = loaded / total;
    say(`${Math.floor(loaded / MB + loaded / total)} of ${Math.ceil(total / MB)} parts`);
  };
  request.onloadend = () => came(request);
  form.inert = true;
  bar.hidden = false;
  request.send(file);
}

if (form) {
  form.querySelector("[data-send]").hidden = true;
  form.onchange = () => upload(form.elements.file.files[0]);
  form.ondragover = (event) => event.preventDefault();
  form.ondrop = (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) upload(event.dataTransfer.files[0]);
  };
}
