// Files are sent as soon as they are chosen, with a bar that shows how far they are. The page works without this too:
// what happens here is what the button beside the file does, and the answer is the same page, of which one question is taken.
(function () {
  "use strict";

  if (!window.FormData || !window.DOMParser || !Element.prototype.replaceChildren) return;

  const forms = new Map();
  let leaving = false;

  // One form sends one file at a time; what was pressed meanwhile waits until all of them are there.
  function lineOf(form) {
    if (!forms.has(form)) {
      const line = { waiting: [], request: null, submitter: null };
      forms.set(form, line);
      form.addEventListener("submit", (event) => {
        if (!line.request) return;
        event.preventDefault();
        event.stopPropagation();
        line.submitter = event.submitter || form;
      });
    }
    return forms.get(form);
  }

  function words(box, name, more) {
    return box.dataset[name].replace("#", more || "");
  }

  function complain(question, message) {
    const box = question.querySelector("[data-files]");
    const input = box.querySelector("input[type=file]");
    let error = question.querySelector(".error");
    if (!error) {
      error = document.createElement("p");
      error.className = "error";
      error.id = (input ? input.id : box.dataset.files) + "-error";
      box.before(error);
    }
    error.setAttribute("role", "alert");
    error.textContent = message;
    question.classList.add("wrong");
    if (input) {
      input.value = "";
      input.setAttribute("aria-describedby", error.id + " " + input.id + "-limits");
      input.setAttribute("aria-invalid", "true");
    }
  }

  function bar(question, name, cancel) {
    const box = question.querySelector("[data-files]");
    const place = document.createElement("div");
    const label = document.createElement("p");
    const progress = document.createElement("progress");
    const button = document.createElement("button");
    place.className = "sending";
    label.className = "hint";
    label.setAttribute("role", "status");
    progress.max = 100;
    progress.value = 0;
    progress.setAttribute("aria-label", name);
    button.type = "button";
    button.className = "act";
    button.textContent = box.dataset.cancel;
    button.addEventListener("click", cancel);
    place.append(label, progress, button);
    (box.querySelector(".pick") || box.lastElementChild).before(place);
    let said = -1;
    function show(percent) {
      progress.value = percent;
      // A screen reader hears of every quarter, not of every step.
      if (Math.floor(percent / 25) === said) return;
      said = Math.floor(percent / 25);
      label.textContent = percent >= 100 ? words(box, "checking", name) : words(box, "sending", name).replace("%", Math.floor(percent));
    }
    show(0);
    return { show, remove: () => place.remove() };
  }

  // Take the question as it stands in the page that was answered; whoever points at it from elsewhere still finds it.
  function take(question, answer, file) {
    const name = question.querySelector("[data-files]").dataset.files;
    const box = Array.from(answer.querySelectorAll("[data-files]")).find((each) => each.dataset.files === name);
    if (!box) return false;
    const fresh = box.closest(".question");
    const here = question.contains(document.activeElement);
    question.classList.toggle("wrong", fresh.classList.contains("wrong"));
    question.replaceChildren(...Array.from(fresh.childNodes, (node) => document.importNode(node, true)));
    prepare(question);
    if (here) (question.querySelector("input[type=file]") || question.querySelector("[data-files] [tabindex]")).focus({ preventScroll: true });
    const error = question.querySelector(".error");
    if (error) {
      error.setAttribute("role", "alert");
    } else {
      const told = document.createElement("p");
      told.className = "unseen";
      told.setAttribute("role", "status");
      question.querySelector("[data-files]").append(told);
      requestAnimationFrame(() => { told.textContent = words(box, "done", file.name); });
    }
    return true;
  }

  function send(form, question, file) {
    const line = lineOf(form);
    const input = question.querySelector("input[type=file]");
    if (!input) return next(form);
    const fields = new FormData(form);
    Array.from(form.querySelectorAll("input[type=file]")).forEach((each) => fields.delete(each.name));
    fields.append(input.name, file, file.name);
    fields.append("action", "add-file-" + input.name);
    const request = new XMLHttpRequest();
    const shown = bar(question, file.name, () => request.abort());
    line.request = request;

    function ended(message) {
      shown.remove();
      line.request = null;
      if (message) {
        line.waiting = [];
        line.submitter = null;
        complain(question, message);
      }
      next(form);
    }

    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.show((event.loaded / event.total) * 100);
    });
    request.addEventListener("load", () => {
      const answer = new DOMParser().parseFromString(request.responseText, "text/html");
      const taken = take(question, answer, file);
      if (taken && question.querySelector(".error")) line.submitter = null;
      // The first page has one address for everybody: a reload of it leads to the draft that the file began.
      if (form.querySelector("[data-begins]") && /\/d\//.test(request.responseURL)) {
        history.replaceState({ draft: new URL(request.responseURL).pathname }, "");
      }
      ended(taken ? "" : words(question.querySelector("[data-files]"), "failed"));
    });
    request.addEventListener("error", () => ended(words(question.querySelector("[data-files]"), "lost")));
    request.addEventListener("abort", () => {
      if (!leaving) ended("");
    });
    request.open("POST", form.getAttribute("action"));
    request.send(fields);
    return undefined;
  }

  function next(form) {
    const line = lineOf(form);
    const following = line.waiting.shift();
    if (following) {
      send(form, following.question, following.file);
    } else if (line.submitter) {
      const submitter = line.submitter;
      line.submitter = null;
      if (submitter === form) form.submit();
      else submitter.click();
    }
  }

  function chosen(question, input) {
    const box = question.querySelector("[data-files]");
    const files = Array.from(input.files);
    const large = files.find((file) => file.size > Number(box.dataset.largest));
    if (large) return complain(question, words(box, "tooLarge", large.name));
    if (files.length > Number(box.dataset.room)) return complain(question, words(box, "tooMany"));
    const line = lineOf(input.form);
    line.waiting.push(...files.map((file) => ({ question, file })));
    input.value = "";
    if (!line.request) next(input.form);
    return undefined;
  }

  function prepare(question) {
    const input = question.querySelector("input[type=file]");
    if (!input) return;
    const button = question.querySelector(".pick .button");
    if (button) button.hidden = true;
    input.addEventListener("change", () => { if (input.files.length) chosen(question, input); });
    const place = input.closest(".pick");
    ["dragover", "dragleave", "drop"].forEach((kind) => place.addEventListener(kind, (event) => {
      event.preventDefault();
      place.classList.toggle("dropping", kind === "dragover");
      if (kind === "drop" && event.dataTransfer.files.length) {
        input.files = event.dataTransfer.files;
        chosen(question, input);
      }
    }));
  }

  document.querySelectorAll("[data-files]").forEach((box) => prepare(box.closest(".question")));

  window.addEventListener("beforeunload", (event) => {
    const busy = Array.from(forms.values()).some((line) => line.request);
    if (busy && !leaving) event.preventDefault();
  });

  // Whoever has to leave at once is not asked.
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-leave]")) return;
    leaving = true;
    forms.forEach((line) => line.request && line.request.abort());
  }, true);
})();
