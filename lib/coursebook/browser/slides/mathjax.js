// Configures MathJax 3, as the book does; a notebook's text has its maths between dollars.
window.MathJax = {
  Hub: { Queue() {} },
  tex: { inlineMath: [["$", "$"]] },
  options: {
    processHtmlClass: "jp-RenderedMarkdown",
    ignoreHtmlClass: "jp-Notebook|jp-OutputArea",
  },
};
const { Hub } = window.MathJax;
window.MathJax.startup = {
  ready() {
    window.MathJax.Hub = Hub;
    window.MathJax.startup.defaultReady();
  },
};
