// A slip in the domain of an email address is asked about beside the line, and never forced. The tables come with the
// line, and gateway/forms/typos.py counts in the same way.
(function () {
  "use strict";

  function slips(typed, known) {
    let before = [];
    let last = Array.from({ length: known.length + 1 }, (_, place) => place);
    for (let row = 1; row <= typed.length; row += 1) {
      const now = [row];
      for (let column = 1; column <= known.length; column += 1) {
        const same = typed[row - 1] === known[column - 1];
        now[column] = Math.min(last[column] + 1, now[column - 1] + 1, last[column - 1] + (same ? 0 : 1));
        if (row > 1 && column > 1 && typed[row - 1] === known[column - 2] && typed[row - 2] === known[column - 1]) {
          now[column] = Math.min(now[column], before[column - 2] + 1);
        }
      }
      before = last;
      last = now;
    }
    return last[known.length];
  }

  function meant(address, common, others) {
    const cut = address.lastIndexOf("@");
    const domain = address.slice(cut + 1).toLowerCase();
    if (cut < 1 || common.includes(domain) || others.includes(domain)) return "";
    let best = "";
    let least = 3;
    common.filter((known) => Math.abs(known.length - domain.length) < 3).forEach((known) => {
      const count = slips(domain, known);
      if (count < least) [best, least] = [known, count];
    });
    if (least > 2 || (least === 2 && (best.length < 9 || best[0] !== domain[0]))) return "";
    return address.slice(0, cut + 1) + best;
  }

  document.querySelectorAll("input[data-common]").forEach((line) => {
    const [common, others] = [line.dataset.common.split(" "), line.dataset.others.split(" ")];
    const asked = document.createElement("div");
    let timer;

    function ask() {
      const better = meant(line.value.trim(), common, others);
      clearTimeout(timer);
      if ((asked.dataset.better || "") === better) return;
      asked.dataset.better = better;
      asked.textContent = "";
      if (!better) return;
      const button = document.createElement("button");
      button.type = "button";
      button.className = "act";
      button.textContent = line.dataset.use.replace("#", better);
      button.addEventListener("click", () => {
        line.value = better;
        ask();
        line.focus();
      });
      asked.append(line.dataset.ask.replace("#", better) + " ", button);
    }

    const plain = document.getElementById(line.id + "-meant");
    if (plain) plain.remove();
    asked.className = "meant";
    asked.setAttribute("role", "status");
    line.after(asked);
    // Not when the line is left by a finger: the button under it must not move away.
    line.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 700); });
    line.addEventListener("keydown", (event) => { if (event.key === "Tab") ask(); });
    window.addEventListener("pageshow", ask);
  });
})();
