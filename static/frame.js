// In a frame on another website: keeps the visitor's place over a reload of that website, and tells embed.js there how
// high the page is.
(function () {
  "use strict";

  if (window.parent === window || !window.fetch || !Element.prototype.closest) return;

  const root = document.documentElement;
  let around = "";
  let told = 0;

  // The place: the address of a draft is a secret, so it stays in the frame's own storage, in this tab alone, and goes
  // with the draft. Browsers may refuse the storage; then a reload begins anew.
  const path = location.pathname.match(/^(\/embed\/[^/]+\/[^/]+)(\/d\/[^/]+\/([^/]+))?/) || [];
  const [, base, draft, part] = path;
  const key = "place of " + base;

  function stored(act) {
    try {
      return act(window.sessionStorage);
    } catch (refused) {
      return null;
    }
  }

  function forget() {
    stored((storage) => storage.removeItem(key));
  }

  // What was sent, deleted or has expired is forgotten; what nobody can say anything of at the moment is not.
  function alive(address) {
    return fetch(address, { method: "HEAD" }).then((answer) => {
      const found = answer.ok && !/\/sent($|\?)/.test(answer.url);
      if (!found && answer.status < 500) forget();
      return found;
    }).catch(() => false);
  }

  // The website around us opened this page, not the visitor from within the frame. A digest behind the address tells one
  // prefilled filling from another: nobody may be led to the answers about somebody else.
  const [navigation] = performance.getEntriesByType("navigation");
  const back = navigation && navigation.type === "back_forward";
  const arrived = !back && document.referrer.indexOf(location.origin + base) !== 0;
  const known = stored((storage) => JSON.parse(storage.getItem(key))) || { digest: "" };
  const digest = arrived ? location.hash : known.digest;
  const here = location.pathname + location.search;

  if (part === "sent") {
    forget();
  } else if (arrived && known.place && known.place !== here && known.digest === digest && (digest || !draft)) {
    root.hidden = true;
    alive(known.place).then((found) => {
      if (found) return location.replace(known.place);
      root.hidden = false;
      settle();
    });
  } else {
    settle();
  }

  function settle() {
    if (draft && document.querySelector("main form[method=post]")) {
      stored((storage) => storage.setItem(key, JSON.stringify({ place: here, digest })));
    } else if (draft && known.place) {
      alive(known.place);
    }
    tell(opened());
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-leave]")) forget();
  }, true);

  // The height. We speak only to the page around us, only once it has spoken, and of nothing but numbers. Its origin is
  // one that the charity lists: anywhere else the browser would not have shown us.
  function tell(show) {
    if (!around || root.hidden) return;
    const beyond = root.scrollHeight > root.clientHeight ? root.scrollHeight : 0;
    const high = Math.max(beyond, Math.ceil(root.getBoundingClientRect().height));
    if (high === told && show === undefined) return;
    told = high;
    window.parent.postMessage({ referralForm: high, show }, around);
  }

  function top(element) {
    return element ? Math.max(0, Math.floor(element.getBoundingClientRect().top + window.scrollY)) : 0;
  }

  function question(hash) {
    const target = hash && document.getElementById(hash.slice(1));
    return target && (target.closest("fieldset, .question") || target);
  }

  function opened() {
    return top(document.querySelector("[data-problems]") || question(location.hash));
  }

  // In a frame as high as its page nothing is scrolled: the website says where the visitor's sight begins.
  function follow(seen) {
    const leave = document.querySelector("[data-leave]");
    if (leave && seen >= 0) leave.style.top = "calc(" + seen + "px + .5rem)";
  }

  window.addEventListener("message", (event) => {
    if (event.source !== window.parent || !event.data || !/^https?:/.test(event.origin)) return;
    if (typeof event.data.referralForm === "number" && event.origin === around) follow(event.data.referralForm);
    if (event.data.referralForm !== "hello") return;
    around = event.origin;
    tell(opened());
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link) tell(top(question(link.hash)));
  });

  ["input", "click", "focusin", "focusout"].forEach((event) => document.addEventListener(event, () => tell()));
  if (window.ResizeObserver) new ResizeObserver(() => tell()).observe(root);
})();
