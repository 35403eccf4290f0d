// A button that copies a text of the page; where the browser refuses, as in some frames, the text is marked instead.
(function () {
  "use strict";

  document.querySelectorAll("[data-copy]").forEach((button) => {
    const line = button.parentElement;
    const text = document.getElementById(button.dataset.copy);
    const status = line.querySelector("[role=status]");
    line.hidden = false;

    function mark() {
      window.getSelection().selectAllChildren(text);
      status.textContent = button.dataset.select;
    }

    button.addEventListener("click", () => {
      if (!navigator.clipboard) return mark();
      navigator.clipboard.writeText(text.textContent.trim()).then(() => { status.textContent = button.dataset.copied; }, mark);
    });
  });
})();
