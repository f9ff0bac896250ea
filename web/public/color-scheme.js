// Runs before the first paint so that a dark page never flashes white. Its own file, not inline,
// because the content security policy allows no inline scripts.
(function () {
  var stored = null;
  try {
    stored = window.localStorage.getItem("videocall.color-scheme");
  } catch {
    // Storage can be switched off; the system's choice is used then.
  }
  var dark =
    stored === "dark" ||
    (stored !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
