// A file from elsewhere: its way in words and a bar, without leaving the page. Without scripts the form does it.
const form = document.querySelector("[data-upload]"), at = (name) => document.querySelector(name);
const MB = 1048576;

function say(words, isBad) {
  at("[data-upload-words]").textContent = words;
  at("[data-upload-words]").classList.toggle("late", isBad);
}

function came({ status, response }, name) {
  const { note, duplicate, error } = response ?? {};
  form.inert = false;
  at("[data-upload] progress").hidden = true;
  if (!status) return say("The server does not answer. The file is where it was; send it again later.", true);
  if (status >= 300) return say(error?.message ?? "The server did not take it.", true);
  form.reset();
  if (!duplicate) return void (location.href = note ? `/notes/${note}` : "/");
  say(name, false);
  at("[data-same]").hidden = false;
  at("[data-same-line]").textContent = duplicate.line;
  at("[data-same] a").href = note ? `/notes/${note}` : "/notes";
}

function upload(file) {
  if (!file) return;
  if (file.size > form.dataset.max) return say(`Larger than ${form.dataset.size}.`, true);
  const bar = at("[data-upload] progress"), request = new XMLHttpRequest();
  request.open("POST", `/api/uploads?contact=${encodeURIComponent(form.elements.contact.value)}`);
  request.setRequestHeader("X-CSRF-Token", at('meta[name="csrf-token"]').content);
  request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
  request.setRequestHeader("Accept", "application/json");
  request.responseType = "json";
  request.upload.onprogress = ({ loaded, total }) => {
    bar.value = loaded / total;
    say(`${Math.floor(loaded / MB + loaded / total)} of ${Math.ceil(total / MB)} parts`, false);
  };
  request.onloadend = () => came(request, file.name);
  [form.inert, bar.hidden, bar.value] = [true, false, 0];
  request.send(file);
}

if (form) {
  at("[data-send]").hidden = true;
  form.onchange = () => upload(form.elements.file.files[0]);
  form.ondragover = (event) => event.preventDefault();
  form.ondrop = (event) => {
    event.preventDefault();
    upload(event.dataTransfer.files[0]);
  };
}
