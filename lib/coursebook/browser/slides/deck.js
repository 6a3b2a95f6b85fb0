// Starts the slides. A key pressed on a slider moves the slider, not the deck.
Reveal.initialize({
  width: 1280,
  height: 720,
  margin: 0.02,
  center: false,
  hash: true,
  slideNumber: "c/t",
  transition: "none",
  keyboardCondition: () => !document.activeElement?.closest(".widget-subarea"),
  plugins: [RevealNotes],
});

// What is higher than its slide is made smaller once it is seen: first a widget, then everything.
function fit() {
  const slide = Reveal.getCurrentSlide();
  const views = [...(slide?.querySelectorAll(".widget-subarea") ?? [])];
  const over = () => (slide ? slide.scrollHeight / slide.clientHeight : 0);
  for (let zoom = 1.3; views.length && over() > 1 && zoom > 0.95; zoom -= 0.1) {
    views.forEach((view) => view.style.setProperty("--zoom", zoom));
  }
  for (let zoom = 0.95; over() > 1 && zoom > 0.65; zoom -= 0.05) {
    slide.style.setProperty("--shrink", zoom);
  }
}
Reveal.on("slidechanged", fit);
Reveal.on("ready", fit);
new MutationObserver(fit).observe(document.documentElement, { attributeFilter: ["data-widgets"] });
