// Puts a form into a page of another website, in a frame as high as the form. docs/embedding.md says how to use it.
// It runs in pages of others: old syntax on purpose, nothing global, no style but the frame's, no error let out.
(function () {
  "use strict";

  var WORDS = { en: ["Form", "Open the form in a new tab"], cy: ["Ffurflen", "Agor y ffurflen mewn tab newydd"] };
  var AFTER_LOAD = 4000, IN_ALL = 20000, HIGHEST = 30000;

  // What tells two fillings of one form apart; never the values themselves.
  function digest(text) {
    var sum = 5381, place;
    for (place = 0; place < text.length; place += 1) sum = (sum * 33 + text.charCodeAt(place)) | 0;
    return text && "#" + (sum >>> 0).toString(36);
  }

  function framed(mark) {
    var address = new URL(mark.getAttribute("data-referral-form"));
    if (!/^https?:$/.test(address.protocol)) throw new Error("data-referral-form is no web address");
    if (address.pathname.indexOf("/embed/")) address.pathname = "/embed" + address.pathname;
    Array.prototype.forEach.call(mark.attributes, function (each) {
      if (!each.name.indexOf("data-prefill-")) address.searchParams.set(each.name.slice(13), each.value);
    });
    address.hash = digest(address.search);
    return address;
  }

  function put(mark) {
    var address = framed(mark), frame = document.createElement("iframe"), link = mark, box = mark;
    var height = 500, pages = 0, talks = false, timer;
    var margin = Number(mark.getAttribute("data-scroll-margin")) || 0;
    var language = mark.getAttribute("data-lang") || "", words = WORDS[language] || WORDS.en;
    if (language) address.searchParams.set("lang", language);

    function draw(display) {
      var style = "display:" + display + ";width:100%;max-width:none;border:0;height:" + height + "px;";
      frame.style.cssText = style.replace(/;/g, "!important;");
      if (display === "block" && box.parentNode) box.parentNode.removeChild(box);
    }

    // Somebody who is in the frame keeps it: what cannot talk to us may still be a form that works.
    function fallBack() {
      if (!frame.parentNode) return;
      if (document.activeElement !== frame) draw("none");
      frame.parentNode.insertBefore(box, frame);
    }

    function wait(time) {
      clearTimeout(timer);
      timer = setTimeout(fallBack, time);
    }

    // How far down something of the form stands below what covers the top of the window.
    function below(top) {
      var padding = parseFloat(getComputedStyle(document.documentElement).scrollPaddingTop) || 0;
      return frame.getBoundingClientRect().top + top - Math.max(margin, padding);
    }

    // The way out of the form stays in sight: it has to know where sight begins.
    function tell() {
      if (talks && frame.contentWindow) say(Math.max(0, Math.round(-below(0))));
    }

    function say(what) {
      frame.contentWindow.postMessage({ referralForm: what }, address.origin);
    }

    function show(top) {
      var at = below(top);
      if (at >= 0 && at <= document.documentElement.clientHeight / 2) return;
      frame.style.scrollMarginTop = margin - top + "px";
      var still = window.matchMedia && matchMedia("(prefers-reduced-motion: reduce)").matches;
      frame.scrollIntoView({ block: "start", behavior: still ? "instant" : "auto" });
    }

    window.addEventListener("message", function (event) {
      var said = event.data;
      if (!frame.contentWindow || event.source !== frame.contentWindow || event.origin !== address.origin) return;
      if (!said || typeof said.referralForm !== "number" || !(said.referralForm >= 0)) return;
      clearTimeout(timer);
      talks = true;
      // A form that is not on view at the moment, as behind a tab, has no height yet.
      height = Math.min(Math.ceil(said.referralForm), HIGHEST) || height;
      draw("block");
      if (typeof said.show === "number" && isFinite(said.show)) {
        pages += 1;
        // Where the visitor is when the form appears is no business of ours; from then on, what has changed is shown.
        if (pages > 1) show(said.show);
      }
      tell();
    });

    frame.addEventListener("load", function () {
      if (!frame.contentWindow) return;
      talks = false;
      wait(AFTER_LOAD);
      say("hello");
    });
    window.addEventListener("scroll", tell, true);

    frame.title = mark.getAttribute("data-title") || words[0];
    frame.setAttribute("allow", "");
    frame.setAttribute("referrerpolicy", "no-referrer");
    frame.src = address.href;
    if (mark.tagName === "SCRIPT") {
      link = document.createElement("a");
      link.href = address.href.replace("/embed/", "/").replace(/#.*/, "");
      link.target = "_blank";
      link.rel = "noopener";
      link.textContent = mark.getAttribute("data-link") || words[1];
      box = document.createElement("p");
      box.appendChild(link);
    }
    if (mark.parentNode === document.head) throw new Error("the tag stands in the head of the page");
    mark.setAttribute("data-placed", "");
    mark.parentNode.insertBefore(frame, mark.nextSibling);
    draw("block");
    wait(IN_ALL);
  }

  function putAll() {
    Array.prototype.forEach.call(document.querySelectorAll("[data-referral-form]:not([data-placed])"), function (mark) {
      try {
        put(mark);
      } catch (error) {
        if (window.console) console.warn("Referral form: " + error.message);
      }
    });
  }

  putAll();
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", putAll);
})();
