// Names and landmarks that the theme leaves out.
document.addEventListener("DOMContentLoaded", () => {
  // The button's visible text already names it, with its shortcut (WCAG 2.5.3).
  for (const button of document.querySelectorAll("button.search-button-field")) {
    button.removeAttribute("aria-label");
  }
  for (const toggle of document.querySelectorAll(".bd-links summary")) {
    const chapter = toggle.closest("li")?.querySelector("a")?.textContent.trim();
    toggle.setAttribute("aria-label", `Pages of ${chapter}`);
  }
  const home = document.querySelector(".sidebar-primary-item > .navbar-brand");
  home?.parentElement.setAttribute("role", "navigation");
  home?.parentElement.setAttribute("aria-label", "Home");
  // The empty corner of a table is no heading.
  for (const corner of document.querySelectorAll("thead th")) {
    if (!corner.textContent.trim()) corner.replaceWith(document.createElement("td"));
  }
});

// What a linked word means, for a hand or a key that rests on it; a finger's second touch follows it.
const explained = new WeakSet();
for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => {
    const term = target.closest?.("a.term[title]");
    if (!term || explained.has(term) || !globalThis.bootstrap) return;
    explained.add(term);
    new globalThis.bootstrap.Tooltip(term, {
      trigger: "hover focus",
      customClass: "term-words",
    }).show();
    term.addEventListener("click", (event) => {
      if (event.pointerType !== "touch" || term.dataset.seen) return;
      term.dataset.seen = "";
      event.preventDefault();
    });
  });
}

// The list of pages shows the page that is read, wherever it was scrolled to on the page before.
addEventListener("load", () => {
  const bar = document.querySelector(".bd-sidebar-primary");
  const here = bar?.querySelector("a.current.active, .active > a.current, li.current.active > a");
  if (!here || !bar.clientHeight) return;
  const [a, b] = [here.getBoundingClientRect(), bar.getBoundingClientRect()];
  if (a.top < b.top || a.bottom > b.bottom) bar.scrollTop += a.top - b.top - bar.clientHeight / 3;
});

// What scrolls can be reached, and so scrolled, from the keyboard.
const reachable = () => {
  const wide = ".text_html, .pst-scrollable-table-container, div.math, .bd-article pre";
  const boxes = [...document.querySelectorAll(wide)];
  for (const box of boxes.filter((box) => box.scrollWidth > box.clientWidth)) box.tabIndex = 0;
};
addEventListener("load", () => (window.requestIdleCallback ?? setTimeout)(reachable));

// Paper is white: a page printed from the dark theme is printed in the light one, whichever of
// the two, the print or the theme, the browser reports first.
const root = document.documentElement;
const paper = matchMedia("print");
let theme;
const lighten = () => {
  if (!paper.matches || root.dataset.theme === "light") return;
  theme = root.dataset.theme;
  root.dataset.theme = "light";
};
paper.addEventListener("change", () => {
  if (paper.matches) return lighten();
  if (theme) root.dataset.theme = theme;
  theme = undefined;
});
new MutationObserver(lighten).observe(root, { attributeFilter: ["data-theme"] });
