// A file from elsewhere: its way in words and a bar, without leaving the page. Without scripts the form does it.
const form = document.querySelector("[data-upload]");
const at = (name) => form.querySelector(name);

function say(words, isBad) {
  at("[data-upload-words]").textContent = words;
  at("[data-upload-words]").classList.toggle("late", Boolean(isBad));
}

function upload(file) {
  if (file.size > form.dataset.max) return say(`Larger than ${form.dataset.size}.`, true);
  const parts = Math.ceil(file.size / 1048576), bar = at("progress"), request = new XMLHttpRequest();
  request.open("POST", `/api/uploads?contact=${encodeURIComponent(form.elements.contact.value)}`);
  request.setRequestHeader("X-CSRF-Token", document.querySelector('meta[name="csrf-token"]').content);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = loaded / total;
    say(loaded < total ? `${Math.floor(loaded / 1048576)} of ${parts} parts` : "All of it is there. It is looked at.");
  };
  request.onloadend = () => {
    form.inert = false;
    bar.hidden = true;
    const { note, duplicate, error } = request.response ?? {};
    if (!request.status) return say("The server does not answer. The file is where it was; send it again later.", true);
    if (request.status >= 300) return say(error?.message ?? "The server did not take it.", true);
    form.reset();
    if (!duplicate) return void (location.href = note ? `/notes/${note}` : "/");
    say("");
    const notice = document.querySelector("[data-same]");
    notice.hidden = false;
    notice.querySelector("[data-same-line]").textContent = duplicate.line;
    notice.querySelector("a").hidden = !note;
    notice.querySelector("a").href = `/notes/${note}`;
  };
  form.inert = true;
  bar.hidden = false;
  bar.value = 0;
  request.send(file);
}

if (form) {
  at("[data-send]").hidden = true;
  form.onchange = () => form.elements.file.files[0] && upload(form.elements.file.files[0]);
  form.ondragover = (event) => event.preventDefault();
  form.ondrop = (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) upload(event.dataTransfer.files[0]);
  };
}
