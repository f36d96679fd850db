/* Files of a form[data-upload]: each its own request with a bar of its own, so that one refusal stops nothing.

   Without this script the form is an ordinary one and the server answers with the same lines.
   The words stand in the data attributes of [data-drop]; the server's answer to one file (header X-Upload)
   is one <li data-kind>, which takes the place of the bar. Drag and drop on [data-drop], retry of what failed.
*/
(function () {
  "use strict";

  const AT_ONCE = 2;

  for (const form of document.querySelectorAll("form[data-upload]")) start(form);

  function start(form) {
    const drop = form.querySelector("[data-drop]");
    const field = form.querySelector("input[type=file]");
    const scope = form.parentElement;
    const list = scope.querySelector("[data-upload-lines]");
    const next = scope.querySelector("[data-upload-next]");
    const waiting = [];
    const stored = new Set();
    let running = 0;

    form.addEventListener("submit", (event) => {
      if (!field.files.length) return;
      event.preventDefault();
      take(field.files);
    });

    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => {
        if (!carriesFiles(event)) return;
        event.preventDefault();
        drop.classList.add("over");
      });
    }
    drop.addEventListener("dragleave", (event) => {
      if (!drop.contains(event.relatedTarget)) drop.classList.remove("over");
    });
    drop.addEventListener("drop", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      drop.classList.remove("over");
      take(event.dataTransfer.files);
    });
    // A file let go beside the box must not replace the page.
    for (const name of ["dragover", "drop"]) {
      window.addEventListener(name, (event) => { if (carriesFiles(event)) event.preventDefault(); });
    }
    window.addEventListener("beforeunload", (event) => {
      if (!running && !waiting.length) return;
      event.preventDefault();
      event.returnValue = drop.dataset.leave;
    });

    function take(files) {
      const several = files.length > 1;
      for (const file of Array.from(files)) {
        const line = lineFor(file);
        list.append(line.item);
        waiting.push({ file: file, line: line, several: several });
      }
      field.value = "";
      go();
    }

    function go() {
      while (running < AT_ONCE && waiting.length) send(waiting.shift());
    }

    function lineFor(file) {
      const item = document.createElement("li");
      const words = document.createElement("p");
      const name = document.createElement("b");
      const state = document.createElement("span");
      const bar = document.createElement("progress");
      name.textContent = file.name;
      state.textContent = ": " + drop.dataset.waiting;
      words.append(name, state);
      bar.max = 100;
      bar.value = 0;
      bar.setAttribute("aria-label", file.name);
      item.append(words, bar);
      return { item: item, state: state, bar: bar };
    }

    function send(job) {
      const request = new XMLHttpRequest();
      const body = new FormData(form);
      body.delete(field.name);
      if (job.several) for (const one of form.querySelectorAll("[data-single] [name]")) body.delete(one.name);
      body.append(field.name, job.file);
      running += 1;
      job.line.state.textContent = ": " + drop.dataset.sending;
      request.open("POST", form.action);
      request.setRequestHeader("X-Upload", "1");
      request.upload.addEventListener("progress", (event) => {
        if (!event.lengthComputable) return;
        job.line.bar.value = Math.round((event.loaded / event.total) * 100);
        if (event.loaded === event.total) job.line.state.textContent = ": " + drop.dataset.checking;
      });
      request.addEventListener("loadend", () => {
        running -= 1;
        answered(job, request);
        go();
      });
      request.send(body);
    }

    function answered(job, request) {
      const page = new DOMParser().parseFromString(request.responseText || "", "text/html");
      const line = page.querySelector("li[data-kind]");
      if (line && !("user" in page.body.dataset)) {
        const fresh = document.importNode(line, true);
        job.line.item.replaceWith(fresh);
        if (fresh.dataset.kind === "stored") offer(fresh.dataset.id);
        return;
      }
      const asked = new URL(form.action, window.location.href).pathname;
      const elsewhere = request.responseURL && new URL(request.responseURL).pathname !== asked;
      failed(job, request.status === 403 || elsewhere ? drop.dataset.login : drop.dataset.offline);
    }

    function failed(job, words) {
      const again = document.createElement("button");
      again.type = "button";
      again.className = "btn btn-light btn-sm";
      again.textContent = drop.dataset.retry;
      again.addEventListener("click", () => {
        const line = lineFor(job.file);
        job.line.item.replaceWith(line.item);
        renew().then(() => { waiting.push({ file: job.file, line: line, several: job.several }); go(); });
      });
      job.line.bar.remove();
      job.line.state.textContent = ": " + words + " ";
      job.line.item.append(again);
    }

    /* After a fresh login in another tab the page's token is stale. */
    function renew() {
      return fetch(window.location.href, { credentials: "same-origin" })
        .then((response) => response.text())
        .then((text) => {
          const fresh = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-upload] input[name=csrfmiddlewaretoken]");
          if (fresh) for (const each of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) each.value = fresh.value;
        })
        .catch(() => undefined);
    }

    function offer(id) {
      if (!next || !id) return;
      stored.add(id);
      const before = next.hidden ? "" : new URL(next.querySelector("a").href).searchParams.get("tai-lieu") || "";
      for (const each of before.split(",")) if (each) stored.add(each);
      next.querySelector("a").href = next.dataset.href + "?tai-lieu=" + Array.from(stored).join(",");
      next.hidden = false;
    }
  }

  function carriesFiles(event) {
    return Boolean(event.dataTransfer) && Array.from(event.dataTransfer.types).includes("Files");
  }
})();
