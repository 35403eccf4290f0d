// Comforts on top of pages that work without them: dependent questions, counts, a quick way out, one click = one post.
(function () {
  "use strict";

  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  if (!window.Map || !Element.prototype.closest || !String.prototype.normalize) return;

  // Dependent questions. What is hidden is disabled too, so it is neither posted nor counted as an answer.
  const dependents = all("[data-show-when]").map((block) => ({ block, conditions: JSON.parse(block.dataset.showWhen) }));

  function answers(form, name) {
    return Array.from(form.querySelectorAll("[name]"))
      .filter((input) => input.name === name && !input.disabled && (!/^(radio|checkbox)$/.test(input.type) || input.checked))
      .map((input) => input.value);
  }

  function settle() {
    let changed = true;
    for (let round = 0; changed && round <= dependents.length; round += 1) {
      changed = false;
      dependents.forEach(({ block, conditions }) => {
        const form = block.closest("form");
        const holds = conditions.every(({ name, values }) => answers(form, name).some((value) => values.includes(value)));
        if (block.hidden !== holds) return;
        changed = true;
        block.hidden = !holds;
        all("input, select, textarea", block).forEach((input) => {
          input.disabled = Boolean(input.closest("[data-show-when][hidden]"));
        });
      });
    }
  }

  if (dependents.length) {
    document.addEventListener("change", settle);
    window.addEventListener("pageshow", settle);
    settle();
  }

  // A live count. It is spoken only after a pause, and only when the end is near.
  all("textarea[data-limit]").forEach((area) => {
    const limit = Number(area.dataset.limit);
    const fixed = document.getElementById(area.id + "-limit");
    const seen = fixed.cloneNode(false);
    const spoken = document.createElement("p");
    let timer;
    seen.removeAttribute("id");
    seen.setAttribute("aria-hidden", "true");
    spoken.className = fixed.className = "unseen";
    spoken.setAttribute("role", "status");
    fixed.after(seen, spoken);

    function count(speak) {
      const left = limit - Array.from(area.value.normalize()).length;
      const words = left < 0 ? fixed.dataset.over : fixed.dataset.left;
      seen.textContent = words.replace("#", Math.abs(left));
      seen.classList.toggle("over", left < 0);
      clearTimeout(timer);
      if (speak) timer = setTimeout(() => { spoken.textContent = left < limit / 10 ? seen.textContent : ""; }, 1000);
    }

    area.addEventListener("input", () => count(true));
    window.addEventListener("pageshow", () => count(false));
    count(false);
  });

  // Mistakes: go to the list first, and from the list to the question with its label in sight.
  const problems = document.querySelector("[data-problems]");
  if (problems) {
    problems.focus();
    problems.addEventListener("click", (event) => {
      const target = event.target.hash && document.getElementById(event.target.hash.slice(1));
      if (!target) return;
      event.preventDefault();
      target.focus({ preventScroll: true });
      (target.closest("fieldset, .question") || target).scrollIntoView();
      // On a small screen, or zoomed, a long question ends below the edge.
      if (target.getBoundingClientRect().bottom > window.innerHeight) target.scrollIntoView({ block: "end" });
    });
  }

  // Leaving: nothing stays on the screen while the other site loads, and Back does not come here.
  // Shift, three times within five seconds and no other key between, leaves too: a hand finds it without looking.
  let presses = [];
  all("[data-leave]").forEach((link) => {
    all("[data-shift]").forEach((words) => { words.hidden = false; });
    document.addEventListener("keydown", (event) => {
      if (event.repeat) return;
      presses = event.key === "Shift" ? presses.concat(Date.now()).slice(-3) : [];
      if (presses.length === 3 && presses[2] - presses[0] < 5000) link.click();
    });
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.title = "";
      document.documentElement.hidden = true;
      try {
        window.top.location.replace(link.href);
      } catch (refused) {
        window.location.replace(link.href);
      }
    });
  });

  // The first page has one address for everybody: its entry in the history remembers the draft that it begins, so that
  // Back leads to the answers. The token begins with the instance that stands in the addresses of the draft.
  function draft(form) {
    const first = form.querySelector("[data-begins]");
    if (!first) return null;
    const bytes = atob(form.querySelector("[name=token]").value.slice(0, 24).replace(/-/g, "+").replace(/_/g, "/"));
    const instance = btoa(bytes.slice(0, 16)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    return form.getAttribute("action").split("?")[0] + "/d/" + instance + "/" + first.dataset.begins;
  }

  const begun = document.querySelector("[data-begins]") && history.state && history.state.draft;
  if (begun) {
    fetch(begun, { method: "HEAD" }).then((answer) => { if (answer.ok) location.replace(begun); }, () => {});
  }

  // A slow double click posts once; a later one is let through, in case the first got lost.
  // Writing the entry also lets Back ask for a page with mistakes anew, where browsers would want it posted again.
  let posted = 0;
  document.addEventListener("submit", (event) => {
    if (Date.now() - posted < 1000) {
      event.preventDefault();
    } else {
      posted = Date.now();
      history.replaceState({ draft: draft(event.target) }, "");
    }
  });

  // A page taken out of the browser's memory may hold an older token, or the answers of somebody else.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.documentElement.hidden = true;
    window.location.reload();
  });
})();
