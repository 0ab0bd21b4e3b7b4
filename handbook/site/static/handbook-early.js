// Sets light or dark before the first paint; without this script the page is light.
(function () {
  "use strict";
  var root = document.documentElement;
  var mode = null;
  try {
    mode = localStorage.getItem("mode");
  } catch (error) {
    // storage refused by the browser: follow the system
  }
  if (mode !== "light" && mode !== "dark") mode = "auto";
  var dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = mode;
  root.dataset.theme = mode === "auto" ? (dark ? "dark" : "light") : mode;
})();
