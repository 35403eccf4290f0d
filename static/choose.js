// A long list becomes a line to search in: type a few letters, then choose with the arrows or a finger. The list itself
// stays what is sent, so nothing is missing without this. It follows the editable combobox of the ARIA authoring guide.
(function () {
  "use strict";

  if (!String.prototype.normalize || !Element.prototype.closest) return;

  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

  function make(tag, attributes, text) {
    const element = document.createElement(tag);
    Object.keys(attributes).forEach((name) => element.setAttribute(name, attributes[name]));
    element.textContent = text || "";
    return element;
  }

  document.querySelectorAll("select[data-how]").forEach((select) => {
    const id = select.id;
    const label = document.querySelector("label[for='" + id + "']");
    const how = make("p", { id: id + "-how", class: "hint" }, select.dataset.how);
    const line = make("input", {
      type: "text", id, role: "combobox", autocomplete: "off", autocapitalize: "none", spellcheck: "false",
      "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id + "-list",
      "aria-describedby": [select.getAttribute("aria-describedby"), how.id].filter(Boolean).join(" "),
    });
    // The list stands in the page and not over it: nothing covers it, a frame cuts nothing off, and it can be enlarged.
    const list = make("ul", { id: id + "-list", role: "listbox", tabindex: "-1", "aria-label": label.textContent });
    const count = make("p", { role: "status", class: "unseen" });
    const none = make("p", { class: "hint nothing" }, select.dataset.none);
    const box = make("div", { class: "search" });
    const all = Array.from(select.options).filter((option) => option.value).map((option, number) => ({
      option, words: plain(option.text), item: make("li", { id: id + "-option-" + number, role: "option" }, option.text),
    }));
    let found = [];
    let at = -1;
    let timer;

    if (select.hasAttribute("aria-invalid")) line.setAttribute("aria-invalid", "true");
    select.id = id + "-sent";
    select.hidden = list.hidden = none.hidden = true;
    list.append(...all.map((each) => each.item));
    box.append(line);
    select.before(how, box, list, none, count);

    const chosen = () => all.find((each) => each.option.selected);

    function show() {
      line.value = chosen() ? chosen().option.text : "";
    }

    function mark(next) {
      if (found[at]) found[at].item.setAttribute("aria-selected", "false");
      at = next;
      const active = found[at];
      if (!active) return line.removeAttribute("aria-activedescendant");
      active.item.setAttribute("aria-selected", "true");
      active.item.scrollIntoView({ block: "nearest" });
      return line.setAttribute("aria-activedescendant", active.item.id);
    }

    function close() {
      mark(-1);
      clearTimeout(timer);
      list.hidden = none.hidden = true;
      line.setAttribute("aria-expanded", "false");
      count.textContent = "";
    }

    function open(typed) {
      const wanted = plain(typed).split(/\s+/).filter(Boolean);
      mark(-1);
      found = all.filter((each) => wanted.every((word) => each.words.includes(word)));
      all.forEach((each) => { each.item.hidden = !found.includes(each); });
      list.hidden = !found.length;
      none.hidden = Boolean(found.length);
      line.setAttribute("aria-expanded", String(!list.hidden));
      // Spoken after a pause, so that it does not talk over the letters.
      clearTimeout(timer);
      timer = setTimeout(() => {
        count.textContent = found.length ? select.dataset.found.replace("#", found.length) : select.dataset.none;
      }, 500);
    }

    function choose(each) {
      const before = select.value;
      select.value = each ? each.option.value : "";
      show();
      close();
      if (select.value !== before) select.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function move(event, next) {
      event.preventDefault();
      if (list.hidden) open("");
      mark(next(found.length));
    }

    line.addEventListener("keydown", (event) => {
      const open = !list.hidden;
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      if (event.key === "ArrowDown") {
        move(event, (length) => (at + 1) % length);
      } else if (event.key === "ArrowUp") {
        move(event, (length) => (at < 1 ? length : at) - 1);
      } else if (event.key === "Home" && at >= 0) {
        move(event, () => 0);
      } else if (event.key === "End" && at >= 0) {
        move(event, (length) => length - 1);
      } else if (event.key === "Enter" && (open || !none.hidden)) {
        event.preventDefault();
        if (found[at] || found.length === 1) choose(found[at] || found[0]);
      } else if (event.key === "Escape" && (open || !none.hidden)) {
        event.preventDefault();
        show();
        close();
      }
    });

    line.addEventListener("input", () => open(line.value));
    line.addEventListener("click", () => { if (list.hidden) open(""); });

    // Leaving: what is marked is taken, else the only choice that fits; words that fit nothing do not stay, for they
    // would not be sent.
    line.addEventListener("blur", () => {
      if (list.hidden && none.hidden) return;
      const exact = found.find((each) => each.words === plain(line.value).trim());
      const typed = line.value !== (chosen() ? chosen().option.text : "");
      if (found[at]) choose(found[at]);
      else if (typed && !line.value.trim()) choose(null);
      else if (typed && (exact || found.length === 1)) choose(exact || found[0]);
      else { show(); close(); }
    });

    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const each = found.find(({ item }) => item.contains(event.target));
      if (each) choose(each);
    });
    select.addEventListener("change", show);
    window.addEventListener("pageshow", show);
    show();
  });
})();
