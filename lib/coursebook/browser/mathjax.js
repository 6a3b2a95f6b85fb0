// Configures MathJax 3. Widgets call version 2's API on every label when they see a MathJax;
// no label here holds maths, so the call is answered and does nothing.
const Hub = { Queue() {} };
window.MathJax = {
  Hub,
  options: { ignoreHtmlClass: "document", processHtmlClass: "math" },
  startup: {
    ready() {
      window.MathJax.Hub = Hub;
      window.MathJax.startup.defaultReady();
    },
  },
};
