// Sets light or dark, and hides the code, before the first paint. Without this script the page is
// light and its code is shown. Where the browser refuses storage, the scripts that come after would
// stop at their first reading: a memory that lasts as long as the page stands in.
(function () {
  "use strict";
  var root = document.documentElement;
  ["localStorage", "sessionStorage"].forEach(function (name) {
    try {
      window[name].getItem("mode");
    } catch (error) {
      var kept = new Map();
      Object.defineProperty(window, name, { configurable: true, value: {
        getItem: function (key) { return kept.has(key) ? kept.get(key) : null; },
        setItem: function (key, value) { kept.set(key, String(value)); },
        removeItem: function (key) { kept.delete(key); },
      } });
    }
  });
  var mode = localStorage.getItem("mode");
  var code = localStorage.getItem("handbook-code");
  if (mode !== "light" && mode !== "dark") mode = "auto";
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
  root.classList.toggle("hb-code-hidden", code !== "shown");
})();
