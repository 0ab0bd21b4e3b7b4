// Sets light or dark, and hides the code, before the first paint. Without this script the page is
// light and its code is shown.
(function () {
  "use strict";
  var root = document.documentElement;
  var mode = null;
  var code = null;
  try {
    mode = localStorage.getItem("mode");
    code = localStorage.getItem("handbook-code");
  } catch (error) {
    // storage refused by the browser: follow the system, hide the code
  }
  if (mode !== "light" && mode !== "dark") mode = "auto";
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
  root.classList.toggle("hb-code-hidden", code !== "shown");
})();
