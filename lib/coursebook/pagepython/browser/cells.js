// A cell on the page: its editor, its buttons, and what it showed.
import { button, make } from "./dom.js";
import { editor } from "./editor.js";

export const HINT = "cell-keys"; // id of the sentence that names the keys

export const hint = () =>
  make(
    "p",
    { id: HINT, class: "cell-keys" },
    "Shift+Enter runs a cell; Escape leaves it, Tab indents.",
  );

export class View {
  /**
   * @param {HTMLElement} box  the book's cell; what it shows of its source is replaced
   * @param {object} cell  { id, kind, source }
   * @param {object} does  { run, change(source) } and buttons: { label, onclick, runs }
   */
  constructor(box, cell, { name, label, runs, change, buttons }) {
    this.box = box;
    this.name = name;
    this.prompt = make("span", { class: "cell-prompt", "aria-hidden": "true" }, "[ ]");
    this.output = make("div", {
      class: "cell-shown",
      role: "group",
      "aria-label": `What ${name} showed`,
    });
    this.note = make("p", { class: "cell-note", hidden: "" });
    this.run = button(label, runs, { class: "cell-run", "aria-label": `${label}: ${name}` });
    const input = box.querySelector(".cell_input");
    if (change) {
      const field = make("div", { class: "cell-field" });
      const onLeave = () => this.run.focus();
      this.editor = editor(field, {
        source: cell.source,
        label: name,
        describedBy: HINT,
        onChange: change,
        onRun: runs,
        onLeave,
      });
      if (input) input.replaceChildren(field);
      else box.append(make("div", { class: "cell_input" }, field));
    }
    this.tools = make("div", { class: "cell-tools" }, this.run, ...buttons, this.prompt);
    box.classList.add("workable");
    box.append(this.note, this.tools, this.output);
  }

  begin() {
    this.box.querySelector(".cell_output")?.remove(); // what the book showed of it
    this.output.replaceChildren();
    this.box.dataset.state = "running";
    this.prompt.textContent = "[…]";
  }

  show(message) {
    if (message.type === "image") {
      const alt = message.alt || "The figure that this cell drew";
      this.output.append(make("img", { alt, src: `data:image/png;base64,${message.png}` }));
      return;
    }
    const kind = message.type === "stream" ? message.name : message.type;
    const last = this.output.lastElementChild;
    if (message.type === "stream" && last?.className === kind) last.append(message.text);
    else this.output.append(make("pre", { class: kind, tabindex: "0" }, message.text));
  }

  end(ok, number) {
    this.box.dataset.state = ok ? "ok" : "failed";
    this.prompt.textContent = `[${number}]`;
  }

  /** Forget how the last run ended: the source is another one now. */
  changed() {
    delete this.box.dataset.state;
  }

  tell(text, ...more) {
    this.note.hidden = !text;
    this.note.replaceChildren(text ?? "", ...more);
  }
}
