// Runs before anything is drawn, so that a page in the chosen theme never flashes in the other.
(() => {
  const root = document.documentElement;
  const chosen = () => {
    try { return localStorage.getItem("theme") ?? "auto"; } catch { return "auto"; }
  };
  const show = () => {
    if (chosen() === "auto") delete root.dataset.theme; else root.dataset.theme = chosen();
    document.dispatchEvent(new CustomEvent("theme"));
    for (const button of document.querySelectorAll("[data-choose-theme]")) {
      button.ariaPressed = String(button.dataset.chooseTheme === chosen());
    }
  };
  root.classList.add("has-script");
  show();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
  document.addEventListener("DOMContentLoaded", show);
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-choose-theme]");
    if (!button) return;
    localStorage.setItem("theme", button.dataset.chooseTheme);
    show();
  });
})();
