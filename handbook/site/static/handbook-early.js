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
  // asked for early, except from a folder, where browsers refuse a font that a page asks for itself
  if (location.protocol !== "file:" && document.currentScript) {
    var font = document.createElement("link");
    font.rel = "preload";
    font.as = "font";
    font.type = "font/woff2";
    font.crossOrigin = "anonymous";
    font.href = new URL("fonts/source-sans-3.woff2", document.currentScript.src).href;
    document.head.append(font);
  }
  var mode = localStorage.getItem("mode");
  var code = localStorage.getItem("handbook-code");
  if (mode !== "light" && mode !== "dark") mode = "auto";
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
  root.classList.toggle("hb-code-hidden", code !== "shown");
})();
